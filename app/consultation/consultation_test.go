package consultation

import (
	"errors"
	"strings"
	"testing"
	"time"

	"madang/app"
	"madang/app/prose"
)

var opening = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

func draft() Docket {
	return Docket{Year: 2026, No: 3, DocketText: DocketText{Opens: opening, Closes: opening.Add(time.Hour), Zone: "Asia/Seoul", Moderation: ModerationPre}}
}

func announced(t *testing.T) Docket {
	t.Helper()
	return done(t, draft(), Act{Kind: Announced, At: opening.Add(-time.Hour)})
}

func done(t *testing.T, d Docket, a Act) Docket {
	t.Helper()
	after, err := d.Act(a)
	if err != nil {
		t.Fatal(err)
	}
	return after
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var refused *app.Error
	if !errors.As(err, &refused) || refused.Code != code {
		t.Errorf("got %v, want %q", err, code)
	}
}

func TestADocketOpensAndClosesByItself(t *testing.T) {
	d := announced(t)
	for _, c := range []struct {
		at   time.Time
		want State
	}{
		{opening.Add(-time.Millisecond), StateAnnounced}, {opening, StateOpen}, {d.Closes.Add(-time.Millisecond), StateOpen}, {d.Closes, StateClosed},
	} {
		if got := d.State(c.at); got != c.want {
			t.Errorf("at %v it is %s, want %s", c.at, got, c.want)
		}
	}
	if got := draft().State(opening); got != StateDraft {
		t.Errorf("what nobody announced is %s", got)
	}
}

func TestActsNeedTheirState(t *testing.T) {
	d := announced(t)
	later := d.Closes.Add(time.Hour)
	for _, c := range []struct {
		from Docket
		act  Act
		code string
	}{
		{d, Act{Kind: Announced, At: opening}, "docket.announced"},
		{draft(), Act{Kind: Announced, At: later}, "docket.past"},
		{draft(), Act{Kind: Extended, At: opening, Closes: later}, "docket.not_running"},
		{draft(), Act{Kind: Withdrawn, At: opening}, "docket.not_running"},
		{d, Act{Kind: Extended, At: opening, Closes: d.Closes}, "docket.not_later"},
		{d, Act{Kind: Extended, At: later, Closes: later}, "docket.not_later"},
		{d, Act{Kind: ClosedEarly, At: opening.Add(-time.Minute)}, "docket.not_open"},
		{done(t, d, Act{Kind: Withdrawn, At: opening}), Act{Kind: Extended, At: opening, Closes: later}, "docket.not_running"},
		{d, Act{Kind: "opened", At: opening}, "docket.act"},
	} {
		_, err := c.from.Act(c.act)
		wantCode(t, err, c.code)
	}
	if got := done(t, d, Act{Kind: ClosedEarly, At: opening}).State(opening); got != StateClosed {
		t.Errorf("closed early it is %s", got)
	}
	if got := done(t, d, Act{Kind: Extended, At: later, Closes: later.Add(time.Hour)}).State(later); got != StateOpen {
		t.Errorf("extended after its end it is %s", got)
	}
	if got := d.ChangedAt(later); !got.Equal(d.Closes) {
		t.Errorf("it last changed at %v", got)
	}
}

func TestAReceiptCodeFindsItsOwnTypingErrors(t *testing.T) {
	if got := checkDigit("0794"); got != '5' { // the example of ISO/IEC 7064
		t.Errorf("the check digit is %c", got)
	}
	s := New(nil, nil, nil, nil, []byte("secret"), func() time.Time { return opening })
	id := app.NewID()
	code := s.codeOf(id)
	if again := s.codeOf(id); again != code || len(code) != codeDigits || s.codeOf(app.NewID()) == code {
		t.Errorf("%s, %s", code, again)
	}
	wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, code)
	for _, typed := range []string{code, SpacedCode(code), wide, " " + code[:8] + "-" + code[8:]} {
		if got, err := ReadCode(typed); err != nil || got != code {
			t.Errorf("%q is read as %q, %v", typed, got, err)
		}
	}
	for i := range code {
		wrong := []byte(code)
		wrong[i] = '0' + (wrong[i]-'0'+1)%10
		_, err := ReadCode(string(wrong))
		wantCode(t, err, "receipt.mistyped")
	}
	for _, typed := range []string{"", code[1:], code + "0", strings.Replace(code, code[:1], "x", 1)} {
		_, err := ReadCode(typed)
		wantCode(t, err, "receipt.mistyped")
	}
}

