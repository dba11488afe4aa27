package db_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/app"
	"madang/app/consultation"
	"madang/app/prose"
	"madang/app/statement"
	"madang/db"
	"madang/db/dbtest"
)

// yard is an open docket on a version of a text, and the room around it.
type yard struct {
	*dbtest.Forum
	db.ConsultationStore
	service *consultation.Service
	docket  app.ID
}

// oneVersion answers for the one text there is.
type oneVersion struct {
	group app.ID
	text  consultation.FrozenText
}

func (o oneVersion) GroupOf(context.Context, app.Actor, app.ID) (app.ID, error) { return o.group, nil }

func (o oneVersion) Version(context.Context, app.Actor, app.ID, int) (consultation.FrozenText, error) {
	return o.text, nil
}

func (o oneVersion) Frozen(context.Context, app.ID) (consultation.FrozenText, error) {
	return o.text, nil
}

func eachYard(t *testing.T, test func(t *testing.T, y *yard)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) { test(t, newYard(t, f)) })
}

func newYard(t testing.TB, f *dbtest.Forum) *yard {
	t.Helper()
	ctx, chioma, statements := t.Context(), f.Membership(f.Chioma), db.StatementStore{DB: f.DB}
	made, err := statements.Create(ctx, chioma.Standing(), statement.Statement{
		ID: app.NewID(), Group: f.Group.ID, Title: "Rivers", Lang: "en", State: app.PhaseDrafting, CreatedBy: chioma.Persona, CreatedAt: f.Clock.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	doc := prose.Doc{Blocks: []prose.Block{{CID: "cabcdefghij", Node: prose.Paragraph}}}
	text := statement.VersionText{Doc: doc, Sealed: prose.Seal(doc, prose.NewSalt), Authors: make([][]app.LiveAuthored, 1)}
	v, err := statements.AddVersion(ctx, chioma.Standing(), statement.Version{
		ID: app.NewID(), Statement: made.ID, Kind: statement.VersionMade, Title: "Rivers", Lang: "en", By: chioma.Persona, At: f.Clock.Now(), Root: text.Sealed.Root(),
	}, text)
	if err != nil {
		t.Fatal(err)
	}
	frozen := consultation.Frozen{Version: v.ID, Statement: made.ID, No: 1, Title: "Rivers", Lang: "en"}
	answers := oneVersion{f.Group.ID, consultation.FrozenText{Frozen: frozen, Doc: doc}}
	store := db.ConsultationStore{DB: f.DB}
	y := &yard{Forum: f, ConsultationStore: store, docket: app.NewID(), service: consultation.New(store, answers, nil, plainFiles{}, []byte("the secret of a test"), f.Clock.Now)}
	_, err = y.service.Create(ctx, f.Chioma, f.Group.ID, y.docket, consultation.DocketText{
		Statement: made.ID, Title: "강물", Lang: "ko", Notice: "묻습니다.", Questions: []string{"첫째?", "둘째?"}, Published: "글.", Kept: "오래.", Notes: "설명",
		Opens: f.Clock.Now(), Closes: f.Clock.Now().Add(time.Hour), Zone: "Asia/Seoul", Moderation: consultation.ModerationPre,
		Channels: []consultation.Channel{consultation.ChannelTelephone, consultation.ChannelLetter},
	})
	if err == nil {
		err = y.service.Do(ctx, f.Chioma, y.docket, consultation.NewAct{ID: app.NewID(), Kind: consultation.Announced, Version: 1})
	}
	if err != nil {
		t.Fatal(err)
	}
	return y
}

func wordsOf(comment string) consultation.Words {
	return consultation.Words{Comment: comment, Kind: "general", As: consultation.AsIndividual, Name: "Ari", Publish: consultation.PublishAll, Lang: "en"}
}

func (y *yard) send(t testing.TB, service *consultation.Service, comment string) consultation.Receipt {
	t.Helper()
	receipt, err := service.Submit(t.Context(), consultation.NewSubmission{ID: app.NewID(), Docket: y.docket, Words: wordsOf(comment)})
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

// mustBalance counts the rows themselves and compares them with the balance.
func (y *yard) mustBalance(t testing.TB) consultation.Balance {
	t.Helper()
	balance, err := y.Balance(t.Context(), y.docket)
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Status string
		N      int
	}
	if err := y.Raw().Select(&rows, `SELECT status, COUNT(*) AS n FROM submissions GROUP BY status`); err != nil {
		t.Fatal(err)
	}
	var counted consultation.Balance
	for _, r := range rows {
		counted.Received += r.N
		switch consultation.Status(r.Status) {
		case consultation.Received, consultation.Screened:
			counted.Screening += r.N
		case consultation.Posted:
			counted.Posted += r.N
		case consultation.Redacted:
			counted.Redacted += r.N
		case consultation.Withheld:
			counted.Withheld += r.N
		case consultation.TakenBack:
			counted.Withdrawn += r.N
		}
	}
	if balance != counted || !balance.IsBalanced() {
		t.Fatalf("the balance says %+v, the rows %+v", balance, counted)
	}
	return balance
}

func TestADocketIsReadAsItWasWritten(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		d, err := y.Docket(t.Context(), y.docket)
		if err != nil || d.Number() != "2026-1" || d.GroupName != "The River Group" || d.Title != "강물" || len(d.Questions) != 2 || d.Questions[1] != "둘째?" ||
			d.Version.No != 1 || !d.Opens.Equal(y.Clock.Now()) || len(d.Channels) != 2 || len(d.Acts) != 1 || d.Acts[0].Name != "Chioma" {
			t.Errorf("%+v, %v", d, err)
		}
		again, err := y.service.Create(t.Context(), y.Chioma, y.Group.ID, app.NewID(), d.DocketText)
		if err != nil || again.Number() != "2026-2" {
			t.Errorf("%+v, %v", again, err)
		}
		public, err := y.Dockets(t.Context(), "")
		if err != nil || len(public) != 1 || public[0].ID != y.docket {
			t.Errorf("%+v, %v", public, err)
		}
	})
}

