package identity_test

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"madang/app"
	"madang/app/identity"
	"madang/db"
	"madang/db/dbtest"
)

func invite(t *testing.T, f *dbtest.Forum, role app.Role) (token string) {
	t.Helper()
	_, token, err := f.Identity.Invite(t.Context(), f.Chioma, f.Group.ID, role, f.Group.Stakeholders[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func accept(t *testing.T, f *dbtest.Forum, name string) identity.Entered {
	t.Helper()
	entered, err := f.Identity.Accept(t.Context(), app.Actor{}, invite(t, f, app.RoleMember), name)
	if err != nil {
		t.Fatal(err)
	}
	return entered
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var e *app.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestAnInvitationIsUsedUpByAcceptingAndNotByLooking(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		token := invite(t, f, app.RoleDrafter)
		for range 3 {
			seen, err := f.Identity.Invitation(t.Context(), token)
			if err != nil || seen.GroupName != f.Group.Name || seen.Role != app.RoleDrafter {
				t.Fatalf("%+v, %v", seen, err)
			}
		}
		entered, err := f.Identity.Accept(t.Context(), app.Actor{}, token, "  Amina  ")
		if err != nil {
			t.Fatal(err)
		}
		actor, err := f.Identity.Actor(t.Context(), entered.Session)
		if err != nil {
			t.Fatal(err)
		}
		if m := f.Membership(actor); m.Name != "Amina" || m.Role != app.RoleDrafter {
			t.Errorf("Amina came in as %+v", m)
		}
		_, err = f.Identity.Accept(t.Context(), app.Actor{}, token, "Somebody else")
		wantCode(t, err, "invitation.used")
	})
}

func TestInvitationsThatNobodyCanAccept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		_, err := f.Identity.Invitation(t.Context(), "no such token")
		wantCode(t, err, "invitation.unknown")

		made, token, err := f.Identity.Invite(t.Context(), f.Chioma, f.Group.ID, app.RoleMember, f.Group.Stakeholders[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		open, err := f.Identity.Invitations(t.Context(), f.Chioma, f.Group.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Identity.WithdrawInvitation(t.Context(), f.Chioma, f.Group.ID, open[0].ID); err != nil {
			t.Fatalf("%s: %v", made.Role, err)
		}
		_, err = f.Identity.Accept(t.Context(), app.Actor{}, token, "Amina")
		wantCode(t, err, "invitation.unknown")

		late := invite(t, f, app.RoleMember)
		f.Clock.Advance(7 * 24 * time.Hour)
		_, err = f.Identity.Accept(t.Context(), app.Actor{}, late, "Amina")
		wantCode(t, err, "invitation.expired")
	})
}

func TestOnlyAChairInvites(t *testing.T) {
	f := dbtest.OnSQLite(t)
	for name, actor := range map[string]app.Actor{"an editor": f.Eun, "an observer": f.Olga, "an outsider": f.Zoe, "a steward": f.Steward, "nobody": {}} {
		_, _, err := f.Identity.Invite(t.Context(), actor, f.Group.ID, app.RoleMember, f.Group.Stakeholders[0].ID)
		if kind := app.KindOf(err); kind != app.KindForbidden && kind != app.KindNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAStewardLetsTheFirstChairInAndNobodyElse(t *testing.T) {
	f := dbtest.OnSQLite(t)
	fresh, err := f.Identity.CreateGroup(t.Context(), f.Steward, identity.GroupDraft{
		Name: "Fresh", Languages: []string{"en"}, Stakeholders: []identity.StakeholderDraft{{Name: "Public"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	stake := fresh.Stakeholders[0].ID
	_, _, err = f.Identity.Invite(t.Context(), f.Steward, fresh.ID, app.RoleMember, stake)
	wantCode(t, err, "invitation.chair_first")
	_, token, err := f.Identity.Invite(t.Context(), f.Steward, fresh.ID, app.RoleChair, stake)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Identity.Accept(t.Context(), app.Actor{}, token, "First"); err != nil {
		t.Fatal(err)
	}
	_, _, err = f.Identity.Invite(t.Context(), f.Steward, fresh.ID, app.RoleChair, stake)
	wantCode(t, err, "invitation.has_chair")
}

func TestNobodyCanTakeANameThatLooksLikeAnothers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		accept(t, f, "Paul Kim")
		accept(t, f, "Cope")
		for _, name := range []string{"paul kim", "Ｐａｕｌ Kim", "Соре" /* Cyrillic throughout */, "PauI-Kim", "Paul  K1m"} {
			_, err := f.Identity.Accept(t.Context(), app.Actor{}, invite(t, f, app.RoleMember), name)
			wantCode(t, err, "name.taken")
		}
		accept(t, f, "폴 김")
	})
}

func TestNamesThatAreRefused(t *testing.T) {
	f := dbtest.OnSQLite(t)
	for name, code := range map[string]string{
		"":                      "name.empty",
		" \t ":                  "name.empty",
		"***":                   "name.empty",
		strings.Repeat("가", 41): "name.long",
		"Am\u202eina":           "text.hidden",
		"Am\u0000ina":           "text.hidden",
		"Am\xffina":             "text.utf8",
		"M0derator":             "name.office",
		"Моdеrаtоr":             "name.office", // five letters of it are Cyrillic
		"note-taker":            "name.office",
		"운영자":                   "name.office",
		"관 리 자":                 "name.office",
		"Εditor":                "name.office", // a capital epsilon, whose small letter looks otherwise
		"Νote Taker":            "name.office", // and nu
		"Chaír":                 "name.office",
		"Adrnin":                "name.office",
		"Adm!n":                 "name.office",
		"5upport":               "name.office",
		"ΜΟDERATOR":             "name.office",
		"Νina":                  "name.mixed",
		"Pаul Kim":              "name.mixed", // with a Cyrillic а
		"Mіnа Park":             "name.mixed", // two letters are Cyrillic
	} {
		_, err := f.Identity.Accept(t.Context(), app.Actor{}, invite(t, f, app.RoleMember), name)
		wantCode(t, err, code)
	}
}

func TestNamesAreWrittenInAnyAlphabet(t *testing.T) {
	f := dbtest.OnSQLite(t)
	for _, name := range []string{"Νίκος (Nikos)", "Анна Ким", "José", "하늘 Kim", "Kim 하늘3", "李 Lee", "Chairil", "운영", "Łukasz", "ひかり"} {
		if _, err := f.Identity.Accept(t.Context(), app.Actor{}, invite(t, f, app.RoleMember), name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSomebodySignedInJoinsASecondGroupWithTheSameAccount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		_, token, err := f.Identity.Invite(t.Context(), f.Zoe, f.Elsewhere.ID, app.RoleMember, f.Elsewhere.Stakeholders[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		entered, err := f.Identity.Accept(t.Context(), f.Dani, token, "D.")
		if err != nil || entered.Code != "" || entered.Session != "" {
			t.Fatalf("%+v, %v", entered, err)
		}
		dani := f.Refresh(f.Dani)
		here, _ := dani.In(f.Group.ID)
		there, _ := dani.In(f.Elsewhere.ID)
		if here.Name != "Dani" || there.Name != "D." || here.Persona == there.Persona {
			t.Errorf("%+v and %+v", here, there)
		}
		_, again, err := f.Identity.Invite(t.Context(), f.Zoe, f.Elsewhere.ID, app.RoleMember, f.Elsewhere.Stakeholders[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Identity.Accept(t.Context(), dani, again, "E.")
		wantCode(t, err, "invitation.member")
	})
}

func TestAReturnCodeOpensOnAnyDeviceHoweverItIsWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		entered := accept(t, f, "Amina")
		if len(entered.Code) != 16 || strings.Trim(entered.Code, "0123456789") != "" {
			t.Fatalf("code %q", entered.Code)
		}
		var fullWidth strings.Builder
		for _, digit := range entered.Code {
			fullWidth.WriteRune(digit - '0' + '０')
		}
		grouped := entered.Code[:4] + " " + entered.Code[4:8] + "-" + entered.Code[8:12] + " – " + entered.Code[12:] + "\n"
		for _, typed := range []string{entered.Code, grouped, fullWidth.String()} {
			session, err := f.Identity.Enter(t.Context(), typed)
			if err != nil {
				t.Fatalf("%q: %v", typed, err)
			}
			actor, err := f.Identity.Actor(t.Context(), session)
			if err != nil || actor.Account != entered.Account {
				t.Errorf("%q let %v in (%v)", typed, actor.Account, err)
			}
		}
	})
}

func TestANewReturnCodeReplacesTheOld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		entered := accept(t, f, "Amina")
		actor := f.Refresh(app.Actor{Account: entered.Account})
		fresh, err := f.Identity.NewCode(t.Context(), actor)
		if err != nil || fresh == entered.Code {
			t.Fatalf("%q, %v", fresh, err)
		}
		if _, err := f.Identity.Enter(t.Context(), fresh); err != nil {
			t.Error(err)
		}
		_, err = f.Identity.Enter(t.Context(), entered.Code)
		wantCode(t, err, "code.unknown")
	})
}

func TestAnswersToWrongCodesComeOneASecondAndRightOnesAtOnce(t *testing.T) {
	f := dbtest.OnSQLite(t)
	entered := accept(t, f, "Amina")
	stored, err := db.IdentityStore{DB: f.DB}.Codes(t.Context(), lookup(t, f, entered))
	if err != nil || len(stored) != 1 {
		t.Fatalf("%v, %v", stored, err)
	}
	synctest.Test(t, func(t *testing.T) {
		service := identity.New(memoryCodes{stored: stored[0]}, []byte("the secret of a test"), f.Clock.Now)
		begun := time.Now()
		answers := make(chan time.Duration, 5)
		for range 5 {
			go func() {
				_, err := service.Enter(t.Context(), "0000 0000 0000 0000")
				wantCode(t, err, "code.unknown")
				answers <- time.Since(begun)
			}()
		}
		synctest.Wait()
		if _, err := service.Enter(t.Context(), entered.Code); err != nil || time.Since(begun) != 0 {
			t.Errorf("the right code was answered after %v: %v", time.Since(begun), err)
		}
		var last time.Duration
		for i := range 5 {
			last = <-answers
			if want := time.Duration(max(1, i)) * time.Second; last < want {
				t.Errorf("answer %d came after %v", i, last)
			}
		}
	})
}

func TestASessionEndsWhenIdleAndAfterTwelveHours(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		idle := accept(t, f, "Idle").Session
		busy := accept(t, f, "Busy").Session
		for range 23 {
			f.Clock.Advance(30 * time.Minute)
			if _, err := f.Identity.Actor(t.Context(), busy); err != nil {
				t.Fatalf("signed out while busy: %v", err)
			}
		}
		_, err := f.Identity.Actor(t.Context(), idle)
		wantCode(t, err, "sign_in")
		f.Clock.Advance(30 * time.Minute)
		_, err = f.Identity.Actor(t.Context(), busy)
		wantCode(t, err, "sign_in")
	})
}

func TestNoSessionLastsLongerBecauseTheClockRanAhead(t *testing.T) {
	f := dbtest.OnSQLite(t)
	before := accept(t, f, "Before").Session
	f.Clock.Advance(-5 * time.Minute) // a time server is minutes off at most
	if _, err := f.Identity.Actor(t.Context(), before); err != nil {
		t.Errorf("signed out by a clock that was put right a little: %v", err)
	}
	f.Clock.Advance(72 * time.Hour)
	_, err := f.Identity.Actor(t.Context(), before)
	wantCode(t, err, "sign_in")
	ahead := accept(t, f, "Ahead").Session
	f.Clock.Advance(-72 * time.Hour)
	_, err = f.Identity.Actor(t.Context(), ahead)
	wantCode(t, err, "sign_in")
	if _, err := f.Identity.Actor(t.Context(), before); err != nil {
		t.Errorf("what the wrong clock ended isn't there again: %v", err)
	}

	seen := accept(t, f, "Seen").Session
	f.Clock.Advance(55 * time.Minute)
	if _, err := f.Identity.Actor(t.Context(), seen); err != nil {
		t.Error(err)
	}
	f.Clock.Advance(-55 * time.Minute)
	_, err = f.Identity.Actor(t.Context(), seen) // it would be idle until 55 minutes later
	wantCode(t, err, "sign_in")
}

func TestSessionsOfASensitiveGroupEndSooner(t *testing.T) {
	f := dbtest.OnSQLite(t)
	_, token, err := f.Identity.Invite(t.Context(), f.Farid, f.Circle.ID, app.RoleMember, f.Circle.Stakeholders[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	entered, err := f.Identity.Accept(t.Context(), app.Actor{}, token, "Quiet")
	if err != nil {
		t.Fatal(err)
	}
	f.Clock.Advance(45 * time.Minute)
	_, err = f.Identity.Actor(t.Context(), entered.Session)
	wantCode(t, err, "sign_in")
}

func TestPeopleSeeAndEndTheirOwnSignInsOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		entered := accept(t, f, "Amina")
		other, err := f.Identity.Enter(t.Context(), entered.Code)
		if err != nil {
			t.Fatal(err)
		}
		stranger := accept(t, f, "Bo").Session
		amina, err := f.Identity.Actor(t.Context(), entered.Session)
		if err != nil {
			t.Fatal(err)
		}
		signIns, err := f.Identity.SignIns(t.Context(), amina)
		if err != nil || len(signIns) != 2 {
			t.Fatalf("%v, %v", signIns, err)
		}
		if err := f.Identity.EndOtherSignIns(t.Context(), amina); err != nil {
			t.Fatal(err)
		}
		_, err = f.Identity.Actor(t.Context(), other)
		wantCode(t, err, "sign_in")
		bo, err := f.Identity.Actor(t.Context(), stranger)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Identity.EndSignIn(t.Context(), bo, amina.Session); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Identity.Actor(t.Context(), entered.Session); err != nil {
			t.Errorf("Bo ended Amina's sign-in: %v", err)
		}
		if err := f.Identity.SignOut(t.Context(), amina); err != nil {
			t.Fatal(err)
		}
		_, err = f.Identity.Actor(t.Context(), entered.Session)
		wantCode(t, err, "sign_in")
	})
}

func TestWhatWasSentTooLateIsKeptForADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		entered := accept(t, f, "Amina")
		f.Clock.Advance(3 * time.Hour)
		id, err := f.Identity.KeepDraft(t.Context(), entered.Session, []byte("body=이어서"))
		if err != nil {
			t.Fatal(err)
		}
		amina := f.Refresh(app.Actor{Account: entered.Account})
		if form, err := f.Identity.Draft(t.Context(), amina, id); err != nil || string(form) != "body=이어서" {
			t.Errorf("%q, %v", form, err)
		}
		_, err = f.Identity.Draft(t.Context(), f.Minho, id)
		wantCode(t, err, "not_found")
		f.Clock.Advance(24 * time.Hour)
		_, err = f.Identity.Draft(t.Context(), amina, id)
		wantCode(t, err, "not_found")
	})
}

func TestLeavingKeepsOrDropsTheName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		if err := f.Identity.Leave(t.Context(), f.Minho, f.Group.ID, false); err != nil {
			t.Fatal(err)
		}
		if err := f.Identity.Leave(t.Context(), f.Dani, f.Group.ID, true); err != nil {
			t.Fatal(err)
		}
		members, err := f.Identity.Members(t.Context(), f.Chioma, f.Group.ID)
		if err != nil {
			t.Fatal(err)
		}
		former := map[app.ID]string{}
		for _, m := range members {
			if !m.Ended.IsZero() {
				former[m.Persona] = m.Name
			}
		}
		if len(former) != 2 || former[f.Membership(f.Minho).Persona] != "" || former[f.Membership(f.Dani).Persona] != "Dani" {
			t.Errorf("former members: %v", former)
		}
		if len(f.Refresh(f.Minho).Memberships) != 0 {
			t.Error("Minho is still in the group")
		}
	})
}