func TestASubmissionSaysSomethingAboutATextThatIsThere(t *testing.T) {
	text := FrozenText{Doc: prose.Doc{Blocks: []prose.Block{{CID: "c1"}, {CID: "c2"}}}}
	good := Words{Clauses: []string{"c2", "c1", "c2"}, Comment: " Yes.\r\n", Kind: "general", As: AsAnonymous, Name: "Ari", Publish: PublishAll, Lang: "en"}
	got, err := good.check(text)
	if err != nil || got.Comment != "Yes." || got.Name != "" || strings.Join(got.Clauses, " ") != "c1 c2" {
		t.Errorf("%+v, %v", got, err)
	}
	for code, spoil := range map[string]func(*Words){
		"submission.empty":   func(w *Words) { w.Comment = " " },
		"submission.clause":  func(w *Words) { w.Clauses = []string{"c3"} },
		"submission.kind":    func(w *Words) { w.Kind = "" },
		"submission.as":      func(w *Words) { w.As = "crowd" },
		"submission.publish": func(w *Words) { w.Publish = "" },
		"submission.lang":    func(w *Words) { w.Lang = "xx" },
		"box.empty":          func(w *Words) { w.As, w.Name = AsOrganisation, "" },
		"box.long":           func(w *Words) { w.Proposed = strings.Repeat("가", MaxProposed+1) },
		"text.utf8":          func(w *Words) { w.Comment = "\xff" },
		"text.hidden":        func(w *Words) { w.Comment = "a\x00b" },
	} {
		w := good
		spoil(&w)
		_, err := w.check(text)
		wantCode(t, err, code)
	}
}

func TestTheLanguageIsGuessedFromTheLetters(t *testing.T) {
	for text, want := range map[string]string{
		"강물은 모두의 것입니다.": "ko", "The river belongs to all.": "en", "": "en", "12.5 %": "en",
		"‘everybody’라는 말을 빼 주세요.": "ko", "Please write 강 instead of river in the second clause.": "en",
	} {
		if got := Guess(text); got != want {
			t.Errorf("%q is guessed to be %s", text, got)
		}
	}
}

func TestWhatNobodyMayReadIsNeverPosted(t *testing.T) {
	move := func(s Submission, to Status, reason Reason, sentence string) error {
		_, _, err := s.decide("m", NewMove{To: to, Reason: reason, Sentence: sentence}, opening)
		return err
	}
	private := Submission{Status: Withheld, Words: Words{Publish: PublishNone}}
	wantCode(t, move(private, Posted, "", ""), "submission.private")
	received := Submission{Status: Received, Words: Words{Publish: PublishAll}}
	wantCode(t, move(received, Withheld, "because", "It is."), "submission.reason")
	wantCode(t, move(received, Withheld, "spam", ""), "reason.empty")
	wantCode(t, move(received, Received, "", ""), "submission.note")
	wantCode(t, move(received, Redacted, "", ""), "redaction.empty")
	wantCode(t, move(received, TakenBack, "", ""), "submission.state")
	wantCode(t, Submission{Status: TakenBack}.MayBeDecidedBy(app.Membership{}), "submission.withdrawn")
	wantCode(t, move(Submission{Status: Posted}, Screened, "", ""), "submission.moved")
	if err := move(received, Posted, "", ""); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		mode   Moderation
		isSlow bool
		words  Words
		want   Status
	}{
		{ModerationPre, false, Words{Publish: PublishAll}, Received}, {ModerationPost, false, Words{Publish: PublishWords}, Posted},
		{ModerationPost, true, Words{Publish: PublishAll}, Received}, {ModerationPost, false, Words{Publish: PublishNone}, Withheld},
	} {
		d := Docket{DocketText: DocketText{Moderation: c.mode}}
		if got, _ := d.firstStatus(c.words, c.isSlow); got != c.want {
			t.Errorf("%+v begins as %s", c, got)
		}
	}
}
