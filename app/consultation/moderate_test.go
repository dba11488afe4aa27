package consultation

import (
	"strings"
	"testing"
	"time"

	"madang/app"
)

func TestWhatSaysWhoOrWhereSomebodyIsIsFound(t *testing.T) {
	for text, want := range map[string]string{
		"전화는 010-1234-5678로 주세요.":          "telephone:010-1234-5678",
		"전화 ０１０－１２３４－５６７８":                 "telephone:０１０－１２３４－５６７８",
		"Call +49 30 1234 5678 please.":    "telephone:+49 30 1234 5678",
		"(02) 345-6789":                    "telephone:(02) 345-6789",
		"번호는 900101-1234567입니다":            "resident:900101-1234567",
		"9001011234567":                    "resident:9001011234567",
		"900101-1******":                   "resident:900101-1******",
		"Write to ari.kim@example.org now": "mail:ari.kim@example.org",
		"메일은 ari(골뱅이)example.org":          "mail:ari(골뱅이)example.org",
		"저는 서울시 종로구 세종대로 209에 삽니다.":        "address:서울시 종로구 세종대로 209",
		"경기도 파주시 문산읍 당동리 12-3번지":           "address:경기도 파주시 문산읍 당동리 12-3번지",
		"푸른아파트 101동 1203호":                 "address:푸른아파트 101동 1203호",
		"I live at 12 Old Mill Road.":      "address:12 Old Mill Road",
		"김하나는 제 이웃입니다.":                    "name:김하나",
		"My neighbour is Ari Kim, really.": "name:Ari Kim",
		// And what says nothing of the kind.
		"앞으로 3년 안에 제2조를 고쳐야 합니다.":                "",
		"In 1948, article 12 of 30 was adopted.": "",
		"The Marian clause isn't about Arirang.": "",
		"1234567890123456789":                    "",
	} {
		var found []string
		for _, f := range (Words{Comment: text}).Findings([]string{"김하나", "Ari Kim", "Ari"}) {
			found = append(found, string(f.What)+":"+f.Text)
		}
		if got := strings.Join(found, " "); got != want {
			t.Errorf("in %q: %q, want %q", text, got, want)
		}
	}
}