func TestTheLastChairHandsOverBeforeLeaving(t *testing.T) {
	f := dbtest.OnSQLite(t)
	wantCode(t, f.Identity.Leave(t.Context(), f.Chioma, f.Group.ID, true), "group.last_chair")
	f.SetRole(f.Chioma, f.Eun, app.RoleChair)
	if err := f.Identity.Leave(t.Context(), f.Chioma, f.Group.ID, true); err != nil {
		t.Error(err)
	}
	if err := f.Identity.Leave(t.Context(), f.Zoe, f.Elsewhere.ID, true); err != nil {
		t.Errorf("whoever is alone may go: %v", err)
	}
}

func TestAChairDecidesOnWhatTheySaw(t *testing.T) {
	f := dbtest.OnSQLite(t)
	seen := f.Membership(f.Minho)
	f.SetRole(f.Chioma, f.Minho, app.RoleEditor)
	err := f.Identity.ChangeRole(t.Context(), f.Chioma, f.Group.ID, seen.Persona, app.RoleDrafter, seen.Version)
	wantCode(t, err, "member.changed")
}

func TestARoleChangeIsToldToWhoListens(t *testing.T) {
	f := dbtest.OnSQLite(t)
	var told []app.ID
	f.Identity.OnChange(func(persona app.ID) { told = append(told, persona) })
	minho := f.Membership(f.Minho).Persona
	f.SetRole(f.Chioma, f.Minho, app.RoleEditor)
	if err := f.Identity.EndMembership(t.Context(), f.Chioma, f.Group.ID, minho); err != nil {
		t.Fatal(err)
	}
	if len(told) != 2 || told[0] != minho || told[1] != minho {
		t.Errorf("told of %v", told)
	}
}

