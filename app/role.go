package app

import "slices"

// Role is what a persona is trusted with in one working group.
type Role string

// The roles. Steward is the one that belongs to the installation and not to a
// working group; it never opens a group's content.
const (
	RoleSteward     Role = "steward"
	RoleChair       Role = "chair"
	RoleEditor      Role = "editor"
	RoleDrafter     Role = "drafter"
	RoleMember      Role = "member"
	RoleFacilitator Role = "facilitator"
	RoleNoteTaker   Role = "note_taker"
	RoleInterpreter Role = "interpreter"
	RoleModerator   Role = "moderator"
	RoleObserver    Role = "observer"
)

// GroupRoles are the roles a persona can hold in a working group, in the order
// in which pages offer them.
var GroupRoles = []Role{
	RoleChair, RoleEditor, RoleDrafter, RoleMember, RoleFacilitator,
	RoleNoteTaker, RoleInterpreter, RoleModerator, RoleObserver,
}

// IsGroupRole reports whether a persona can hold the role in a working group.
func (r Role) IsGroupRole() bool { return slices.Contains(GroupRoles, r) }

// Capability is one thing a role may permit.
type Capability string

// What roles permit. Each is asked for by name in the domain, on every write.
const (
	// Read: the working text, its threads and the people of the group.
	Read Capability = "read"
	// Comment: open threads, reply, edit and delete one's own comments.
	Comment Capability = "comment"
	// Settle: resolve and reopen anybody's thread.
	Settle Capability = "settle"
	// Propose: write amendments to a text, table them and sign those of others.
	Propose Capability = "propose"
	// Decide: accept and reject amendments.
	Decide Capability = "decide"
	// Draft: create and import statements and edit the live text.
	Draft Capability = "draft"
	// Translate: translate clauses, and say whether others' translations are right.
	Translate Capability = "translate"
	// Publish: make versions of a text and go back to one.
	Publish Capability = "publish"
	// Screen: read what the public submits, key it in, release or withhold it.
	Screen Capability = "screen"
	// Answer: read what the public said, group it into issues, and answer them.
	Answer Capability = "answer"
	// Govern: invite, change roles, end memberships, change the charter.
	Govern Capability = "govern"
)

// Terms are the choices of a working group's charter that widen or narrow what
// its roles permit.
type Terms struct {
	// ObserversRead lets observers read the working text and threads.
	ObserversRead bool
}

var permitted = map[Role]map[Capability]bool{
	RoleChair:       {Read: true, Comment: true, Propose: true, Settle: true, Draft: true, Translate: true, Decide: true, Publish: true, Screen: true, Answer: true, Govern: true},
	RoleEditor:      {Read: true, Comment: true, Propose: true, Settle: true, Draft: true, Translate: true, Decide: true, Publish: true, Answer: true},
	RoleDrafter:     {Read: true, Comment: true, Propose: true, Draft: true, Translate: true},
	RoleMember:      {Read: true, Comment: true, Propose: true},
	RoleFacilitator: {Read: true, Comment: true},
	RoleNoteTaker:   {Read: true, Comment: true},
	RoleInterpreter: {Read: true, Comment: true, Translate: true},
	RoleModerator:   {Read: true, Comment: true, Screen: true},
}

// Permits is the one table of who may do what inside a working group. Stewards
// and people outside the group have no row: they may do nothing in it.
func Permits(role Role, what Capability, terms Terms) bool {
	if role == RoleObserver {
		return what == Read && terms.ObserversRead
	}
	return permitted[role][what]
}

// RolesWith lists the group roles that permit a capability whatever the
// charter says, for a store that repeats the check inside its transaction.
func RolesWith(what Capability) []Role {
	var roles []Role
	for _, role := range GroupRoles {
		if Permits(role, what, Terms{}) {
			roles = append(roles, role)
		}
	}
	return roles
}
