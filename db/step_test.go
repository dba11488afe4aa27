package db_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/db"
	"madang/db/dbtest"
)

// begun is a statement of Dani's with a live text of one update.
func begun(t *testing.T, f *dbtest.Forum) (db.StatementStore, *db.LiveLog, statement.Statement) {
	t.Helper()
	store, made, _ := versioned(t, f)
	log := db.NewLiveLog(f.DB)
	if _, err := log.Create(t.Context(), made.ID, changeBy(f, f.Dani, "first")); err != nil {
		t.Fatal(err)
	}
	return store, log, made
}

func stepOf(f *dbtest.Forum, of app.ID, no int64, from, to app.Phase, seq int64) statement.Step {
	return statement.Step{
		ID: app.NewID(), Statement: of, No: no, From: from, To: to, By: statement.Author{Persona: f.Membership(f.Chioma).Persona},
		Reason: "모두 읽을 때입니다.", At: f.Clock.Now(), Text: app.LiveHead{Epoch: 1, Seq: seq},
	}
}

// standsIn is somebody's standing for a statement as it is now.
func standsIn(t *testing.T, f *dbtest.Forum, who app.Actor, of app.ID) app.Standing {
	t.Helper()
	found, err := (db.StatementStore{DB: f.DB}).Statement(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	return f.Membership(who).At(found.Stage()).Standing()
}

func TestEveryStepOfAStatementIsKeptWithItsReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, _, of := begun(t, f)
		first := stepOf(f, of.ID, 1, app.PhaseDrafting, app.PhaseReview, 1)
		stands := standsIn(t, f, f.Chioma, of.ID)
		wantCode(t, store.TakeStep(t.Context(), stands, stepOf(f, of.ID, 1, app.PhaseDrafting, app.PhaseReview, 2)), "phase.moved")
		if err := store.TakeStep(t.Context(), stands, first); err != nil {
			t.Fatal(err)
		}
		wantCode(t, store.TakeStep(t.Context(), stands, stepOf(f, of.ID, 1, app.PhaseDrafting, app.PhaseReview, 1)), "phase.changed")
		again := first
		again.No = 2
		wantCode(t, store.TakeStep(t.Context(), standsIn(t, f, f.Chioma, of.ID), again), "id.taken")
		second := stepOf(f, of.ID, 2, app.PhaseReview, app.PhaseDrafting, 1)
		if err := store.TakeStep(t.Context(), standsIn(t, f, f.Chioma, of.ID), second); err != nil {
			t.Fatal(err)
		}
		steps, err := store.Steps(t.Context(), of.ID)
		if err != nil || len(steps) != 2 || steps[0].ID != second.ID || steps[1].Reason != first.Reason || steps[1].By.Name == "" || steps[1].To != app.PhaseReview {
			t.Errorf("%+v, %v", steps, err)
		}
		stages, err := store.Stages(t.Context(), []app.ID{of.ID, app.NewID()})
		if want := (app.Stage{Statement: of.ID, Phase: app.PhaseDrafting, No: 2}); err != nil || len(stages) != 1 || stages[of.ID] != want {
			t.Errorf("%+v, %v", stages, err)
		}
	})
}

func TestAWriteDecidedForAnotherPhaseIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, log, of := begun(t, f)
		change := changeBy(f, f.Eun, "late")
		change.By = standsIn(t, f, f.Eun, of.ID)
		eun := change.By
		if err := store.TakeStep(t.Context(), standsIn(t, f, f.Chioma, of.ID), stepOf(f, of.ID, 1, app.PhaseDrafting, app.PhaseReview, 1)); err != nil {
			t.Fatal(err)
		}
		commit, err := log.Append(t.Context(), of.ID, 1, []app.LiveChange{change})
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, commit.Refused[0], "phase.changed")
		wantCode(t, store.Rename(t.Context(), eun, of.ID, "late"), "phase.changed")
		f.SetRole(f.Chioma, f.Eun, app.RoleMember)
		wantCode(t, store.Rename(t.Context(), eun, of.ID, "later"), "role.changed")
	})
}

// Two nodes write while the chair ends the phase, and others comment meanwhile: what
// committed did so before the step, and nobody waits for anybody in a circle.
func TestNothingOfAnEndedPhaseCommitsLate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, log, of := begun(t, f)
		logs := []*db.LiveLog{log, db.NewLiveLog(f.Another())}
		for round := range int64(10) {
			stands, eun := standsIn(t, f, f.Chioma, of.ID), standsIn(t, f, f.Eun, of.ID)
			var committed atomic.Int64
			var wait sync.WaitGroup
			for _, log := range logs {
				wait.Go(func() {
					for range 5000 {
						change := changeBy(f, f.Eun, "by an editor")
						change.By = eun
						commit, err := log.Append(t.Context(), of.ID, 1, []app.LiveChange{change})
						if err != nil {
							t.Error(err)
							return
						}
						if commit.Refused[0] != nil {
							wantCode(t, commit.Refused[0], "phase.changed")
							return
						}
						committed.Add(1)
					}
				})
			}
			wait.Go(func() {
				for {
					if _, err := store.AddNote(t.Context(), eun, of.ID, statement.Note{ID: app.NewID(), CID: prose.NewCID(), No: 1, Words: "At once.", By: eun.Persona, At: f.Clock.Now()}); err != nil {
						return
					}
				}
			})
			for committed.Load() < 3 && !t.Failed() {
				runtime.Gosched()
			}
			last := int64(0)
			for last == 0 && !t.Failed() {
				seq := headOf(t, log, of.ID)
				switch err := store.TakeStep(t.Context(), stands, stepOf(f, of.ID, round+1, app.PhaseDrafting, app.PhaseDrafting, seq)); {
				case err == nil:
					last = seq
				default:
					wantCode(t, err, "phase.moved")
				}
			}
			wait.Wait()
			if now := headOf(t, logs[1], of.ID); now != last {
				t.Errorf("%d changes committed after the phase had ended", now-last)
			}
		}
	})
}