func TestOpenConnectionsAreToldOfEverySignInThatEnds(t *testing.T) {
	f := dbtest.OnSQLite(t)
	told := 0
	f.Identity.OnChange(func(app.ID) { told++ })
	for what, end := range map[string]func() error{
		"this one":    func() error { return f.Identity.SignOut(t.Context(), f.Minho) },
		"another one": func() error { return f.Identity.EndSignIn(t.Context(), f.Minho, app.NewID()) },
		"all others":  func() error { return f.Identity.EndOtherSignIns(t.Context(), f.Minho) },
	} {
		before := told
		f.Minho.Session = app.NewID()
		if err := end(); err != nil || told != before+1 {
			t.Errorf("%s: told %d times, %v", what, told-before, err)
		}
	}
}

func TestAChairEndsTheSignInsOfSomebodyWhosePhoneIsLost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		minho, chioma := f.Membership(f.Minho).Persona, f.Membership(f.Chioma).Persona
		code, err := f.Identity.NewCode(t.Context(), f.Minho)
		if err != nil {
			t.Fatal(err)
		}
		phone, err := f.Identity.Enter(t.Context(), code)
		if err != nil {
			t.Fatal(err)
		}
		token, err := f.Identity.CreateToken(t.Context(), f.Minho, identity.NewToken{Persona: minho, Label: "phone", Scopes: []identity.Scope{identity.ScopeRead}, Days: 30})
		if err != nil {
			t.Fatal(err)
		}
		var told []app.ID
		f.Identity.OnChange(func(persona app.ID) { told = append(told, persona) })
		for who, want := range map[*app.Actor]string{&f.Minho: "role.keep", &f.Zoe: "not_found"} {
			wantCode(t, f.Identity.SignOutMember(t.Context(), *who, f.Group.ID, minho), want)
		}
		wantCode(t, f.Identity.SignOutMember(t.Context(), f.Chioma, f.Group.ID, chioma), "member.self")
		if _, err := f.Identity.Actor(t.Context(), phone); err != nil {
			t.Fatalf("somebody who may not signed the phone out: %v", err)
		}
		if err := f.Identity.SignOutMember(t.Context(), f.Chioma, f.Group.ID, minho); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Identity.Actor(t.Context(), phone); err == nil {
			t.Error("the phone is still signed in")
		}
		if _, err := f.Identity.Bearer(t.Context(), token); err == nil {
			t.Error("a program still acts for its owner")
		}
		if len(told) != 1 || told[0] != minho {
			t.Errorf("open connections were told of %v", told)
		}
		if _, err := f.Identity.Enter(t.Context(), code); err != nil {
			t.Errorf("the owner can't come back: %v", err)
		}
	})
}

