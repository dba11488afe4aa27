package db_test

import (
	"sync"
	"testing"

	"madang/app"
	"madang/app/identity"
	"madang/db"
	"madang/db/dbtest"
)

func TestAChangedRoleMakesTheOldStandingWorthless(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		before := f.Chioma
		f.SetRole(f.Chioma, f.Eun, app.RoleChair)
		f.SetRole(f.Eun, f.Chioma, app.RoleMember)

		draft := identity.GroupDraft{Name: "Renamed", Languages: []string{"en"}, Stakeholders: same(f.Group)}
		_, err := f.Identity.ReviseGroup(t.Context(), before, f.Group.ID, draft)
		wantCode(t, err, "role.changed")
	})
}

func same(g identity.Group) []identity.StakeholderDraft {
	var drafts []identity.StakeholderDraft
	for _, s := range g.Stakeholders {
		drafts = append(drafts, identity.StakeholderDraft{ID: s.ID, Name: s.Name, Required: s.Required, Sensitive: s.Sensitive})
	}
	return drafts
}

func TestTwoChairsWhoStepDownTogetherLeaveOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		f.SetRole(f.Chioma, f.Eun, app.RoleChair)
		chairs := []app.Actor{f.Refresh(f.Chioma), f.Refresh(f.Eun)}
		var wait sync.WaitGroup
		errs := make([]error, 2)
		for i, chair := range chairs {
			wait.Go(func() {
				m := f.Membership(chair)
				errs[i] = f.Identity.ChangeRole(t.Context(), chair, m.Group, m.Persona, app.RoleMember, m.Version)
			})
		}
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("one should have stepped down: %v, %v", errs[0], errs[1])
		}
		for _, err := range errs {
			if err != nil {
				wantCode(t, err, "group.last_chair")
			}
		}
	})
}

func TestNobodyKeepsARoleBySendingTwoAdmissionsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		stake := f.Elsewhere.Stakeholders[0].ID
		var wait sync.WaitGroup
		errs := make([]error, 2)
		for i, name := range []string{"Dani", "Second Dani"} {
			_, token, err := f.Identity.Invite(t.Context(), f.Zoe, f.Elsewhere.ID, app.RoleMember, stake)
			if err != nil {
				t.Fatal(err)
			}
			wait.Go(func() { _, errs[i] = f.Identity.Accept(t.Context(), f.Dani, token, name) })
		}
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("one account got both places, or none: %v, %v", errs[0], errs[1])
		}
	})
}

func TestAStakeholderGroupThatHadPeopleCannotGo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		drafts := same(f.Group)
		draft := identity.GroupDraft{Name: f.Group.Name, Languages: []string{"en"}, Stakeholders: drafts[:1]}
		_, err := f.Identity.ReviseGroup(t.Context(), f.Chioma, f.Group.ID, draft)
		wantCode(t, err, "stakeholder.in_use")

		draft.Stakeholders = drafts[1:]
		revised, err := f.Identity.ReviseGroup(t.Context(), f.Chioma, f.Group.ID, draft)
		if err != nil || len(revised.Stakeholders) != 1 {
			t.Errorf("an unused one should go: %v, %v", revised.Stakeholders, err)
		}
	})
}

// BenchmarkAdmission is what the database does when somebody opens a page or the live
// text: who it is, and what they belong to.
func BenchmarkAdmission(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *dbtest.Forum{"SQLite": dbtest.OnSQLite, "PostgreSQL": dbtest.OnPostgres} {
		b.Run(name, func(b *testing.B) {
			f := open(b)
			people := db.IdentityStore{DB: f.DB}
			for b.Loop() {
				if _, err := people.Account(b.Context(), f.Dani.Account); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
