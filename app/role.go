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
	Read      Capability = "read"      // the working text, its threads and the people of the group.
	Comment   Capability = "comment"   // open threads, reply, edit one's own comments.
	Retract   Capability = "retract"   // take back what one said oneself.
	Report    Capability = "report"    // have moderators look at a comment, and a chair look at it again.
	Settle    Capability = "settle"    // resolve and reopen anybody's thread.
	Propose   Capability = "propose"   // write amendments to a text, table them and sign those of others.
	Decide    Capability = "decide"    // accept and reject amendments.
	Draft     Capability = "draft"     // create and import statements and edit the live text.
	Translate Capability = "translate" // translate clauses, and say whether others' translations are right.
	Publish   Capability = "publish"   // make versions of a text and go back to one.
	Screen    Capability = "screen"    // read what the public submits, key it in, release or withhold it.
	Study     Capability = "study"     // read what the public said, and how it is answered.
	Answer    Capability = "answer"    // group what the public said into issues, and answer them.
	Govern    Capability = "govern"    // invite, change roles, end memberships, change the charter.
	Keep      Capability = "keep"      // archive the group and begin it again, answer appeals, erase words, end sign-ins.
)

// Terms are the choices of a working group's charter that widen or narrow what
// its roles permit.
type Terms struct {
	// ObserversRead lets observers read the working text and threads.
	ObserversRead bool
}

var permitted = map[Role]map[Capability]bool{
	RoleChair:       {Read: true, Comment: true, Retract: true, Report: true, Propose: true, Settle: true, Draft: true, Translate: true, Decide: true, Publish: true, Screen: true, Study: true, Answer: true, Govern: true, Keep: true},
	RoleEditor:      {Read: true, Comment: true, Retract: true, Report: true, Propose: true, Settle: true, Draft: true, Translate: true, Decide: true, Publish: true, Study: true, Answer: true},
	RoleDrafter:     {Read: true, Comment: true, Retract: true, Report: true, Propose: true, Draft: true, Translate: true},
	RoleMember:      {Read: true, Comment: true, Retract: true, Report: true, Propose: true},
	RoleFacilitator: {Read: true, Comment: true, Retract: true, Report: true},
	RoleNoteTaker:   {Read: true, Comment: true, Retract: true, Report: true},
	RoleInterpreter: {Read: true, Comment: true, Retract: true, Report: true, Translate: true},
	RoleModerator:   {Read: true, Comment: true, Retract: true, Report: true, Screen: true},
}

// Permits is the one table of who may do what inside a working group. Stewards
// and people outside the group have no row: they may do nothing in it.
func Permits(role Role, what Capability, terms Terms) bool {
	if role == RoleObserver {
		return (what == Read || what == Report) && terms.ObserversRead
	}
	return permitted[role][what]
}

// RolesWith lists the group roles that permit a capability whatever the
// charter says, for a store that repeats the check inside its transaction.
func RolesWith(what Capability) []Role {
	return slices.DeleteFunc(slices.Clone(GroupRoles), func(r Role) bool { return !Permits(r, what, Terms{}) })
}
