package db_test

import (
	"context"
	"testing"
	"time"

	"madang/app"
	"madang/app/consultation"
)

// plainFiles takes every file for what it says it is.
type plainFiles struct{}

func (plainFiles) Inspect(_ context.Context, f consultation.NewFile) (consultation.FileText, []byte, error) {
	return consultation.FileText{Name: f.Name, Format: "text", Remarks: []consultation.Remark{"unseen", "names"}}, f.Content, nil
}

func textFile(name, content string) consultation.NewFile {
	return consultation.NewFile{Name: name, Content: []byte(content)}
}

func (y *yard) sendFiles(t testing.TB, files ...consultation.NewFile) consultation.Receipt {
	t.Helper()
	receipt, err := y.service.Submit(t.Context(), consultation.NewSubmission{ID: app.NewID(), Docket: y.docket, Words: wordsOf("Look at these."), Files: files})
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

func (y *yard) decideFile(t testing.TB, by app.Actor, file int, to consultation.FileState, reason consultation.Reason, sentence string) error {
	t.Helper()
	return y.service.DecideFile(t.Context(), by, y.docket, 1, file, consultation.NewFileMove{ID: app.NewID(), To: to, Reason: reason, Sentence: sentence})
}

func TestAFileIsPublicOnlyOnceSomebodyShowedItAndItsSubmissionIsPosted(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		ctx, mo := t.Context(), y.Join(y.Group, app.RoleModerator, "Mo")
		mia := y.Join(y.Group, app.RoleMember, "Mia")
		receipt := y.sendFiles(t, textFile("kim.txt", "canaryfile"), textFile("b.txt", "two"))
		public := func(no int) error {
			_, f, content, err := y.service.PostedFile(ctx, app.Actor{}, y.docket, 1, no)
			if err == nil && (string(content) != "canaryfile" || f.Name != "" || f.Size != 10 || len(f.Remarks) != 2) {
				t.Errorf("%+v %q", f, content)
			}
			return err
		}
		wantCode(t, public(1), "not_found")
		must(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Posted}))
		wantCode(t, public(1), "not_found")
		if waiting, err := y.Submissions(ctx, y.docket, consultation.Filter{Flag: "files", Limit: 9}); err != nil || len(waiting) != 1 || len(waiting[0].Files) != 2 {
			t.Errorf("%+v, %v", waiting, err)
		}
		must(t, y.decideFile(t, mo, 1, consultation.FileShown, "", ""))
		must(t, public(1))
		wantCode(t, y.decideFile(t, mo, 2, consultation.FileWithheld, "spam", ""), "reason.empty")
		must(t, y.decideFile(t, mo, 2, consultation.FileWithheld, "personal", "It shows a face."))
		wantCode(t, public(2), "not_found")
		_, _, content, err := y.service.InboxFile(ctx, mo, y.docket, 1, 2)
		if err != nil || string(content) != "two" {
			t.Errorf("%q, %v", content, err)
		}
		_, _, _, err = y.service.InboxFile(ctx, mia, y.docket, 1, 2)
		wantCode(t, err, "role.screen")
		_, posted, err := y.service.PostedOne(ctx, app.Actor{}, y.docket, 1)
		if err != nil || len(posted.Files) != 1 || posted.Files[0].No != 1 || posted.Files[0].Name != "" {
			t.Errorf("%+v, %v", posted.Files, err)
		}
		mine, err := y.service.Follow(ctx, receipt.Code)
		if err != nil || len(mine.Submission.Files) != 2 || mine.Submission.Files[0].Name != "kim.txt" || mine.Submission.Files[1].Sentence != "It shows a face." {
			t.Errorf("%+v, %v", mine.Submission.Files, err)
		}
		must(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Withheld, Reason: "spam", Sentence: "No."}))
		wantCode(t, public(1), "not_found")

		_, err = y.service.Take(ctx, receipt.Code, consultation.NewStep{ID: app.NewID(), Kind: consultation.StepTakenBack})
		must(t, err)
		_, _, _, err = y.service.InboxFile(ctx, mo, y.docket, 1, 1)
		wantCode(t, err, "not_found")
		y.mustNotHold(t, "canaryfile", "kim.txt", "It shows a face")
	})
}