func TestTwoChairsWhoActAtOnceDoOneThing(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		d, err := y.Docket(t.Context(), y.docket)
		if err != nil {
			t.Fatal(err)
		}
		chioma := y.Membership(y.Chioma)
		longer, err := d.Act(consultation.Act{ID: app.NewID(), Kind: consultation.Extended, By: chioma.Persona, At: y.Clock.Now(), Closes: d.Closes.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		gone, err := d.Act(consultation.Act{ID: app.NewID(), Kind: consultation.Withdrawn, By: chioma.Persona, At: y.Clock.Now()})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // sent again
			if err := y.AddAct(t.Context(), chioma.Standing(), longer, longer.Acts[1]); err != nil {
				t.Fatal(err)
			}
		}
		wantCode(t, y.AddAct(t.Context(), chioma.Standing(), gone, gone.Acts[1]), "docket.changed")
	})
}

func TestSubmissionsOfTwoNodesAreNumberedWithoutAGapAndBalance(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		other := consultation.New(db.ConsultationStore{DB: y.Another()}, oneVersion{}, nil, plainFiles{}, []byte("the secret of a test"), y.Clock.Now)
		nodes := []*consultation.Service{y.service, other}
		var wait sync.WaitGroup
		same := app.NewID()
		for i := range 8 {
			wait.Go(func() {
				for n := range 5 {
					y.send(t, nodes[i%2], fmt.Sprint(i, n))
				}
				if _, err := nodes[i%2].Submit(t.Context(), consultation.NewSubmission{ID: same, Docket: y.docket, Words: wordsOf("The same form.")}); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		list, err := y.Submissions(t.Context(), y.docket, consultation.Filter{Limit: 100})
		if err != nil || len(list) != 41 {
			t.Fatalf("%d, %v", len(list), err)
		}
		for i, s := range list {
			if s.No != i+1 {
				t.Errorf("number %d at place %d", s.No, i+1)
			}
		}
		if b := y.mustBalance(t); b.Received != 41 {
			t.Errorf("%+v", b)
		}
	})
}

func TestTheClosingSecondIsThatOfTheDatabase(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		first := consultation.NewSubmission{ID: app.NewID(), Docket: y.docket, Words: wordsOf("In time.")}
		y.Clock.Advance(time.Hour - time.Millisecond)
		receipt, err := y.service.Submit(t.Context(), first)
		if err != nil || receipt.Submission.IsLate {
			t.Fatalf("%+v, %v", receipt, err)
		}
		y.Clock.Advance(time.Millisecond)
		again, err := y.service.Submit(t.Context(), first) // its answer got lost
		if err != nil || again.Code != receipt.Code || again.Submission.IsLate {
			t.Errorf("%+v, %v", again, err)
		}
		late := consultation.NewSubmission{ID: app.NewID(), Docket: y.docket, Words: wordsOf("Too late.")}
		_, err = y.service.Submit(t.Context(), late)
		wantCode(t, err, "docket.closed")
		late.MayBeLate = true
		if receipt, err = y.service.Submit(t.Context(), late); err != nil || !receipt.Submission.IsLate {
			t.Errorf("%+v, %v", receipt, err)
		}
		if err := y.service.Do(t.Context(), y.Chioma, y.docket, consultation.NewAct{ID: app.NewID(), Kind: consultation.Extended, Reason: "More time.", Closes: y.Clock.Now().Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		if receipt = y.send(t, y.service, "After the extension."); receipt.Submission.IsLate {
			t.Error("what came within the extended period is called late")
		}
		if err := y.service.Do(t.Context(), y.Chioma, y.docket, consultation.NewAct{ID: app.NewID(), Kind: consultation.Withdrawn, Reason: "No."}); err != nil {
			t.Fatal(err)
		}
		late.ID = app.NewID()
		_, err = y.service.Submit(t.Context(), late)
		wantCode(t, err, "docket.withdrawn")
		if again, err = y.service.Submit(t.Context(), first); err != nil || again.Code != receiptOf(t, y, first) {
			t.Errorf("%+v, %v", again, err)
		}
	})
}

func receiptOf(t testing.TB, y *yard, sent consultation.NewSubmission) string {
	t.Helper()
	receipt, err := y.service.Submit(t.Context(), sent)
	if err != nil {
		t.Fatal(err)
	}
	return receipt.Code
}

func TestOtherWordsUnderTheSameIDAreNotTakenForTheSame(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		sent := consultation.NewSubmission{ID: app.NewID(), Docket: y.docket, Words: wordsOf("One.")}
		receiptOf(t, y, sent)
		sent.Words = wordsOf("Two.")
		_, err := y.service.Submit(t.Context(), sent)
		wantCode(t, err, "id.taken")
		y.mustBalance(t)
	})
}

