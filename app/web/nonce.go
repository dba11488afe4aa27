package web

import (
	"crypto/sha256"
	"encoding/hex"
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
// keeps the nonce's time, so that ids made later still sort later, and is an
// ordinary UUID of version 7 otherwise: 74 bits of a hash take the place of as
// many random ones.
func idFor(nonce app.ID, contents ...string) app.ID {
	sum := sha256.Sum256([]byte(string(nonce) + "\x00" + strings.Join(contents, "\x00")))
	sum[0] = 0x70 | sum[0]&0x0f // version 7
	sum[2] = 0x80 | sum[2]&0x3f // variant of RFC 9562
	drawn := hex.EncodeToString(sum[:10])
	return app.ID(string(nonce[:14]) + drawn[:4] + "-" + drawn[4:8] + "-" + drawn[8:])
}
