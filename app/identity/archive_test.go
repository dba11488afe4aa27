package identity_test

import (
	"context"
	"strings"
	"testing"

	"madang/app"
	"madang/app/identity"
	"madang/db/dbtest"
)

// owing is what a group owes, for a test to change.
type owing struct{ list []identity.Debt }

func (o *owing) Debts(context.Context, app.ID) ([]identity.Debt, error) { return o.list, nil }

func act(kind identity.ActKind, reason string) identity.NewAct {
	return identity.NewAct{ID: app.NewID(), Kind: kind, Reason: reason}
}

func TestAGroupIsArchivedByItsChairWithAReasonAndBegunAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		ctx := t.Context()
		do := func(who app.Actor, wish identity.NewAct) error {
			t.Helper()
			_, err := f.Identity.Do(ctx, who, f.Group.ID, wish)
			return err
		}
		var told []app.ID
		f.Identity.OnChange(func(about app.ID) { told = append(told, about) })

		done := act(identity.Archived, " The text is adopted. ")
		wantCode(t, do(f.Eun, done), "role.keep")
		wantCode(t, do(f.Steward, done), "not_found")
		wantCode(t, do(f.Zoe, done), "not_found")
		wantCode(t, do(f.Chioma, act(identity.Archived, " ")), "box.empty")
		wantCode(t, do(f.Chioma, act("deleted", "Why not.")), "group.act")
		wantCode(t, do(f.Chioma, act(identity.Resumed, "We go on.")), "group.working")
		if err := do(f.Chioma, done); err != nil {
			t.Fatal(err)
		}
		if len(told) != 1 || told[0] != f.Group.ID {
			t.Errorf("open connections were told of %v", told)
		}

		chioma := f.Refresh(f.Chioma)
		if err := do(chioma, done); err != nil {
			t.Errorf("sent again: %v", err)
		}
		wantCode(t, do(chioma, act(identity.Archived, "Once more.")), "group.archived")
		m := f.Membership(chioma)
		for _, what := range []app.Capability{app.Comment, app.Settle, app.Propose, app.Decide, app.Draft, app.Translate, app.Publish, app.Answer, app.Govern} {
			if err := m.Must(what); !app.IsCode(err, "group.archived") {
				t.Errorf("a chair of an archived group, %s: %v", what, err)
			}
		}
		for _, what := range app.Left {
			if err := m.Must(what); err != nil {
				t.Errorf("a chair of an archived group, %s: %v", what, err)
			}
		}
		if err := f.Membership(f.Refresh(f.Minho)).Must(app.Keep); !app.IsCode(err, "role.keep") {
			t.Errorf("a member of an archived group: %v", err)
		}

		group, _, err := f.Identity.Group(ctx, f.Refresh(f.Minho), f.Group.ID)
		if err != nil || !group.IsArchived() || group.Ended.Reason != "The text is adopted." || group.Ended.Name != "Chioma" || !group.Ended.At.Equal(f.Clock.Now()) {
			t.Errorf("%+v, %v", group.Ended, err)
		}
		if err := do(chioma, act(identity.Resumed, "A court asks for more.")); err != nil {
			t.Fatal(err)
		}
		if err := f.Membership(f.Refresh(f.Dani)).Must(app.Draft); err != nil {
			t.Errorf("a drafter of a group that works again: %v", err)
		}
		acts, err := f.Identity.Acts(ctx, f.Refresh(f.Minho), f.Group.ID)
		if err != nil || len(acts) != 2 || acts[0].Kind != identity.Resumed || acts[1].Kind != identity.Archived || acts[1].No != 1 {
			t.Errorf("%+v, %v", acts, err)
		}
	})
}