func TestWhatIsTakenOutIsGoneFromTheWords(t *testing.T) {
	w := Words{Comment: "김하나의 전화는 010-1234-5678, 김하나!", Proposed: "No names.", Name: "Ari", Lang: "ko"}
	spans, err := w.spansOf([]string{"김하나", " 010-1234-5678 ", ""})
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.without(append(spans, Span{FieldName, 0, 3}))
	if err != nil || got.Comment != "[가림]의 전화는 [가림], [가림]!" || got.Name != "" || got.Proposed != w.Proposed {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = w.spansOf([]string{"박둘"})
	wantCode(t, err, "redaction.missing")
	_, err = w.without([]Span{{FieldComment, 3, 99}})
	wantCode(t, err, "redaction.span")
	for _, typed := range []string{"comment:3", "title:1-2", "comment:5-5", "comment:-1-4", "x"} {
		_, err := ReadSpans(typed)
		wantCode(t, err, "redaction.span")
	}
	joined := JoinSpans(tidySpans([]Span{{FieldName, 0, 3}, {FieldComment, 4, 9}, {FieldComment, 1, 5}}))
	if again, err := ReadSpans(joined); err != nil || joined != "comment:1-9 name:0-3" || JoinSpans(again) != joined {
		t.Errorf("%q, %v", joined, err)
	}
}

// decideBy lets a persona decide and returns what the submission then is, with its steps.
func (s Submission) decideBy(t *testing.T, by app.ID, wish NewMove) Submission {
	t.Helper()
	after, step, err := s.decide(by, wish, opening)
	if err != nil {
		t.Fatal(err)
	}
	after.Steps = append(after.Steps, step)
	return after
}

func TestTwoPeopleDecideWhatConcernsASensitiveGroup(t *testing.T) {
	s := Submission{Status: Received, IsSensitive: true, Revision: 1, Words: Words{Comment: "Call 010-1234-5678", Publish: PublishAll}}
	cover := NewMove{To: Redacted, Spans: []Span{{FieldComment, 5, 18}}}
	one := s.decideBy(t, "one", cover)
	if one.Status != Received || one.Wanted != Redacted || one.Comment != s.Comment {
		t.Errorf("after one decision: %+v", one)
	}
	_, _, err := one.decide("one", cover, opening)
	wantCode(t, err, "moderation.second")
	if other := one.decideBy(t, "two", NewMove{To: Posted}); other.Status != Received || other.Wanted != Posted {
		t.Errorf("after two that differ: %+v", other)
	}
	if other := one.decideBy(t, "two", NewMove{To: Redacted, Spans: []Span{{FieldComment, 0, 18}}}); other.Status != Received {
		t.Errorf("after two that take out other words: %+v", other)
	}
	two := one.decideBy(t, "two", cover)
	if two.Status != Redacted || two.Wanted != "" || two.Comment != "Call [redacted]" || two.Revision != 2 {
		t.Errorf("after two that agree: %+v", two)
	}
	marked := Submission{Status: Received, Words: Words{Publish: PublishAll}}.decideBy(t, "one", NewMove{To: Posted, IsSensitive: true})
	if marked.Status != Received || !marked.IsSensitive {
		t.Errorf("marked by the first: %+v", marked)
	}
}

func TestNobodyDecidesAboutThemselves(t *testing.T) {
	named := Submission{Status: Received, Words: Words{Comment: "모두 하나님이 아니라 Mo가 정했다."}}
	wantCode(t, named.MayBeDecidedBy(app.Membership{Name: "Mo"}), "moderation.named")
	for _, name := range []string{"M", "Mori", ""} {
		if err := named.MayBeDecidedBy(app.Membership{Name: name}); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	left := Submission{Status: Received, Steps: []Step{{Kind: StepRecused, By: "mo"}}}
	wantCode(t, left.MayBeDecidedBy(app.Membership{Persona: "mo"}), "moderation.recused")
}

func TestAnAppealIsDecidedByAChairWhoDidNotWithholdIt(t *testing.T) {
	chair, moderator := app.Membership{Persona: "chair", Role: app.RoleChair}, app.Membership{Persona: "mo", Role: app.RoleModerator}
	s := Submission{Status: Received, Words: Words{Publish: PublishAll}}.decideBy(t, "mo", NewMove{To: Withheld, Reason: "spam", Sentence: "It is."})
	if err := s.MayBeAppealed(); err != nil {
		t.Fatal(err)
	}
	s.AppealedAt = opening
	_, step, err := s.decide("x", NewMove{To: Posted, Sentence: "It isn't."}, opening)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, s.mayAnswerAppeal(moderator, step), "appeal.chair")
	wantCode(t, s.mayAnswerAppeal(app.Membership{Persona: "mo", Role: app.RoleChair}, step), "appeal.own")
	if err := s.mayAnswerAppeal(chair, step); err != nil {
		t.Error(err)
	}
	_, _, err = s.decide("chair", NewMove{To: Withheld}, opening)
	wantCode(t, err, "reason.empty")
	upheld := s.decideBy(t, "chair", NewMove{To: Withheld, Sentence: "It is."})
	if upheld.Status != Withheld || !upheld.AppealedAt.IsZero() {
		t.Errorf("%+v", upheld)
	}
	wantCode(t, upheld.MayBeAppealed(), "appeal.decided")
	again := upheld.decideBy(t, "mo", NewMove{To: Posted}).decideBy(t, "mo", NewMove{To: Withheld, Reason: "spam", Sentence: "Still."})
	if err := again.MayBeAppealed(); err != nil {
		t.Errorf("withheld anew: %v", err)
	}
}

func TestWhatWasGivenBackIsNotPostedMeanwhile(t *testing.T) {
	s := Submission{Status: Posted, Words: Words{Publish: PublishAll}}
	_, _, err := s.decide("mo", NewMove{To: Received, Reason: "spam"}, opening)
	wantCode(t, err, "submission.note")
	s = s.decideBy(t, "mo", NewMove{To: Received, Reason: "names_you"})
	if s.Status != Received || s.ReturnedAt.IsZero() {
		t.Errorf("%+v", s)
	}
	if s = s.decideBy(t, "mo", NewMove{To: Posted}); !s.ReturnedAt.IsZero() {
		t.Errorf("%+v", s)
	}
}

func TestWhatWasTakenOutIsReadByTwoForADay(t *testing.T) {
	s := Submission{Steps: []Step{{Kind: StepAsked, By: "a"}}}
	if o := s.Opening(); !o.Waits() || o.For("a", opening) {
		t.Errorf("%+v", o)
	}
	s.Steps = append(s.Steps, Step{Kind: StepOpened, By: "b", At: opening})
	o := s.Opening()
	if !o.For("a", opening) || !o.For("b", opening.Add(OriginalFor-time.Second)) || o.For("c", opening) || o.For("a", opening.Add(OriginalFor)) {
		t.Errorf("%+v", o)
	}
}

func TestASealOpensOnlyForWhatItIsAbout(t *testing.T) {
	s := &Service{secret: []byte("one")}
	sealed, err := s.seal("a", Words{Comment: "canary"})
	var w Words
	if err != nil || strings.Contains(string(sealed), "canary") || s.unseal("a", sealed, &w) != nil || w.Comment != "canary" {
		t.Errorf("%q, %+v, %v", sealed, w, err)
	}
	other := &Service{secret: []byte("two")}
	for _, err := range []error{s.unseal("b", sealed, &w), other.unseal("a", sealed, &w), s.unseal("a", sealed[:5], &w)} {
		if err == nil {
			t.Error("it opens")
		}
	}
}
