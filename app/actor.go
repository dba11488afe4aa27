package app

import "slices"

// Actor is who asks, as loaded at the start of a request: an account, whether
// it runs the installation, and every membership that stands. The zero Actor
// is the public.
type Actor struct {
	Account ID
	// Session is the sign-in the request came by, or Token the token of a program.
	Session, Token ID
	Steward        bool
	Memberships    []Membership
}

// IsSignedIn reports whether an account stands behind the actor.
func (a Actor) IsSignedIn() bool { return a.Account != "" }

// InPerson refuses the public and programs: what is about an account itself, and so of all its
// groups, its owner does.
func (a Actor) InPerson() error {
	switch {
	case !a.IsSignedIn():
		return SignIn()
	case a.Token != "":
		return Forbidden("account.program")
	}
	return nil
}

// IsSensitive reports whether any group of the actor's is.
func (a Actor) IsSensitive() bool {
	return slices.ContainsFunc(a.Memberships, func(m Membership) bool { return m.Sensitive })
}

// In returns the actor's membership of a working group.
func (a Actor) In(group ID) (Membership, bool) {
	for _, m := range a.Memberships {
		if m.Group == group {
			return m, true
		}
	}
	return Membership{}, false
}

// MemberWho returns the actor's membership of the group if it permits the
// capability. Whoever may not even read the group learns nothing of it
// (NotFound); whoever may read gets Forbidden with a sentence of its own.
func (a Actor) MemberWho(may Capability, group ID) (Membership, error) {
	m, ok := a.In(group)
	if !ok || !m.May(Read) {
		return Membership{}, NotFound()
	}
	if err := m.Must(may); err != nil {
		return Membership{}, err
	}
	return m, nil
}

// Membership is one persona's place in one working group.
type Membership struct {
	Persona ID
	Group   ID
	// Name is the pseudonym others see.
	Name        string
	Role        Role
	Stakeholder ID
	// Sensitive is set where the group declares a sensitive stakeholder group:
	// no presence, neutral titles, nothing stored by the browser.
	Sensitive bool
	Terms     Terms
	// Archived says that the group has ended: nobody may do more in it than what is Left.
	Archived bool
	// Only is what the token of a program leaves of it; nil leaves all.
	Only []Capability
	// Version grows with every change of role, name or standing.
	Version int64
	// Stage is the phase of the statement that the membership is looked at for; zero
	// where it isn't about one.
	Stage Stage
}

// At is the membership as it counts for a statement in that stage.
func (m Membership) At(stage Stage) Membership {
	m.Stage = stage
	return m
}

// May reports whether the membership permits the capability, by whatever it is asked and
// in the phase it is looked at for.
func (m Membership) May(what Capability) bool { return m.Must(what) == nil }

// Must is nil if the membership permits the capability, and else Forbidden: with code
// "role." and the capability if the role doesn't, with "token." if the role does and the
// token doesn't, "group.archived" if the group has ended, "phase." if nobody may in this phase.
func (m Membership) Must(what Capability) error {
	switch {
	case !Permits(m.Role, what, m.Terms):
		return Forbidden("role." + string(what))
	case m.Only != nil && !slices.Contains(m.Only, what):
		return Forbidden("token." + string(what))
	case m.Archived && !slices.Contains(Left, what):
		return Forbidden("group.archived")
	case m.Stage.Phase.Closes(what):
		return Forbidden("phase." + string(what))
	}
	return nil
}

// Standing is what a write takes along into its transaction. The rule was
// decided for this version of the membership and this step of the statement; the store
// commits only while both still stand (else Conflict "role.changed" or "phase.changed"),
// so that no write commits after a revocation, or the end of a phase, has.
func (m Membership) Standing() Standing {
	return Standing{Persona: m.Persona, Version: m.Version, Statement: m.Stage.Statement, Step: m.Stage.No}
}

// Standing names a membership at the version a rule was decided for, and the statement,
// if it was about one, at the number of the step that it had come to.
type Standing struct {
	Persona   ID
	Version   int64
	Statement ID
	Step      int64
}
