package thread

import (
	"slices"
	"time"

	"madang/app"
	"madang/app/prose"
)

// Case is what moderators have to decide about a comment that somebody reported, and what
// was decided.
type Case struct {
	Comment app.ID
	State   CaseState
	// IsSensitive says that it concerns somebody of a sensitive group: two people decide.
	// Wanted is what the first of them decided; empty if nothing waits for a second.
	IsSensitive bool
	Wanted      CaseState
	// AppealedAt is when its author asked a chair to look again; zero if nobody waits.
	AppealedAt time.Time
	// Steps tell what happened, oldest first.
	Steps []CaseStep
}

// CaseState is where a case stands.
type CaseState string

// The states.
const (
	CaseReported  CaseState = "reported"
	CaseKept      CaseState = "kept"       // it stays, or came back
	CaseTakenDown CaseState = "taken_down" // its words are hidden, for a reason that stands in their place
)

// CaseStep is one thing that happened in a case.
type CaseStep struct {
	ID   app.ID
	Kind CaseStepKind
	By   Author
	At   time.Time
	// Why is a reason of ReportReasons, for what is reported or taken down.
	Why      ReportReason
	Sentence string
	// Wanted is what somebody proposes, for StepProposed.
	Wanted CaseState
}

// CaseStepKind says what happened.
type CaseStepKind string

// What can happen in a case.
const (
	StepReported  CaseStepKind = "reported"
	StepProposed  CaseStepKind = "proposed" // by the first of two moderators
	StepKept      CaseStepKind = "kept"
	StepTakenDown CaseStepKind = "taken_down"
	StepAppealed  CaseStepKind = "appealed"
	StepUpheld    CaseStepKind = "upheld" // by a chair: it stays hidden
	StepRestored  CaseStepKind = "restored"
	StepRecused   CaseStepKind = "recused" // by a moderator whom it is about
)

// CaseStepKinds are all of them.
var CaseStepKinds = []CaseStepKind{StepReported, StepProposed, StepKept, StepTakenDown, StepAppealed, StepUpheld, StepRestored, StepRecused}

// isForAuthor reports whether the author of a comment is told of a step. Who reported it,
// and what moderators say among themselves, they aren't told.
func (k CaseStepKind) isForAuthor() bool {
	return !slices.Contains([]CaseStepKind{StepReported, StepProposed, StepRecused}, k)
}

// ReportReason is why a comment is reported or taken down, from a list that anybody can
// read.
type ReportReason string

// ReportReasons is that list.
var ReportReasons = []ReportReason{"endangers", "personal", "abusive", "unlawful", "spam"}

// NewReport is what somebody says who reports a comment, under an id made where it was
// typed.
type NewReport struct {
	ID       app.ID
	Why      ReportReason
	Sentence string
}

// NewVerdict is what a moderator decides, under an id made where it was decided. Steps is
// how many there were when they decided.
type NewVerdict struct {
	ID       app.ID
	To       CaseState
	Why      ReportReason
	Sentence string
	// IsSensitive says that it concerns somebody of a sensitive group. Once said it stays
	// so.
	IsSensitive bool
	Steps       int
}

// report is the case after somebody reported a comment. Each person reports it once while
// it waits.
func (k Case) report(step CaseStep) (Case, error) {
	switch {
	case !slices.Contains(ReportReasons, step.Why):
		return k, app.Invalid("report.reason").On("why")
	case k.State == CaseTakenDown:
		return k, app.Conflict("comment.taken_down")
	case k.waitsFor(step.By.Persona):
		return k, app.Conflict("report.twice")
	}
	k.State = CaseReported
	return k.and(step), nil
}

// waitsFor reports whether somebody reported it and nobody decided since.
func (k Case) waitsFor(persona app.ID) bool {
	for _, st := range slices.Backward(k.Steps) {
		switch st.Kind {
		case StepKept, StepRestored, StepTakenDown, StepUpheld:
			return false
		case StepReported:
			if st.By.Persona == persona {
				return true
			}
		}
	}
	return false
}

func (k Case) and(step CaseStep) Case {
	k.Steps = append(slices.Clone(k.Steps), step)
	return k
}

// mayBeDecidedBy is nil if a member may decide about what an author wrote, or says why not:
// nobody decides about what they wrote or reported, about words that name them, or after
// they said that it is about them.
func (k Case) mayBeDecidedBy(m app.Membership, author app.ID, body string) error {
	switch {
	case author == m.Persona:
		return app.Forbidden("case.own")
	case k.by(m.Persona, StepRecused):
		return app.Forbidden("moderation.recused")
	case k.by(m.Persona, StepReported):
		return app.Forbidden("case.reporter")
	case prose.Names(body, m.Name):
		return app.Forbidden("moderation.named")
	case k.AppealedAt.IsZero():
		return nil
	case !m.May(app.Keep):
		return app.Forbidden("appeal.chair")
	case k.last(StepTakenDown).By.Persona == m.Persona:
		return app.Forbidden("appeal.own")
	}
	return nil
}