func TestAGroupThatOwesSomethingToPeopleOutsideIsNotArchived(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		owes := &owing{[]identity.Debt{{Docket: app.NewID(), Title: "The river", IsRunning: true}, {Docket: app.NewID(), Title: "The sea"}}}
		f.Identity.Mind(owes)
		if list, err := f.Identity.Debts(t.Context(), f.Chioma, f.Group.ID); err != nil || len(list) != 2 {
			t.Errorf("%+v, %v", list, err)
		}
		_, err := f.Identity.Debts(t.Context(), f.Eun, f.Group.ID)
		wantCode(t, err, "role.keep")
		wish := act(identity.Archived, "Enough.")
		_, err = f.Identity.Do(t.Context(), f.Chioma, f.Group.ID, wish)
		wantCode(t, err, "group.owes")
		if !strings.Contains(err.Error(), "The river · The sea") {
			t.Errorf("it doesn't say what is owed: %v", err)
		}
		if f.Membership(f.Refresh(f.Chioma)).Version != f.Membership(f.Chioma).Version {
			t.Error("a refusal took memberships to another version")
		}
		owes.list = nil
		if _, err := f.Identity.Do(t.Context(), f.Chioma, f.Group.ID, wish); err != nil {
			t.Fatal(err)
		}
	})
}

func TestNothingThatWasDecidedBeforeCommitsAfterAGroupEnded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		ctx := t.Context()
		another := f.Join(f.Group, app.RoleChair, "Mei")
		_, link, err := f.Identity.Invite(ctx, f.Chioma, f.Group.ID, app.RoleMember, f.Group.Stakeholders[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Identity.Do(ctx, f.Chioma, f.Group.ID, act(identity.Archived, "Done.")); err != nil {
			t.Fatal(err)
		}
		_, _, err = f.Identity.Invite(ctx, another, f.Group.ID, app.RoleMember, f.Group.Stakeholders[0].ID)
		wantCode(t, err, "role.changed")
		minho := f.Membership(f.Minho)
		wantCode(t, f.Identity.ChangeRole(ctx, another, f.Group.ID, minho.Persona, app.RoleEditor, minho.Version), "role.changed")
		wantCode(t, f.Identity.ChangeRole(ctx, f.Refresh(another), f.Group.ID, minho.Persona, app.RoleEditor, minho.Version+1), "group.archived")
		_, err = f.Identity.Accept(ctx, app.Actor{}, link, "Nkem")
		wantCode(t, err, "invitation.unknown")
		_, err = f.Identity.InviteBySlug(ctx, f.Group.Slug, f.Group.Stakeholders[0].Slug, app.RoleMember)
		wantCode(t, err, "group.archived")

		// What stays: leaving, and the help of a chair for a lost phone.
		if err := f.Identity.Leave(ctx, f.Refresh(f.Dani), f.Group.ID, false); err != nil {
			t.Errorf("a member can't leave: %v", err)
		}
		if err := f.Identity.SignOutMember(ctx, f.Refresh(f.Chioma), f.Group.ID, minho.Persona); err != nil {
			t.Errorf("a chair can't end sign-ins: %v", err)
		}
		if _, err := f.Identity.InviteBySlug(ctx, f.Group.Slug, f.Group.Stakeholders[0].Slug, app.RoleChair); err != nil {
			t.Errorf("there is no way back for a group without a chair: %v", err)
		}
	})
}

func TestAStewardDoesNotLearnThatAGroupEndedOrWhy(t *testing.T) {
	f := dbtest.OnSQLite(t)
	if _, err := f.Identity.Do(t.Context(), f.Farid, f.Circle.ID, act(identity.Archived, "They are safe now.")); err != nil {
		t.Fatal(err)
	}
	groups, err := f.Identity.Groups(t.Context(), f.Steward)
	if err != nil || len(groups) != 3 {
		t.Fatalf("%d groups, %v", len(groups), err)
	}
	shown, _, err := f.Identity.Group(t.Context(), f.Steward, f.Circle.ID)
	for _, g := range append(groups, shown) {
		if g.IsArchived() || g.Ended != (identity.Act{}) || err != nil {
			t.Errorf("a steward is told %+v, %v", g.Ended, err)
		}
	}
	_, err = f.Identity.Acts(t.Context(), f.Steward, f.Circle.ID)
	wantCode(t, err, "not_found")
	if list, err := f.Identity.Groups(t.Context(), f.Refresh(f.Hana)); err != nil || len(list) != 1 || !list[0].IsArchived() {
		t.Errorf("a member is told %+v, %v", list, err)
	}
	farid := f.Refresh(f.Farid)
	if members, err := f.Identity.Members(t.Context(), farid, f.Circle.ID); err != nil || len(members) != 3 {
		t.Errorf("the chair of a sensitive group that ended sees %d members, %v", len(members), err)
	}
}
