package app_test

import (
	"errors"
	"reflect"
	"testing"

	"madang/app"
)

// inRiver is a person who holds the role in the group "river" and chairs another.
func inRiver(role app.Role, terms app.Terms) app.Actor {
	return app.Actor{Account: app.NewID(), Memberships: []app.Membership{
		{Persona: app.NewID(), Group: "forest", Role: app.RoleChair, Version: 1},
		{Persona: app.NewID(), Group: "river", Role: role, Terms: terms, Version: 7},
	}}
}

func wantError(t *testing.T, who string, err error, kind app.Kind, code string) {
	t.Helper()
	var e *app.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Code != code {
		t.Errorf("%s: got %v, want %s %s", who, err, kind, code)
	}
}

func TestNeitherTheWorldNorAProgramIsSomebodyInPerson(t *testing.T) {
	minho := inRiver(app.RoleMember, app.Terms{})
	if err := minho.InPerson(); err != nil {
		t.Error(err)
	}
	minho.Token = app.NewID()
	wantError(t, "a program", minho.InPerson(), app.KindForbidden, "account.program")
	wantError(t, "the world", app.Actor{}.InPerson(), app.KindSignIn, "sign_in")
}

func TestAMemberIsAskedAboutTheGroupTheyActIn(t *testing.T) {
	minho := inRiver(app.RoleMember, app.Terms{})
	m, err := minho.MemberWho(app.Comment, "river")
	if err != nil || !reflect.DeepEqual(m, minho.Memberships[1]) {
		t.Errorf("%+v, %v", m, err)
	}
	_, err = minho.MemberWho(app.Draft, "river")
	wantError(t, "a member here who is a chair elsewhere", err, app.KindForbidden, "role.draft")
}

func TestWhoeverMayNotReadLearnsNothingOfAGroup(t *testing.T) {
	for who, actor := range map[string]app.Actor{
		"nobody":                        {},
		"a steward":                     {Account: app.NewID(), Steward: true},
		"a steward who chairs another":  {Account: app.NewID(), Steward: true, Memberships: inRiver("", app.Terms{}).Memberships[:1]},
		"an observer kept out":          inRiver(app.RoleObserver, app.Terms{}),
		"somebody of a forgotten role":  inRiver("scribe", app.Terms{ObserversRead: true}),
		"a membership called a steward": inRiver(app.RoleSteward, app.Terms{ObserversRead: true}),
	} {
		for _, what := range []app.Capability{app.Read, app.Comment, app.Govern} {
			_, err := actor.MemberWho(what, "river")
			wantError(t, who, err, app.KindNotFound, "not_found")
		}
	}
}

func TestAnObserverWhoMayReadIsToldWhatTheyMayNot(t *testing.T) {
	olga := inRiver(app.RoleObserver, app.Terms{ObserversRead: true})
	if _, err := olga.MemberWho(app.Read, "river"); err != nil {
		t.Error(err)
	}
	_, err := olga.MemberWho(app.Comment, "river")
	wantError(t, "an observer", err, app.KindForbidden, "role.comment")
}

func TestOnlyAnAccountIsSignedIn(t *testing.T) {
	if (app.Actor{}).IsSignedIn() || !(app.Actor{Account: app.NewID()}).IsSignedIn() {
		t.Error("the public is signed in, or an account isn't")
	}
}

func TestAWriteCarriesTheVersionItsRuleWasDecidedFor(t *testing.T) {
	m := inRiver(app.RoleMember, app.Terms{}).Memberships[1]
	if got := m.Standing(); got != (app.Standing{Persona: m.Persona, Version: 7}) {
		t.Errorf("%+v", got)
	}
}

func TestATokenLeavesNoMoreThanItsScopesOfARole(t *testing.T) {
	chair := inRiver(app.RoleChair, app.Terms{}).Memberships[1]
	chair.Only = []app.Capability{app.Read, app.Comment}
	for what, code := range map[app.Capability]string{app.Read: "", app.Comment: "", app.Draft: "token.draft", app.Govern: "token.govern"} {
		if err := chair.Must(what); code == "" && err != nil || code != "" && !app.IsCode(err, code) || chair.May(what) != (err == nil) {
			t.Errorf("%s: %v", what, err)
		}
	}
	member := inRiver(app.RoleMember, app.Terms{}).Memberships[1]
	member.Only = []app.Capability{app.Read, app.Draft}
	wantError(t, "a member with a token to draft", member.Must(app.Draft), app.KindForbidden, "role.draft")
}
