package db_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/app"
	"madang/app/consultation"
	"madang/app/disposition"
	"madang/app/notice"
	"madang/app/prose"
	"madang/app/statement"
	"madang/db"
)

// postedIn answers what was posted to the dockets of a yard.
type postedIn struct{ *yard }

func (p postedIn) Docket(ctx context.Context, actor app.Actor, id app.ID) (disposition.Docket, app.Membership, error) {
	v, text, err := p.service.Text(ctx, actor, id)
	d := disposition.Docket{ID: v.ID, Group: v.Group, Statement: v.Version.Statement, IsAnnounced: true, IsClosed: v.State == consultation.StateClosed}
	for _, b := range text.Doc.Blocks {
		d.Clauses = append(d.Clauses, disposition.Clause{CID: b.CID})
	}
	return d, v.Membership, err
}

func (p postedIn) Posted(ctx context.Context, docket app.ID, nos ...int) ([]disposition.Submission, error) {
	found, err := p.service.Among(ctx, docket, nos...)
	var list []disposition.Submission
	for _, s := range found {
		list = append(list, disposition.Submission{No: s.No, Revision: s.Revision, Comment: s.Comment, Proposed: s.Proposed, Kind: disposition.Kind(s.Kind)})
	}
	return list, err
}

func (p postedIn) PostedNos(ctx context.Context, docket app.ID) ([]int, error) {
	return p.service.PostedNos(ctx, docket)
}

func (p postedIn) Groups(ctx context.Context, d disposition.Docket) ([]disposition.StakeholderGroup, map[int]app.ID, error) {
	known, stated, err := p.service.Stated(ctx, d.Group, d.ID)
	var groups []disposition.StakeholderGroup
	for _, k := range known {
		groups = append(groups, disposition.StakeholderGroup{ID: k.ID, Name: k.Name})
	}
	return groups, stated, err
}

func (p postedIn) Receipt(ctx context.Context, code string) (app.ID, int, error) {
	f, err := p.service.Follow(ctx, code)
	return f.Docket.ID, f.Submission.No, err
}

// answeredYard is a yard in which three people said something that was posted.
type answeredYard struct {
	*yard
	answers *disposition.Service
	codes   []string
}

func eachAnswered(t *testing.T, test func(t *testing.T, y *answeredYard)) {
	t.Helper()
	eachYard(t, func(t *testing.T, y *yard) {
		a := &answeredYard{yard: y, answers: disposition.New(db.DispositionStore{DB: y.Forum.DB}, postedIn{y}, []byte("the secret of a test"), y.Clock.Now)}
		for i, comment := range []string{"Rivers for all. 우리 모두의 강.", "I agree. Rivers for all. Thanks.", "A comma is missing."} {
			receipt := y.send(t, y.service, comment)
			a.codes = append(a.codes, receipt.Code)
			if err := y.service.Move(t.Context(), y.Chioma, y.docket, i+1, consultation.NewMove{ID: app.NewID(), To: consultation.Posted, Revision: 1}); err != nil {
				t.Fatal(err)
			}
		}
		test(t, a)
	})
}

// mark lets Eun mark the first sentence of a submission, which opens an issue if it is
// named.
func (y *answeredYard) mark(t *testing.T, no int, title string, kind disposition.Kind) disposition.NewExcerpt {
	t.Helper()
	wish := disposition.NewExcerpt{
		ID: app.NewID(), Docket: y.docket, Submission: no, Revision: 1, Field: disposition.FieldComment, Pieces: []disposition.Span{{Start: 0, End: 15}}, CID: "cabcdefghij", Title: title, Kind: kind,
	}
	for range 2 { // sent again
		if err := y.answers.MarkExcerpt(t.Context(), y.Eun, wish); err != nil {
			t.Fatal(err)
		}
	}
	return wish
}

func (y *answeredYard) issue(t *testing.T, no int) disposition.Issue {
	t.Helper()
	v, err := y.answers.Issue(t.Context(), y.Eun, y.docket, no)
	if err != nil {
		t.Fatal(err)
	}
	return v.Issue
}