func TestTwoPeopleDecideAboutTheFilesOfASensitiveGroup(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		mo, ann := y.Join(y.Group, app.RoleModerator, "Mo"), y.Join(y.Group, app.RoleModerator, "Ann")
		y.sendFiles(t, textFile("a.txt", "one"))
		must(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Screened, IsSensitive: true}))
		state := func() consultation.File {
			found, err := y.Submission(t.Context(), y.docket, 1)
			if err != nil || len(found.Files) != 1 {
				t.Fatalf("%+v, %v", found, err)
			}
			return found.Files[0]
		}
		must(t, y.decideFile(t, mo, 1, consultation.FileWithheld, "personal", "A face."))
		wantCode(t, y.decideFile(t, mo, 1, consultation.FileWithheld, "personal", "A face."), "moderation.second")
		if f := state(); f.State != consultation.FileWaiting || f.Wanted != consultation.FileWithheld {
			t.Errorf("%+v", f)
		}
		must(t, y.decideFile(t, ann, 1, consultation.FileShown, "", ""))
		if f := state(); f.State != consultation.FileWaiting || f.Wanted != consultation.FileShown {
			t.Errorf("after two that differ: %+v", f)
		}
		must(t, y.decideFile(t, mo, 1, consultation.FileShown, "", ""))
		if f := state(); f.State != consultation.FileShown || f.Wanted != "" || f.WantedBy != "" {
			t.Errorf("after two that agree: %+v", f)
		}
	})
}

func TestAWithheldFileIsAppealedToAChairWhoDidNotWithholdIt(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		ctx, mo := t.Context(), y.Join(y.Group, app.RoleModerator, "Mo")
		receipt := y.sendFiles(t, textFile("a.txt", "one"))
		must(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Posted}))
		appeal := consultation.NewStep{ID: app.NewID(), Kind: consultation.StepAppealed, Sentence: "It is our map."}
		_, err := y.service.Take(ctx, receipt.Code, appeal)
		wantCode(t, err, "submission.not_withheld")
		must(t, y.decideFile(t, mo, 1, consultation.FileWithheld, "off_topic", "A map of elsewhere."))
		y.Clock.Advance(time.Minute)
		_, err = y.service.Take(ctx, receipt.Code, appeal)
		must(t, err)
		wantCode(t, y.decideFile(t, mo, 1, consultation.FileShown, "", "Well."), "appeal.chair")
		wantCode(t, y.decideFile(t, y.Chioma, 1, consultation.FileShown, "", ""), "reason.empty")
		must(t, y.decideFile(t, y.Chioma, 1, consultation.FileWithheld, "", "It stays."))
		found, err := y.Submission(ctx, y.docket, 1)
		if err != nil || !found.AppealedAt.IsZero() || found.Status != consultation.Posted || found.Files[0].Reason != "off_topic" || found.Files[0].Sentence != "It stays." {
			t.Errorf("%+v, %v", found, err)
		}
		_, err = y.service.Take(ctx, receipt.Code, consultation.NewStep{ID: app.NewID(), Kind: consultation.StepAppealed, Sentence: "Again."})
		wantCode(t, err, "appeal.decided")
	})
}

func TestFilesSentAgainAreTheSameReceiptAndOthersAreNot(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		ctx := t.Context()
		wish := consultation.NewSubmission{ID: app.NewID(), Docket: y.docket, Words: wordsOf("Look."), Files: []consultation.NewFile{textFile("a.txt", "one")}}
		first, err := y.service.Submit(ctx, wish)
		must(t, err)
		again, err := y.service.Submit(ctx, wish)
		if err != nil || again.Code != first.Code || len(again.Submission.Files) != 1 {
			t.Errorf("%+v, %v", again, err)
		}
		for _, files := range [][]consultation.NewFile{nil, {textFile("a.txt", "two")}, {textFile("a.txt", "one"), textFile("b.txt", "two")}} {
			wish.Files = files
			_, err := y.service.Submit(ctx, wish)
			wantCode(t, err, "id.taken")
		}
		wish.ID = app.NewID()
		wish.Files = make([]consultation.NewFile, consultation.MaxFiles+1)
		_, err = y.service.Submit(ctx, wish)
		wantCode(t, err, "attachment.many")
		wish.Files = []consultation.NewFile{textFile("a.txt", string(make([]byte, consultation.MaxFilesSize+1)))}
		_, err = y.service.Submit(ctx, wish)
		wantCode(t, err, "attachment.total")
		if b := y.mustBalance(t); b.Received != 1 {
			t.Errorf("%+v", b)
		}
	})
}