// isUnheard reports whether an appeal waits about which none of these chairs may decide. It
// waits until another one joins, as one against a submission does.
func (k Case) isUnheard(chairs []app.Membership, author app.ID, body string) bool {
	return !k.AppealedAt.IsZero() && k.Wanted == "" && !slices.ContainsFunc(chairs, func(m app.Membership) bool {
		return k.mayBeDecidedBy(m, author, body) == nil
	})
}

func (k Case) by(persona app.ID, kind CaseStepKind) bool {
	return slices.ContainsFunc(k.Steps, func(st CaseStep) bool { return st.By.Persona == persona && st.Kind == kind })
}

// last is the newest step of a kind; the zero CaseStep if there is none.
func (k Case) last(kind CaseStepKind) CaseStep {
	for _, st := range slices.Backward(k.Steps) {
		if st.Kind == kind {
			return st
		}
	}
	return CaseStep{}
}

// Reason is why it is taken down.
func (k Case) Reason() CaseStep { return k.last(StepTakenDown) }

// Proposal is the decision that waits for a second person, if one does.
func (k Case) Proposal() (CaseStep, bool) {
	if k.Wanted == "" {
		return CaseStep{}, false
	}
	return k.last(StepProposed), true
}

// decide is the case after somebody decided. The step's kind says what became of it.
func (k Case) decide(wish NewVerdict, step CaseStep) (Case, error) {
	step.ID = wish.ID
	step.Kind, step.Why = k.deed(wish)
	switch {
	case step.Kind == "" || wish.Steps != len(k.Steps):
		return k, app.Conflict("case.changed")
	case step.Kind == StepTakenDown && !slices.Contains(ReportReasons, step.Why):
		return k, app.Invalid("report.reason").On("why")
	case step.Kind != StepKept && step.Sentence == "":
		return k, app.Invalid("reason.empty").On("reason")
	}
	k.IsSensitive = k.IsSensitive || wish.IsSensitive
	first, waits := k.Proposal()
	isSame := waits && first.Wanted == wish.To && first.Why == step.Why
	switch {
	case k.IsSensitive && isSame && first.By.Persona == step.By.Persona:
		return k, app.Conflict("moderation.second")
	case k.IsSensitive && !isSame:
		return k.propose(wish.To, step), nil
	}
	k.State, k.Wanted, k.AppealedAt = wish.To, "", time.Time{}
	return k.and(step), nil
}

// deed is what a decision does, and the reason that counts; no kind is nothing that can be done
// as things are.
func (k Case) deed(wish NewVerdict) (CaseStepKind, ReportReason) {
	isHidden, isAppealed := k.State == CaseTakenDown, !k.AppealedAt.IsZero()
	switch {
	case wish.To == CaseTakenDown && !isHidden:
		return StepTakenDown, wish.Why
	case wish.To == CaseTakenDown && isAppealed:
		return StepUpheld, k.Reason().Why
	case wish.To == CaseKept && isHidden && isAppealed:
		return StepRestored, ""
	case wish.To == CaseKept && k.State == CaseReported:
		return StepKept, ""
	}
	return "", ""
}

// propose is the case after the first of two people decided.
func (k Case) propose(to CaseState, step CaseStep) Case {
	step.Kind, step.Wanted, k.Wanted = StepProposed, to, to
	if k.State == "" {
		k.State = CaseReported // by whoever proposes it
	}
	return k.and(step)
}

// MayBeAppealed is nil if the author may ask a chair to look again: once for each time it
// was taken down.
func (k Case) MayBeAppealed() error {
	if k.State != CaseTakenDown || !k.AppealedAt.IsZero() {
		return app.Conflict("case.changed")
	}
	for _, st := range slices.Backward(k.Steps) {
		switch st.Kind {
		case StepUpheld:
			return app.Conflict("appeal.decided")
		case StepTakenDown:
			return nil
		}
	}
	return nil
}

// has reports whether a step was taken already.
func (k Case) has(step app.ID) bool {
	return slices.ContainsFunc(k.Steps, func(st CaseStep) bool { return st.ID == step })
}

// IsWaiting reports whether somebody has to decide.
func (k Case) IsWaiting() bool {
	return k.State == CaseReported || k.Wanted != "" || !k.AppealedAt.IsZero()
}

// WaitingSince is when it began to wait.
func (k Case) WaitingSince() time.Time {
	if !k.AppealedAt.IsZero() {
		return k.AppealedAt
	}
	since := time.Time{}
	for _, st := range slices.Backward(k.Steps) {
		switch st.Kind {
		case StepKept, StepRestored, StepTakenDown, StepUpheld:
			return since
		case StepReported, StepProposed:
			since = st.At
		}
	}
	return since
}

// forAuthor is the case as the author of the comment sees it.
func (k Case) forAuthor() Case {
	k.Wanted = ""
	k.Steps = slices.DeleteFunc(slices.Clone(k.Steps), func(st CaseStep) bool { return !st.Kind.isForAuthor() })
	for i := range k.Steps {
		k.Steps[i].By = Author{}
	}
	return k
}

// checkSentence tidies what somebody says to a step.
func checkSentence(text string) (string, error) {
	err := prose.Tidy("reason", &text, MaxReason, false)
	return text, err
}
