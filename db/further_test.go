package db_test

import (
	"reflect"
	"sync"
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/thread"
	"madang/db"
	"madang/db/dbtest"
)

// further keeps an amendment of somebody's to another one and tables it.
func further(t *testing.T, f *dbtest.Forum, who app.Actor, store db.StatementStore, whole statement.Amendment) statement.Amendment {
	t.Helper()
	a := amendmentBy(f, who, whole.Statement)
	a.Parent = statement.Kin{ID: whole.ID}
	a.Proposals = []prose.Proposal{{Kind: prose.ProposeText, CID: "caaaaaaaaaa", Base: "물은 누구의 것인가.", Text: "물은 모두의 것인가."}}
	by := f.Membership(who).Standing()
	made, err := store.AddAmendment(t.Context(), by, a)
	if err == nil {
		err = store.StepAmendment(t.Context(), by, made.ID, statement.AmendmentDraft, statement.AmendmentStep{To: statement.AmendmentTabled, At: f.Clock.Now()})
	}
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func adoption(f *dbtest.Forum, whole, further statement.Amendment) statement.Adoption {
	proposals := append([]prose.Proposal{}, whole.Proposals...)
	proposals[0].Text = "물은 모두의 것인가."
	return statement.Adoption{
		Amendment: whole.ID, Further: further.ID, Wording: whole.Wording, Was: whole.Proposals, Proposals: proposals,
		Step: statement.AmendmentStep{To: statement.AmendmentAccepted, Reason: "옳다.", At: f.Clock.Now()},
	}
}

func TestAnAmendmentThatAdoptedOtherWordsIsReadWithThoseItHadBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		minho, dani := f.Membership(f.Minho), f.Membership(f.Dani)
		whole := tabled(t, f, store, of.ID)
		if err := store.SignAmendment(t.Context(), f.Membership(f.Eun).Standing(), whole.ID, 0, f.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		child := further(t, f, f.Dani, store, whole)
		a := adoption(f, whole, child)
		if err := store.AdoptAmendment(t.Context(), minho.Standing(), a); err != nil {
			t.Fatal(err)
		}
		kept, err := store.Amendment(t.Context(), whole.ID)
		want := []statement.FormerWording{{Proposals: whole.Proposals, Adopted: child.ID, At: f.Clock.Now()}}
		if err != nil || kept.Wording != 1 || !reflect.DeepEqual(kept.Proposals, a.Proposals) || !reflect.DeepEqual(kept.Former, want) || kept.State != statement.AmendmentTabled {
			t.Errorf("%+v, %v", kept, err)
		}
		if want := []statement.Kin{{ID: child.ID, No: 2, State: statement.AmendmentAccepted, By: dani.Persona}}; !reflect.DeepEqual(kept.Further, want) {
			t.Errorf("%+v", kept.Further)
		}
		if kept.Stands(kept.Authors[1]) || !kept.Stands(kept.Authors[0]) {
			t.Errorf("%+v", kept.Authors)
		}
		kept, err = store.Amendment(t.Context(), child.ID)
		if want := (statement.Kin{ID: whole.ID, No: 1, State: statement.AmendmentTabled, By: minho.Persona}); err != nil || kept.Parent != want || kept.State != statement.AmendmentAccepted || kept.Steps[1].Reason != "옳다." {
			t.Errorf("%+v, %v", kept, err)
		}
		happened, err := db.ThreadStore{DB: f.DB}.Activities(t.Context(), of.ID, 0)
		told := []thread.Activity{
			{Seq: 1, Kind: "tabled", Amendment: whole.ID}, {Seq: 2, Kind: "signed", Amendment: whole.ID}, {Seq: 3, Kind: "tabled", Amendment: child.ID},
			{Seq: 4, Kind: "accepted", Amendment: child.ID}, {Seq: 5, Kind: "reworded", Amendment: whole.ID},
		}
		if err != nil || !reflect.DeepEqual(happened, told) {
			t.Errorf("%+v, %v", happened, err)
		}

		// Nobody signs, accepts or adopts on the strength of words that were before.
		wantCode(t, store.SignAmendment(t.Context(), dani.Standing(), whole.ID, 0, f.Clock.Now()), "amendment.reworded")
		wantCode(t, store.ClaimAmendments(t.Context(), f.Membership(f.Eun).Standing(), []statement.Amendment{whole}, f.Clock.Now()), "amendment.reworded")
		other := further(t, f, f.Dani, store, whole)
		wantCode(t, store.AdoptAmendment(t.Context(), minho.Standing(), adoption(f, whole, other)), "amendment.reworded")
		for range 2 { // sent again, and told once
			if err := store.SignAmendment(t.Context(), f.Membership(f.Eun).Standing(), whole.ID, 1, f.Clock.Now()); err != nil {
				t.Error(err)
			}
		}
		if heads, err := (db.ThreadStore{DB: f.DB}).Heads(t.Context(), []app.ID{of.ID}); err != nil || heads[of.ID] != 7 {
			t.Errorf("%v, %v", heads, err)
		}
	})
}

