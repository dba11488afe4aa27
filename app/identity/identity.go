// Package identity is about who is who: accounts without any address, the return
// codes and invitations by which people enter, sign-ins, and working groups with
// their members and roles. Its rule: an account is never shown; others see a
// persona, which exists in one group only, and nothing that leaves this room ties
// two personas together.
package identity

import (
	"time"

	"madang/app"
)

// Group is a working group.
type Group struct {
	ID app.ID
	// Slug is the group's name on a command line. It never changes.
	Slug, Name string
	// Charter is Markdown.
	Charter      string
	Languages    []string
	Terms        app.Terms
	Stakeholders []Stakeholder
	CreatedAt    time.Time
	// Ended is the act by which it was archived; the zero Act while it works, and for whoever
	// may not read in it.
	Ended Act
}

// IsArchived reports whether the group has ended.
func (g Group) IsArchived() bool { return g.Ended.ID != "" }

// Stakeholder is a stakeholder group as a working group declares it: Required for
// consensus, Sensitive if it may harm people to be known as one of it.
type Stakeholder struct {
	ID                  app.ID
	Slug, Name          string
	Required, Sensitive bool
}

// IsSensitive reports whether the group as a whole is treated as sensitive: who
// stands beside a survivor in a list gives the survivor away.
func (g Group) IsSensitive() bool {
	for _, s := range g.Stakeholders {
		if s.Sensitive {
			return true
		}
	}
	return false
}

// Stakeholder returns the stakeholder group with that id.
func (g Group) Stakeholder(id app.ID) (Stakeholder, bool) {
	for _, s := range g.Stakeholders {
		if s.ID == id {
			return s, true
		}
	}
	return Stakeholder{}, false
}

// Member is a persona's place in a group. Name is empty for a former member who
// chose to be unnamed, Ended zero for those who are still in it.
type Member struct {
	Persona      app.ID
	Name         string
	Role         app.Role
	Stakeholder  app.ID
	Version      int64
	Since, Ended time.Time
}

// Entered is what somebody gets who has come in. Code is the return code in
// sixteen digits, only for a new account, only this once; Group is empty for a
// steward.
type Entered struct {
	Account app.ID
	Session string
	Code    string
	Group   app.ID
}
