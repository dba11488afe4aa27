package thread

import (
	"testing"
	"time"

	"madang/app"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func wantCaseCode(t *testing.T, err error, code string) {
	t.Helper()
	if !app.IsCode(err, code) {
		t.Errorf("%v, want %s", err, code)
	}
}

func (k Case) reportedBy(t *testing.T, persona app.ID) Case {
	t.Helper()
	after, err := k.report(CaseStep{ID: app.NewID(), Kind: StepReported, By: Author{Persona: persona}, At: noon, Why: "abusive"})
	if err != nil {
		t.Fatal(err)
	}
	return after
}

func (k Case) decidedBy(t *testing.T, persona app.ID, wish NewVerdict) Case {
	t.Helper()
	after, err := k.tryBy(persona, wish)
	if err != nil {
		t.Fatal(err)
	}
	return after
}

func (k Case) tryBy(persona app.ID, wish NewVerdict) (Case, error) {
	wish.ID, wish.Steps = app.NewID(), len(k.Steps)
	return k.decide(wish, CaseStep{By: Author{Persona: persona}, At: noon, Sentence: wish.Sentence})
}

var takeDown = NewVerdict{To: CaseTakenDown, Why: "abusive", Sentence: "It threatens."}

func TestAReportIsMadeOnceByEachAndAgainOnceItWasDecided(t *testing.T) {
	k := Case{}.reportedBy(t, "ari")
	_, err := k.report(CaseStep{By: Author{Persona: "ari"}, Why: "spam"})
	wantCaseCode(t, err, "report.twice")
	_, err = k.report(CaseStep{By: Author{Persona: "bo"}, Why: "because"})
	wantCaseCode(t, err, "report.reason")
	kept := k.reportedBy(t, "bo").decidedBy(t, "mo", NewVerdict{To: CaseKept})
	if kept.State != CaseKept || kept.IsWaiting() {
		t.Errorf("%+v", kept)
	}
	if again := kept.reportedBy(t, "ari"); again.State != CaseReported || !again.IsWaiting() {
		t.Errorf("%+v", again)
	}
	_, err = k.decidedBy(t, "mo", takeDown).report(CaseStep{By: Author{Persona: "cy"}, Why: "spam"})
	wantCaseCode(t, err, "comment.taken_down")
}

func TestNobodyDecidesAboutWhatTheyWroteReportedOrAreNamedIn(t *testing.T) {
	k := Case{}.reportedBy(t, "ari")
	may := func(persona app.ID, name string) error {
		return k.mayBeDecidedBy(app.Membership{Persona: persona, Name: name, Role: app.RoleModerator}, "author", "Nobody trusts Mo, 살핌이도 그렇다.")
	}
	wantCaseCode(t, may("author", "Writing"), "case.own")
	wantCaseCode(t, may("ari", "Ari"), "case.reporter")
	wantCaseCode(t, may("mo", "Mo"), "moderation.named")
	wantCaseCode(t, may("mo", "살핌이"), "moderation.named")
	k = k.and(CaseStep{Kind: StepRecused, By: Author{Persona: "left"}})
	wantCaseCode(t, may("left", "Left"), "moderation.recused")
	for _, name := range []string{"Trust", "M", "Ann", ""} {
		if err := may("ann", name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestTakingDownNeedsAReasonThatItsAuthorIsTold(t *testing.T) {
	k := Case{}.reportedBy(t, "ari")
	_, err := k.tryBy("mo", NewVerdict{To: CaseTakenDown, Why: "abusive"})
	wantCaseCode(t, err, "reason.empty")
	_, err = k.tryBy("mo", NewVerdict{To: CaseTakenDown, Sentence: "No."})
	wantCaseCode(t, err, "report.reason")
	_, err = k.decide(NewVerdict{To: CaseKept, Steps: 0}, CaseStep{})
	wantCaseCode(t, err, "case.changed")
	down := k.decidedBy(t, "mo", takeDown)
	told := down.forAuthor()
	if down.State != CaseTakenDown || len(told.Steps) != 1 || told.Steps[0].Why != "abusive" || told.Steps[0].By.Persona != "" {
		t.Errorf("%+v, its author is told %+v", down, told)
	}
	_, err = down.tryBy("ann", NewVerdict{To: CaseKept})
	wantCaseCode(t, err, "case.changed") // only an appeal brings it back
}

func TestTwoDecideAboutACommentOfASensitiveGroup(t *testing.T) {
	wish := takeDown
	wish.IsSensitive = true
	one := Case{}.reportedBy(t, "ari").decidedBy(t, "mo", wish)
	if one.State != CaseReported || one.Wanted != CaseTakenDown || !one.IsSensitive {
		t.Errorf("after one: %+v", one)
	}
	_, err := one.tryBy("mo", takeDown)
	wantCaseCode(t, err, "moderation.second")
	if other := one.decidedBy(t, "ann", NewVerdict{To: CaseKept}); other.State != CaseReported || other.Wanted != CaseKept {
		t.Errorf("after two that differ: %+v", other)
	}
	if two := one.decidedBy(t, "ann", takeDown); two.State != CaseTakenDown || two.Wanted != "" {
		t.Errorf("after two that agree: %+v", two)
	}
}

func TestWhatNobodyReportedMayBeProposedToBeTakenDown(t *testing.T) {
	wish := takeDown
	wish.IsSensitive = true
	k := Case{}.decidedBy(t, "mo", wish)
	if k.State != CaseReported || !k.IsWaiting() || !k.WaitingSince().Equal(noon) {
		t.Errorf("%+v", k)
	}
	if k = k.decidedBy(t, "pia", wish); k.State != CaseTakenDown {
		t.Errorf("%+v", k)
	}
}

func TestAnAppealIsDecidedOnceByAChairWhoDidNotTakeItDown(t *testing.T) {
	down := Case{}.reportedBy(t, "ari").decidedBy(t, "mo", takeDown)
	if err := down.MayBeAppealed(); err != nil {
		t.Fatal(err)
	}
	down.AppealedAt = noon
	wantCaseCode(t, down.MayBeAppealed(), "case.changed")
	may := func(persona app.ID, role app.Role) error {
		return down.mayBeDecidedBy(app.Membership{Persona: persona, Name: "Somebody", Role: role}, "author", "words")
	}
	wantCaseCode(t, may("ann", app.RoleModerator), "appeal.chair")
	wantCaseCode(t, may("mo", app.RoleChair), "appeal.own")
	if err := may("chair", app.RoleChair); err != nil {
		t.Error(err)
	}
	upheld := down.decidedBy(t, "chair", NewVerdict{To: CaseTakenDown, Sentence: "It stays."})
	if upheld.State != CaseTakenDown || !upheld.AppealedAt.IsZero() || upheld.Reason().Why != "abusive" {
		t.Errorf("%+v", upheld)
	}
	wantCaseCode(t, upheld.MayBeAppealed(), "appeal.decided")
	if back := down.decidedBy(t, "chair", NewVerdict{To: CaseKept, Sentence: "It was a quotation."}); back.State != CaseKept || back.IsWaiting() {
		t.Errorf("%+v", back)
	}
}