func TestWithAnAmendmentThoseThatAmendItAreClosed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		whole := tabled(t, f, store, of.ID)
		first, second := further(t, f, f.Dani, store, whole), further(t, f, f.Eun, store, whole)
		draft := amendmentBy(f, f.Dani, of.ID)
		draft.Parent = statement.Kin{ID: whole.ID}
		if _, err := store.AddAmendment(t.Context(), f.Membership(f.Dani).Standing(), draft); err != nil {
			t.Fatal(err)
		}
		eun := f.Membership(f.Eun).Standing()
		if err := store.ClaimAmendments(t.Context(), eun, []statement.Amendment{whole}, f.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		// While somebody puts its words into the text, they don't change.
		wantCode(t, store.AdoptAmendment(t.Context(), f.Membership(f.Minho).Standing(), adoption(f, whole, first)), "amendment.parent_decided")
		if err := store.Accept(t.Context(), eun, statement.Acceptance{ID: app.NewID(), Statement: of.ID, At: f.Clock.Now(), Fates: []statement.Fate{
			{Amendment: whole.ID, From: statement.AmendmentTabled, To: statement.AmendmentAccepted},
		}}); err != nil {
			t.Fatal(err)
		}
		for _, a := range []statement.Amendment{first, second} {
			if kept, err := store.Amendment(t.Context(), a.ID); err != nil || kept.State != statement.AmendmentSuperseded || len(kept.Steps) != 2 || kept.Steps[1].By.Name != "은" {
				t.Errorf("%+v, %v", kept, err)
			}
		}
		err := store.StepAmendment(t.Context(), f.Membership(f.Dani).Standing(), draft.ID, statement.AmendmentDraft, statement.AmendmentStep{To: statement.AmendmentTabled, At: f.Clock.Now()})
		wantCode(t, err, "amendment.parent_decided")
	})
}

func TestAnAmendmentIsDecidedAboutOrAdoptsOtherWordsButNotBothAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		store, of, _ := versioned(t, f)
		other := db.StatementStore{DB: f.Another()}
		for range 10 {
			whole := tabled(t, f, store, of.ID)
			child := further(t, f, f.Dani, store, whole)
			var both sync.WaitGroup
			var adopted, rejected error
			both.Go(func() {
				adopted = store.AdoptAmendment(t.Context(), f.Membership(f.Minho).Standing(), adoption(f, whole, child))
			})
			both.Go(func() {
				rejected = other.StepAmendment(t.Context(), f.Membership(f.Eun).Standing(), whole.ID, statement.AmendmentTabled, statement.AmendmentStep{To: statement.AmendmentRejected, Reason: "no", At: f.Clock.Now()})
			})
			both.Wait()
			if rejected != nil {
				t.Error(rejected)
			}
			want := statement.AmendmentAccepted
			if adopted != nil {
				want = statement.AmendmentSuperseded
				wantCode(t, adopted, "amendment.parent_decided")
			}
			if kept, err := store.Amendment(t.Context(), child.ID); err != nil || kept.State != want {
				t.Errorf("%s, %v", kept.State, err)
			}
		}
	})
}
