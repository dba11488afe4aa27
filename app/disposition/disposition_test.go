package disposition

import (
	"errors"
	"slices"
	"testing"
	"time"

	"madang/app"
	"madang/app/prose"
)

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var refused *app.Error
	if !errors.As(err, &refused) || refused.Code != code {
		t.Errorf("got %v, want %q", err, code)
	}
}

func TestATextIsCutWhereSentencesEnd(t *testing.T) {
	text := "강은 모두의 것이다. 누구의 것도 아니다!\n\n  Is it?  Yes.No。끝 없이"
	var said []string
	for _, s := range Sentences(text) {
		said = append(said, s.Of(text))
	}
	if want := []string{"강은 모두의 것이다.", "누구의 것도 아니다!", "Is it?", "Yes.No。", "끝 없이"}; !slices.Equal(said, want) {
		t.Errorf("got %q", said)
	}
	if (Span{3, 900}).Of(text) != "" || (Span{-1, 2}).Of(text) != "" {
		t.Error("what is beyond the end says something")
	}
}

func TestSimilarPassagesAreFoundInBothLanguages(t *testing.T) {
	among := []Excerpt{
		{ID: "1", Words: "피해자의 이름을 공개하지 말아야 합니다."},
		{ID: "2", Words: "피해자들의 이름은 공개하지 말아야 합니다!"},
		{ID: "3", Words: "Rivers belong to all who live by them."},
		{ID: "4", Words: "The rivers belong to everybody who lives by them."},
		{ID: "5"},
	}
	for words, want := range map[string][]app.ID{
		"피해자의 이름을 공개하지 말아야 합니다": {"1", "2"}, "rivers belong to all who live by THEM": {"3", "4"}, "Something else": nil, "": nil,
	} {
		var got []app.ID
		for _, s := range SimilarTo(among, words) {
			got = append(got, s.Excerpt.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q is like %v, want %v", words, got, want)
		}
	}
}

func TestAnAnswerCountsForJustWhatItsSecondReaderSaw(t *testing.T) {
	i := Issue{Revision: 2}
	for _, c := range []struct {
		answers []Answer
		want    State
	}{
		{nil, StateOpen},
		{[]Answer{{Revision: 2}}, StateWritten},
		{[]Answer{{Revision: 2, Verdict: Returned}}, StateReturned},
		{[]Answer{{Revision: 2, Verdict: Agreed}}, StateAnswered},
		{[]Answer{{Revision: 1, Verdict: Agreed}}, StateStale},
		{[]Answer{{Revision: 2, Verdict: Agreed}, {Revision: 2}}, StateWritten},
	} {
		i.Answers = c.answers
		if got := i.State(); got != c.want {
			t.Errorf("%+v is %s, want %s", c.answers, got, c.want)
		}
	}
}

func TestNobodyIsTheSecondReaderOfTheirOwnAnswer(t *testing.T) {
	chair := app.Membership{Persona: "a", Role: app.RoleChair}
	i := Issue{Revision: 1, Answers: []Answer{{By: "a", Revision: 1}}}
	wantCode(t, i.MayJudge(chair), "answer.own")
	wantCode(t, i.MayJudge(app.Membership{Persona: "b", Role: app.RoleMember}), "role.answer")
	chair.Persona = "b"
	if err := i.MayJudge(chair); err != nil {
		t.Error(err)
	}
	i.Revision = 2
	wantCode(t, i.MayJudge(chair), "issue.changed")
	i.Answers[0].Verdict = Agreed
	wantCode(t, i.MayJudge(chair), "answer.judged")
}

func TestNoTwoCodesMeanTheSameToHL7(t *testing.T) {
	// The leaves of http://terminology.hl7.org/CodeSystem/v3-hl7VoteResolution.
	known := []string{"affdef", "affi", "affr", "nonsubp", "nonsubv", "notrelp", "notrelv", "prevcons", "retract", "unresolved", "withdraw"}
	used := map[string]Code{}
	for _, c := range Codes {
		switch other, isTaken := used[c.HL7()]; {
		case c.HL7() == "":
		case isTaken:
			t.Errorf("%s and %s are both %s", c, other, c.HL7())
		case !slices.Contains(known, c.HL7()):
			t.Errorf("HL7 has no %s", c.HL7())
		}
		used[c.HL7()] = c
	}
}

func TestAReportWaitsUntilEverybodyIsAnswered(t *testing.T) {
	posted, read := []int{1, 2}, time.UnixMilli(1)
	readings := []Reading{{Submission: 1, At: read}, {Submission: 2, At: read}}
	answered := Issue{ID: "a", No: 1, Kind: Technical, Answers: []Answer{{Verdict: Agreed}}}
	wording, empty := Issue{ID: "b", No: 2, Kind: Editorial}, Issue{ID: "c", No: 3, Kind: General}
	excerpts := []Excerpt{{Issue: "a"}, {Issue: "b"}}
	issues := []Issue{answered, wording, empty}
	if err := Lacks(true, posted, readings, excerpts, issues).Error(); err != nil {
		t.Errorf("nothing is missing, and it says %v", err)
	}
	wantCode(t, Lacks(false, posted, readings, excerpts, issues).Error(), "report.open")
	wantCode(t, Lacks(true, posted, []Reading{{Submission: 1, At: read}, {Submission: 2}}, excerpts, issues).Error(), "report.unread")
	wantCode(t, Lacks(true, posted, readings, append(excerpts, Excerpt{}), issues).Error(), "report.loose")
	wantCode(t, Lacks(true, posted, readings, append(excerpts, Excerpt{Issue: "c"}), issues).Error(), "report.unanswered")
	issues[0].Revision++
	wantCode(t, Lacks(true, posted, readings, excerpts, issues).Error(), "report.unanswered")
}

func TestNoCellOfASpreadsheetIsAFormula(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1", " =1": "' =1", "＝1": "'＝1", "　@x": "'　@x",
		"": "", "물 = 삶": "물 = 삶", "a\n=b": "a\n=b", "'": "'",
	} {
		if got := prose.Cell(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestRowsStandInTheOrderOfTheTextOrAsAskedFor(t *testing.T) {
	row := func(no, place, issue int, code Code) Row {
		return Row{Excerpt: Excerpt{Submission: no}, Place: place, Issue: Issue{ID: "i", No: issue, Kind: Technical}, Answer: Answer{Code: code}}
	}
	rows := []Row{row(2, 1, 3, Noted), row(3, -1, 2, ""), row(1, 1, 3, Incorporated), row(4, 0, 1, Deferred)}
	for order, want := range map[Order][]int{"clause": {3, 4, 1, 2}, "number": {1, 2, 3, 4}, "issue": {4, 3, 1, 2}, "code": {3, 1, 4, 2}} {
		sorted := slices.SortedFunc(slices.Values(rows), View{Order: order}.compare)
		var nos []int
		for _, r := range sorted {
			nos = append(nos, r.Excerpt.Submission)
		}
		if !slices.Equal(nos, want) {
			t.Errorf("by %s they stand as %v, want %v", order, nos, want)
		}
	}
	if v := (View{Code: Unanswered}); !v.takes(rows[1]) || v.takes(rows[0]) {
		t.Error("what isn't answered is not selected by that")
	}
	if v := (View{CID: WholeText, Kind: Technical, Issue: 2}); !v.takes(rows[1]) {
		t.Error("a row that has all that was asked for isn't selected")
	}
}

func TestAPassageIsFollowedAndGoneOnceItsWordsAre(t *testing.T) {
	s := &Service{secret: []byte("x")}
	said := Submission{No: 7, Comment: "First. 둘째 문장. Third."}
	span := Sentences(said.Comment)[1]
	e := []Excerpt{{Submission: 7, Field: FieldComment, Span: span, Digest: s.digest("둘째 문장.")}}
	for comment, want := range map[string]string{
		said.Comment: "둘째 문장.", "Something new. First. 둘째 문장. Third.": "둘째 문장.", "First. 둘째 낱말. Third.": "", "": "",
	} {
		said.Comment, e[0].Words = comment, ""
		s.quote(e, []Submission{said})
		if e[0].Words != want {
			t.Errorf("in %q it says %q, want %q", comment, e[0].Words, want)
		}
	}
	e[0].Words, e[0].Said = "", Submission{}
	s.quote(e, nil)
	if e[0].Words != "" || e[0].Said.No != 0 {
		t.Error("a passage of what is no longer posted says something")
	}
}

func TestOnlyWhatIsThereIsMarked(t *testing.T) {
	said := Submission{No: 1, Revision: 2, Comment: "One. Two. Three.", Proposed: "Four."}
	wish := NewExcerpt{Submission: 1, Revision: 2, Field: FieldComment, Pieces: []Span{{10, 16}, {0, 4}}}
	got, err := wish.passage(said)
	if err != nil || got.Of(said.Comment) != "One. Two. Three." {
		t.Errorf("got %q, %v", got.Of(said.Comment), err)
	}
	wish.Revision = 1
	_, err = wish.passage(said)
	wantCode(t, err, "excerpt.changed")
	wish.Revision, wish.Pieces = 2, []Span{{0, 400}}
	_, err = wish.passage(said)
	wantCode(t, err, "excerpt.empty")
	wish.Pieces = nil
	_, err = wish.passage(said)
	wantCode(t, err, "excerpt.empty")
	wish.Field = ""
	_, err = wish.passage(said)
	wantCode(t, err, "excerpt.two")
}