func TestAStewardSeesNamesOfGroupsAndNobodyElseDoes(t *testing.T) {
	f := dbtest.OnSQLite(t)
	groups, err := f.Identity.Groups(t.Context(), f.Steward)
	if err != nil || len(groups) != 3 {
		t.Errorf("%d groups, %v", len(groups), err)
	}
	if _, m, err := f.Identity.Group(t.Context(), f.Steward, f.Group.ID); err != nil || m.May(app.Read) {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := f.Identity.Members(t.Context(), f.Steward, f.Group.ID); app.KindOf(err) != app.KindNotFound {
		t.Errorf("a steward listed members: %v", err)
	}
	if _, _, err := f.Identity.Group(t.Context(), f.Zoe, f.Group.ID); app.KindOf(err) != app.KindNotFound {
		t.Errorf("an outsider learned of the group: %v", err)
	}
	own, err := f.Identity.Groups(t.Context(), f.Zoe)
	if err != nil || len(own) != 1 {
		t.Errorf("%v, %v", own, err)
	}
}

func TestInASensitiveGroupNobodyLearnsWhoElseIsThere(t *testing.T) {
	f := dbtest.OnSQLite(t)
	for name, look := range map[string]struct {
		who  app.Actor
		sees int
	}{"the chair": {f.Farid, 3}, "a drafter": {f.Sook, 1}, "a member": {f.Hana, 1}} {
		members, err := f.Identity.Members(t.Context(), look.who, f.Circle.ID)
		if err != nil || len(members) != look.sees {
			t.Errorf("%s sees %d, %v; want %d", name, len(members), err, look.sees)
			continue
		}
		if look.sees == 1 && members[0].Persona != f.Membership(look.who).Persona {
			t.Errorf("%s sees somebody else", name)
		}
	}
	f.SetRole(f.Farid, f.Hana, app.RoleFacilitator)
	if members, err := f.Identity.Members(t.Context(), f.Refresh(f.Hana), f.Circle.ID); err != nil || len(members) != 3 {
		t.Errorf("a facilitator sees %d, %v", len(members), err)
	}
}

func TestATokenActsAsOnePersonaUntilItIsRevoked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		persona, err := f.Identity.PersonaByName(t.Context(), f.Group.Slug, "은")
		if err != nil || persona != f.Membership(f.Eun).Persona {
			t.Fatalf("%v, %v", persona, err)
		}
		token, err := f.Identity.IssueToken(t.Context(), persona, "a script")
		if err != nil {
			t.Fatal(err)
		}
		actor, err := f.Identity.Bearer(t.Context(), token)
		if err != nil || f.Membership(actor).Persona != persona {
			t.Fatalf("%+v, %v", actor, err)
		}
		tokens, err := f.Identity.Tokens(t.Context(), f.Eun)
		if err != nil || len(tokens) != 1 || tokens[0].Label != "a script" {
			t.Fatalf("%v, %v", tokens, err)
		}
		if err := f.Identity.RevokeToken(t.Context(), f.Minho, tokens[0].ID); app.KindOf(err) != app.KindNotFound {
			t.Errorf("Minho revoked Eun's token: %v", err)
		}
		if err := f.Identity.RevokeToken(t.Context(), f.Eun, tokens[0].ID); err != nil {
			t.Fatal(err)
		}
		_, err = f.Identity.Bearer(t.Context(), token)
		wantCode(t, err, "token.over")
		_, err = f.Identity.Bearer(t.Context(), "another")
		wantCode(t, err, "sign_in")
	})
}

