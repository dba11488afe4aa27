package web

import (
	"crypto/sha256"
	"strings"

	"madang/app"
)

// A page that holds forms carries one nonce: an id made with the page. What a
// form makes gets an id drawn from the nonce and from all that was typed, so that
//
//   - the same form sent twice (a double click, a reload, a network that ate the
//     answer) makes one thing, since an id that is known is answered with what it
//     already made, and
//   - a page found again in the browser's history, with another text or under
//     another comment, makes another thing, and no word is taken for a repetition.

// nonceOf reads a nonce from a form; a missing or broken one is replaced, which
// only gives up the protection against sending twice.
func nonceOf(text string) app.ID {
	if id, err := app.ParseID(text); err == nil {
		return id
	}
	return app.NewID()
}

// idFor draws the id that a form with this nonce and these contents makes. It
// keeps the nonce's time, so that ids made later still sort later.
func idFor(nonce app.ID, contents ...string) app.ID {
	sum := sha256.Sum256([]byte(string(nonce) + "\x00" + strings.Join(contents, "\x00")))
	return nonce.Derive(sum[:])
}
