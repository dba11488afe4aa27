package db_test

import (
	"testing"

	"madang/app"
	"madang/app/disposition"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/trace"
	"madang/db"
)

func TestOnlyAVersionMadeAfterTheFrozenOneComesOfADocketThatIsReported(t *testing.T) {
	eachAnswered(t, func(t *testing.T, y *answeredYard) {
		ctx, store, chair := t.Context(), db.TraceStore{DB: y.Forum.DB}, y.Membership(y.Chioma)
		docket, err := y.service.Docket(ctx, y.Chioma, y.docket)
		if err != nil {
			t.Fatal(err)
		}
		of := docket.Version.Statement
		add := func(kind statement.VersionKind) int {
			t.Helper()
			doc := prose.Doc{Blocks: []prose.Block{prose.Block{Node: prose.Paragraph, CID: "cabcdefghij"}.WithPlainText("Rivers, too.")}}
			sealed := prose.Seal(doc, prose.NewSalt)
			v := versionBy(y.Forum, y.Eun, of, sealed.Root())
			v.Kind = kind
			kept, err := db.StatementStore{DB: y.Forum.DB}.AddVersion(ctx, y.Membership(y.Eun).Standing(), v, whole(doc, sealed))
			if err != nil {
				t.Fatal(err)
			}
			return kept.No
		}
		made, kept := add(statement.VersionMade), add(statement.VersionKept)
		wish := trace.Outcome{ID: app.NewID(), Docket: y.docket, No: made, By: chair.Persona, At: y.Clock.Now()}
		wantCode(t, store.AddOutcome(ctx, chair.Standing(), wish), "outcome.version") // nothing is reported yet
		report(t, y)
		for _, no := range []int{docket.Version.No, kept, kept + 1} {
			other := wish
			other.No = no
			wantCode(t, store.AddOutcome(ctx, chair.Standing(), other), "outcome.version")
		}
		for range 2 { // sent again
			if err := store.AddOutcome(ctx, chair.Standing(), wish); err != nil {
				t.Fatal(err)
			}
		}
		list, err := store.Outcomes(ctx, of)
		if err != nil || len(list) != 1 || list[0].No != made || list[0].ID != wish.ID || list[0].Title == "" || list[0].Lang == "" || !list[0].At.Equal(wish.At) {
			t.Errorf("%+v, %v", list, err)
		}
		y.SetRole(y.Chioma, y.Eun, app.RoleChair)
		y.SetRole(y.Eun, y.Chioma, app.RoleMember)
		wish.ID = app.NewID()
		wantCode(t, store.AddOutcome(ctx, chair.Standing(), wish), "role.changed")
	})
}

// report publishes a report in which everything was read.
func report(t *testing.T, y *answeredYard) {
	t.Helper()
	if err := y.answers.MarkRead(t.Context(), y.Chioma, y.docket, 1, 2, 3); err != nil {
		t.Fatal(err)
	}
	err := db.DispositionStore{DB: y.Forum.DB}.PublishReport(t.Context(), y.Membership(y.Chioma).Standing(), disposition.Report{
		ID: app.NewID(), Docket: y.docket, By: y.Membership(y.Chioma).Persona, At: y.Clock.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
}