func TestATokenDoesNoMoreThanItsScopesAndEndsWithinAYear(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		m := f.Membership(f.Eun)
		wish := identity.NewToken{Persona: m.Persona, Label: " Minutes  of the meeting ", Scopes: []identity.Scope{identity.ScopeRead, identity.ScopeComment}, Days: 30}
		token, err := f.Identity.CreateToken(t.Context(), f.Eun, wish)
		if err != nil {
			t.Fatal(err)
		}
		actor, err := f.Identity.Bearer(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		_, err = actor.MemberWho(app.Comment, f.Group.ID)
		if err != nil {
			t.Error(err)
		}
		_, err = actor.MemberWho(app.Draft, f.Group.ID)
		wantCode(t, err, "token.draft")
		f.Clock.Advance(3 * time.Hour)
		if _, err := f.Identity.Bearer(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		list, err := f.Identity.Tokens(t.Context(), f.Eun)
		if err != nil || len(list) != 1 || list[0].Label != "Minutes of the meeting" || !slices.Equal(list[0].Scopes, wish.Scopes) {
			t.Fatalf("%+v, %v", list, err)
		}
		if used := list[0].Used; used.IsZero() || !used.Equal(used.Truncate(24*time.Hour)) {
			t.Errorf("the last use is kept as %v", used)
		}
		f.Clock.Advance(30 * 24 * time.Hour)
		_, err = f.Identity.Bearer(t.Context(), token)
		wantCode(t, err, "token.over")
		open, err := f.Identity.Passes(t.Context(), nil, []app.ID{actor.Token})
		if err != nil || len(open) != 0 {
			t.Errorf("who is connected with it stays: %v, %v", open, err)
		}
		issued, err := f.Identity.IssueToken(t.Context(), m.Persona, "of the command line")
		if err != nil {
			t.Fatal(err)
		}
		f.Clock.Advance(366 * 24 * time.Hour)
		_, err = f.Identity.Bearer(t.Context(), issued)
		wantCode(t, err, "token.over")
	})
}