func TestWithdrawnWordsAreNowhereInTheDatabase(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		receipt := y.send(t, y.service, "canaryone words")
		take := func(step consultation.NewStep) consultation.Followed {
			t.Helper()
			step.ID = app.NewID()
			f, err := y.service.Take(t.Context(), receipt.Code, step)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		take(consultation.NewStep{Kind: consultation.StepAdded, Revision: 1, Sentence: "canarytwo"})
		take(consultation.NewStep{Kind: consultation.StepCorrected, Revision: 2, Words: wordsOf("canarythree")})
		take(consultation.NewStep{Kind: consultation.StepContested, Sentence: "canaryfour"})
		gone := take(consultation.NewStep{Kind: consultation.StepTakenBack})
		if gone.Submission.Status != consultation.TakenBack || gone.Submission.Comment != "" || gone.Submission.Name != "" {
			t.Errorf("%+v", gone.Submission)
		}
		for _, query := range []string{
			`SELECT comment || proposed || name FROM submission_revisions`, `SELECT sentence FROM submission_steps`,
		} {
			var texts []string
			if err := y.Raw().Select(&texts, query); err != nil {
				t.Fatal(err)
			}
			if all := strings.Join(texts, " "); strings.Contains(all, "canary") || strings.Contains(all, "Ari") {
				t.Errorf("%s still holds %q", query, all)
			}
		}
		_, err := y.service.Take(t.Context(), receipt.Code, consultation.NewStep{ID: app.NewID(), Kind: consultation.StepAdded, Revision: 3, Sentence: "more"})
		wantCode(t, err, "submission.withdrawn")
		if b := y.mustBalance(t); b.Withdrawn != 1 || b.Received != 1 {
			t.Errorf("%+v", b)
		}
	})
}