func TestTheFilesOfADocketStayOnceItIsAnnounced(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		ctx, mia := t.Context(), y.Join(y.Group, app.RoleMember, "Mia")
		wish := consultation.NewDocument{ID: app.NewID(), Title: "설명 자료", NewFile: textFile("a.txt", "why")}
		for range 2 { // sent again
			made, err := y.service.AddDocument(ctx, y.Chioma, y.docket, wish)
			if err != nil || made.No != 1 || made.Title != "설명 자료" || made.Size != 3 {
				t.Errorf("%+v, %v", made, err)
			}
		}
		_, made, content, err := y.service.DocumentFile(ctx, app.Actor{}, y.docket, 1)
		if err != nil || string(content) != "why" || made.Format != "text" {
			t.Errorf("%+v %q, %v", made, content, err)
		}
		_, _, _, err = y.service.DocumentFile(ctx, app.Actor{}, y.docket, 2)
		wantCode(t, err, "not_found")
		wantCode(t, y.service.RemoveDocument(ctx, y.Chioma, y.docket, 1), "docket.announced")
		_, err = y.service.AddDocument(ctx, mia, y.docket, consultation.NewDocument{ID: app.NewID(), Title: "x", NewFile: textFile("a.txt", "x")})
		wantCode(t, err, "role.govern")

		d, err := y.Docket(ctx, y.docket)
		must(t, err)
		draft, err := y.service.Create(ctx, y.Chioma, y.Group.ID, app.NewID(), d.DocketText)
		must(t, err)
		wish.ID = app.NewID()
		_, err = y.service.AddDocument(ctx, y.Chioma, draft.ID, wish)
		must(t, err)
		_, _, _, err = y.service.DocumentFile(ctx, app.Actor{}, draft.ID, 1)
		wantCode(t, err, "not_found")
		must(t, y.service.RemoveDocument(ctx, y.Chioma, draft.ID, 1))
		if left, err := y.Documents(ctx, draft.ID); err != nil || len(left) != 0 {
			t.Errorf("%+v, %v", left, err)
		}
	})
}

func TestFilesThatComeLaterAreLookedAtLikeTheFirstOnes(t *testing.T) {
	eachYard(t, func(t *testing.T, y *yard) {
		ctx, mo, ann := t.Context(), y.Join(y.Group, app.RoleModerator, "Mo"), y.Join(y.Group, app.RoleModerator, "Ann")
		receipt := y.sendFiles(t, textFile("a.txt", "one"))
		must(t, y.decide(t, mo, 1, consultation.NewMove{To: consultation.Posted, IsSensitive: true}))
		must(t, y.decide(t, ann, 1, consultation.NewMove{To: consultation.Posted, IsSensitive: true}))
		add := func(id app.ID, files ...consultation.NewFile) (consultation.Followed, error) {
			return y.service.Enclose(ctx, receipt.Code, id, files)
		}
		id := app.NewID()
		for range 2 { // sent again
			mine, err := add(id, textFile("b.txt", "two"), textFile("c.txt", "three"))
			s := mine.Submission
			if err != nil || len(s.Files) != 3 || s.Files[2].No != 3 || s.Files[2].State != consultation.FileWaiting || s.Status != consultation.Posted || s.Revision != 1 {
				t.Fatalf("%+v, %v", s, err)
			}
			if last := s.Steps[len(s.Steps)-1]; last.Kind != consultation.StepEnclosed || last.By != "" {
				t.Errorf("the last step is %+v", last)
			}
		}
		if waiting, err := y.service.Waiting(ctx, mo, y.Group.ID); err != nil || len(waiting) != 1 || waiting[0].Submission.WaitingFiles() != 3 {
			t.Errorf("%+v, %v", waiting, err)
		}
		must(t, y.decideFile(t, mo, 2, consultation.FileShown, "", ""))
		_, _, _, err := y.service.PostedFile(ctx, app.Actor{}, y.docket, 1, 2)
		wantCode(t, err, "not_found") // which two people have to show
		must(t, y.decideFile(t, ann, 2, consultation.FileShown, "", ""))
		_, _, content, err := y.service.PostedFile(ctx, app.Actor{}, y.docket, 1, 2)
		if err != nil || string(content) != "two" {
			t.Errorf("%q, %v", content, err)
		}
		for want, files := range map[string][]consultation.NewFile{
			"attachment.many":  {textFile("d", "4"), textFile("e", "5"), textFile("f", "6")},
			"attachment.total": {{Name: "large", Content: make([]byte, consultation.MaxFilesSize-10)}},
			"attachment.none":  nil,
		} {
			_, err := add(app.NewID(), files...)
			wantCode(t, err, want)
		}
		// Two that come at once don't get the same number.
		before, err := y.service.Follow(ctx, receipt.Code)
		must(t, err)
		again := func(content string) error {
			return y.ConsultationStore.Enclose(ctx, before.Submission, consultation.Step{
				ID: app.NewID(), Kind: consultation.StepEnclosed, From: consultation.Posted, To: consultation.Posted, At: y.Clock.Now(),
			}, []consultation.Enclosed{{File: consultation.File{No: 4, State: consultation.FileWaiting}, Content: []byte(content)}})
		}
		must(t, again("four"))
		wantCode(t, again("another four"), "submission.changed")
		y.Clock.Advance(2 * time.Hour)
		_, err = add(app.NewID(), textFile("late.txt", "late"))
		wantCode(t, err, "receipt.closed")
		if mine, err := y.service.Follow(ctx, receipt.Code); err != nil || len(mine.Submission.Files) != 4 || mine.MayEnclose() {
			t.Errorf("%d files, %v", len(mine.Submission.Files), err)
		}
		y.mustBalance(t)
	})
}