// answer lets Eun answer an issue and Chioma agree.
func (y *answeredYard) answer(t *testing.T, no int) {
	t.Helper()
	wish := disposition.NewAnswer{ID: app.NewID(), Issue: no, Revision: y.issue(t, no).Revision, Code: disposition.Incorporated, Rationale: "그렇게 씁니다."}
	for range 2 {
		if err := y.answers.Write(t.Context(), y.Eun, y.docket, wish); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := y.answers.Judge(t.Context(), y.Chioma, y.docket, no, wish.ID, disposition.Agreed, ""); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEverybodyIsReadAnsweredAndTold(t *testing.T) {
	eachAnswered(t, func(t *testing.T, y *answeredYard) {
		ctx, chioma := t.Context(), y.Membership(y.Chioma)
		if n, err := y.answers.Assign(ctx, y.Chioma, y.docket, 1, 2, chioma.Persona, true); err != nil || n != 2 {
			t.Fatal(n, err)
		}
		_, err := y.answers.Assign(ctx, y.Chioma, y.docket, 1, 0, y.Membership(y.Minho).Persona, false)
		wantCode(t, err, "reading.reader")
		_, err = y.answers.Assign(ctx, y.Minho, y.docket, 1, 0, chioma.Persona, false)
		wantCode(t, err, "role.study")
		y.mark(t, 1, "Whose are rivers?", disposition.Technical)
		y.mark(t, 3, "", disposition.Editorial)
		first := y.issue(t, 1)
		if len(first.Excerpts) != 1 || first.Excerpts[0].Words != "Rivers for all." || first.State() != disposition.StateOpen {
			t.Fatalf("%+v", first)
		}
		publish := func() error {
			_, err := y.answers.Publish(ctx, y.Chioma, y.docket, app.NewID(), "모두 읽었습니다.")
			return err
		}
		wantCode(t, publish(), "report.open")
		y.Clock.Advance(2 * time.Hour)
		wantCode(t, publish(), "report.unread")
		if err := y.answers.MarkRead(ctx, y.Chioma, y.docket, 1, 2, 3); err != nil {
			t.Fatal(err)
		}
		wantCode(t, publish(), "report.loose")
		excerpts, err := (db.DispositionStore{DB: y.Forum.DB}).Excerpts(ctx, y.docket)
		if err == nil {
			err = y.answers.OpenIssue(ctx, y.Eun, y.docket, app.NewID(), "cabcdefghij", "A comma", disposition.Editorial)
		}
		if err == nil {
			err = y.answers.Group(ctx, y.Eun, y.docket, []app.ID{excerpts[1].ID}, y.issue(t, 2).ID, false)
		}
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, publish(), "report.unanswered")
		fate, err := y.answers.FateOf(ctx, y.codes[0])
		if err != nil || !fate.IsRead || fate.IsPublished || len(fate.Issues) > 0 {
			t.Errorf("before the report a receipt shows %+v, %v", fate, err)
		}
		_, err = y.answers.Matrix(ctx, app.Actor{}, y.docket, disposition.View{})
		wantCode(t, err, "role.answer")
		y.answer(t, 1)
		d, err := y.yard.Docket(ctx, y.docket)
		must(t, err)
		follower, notices := y.Join(y.Group, app.RoleMember, "Following"), db.NoticeStore{DB: y.Forum.DB}
		must(t, notices.Choose(ctx, y.Membership(follower).Standing(), notice.Target{Statement: d.Statement, Kind: notice.Docket, Part: string(y.docket)}, true))
		if err := publish(); err != nil {
			t.Fatal(err)
		}
		y.mustTell(t)
		for who, want := range map[app.ID]int{reader(y.Forum, follower): 1, reader(y.Forum, y.Chioma): 0, reader(y.Forum, y.Eun): 0} {
			told, err := notices.Notices(ctx, []app.ID{who}, notice.Place{At: 1<<63 - 1}, 10)
			if err != nil || len(told) != want || want == 1 && (told[0].Event != notice.Reported || told[0].Docket != y.docket || !told[0].IsUnread) {
				t.Errorf("told is %+v, %v", told, err)
			}
		}
	})
}

// mustTell checks what everybody sees once the report is published.
func (y *answeredYard) mustTell(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	fate, err := y.answers.FateOf(ctx, y.codes[0])
	if err != nil || len(fate.Issues) != 1 || fate.Issues[0].Answers[0].Rationale != "그렇게 씁니다." {
		t.Fatalf("the receipt shows %+v, %v", fate, err)
	}
	for _, reply := range []disposition.Reply{disposition.Satisfied, disposition.NotSatisfied} {
		if err := y.answers.Reply(ctx, y.codes[0], fate.Issues[0].ID, reply); err != nil {
			t.Error(err)
		}
	}
	if err := y.answers.Reply(ctx, y.codes[1], fate.Issues[0].ID, disposition.Satisfied); app.KindOf(err) != app.KindNotFound {
		t.Errorf("somebody replies to what isn't theirs: %v", err)
	}
	if fate, err = y.answers.FateOf(ctx, y.codes[0]); err != nil || fate.Replies[fate.Issues[0].ID] != disposition.NotSatisfied {
		t.Errorf("the reply is %v, %v", fate.Replies, err)
	}
	m, err := y.answers.Matrix(ctx, app.Actor{}, y.docket, disposition.View{})
	if err != nil || len(m.Rows) != 2 || m.Rows[0].Answer.Code != disposition.Incorporated || m.Rows[1].Answer.Code != "" {
		t.Errorf("the matrix is %+v, %v", m.Rows, err)
	}
	wantCode(t, y.answers.OpenIssue(ctx, y.Eun, y.docket, app.NewID(), "", "Too late", disposition.General), "report.published")
	if _, err := y.service.Take(ctx, y.codes[0], consultation.NewStep{ID: app.NewID(), Kind: consultation.StepTakenBack}); err != nil {
		t.Fatal(err)
	}
	v, err := y.answers.Issue(ctx, app.Actor{}, y.docket, 1)
	if err != nil || v.Issue.Excerpts[0].Words != "" {
		t.Errorf("withdrawn words are still told: %+v, %v", v.Issue.Excerpts, err)
	}
}

func TestACommonLetterIsMarkedInAllThatSentIt(t *testing.T) {
	eachAnswered(t, func(t *testing.T, y *answeredYard) {
		wish := disposition.NewExcerpt{
			ID: app.NewID(), Docket: y.docket, Submission: 2, Revision: 1, Field: disposition.FieldComment, Pieces: []disposition.Span{{Start: 9, End: 24}},
			Title: "Whose are rivers?", Kind: disposition.General, IsEverywhere: true,
		}
		for range 2 {
			if err := y.answers.MarkExcerpt(t.Context(), y.Eun, wish); err != nil {
				t.Fatal(err)
			}
		}
		found := y.issue(t, 1)
		if len(found.Excerpts) != 2 || found.Excerpts[0].Submission != 1 || found.Excerpts[0].Words != found.Excerpts[1].Words {
			t.Errorf("%+v", found.Excerpts)
		}
		other := wish
		other.ID, other.Title, other.IsEverywhere = app.NewID(), "", false
		wantCode(t, y.answers.MarkExcerpt(t.Context(), y.Chioma, other), "excerpt.twice")
		var stored []string
		if err := y.Raw().Select(&stored, `SELECT title FROM issues`); err != nil || strings.Join(stored, "") != "Whose are rivers?" {
			t.Errorf("%q, %v", stored, err)
		}
	})
}

func TestAnAnswerToOtherPassagesIsNone(t *testing.T) {
	eachAnswered(t, func(t *testing.T, y *answeredYard) {
		ctx := t.Context()
		y.mark(t, 1, "Whose are rivers?", disposition.Technical)
		seen := y.issue(t, 1).Revision
		wish := disposition.NewAnswer{ID: app.NewID(), Issue: 1, Revision: seen, Code: disposition.Noted, Rationale: "Yes."}
		if err := y.answers.Write(ctx, y.Eun, y.docket, wish); err != nil {
			t.Fatal(err)
		}
		wantCode(t, y.answers.Judge(ctx, y.Eun, y.docket, 1, wish.ID, disposition.Agreed, ""), "answer.own")
		own := disposition.Answer{ID: wish.ID, Issue: y.issue(t, 1).ID, SecondBy: y.Membership(y.Eun).Persona, Verdict: disposition.Agreed}
		wantCode(t, (db.DispositionStore{DB: y.Forum.DB}).JudgeAnswer(ctx, y.Membership(y.Eun).Standing(), y.docket, own), "answer.judged")
		wantCode(t, y.answers.Judge(ctx, y.Chioma, y.docket, 1, wish.ID, disposition.Returned, " "), "box.empty")
		if err := y.answers.Judge(ctx, y.Chioma, y.docket, 1, wish.ID, disposition.Returned, "Why?"); err != nil {
			t.Fatal(err)
		}
		y.answer(t, 1)
		second := y.mark(t, 2, "", disposition.Technical)
		if err := y.answers.Group(ctx, y.Eun, y.docket, []app.ID{second.ID}, y.issue(t, 1).ID, false); err != nil {
			t.Fatal(err)
		}
		if got := y.issue(t, 1).State(); got != disposition.StateStale {
			t.Errorf("with a passage more it is %s", got)
		}
		wish.ID = app.NewID()
		wantCode(t, y.answers.Write(ctx, y.Eun, y.docket, wish), "issue.changed")
		y.answer(t, 1)
		for range 2 {
			if err := y.answers.DropExcerpt(ctx, y.Eun, y.docket, second.ID); err != nil {
				t.Fatal(err)
			}
		}
		if got := y.issue(t, 1).State(); got != disposition.StateStale {
			t.Errorf("with a passage less it is %s", got)
		}
	})
}

func TestAnAmendmentWaitsForTheAnswersItComesOf(t *testing.T) {
	eachAnswered(t, func(t *testing.T, y *answeredYard) {
		ctx, store := t.Context(), db.StatementStore{DB: y.Forum.DB}
		v, err := y.service.Docket(ctx, y.Eun, y.docket)
		if err != nil {
			t.Fatal(err)
		}
		minho, eun := y.Membership(y.Minho).Standing(), y.Membership(y.Eun).Standing()
		made, err := store.AddAmendment(ctx, minho, statement.Amendment{
			ID: app.NewID(), Statement: v.Statement, State: statement.AmendmentDraft, Reason: "As people said.", At: y.Clock.Now(), Authors: []statement.Signature{{Author: statement.Author{Persona: minho.Persona}}},
			Proposals: []prose.Proposal{{Kind: prose.ProposeText, CID: "cabcdefghij", Text: "Rivers."}},
		})
		if err != nil {
			t.Fatal(err)
		}
		y.mark(t, 1, "Whose are rivers?", disposition.Technical)
		wantCode(t, y.answers.Link(ctx, y.Eun, y.docket, 1, made.ID, true), "issue.amendment")
		if err := store.StepAmendment(ctx, minho, made.ID, statement.AmendmentDraft, statement.AmendmentStep{To: statement.AmendmentTabled, At: y.Clock.Now()}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := y.answers.Link(ctx, y.Eun, y.docket, 1, made.ID, true); err != nil {
				t.Fatal(err)
			}
		}
		claim := func() error { return store.ClaimAmendments(ctx, eun, []statement.Amendment{made}, y.Clock.Now()) }
		wantCode(t, claim(), "amendment.unanswered")
		if owed, err := y.answers.Unanswered(ctx, []app.ID{made.ID}); err != nil || len(owed) != 1 || owed[0].No != 1 {
			t.Errorf("%+v, %v", owed, err)
		}
		y.answer(t, 1)
		second := y.mark(t, 2, "", disposition.Technical)
		if err := y.answers.Group(ctx, y.Eun, y.docket, []app.ID{second.ID}, y.issue(t, 1).ID, false); err != nil {
			t.Fatal(err)
		}
		wantCode(t, claim(), "amendment.unanswered")
		y.answer(t, 1)
		if err := claim(); err != nil {
			t.Error(err)
		}
		if got := y.issue(t, 1).Amendments; len(got) != 1 || got[0].No != 1 || got[0].State != string(statement.AmendmentTabled) || !slices.Equal(got[0].CIDs, []string{"cabcdefghij"}) {
			t.Errorf("%+v", got)
		}
	})
}

func TestWhoAnswersSeesWhichGroupSomebodyNamedAndThePublicDoesNot(t *testing.T) {
	eachAnswered(t, func(t *testing.T, y *answeredYard) {
		ctx := t.Context()
		known, err := y.ConsultationStore.Stakeholders(ctx, y.Group.ID)
		must(t, err)
		scholars, society := known[0].ID, known[1].ID
		for no, group := range map[int]app.ID{1: society, 2: scholars} {
			if _, err := y.Raw().Exec(y.Raw().Rebind(`UPDATE submission_revisions SET stakeholder = ? WHERE submission_id = (SELECT id FROM submissions WHERE no = ?)`), group, no); err != nil {
				t.Fatal(err)
			}
		}
		for no := 1; no <= 3; no++ {
			y.mark(t, no, "Whose are rivers?", disposition.General)
			y.answer(t, no)
		}
		nos := func(who app.Actor, v disposition.View) string {
			t.Helper()
			m, err := y.answers.Matrix(ctx, who, y.docket, v)
			must(t, err)
			list := ""
			for _, r := range m.Rows {
				list += fmt.Sprintf("%d:%s ", r.Excerpt.Submission, r.Group.Name)
			}
			return list
		}
		mustBe := func(who app.Actor, v disposition.View, want string) {
			t.Helper()
			if got := nos(who, v); got != want {
				t.Errorf("with %+v the rows are %q, want %q", v, got, want)
			}
		}
		mustBe(y.Eun, disposition.View{Order: disposition.OrderGroup}, "2:Scholars 1:Civil society 3: ")
		mustBe(y.Eun, disposition.View{Group: society}, "1:Civil society ")
		mustBe(y.Eun, disposition.View{Group: disposition.NoGroup}, "3: ")

		// What concerns a sensitive group isn't told by it, and nobody can look for it.
		if _, err := y.Raw().Exec(`UPDATE submissions SET sensitive = true WHERE no = 1`); err != nil {
			t.Fatal(err)
		}
		mustBe(y.Eun, disposition.View{Group: society}, "")
		if _, err := y.Raw().Exec(`UPDATE stakeholders SET sensitive = true WHERE name = 'Scholars'`); err != nil {
			t.Fatal(err)
		}
		mustBe(y.Eun, disposition.View{Group: scholars}, "")
		mustBe(y.Eun, disposition.View{}, "1: 2: 3: ")
		if _, err := y.Raw().Exec(`UPDATE stakeholders SET sensitive = false; UPDATE submissions SET sensitive = false`); err != nil {
			t.Fatal(err)
		}

		y.Clock.Advance(2 * time.Hour)
		must(t, y.answers.MarkRead(ctx, y.Chioma, y.docket, 1, 2, 3))
		_, err = y.answers.Publish(ctx, y.Chioma, y.docket, app.NewID(), "So.")
		must(t, err)
		for _, v := range []disposition.View{{}, {Group: society}, {Order: disposition.OrderGroup}} {
			mustBe(app.Actor{}, v, "1: 2: 3: ")
		}
		mustBe(y.Eun, disposition.View{Group: society}, "1:Civil society ")
	})
}

func TestWhoAsksForPassagesUnderAnIssueIsGivenNoOthers(t *testing.T) {
	eachAnswered(t, func(t *testing.T, y *answeredYard) {
		first, second := y.mark(t, 1, "Rivers", disposition.General), y.mark(t, 2, "Thanks", disposition.General)
		store := db.DispositionStore{DB: y.Forum.DB}
		for _, c := range []struct {
			issues []app.ID
			want   []app.ID
		}{
			{nil, []app.ID{first.ID, second.ID}},
			{[]app.ID{y.issue(t, 1).ID}, []app.ID{first.ID}},
			{[]app.ID{y.issue(t, 2).ID, app.NewID(), app.NewID()}, []app.ID{second.ID}},
			{[]app.ID{app.NewID()}, nil},
		} {
			found, err := store.Excerpts(t.Context(), y.docket, c.issues...)
			must(t, err)
			var got []app.ID
			for _, e := range found {
				got = append(got, e.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("under %v: %v, want %v", c.issues, got, c.want)
			}
		}
	})
}