func TestATokenFromBeforeThereWereScopesDoesAllThatItDid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		hash := sha256.Sum256([]byte("old"))
		_, err := f.Raw().Exec(f.Raw().Rebind(`INSERT INTO tokens (id, hash, persona_id, label, created_at) VALUES (?, ?, ?, ?, ?)`),
			app.NewID(), hash[:], f.Membership(f.Chioma).Persona, "old", 1)
		if err != nil {
			t.Fatal(err)
		}
		f.Clock.Advance(10 * 365 * 24 * time.Hour)
		actor, err := f.Identity.Bearer(t.Context(), "old")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := actor.MemberWho(app.Govern, f.Group.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestAProgramLooksAfterNoAccount(t *testing.T) {
	f := dbtest.OnSQLite(t)
	token, err := f.Identity.IssueToken(t.Context(), f.Membership(f.Chioma).Persona, "a script")
	if err != nil {
		t.Fatal(err)
	}
	program, err := f.Identity.Bearer(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	other, err := f.Identity.IssueToken(t.Context(), f.Membership(f.Chioma).Persona, "another")
	if err != nil {
		t.Fatal(err)
	}
	another, err := f.Identity.Bearer(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	for what, try := range map[string]func() error{
		"another token": func() error {
			_, err := f.Identity.CreateToken(ctx, program, identity.NewToken{Persona: f.Membership(f.Chioma).Persona, Label: "x", Scopes: identity.Scopes, Days: 365})
			return err
		},
		"the list of tokens": func() error { _, err := f.Identity.Tokens(ctx, program); return err },
		"the end of another": func() error { return f.Identity.RevokeToken(ctx, program, another.Token) },
		"a return code":      func() error { _, err := f.Identity.NewCode(ctx, program); return err },
		"the sign-ins":       func() error { _, err := f.Identity.SignIns(ctx, program); return err },
		"their end":          func() error { return f.Identity.EndOtherSignIns(ctx, program) },
		"an invitation": func() error {
			_, _, err := f.Identity.Invite(ctx, program, f.Group.ID, app.RoleMember, f.Group.Stakeholders[0].ID)
			return err
		},
		"the invitations": func() error { _, err := f.Identity.Invitations(ctx, program, f.Group.ID); return err },
		"a departure":     func() error { return f.Identity.Leave(ctx, program, f.Group.ID, true) },
	} {
		t.Run(what, func(t *testing.T) { wantCode(t, try(), "account.program") })
	}
	if err := f.Identity.RevokeToken(ctx, program, program.Token); err != nil {
		t.Errorf("a program can't end its own token: %v", err)
	}
	if _, err := f.Identity.Bearer(ctx, other); err != nil {
		t.Error(err)
	}
}

func TestEveryCapabilityButGoverningIsInOneScope(t *testing.T) {
	for _, what := range []app.Capability{app.Read, app.Comment, app.Settle, app.Propose, app.Decide, app.Draft, app.Translate, app.Publish, app.Screen, app.Answer} {
		if _, isOpen := identity.ScopeFor(what); !isOpen {
			t.Errorf("no scope opens %s", what)
		}
	}
	if scope, isOpen := identity.ScopeFor(app.Govern); isOpen {
		t.Errorf("%s lets a program govern", scope)
	}
}

func TestSlugsAreMadeOfAnyScriptAndDoNotCollide(t *testing.T) {
	f := dbtest.OnSQLite(t)
	want := []string{"강의-권리-모임", "강의-권리-모임-2"}
	for _, slug := range want {
		g, err := f.Identity.CreateGroup(t.Context(), f.Steward, identity.GroupDraft{
			Name: "강의 권리 모임!", Languages: []string{"ko"}, Stakeholders: []identity.StakeholderDraft{{Name: "학계"}},
		})
		if err != nil || g.Slug != slug {
			t.Errorf("%q, %v; want %q", g.Slug, err, slug)
		}
	}
}

func TestGroupsThatMakeNoSense(t *testing.T) {
	f := dbtest.OnSQLite(t)
	good := identity.GroupDraft{Name: "G", Languages: []string{"en"}, Stakeholders: []identity.StakeholderDraft{{Name: "S"}}}
	for code, spoil := range map[string]func(*identity.GroupDraft){
		"name.empty":           func(d *identity.GroupDraft) { d.Name = " " },
		"languages.empty":      func(d *identity.GroupDraft) { d.Languages = nil },
		"languages.unknown":    func(d *identity.GroupDraft) { d.Languages = []string{"?!"} },
		"stakeholders.empty":   func(d *identity.GroupDraft) { d.Stakeholders = nil },
		"stakeholders.doubled": func(d *identity.GroupDraft) { d.Stakeholders = append(d.Stakeholders, d.Stakeholders...) },
		"charter.long":         func(d *identity.GroupDraft) { d.Charter = strings.Repeat("가", identity.MaxCharter+1) },
	} {
		draft := good
		spoil(&draft)
		_, err := f.Identity.CreateGroup(t.Context(), f.Steward, draft)
		wantCode(t, err, code)
	}
	_, err := f.Identity.CreateGroup(t.Context(), f.Chioma, good)
	wantCode(t, err, "group.steward_only")
}

func TestNothingInTheDatabaseOpensADoor(t *testing.T) {
	f := dbtest.OnSQLite(t)
	token := invite(t, f, app.RoleMember)
	entered := accept(t, f, "Amina")
	bearer, err := f.Identity.IssueToken(t.Context(), f.Membership(f.Eun).Persona, "script")
	if err != nil {
		t.Fatal(err)
	}
	raw := f.Raw()
	for _, column := range []string{
		"SELECT hash FROM invitations", "SELECT hash FROM sessions", "SELECT hash FROM tokens", "SELECT hash FROM codes", "SELECT salt FROM codes",
	} {
		var values [][]byte
		if err := raw.Select(&values, column); err != nil {
			t.Fatal(err)
		}
		for _, value := range values {
			for _, secret := range []string{token, entered.Session, entered.Code, bearer} {
				if strings.Contains(string(value), secret) {
					t.Errorf("%s gives away a secret", column)
				}
			}
		}
	}
}