func TestTheBalanceHoldsWhateverPeopleDo(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		dice := rand.New(rand.NewPCG(5, 8))
		var codes []string
		moves := []consultation.Status{consultation.Screened, consultation.Posted, consultation.Withheld}
		steps := []consultation.StepKind{consultation.StepAdded, consultation.StepCorrected, consultation.StepTakenBack, consultation.StepContested, consultation.StepAppealed}
		for n := range 300 {
			switch pick := dice.IntN(5); {
			case pick == 0 || len(codes) == 0:
				codes = append(codes, y.send(t, y.service, fmt.Sprint("Words ", n)).Code)
			case pick < 3:
				no := 1 + dice.IntN(len(codes))
				err := y.service.Move(t.Context(), y.Chioma, y.docket, no, consultation.NewMove{
					ID: app.NewID(), To: moves[dice.IntN(3)], Revision: 1 + dice.IntN(2), Reason: "spam", Sentence: "It is.",
				})
				mustBeRefusal(t, err)
			default:
				w := wordsOf(fmt.Sprint("Other words ", n))
				w.Publish = consultation.Permissions[dice.IntN(3)]
				_, err := y.service.Take(t.Context(), codes[dice.IntN(len(codes))], consultation.NewStep{
					ID: app.NewID(), Kind: steps[dice.IntN(5)], Revision: 1 + dice.IntN(2), Words: w, Sentence: "Said.",
				})
				mustBeRefusal(t, err)
			}
		}
		if b := y.mustBalance(t); b.Received != len(codes) || b.Withdrawn == 0 || b.Posted == 0 || b.Withheld == 0 {
			t.Errorf("%+v", b)
		}
	})
}

// mustBeRefusal fails if something went wrong, rather than being refused.
func mustBeRefusal(t testing.TB, err error) {
	t.Helper()
	if err != nil && app.KindOf(err) == app.KindUnavailable {
		t.Fatal(err)
	}
}

func TestARowThatDoesNotBalanceIsRefusedByTheDatabase(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		y.send(t, y.service, "One.")
		for _, query := range []string{
			`UPDATE docket_balances SET received = received + 1`, `UPDATE docket_balances SET screening = screening - 1, posted = posted + 2`,
			`UPDATE docket_balances SET screening = screening + 2, posted = posted - 2`, `UPDATE submissions SET status = 'lost'`,
		} {
			if _, err := y.Raw().Exec(query); err == nil {
				t.Errorf("the database takes %s", query)
			}
		}
		y.mustBalance(t)
	})
}

func TestAModeratorWhoLostTheirRoleMovesNothing(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		mo := y.Join(y.Group, app.RoleModerator, "Mo")
		y.send(t, y.service, "One.")
		y.SetRole(y.Chioma, mo, app.RoleMember)
		err := y.service.Move(t.Context(), mo, y.docket, 1, consultation.NewMove{ID: app.NewID(), To: consultation.Posted, Revision: 1})
		wantCode(t, err, "role.changed")
		_, err = y.service.KeyIn(t.Context(), mo, consultation.NewKeyed{ID: app.NewID(), Docket: y.docket, Words: wordsOf("By post."), Channel: consultation.ChannelLetter, On: y.Clock.Now()})
		wantCode(t, err, "role.changed")
		y.mustBalance(t)
	})
}
