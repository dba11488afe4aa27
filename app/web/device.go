package web

import (
	"encoding/base64"
	"net/http"

	"madang/app"
)

// What a device keeps of somebody, its own script forgets when they sign out or somebody
// else comes in (static/src/device.ts). Pages say by what it can tell.

// ownerOf is what a device remembers of whose things it keeps; nobody's is "".
func (s *Server) ownerOf(actor app.Actor) string { return ownerMark(s.secret, actor) }

func ownerMark(secret []byte, actor app.Actor) string {
	if !actor.IsSignedIn() {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(proofOf(secret, "owner of a device", string(actor.Account))[:12])
}

// IsMeant reports whether a request comes as the account that it is meant for. A page that
// stays open says whose it is, in the query as "owner": on the same device somebody else may
// have signed in since, and what is typed on the page isn't theirs.
func IsMeant(r *http.Request, secret []byte, actor app.Actor) bool {
	owner := r.URL.Query().Get("owner")
	return owner == "" || owner == ownerMark(secret, actor)
}

// copyKey opens what a device keeps of what a member typed and the forum doesn't have yet.
// It is on the page and never on the device, so that whoever finds the device can't read
// anything there without signing in as that member. In a sensitive group nothing is kept:
// that something was written can be as telling as the words.
func (s *Server) copyKey(m app.Membership) string {
	if m.Sensitive {
		return ""
	}
	return base64.StdEncoding.EncodeToString(s.prove("copy on a device", string(m.Persona)))
}
