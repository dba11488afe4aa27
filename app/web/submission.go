package web

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/consultation"
	"madang/app/flood"
	consultationview "madang/app/web/view/consultation"
	statementview "madang/app/web/view/statement"
)

// A submission is asked for one question at a time. The answers travel with the pages,
// in one hidden field that is signed; until the last button is pressed nothing is
// stored. What the signature proves is only that the form was begun here, and when: a
// submission without that waits for somebody to look at it, and is never refused for it.

// heldForm are the answers so far.
type heldForm struct {
	// Nonce was made with the first page: the form sent twice is one submission.
	Nonce app.ID `json:"nonce"`
	// Begun is when that was, in Unix milliseconds.
	Begun int64 `json:"begun"`
	consultation.Words
	// HasLang says that the language was chosen, and is not guessed.
	HasLang bool `json:"has_lang"`
	IsLate  bool `json:"late"`

	isFresh bool
}

// formFor is how long a form is fresh: as long as somebody may take who is interrupted
// while they write. Robots that collect forms wait no shorter, so that more would keep
// nobody out.
const formFor = 12 * time.Hour

func (s *Server) sealForm(docket app.ID, f heldForm) string {
	text, err := json.Marshal(f)
	if err != nil {
		return "" // strings and numbers always marshal
	}
	return s.signed("submission form of "+string(docket), base64.RawURLEncoding.EncodeToString(text))
}

// signed is a hidden field of a form that anybody may send, with the forum's proof behind
// it. What says of which form.
func (s *Server) signed(what, body string) string {
	return body + "." + base64.RawURLEncoding.EncodeToString(s.prove(what, body))
}

// isFresh reports whether a signed field is the forum's own, and its form was begun lately.
func (s *Server) isFresh(what, body, proof string, begun int64) bool {
	sent, err := base64.RawURLEncoding.DecodeString(proof)
	age := s.clock().Sub(time.UnixMilli(begun))
	return err == nil && hmac.Equal(sent, s.prove(what, body)) && age >= 0 && age < formFor
}

// openForm reads the answers so far. Those of a form that isn't signed are taken all the
// same; one that can't be read begins anew.
func (s *Server) openForm(c *fiber.Ctx, docket app.ID) heldForm {
	body, proof, _ := strings.Cut(c.FormValue("form"), ".")
	f := heldForm{Nonce: app.NewID(), Begun: s.clock().UnixMilli()}
	text, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil || json.Unmarshal(text, &f) != nil {
		return f
	}
	f.Nonce = nonceOf(string(f.Nonce))
	f.isFresh = s.isFresh("submission form of "+string(docket), body, proof, f.Begun)
	return f
}

func (s *Server) handleSubmissionNew(c *fiber.Ctx) error {
	v, text, frozen, err := s.frozenText(c)
	if err != nil {
		return err
	}
	form := heldForm{Nonce: app.NewID(), Begun: s.clock().UnixMilli(), IsLate: v.State == consultation.StateClosed}
	if clause := c.Query("clause"); clause != "" {
		form.Clauses = []string{clause}
	}
	if refused := closedTo(v); refused != nil {
		return s.submissionStopped(c, v, form, refused)
	}
	return s.submissionForm(c, http.StatusOK, v, text, frozen, form, consultationview.Form{Step: consultationview.StepAbout})
}

// closedTo says why a docket takes nothing now, late or not.
func closedTo(v consultation.DocketView) *app.Error {
	switch v.State {
	case consultation.StateAnnounced:
		return app.Conflict("docket.not_yet", "opens", v.Opens)
	case consultation.StateWithdrawn:
		return app.Gone("docket.withdrawn")
	}
	return nil
}

func (s *Server) submissionStopped(c *fiber.Ctx, v consultation.DocketView, f heldForm, refused *app.Error) error {
	page := s.titled(c, "submission.stopped", app.Membership{})
	stopped := consultationview.Stopped{DocketView: v, Problem: s.sentence(c, refused), Words: f.Words}
	return s.render(c, statusOf(refused.Kind), consultationview.StoppedPage(page, stopped))
}

// submissionForm shows a step with the answers so far.
func (s *Server) submissionForm(c *fiber.Ctx, status int, d consultation.DocketView, text statementview.Rendered, frozen consultation.FrozenText, f heldForm, v consultationview.Form) error {
	known, err := s.consultations.Stakeholders(c.UserContext(), d.Docket)
	if err != nil {
		return err
	}
	if !f.HasLang {
		f.Words.Lang = consultation.Guess(f.Comment + f.Proposed)
	}
	v.DocketView, v.Text, v.Gaps, v.Stakeholders, v.Words, v.Sealed = d, text, frozen.Gaps, known, f.Words, s.sealForm(d.ID, f)
	v.IsLate = v.IsLate || f.IsLate
	if v.Step == consultationview.StepCheck {
		asked := s.flood.Challenge(d.ID)
		v.Challenge, v.Bits = asked.Text, asked.Bits
	}
	return s.render(c, status, consultationview.FormPage(s.titled(c, "submission.step."+v.Step, app.Membership{}), v))
}

// asks are the fields that each step asks for.
var asks = map[string][]string{
	consultationview.StepAbout: {"clauses"}, consultationview.StepComment: {"comment"}, consultationview.StepProposed: {"proposed"},
	consultationview.StepKind: {"kind"}, consultationview.StepAs: {"as", "name", "stakeholder"}, consultationview.StepPublish: {"publish"},
	consultationview.StepLang: {"lang"},
}

// stepOf is the step that asks for a field.
func stepOf(field string) string {
	for step, fields := range asks {
		if slices.Contains(fields, field) {
			return step
		}
	}
	return consultationview.StepComment
}

// answer takes what was answered at a step.
func (f *heldForm) answer(c *fiber.Ctx, step string) {
	switch step {
	case consultationview.StepAbout:
		f.Clauses = nil
		f.Clauses = append(f.Clauses, valuesOf(c, "clauses")...)
	case consultationview.StepComment:
		f.Comment = typed(c, "comment")
	case consultationview.StepProposed:
		f.Proposed = typed(c, "proposed")
	case consultationview.StepKind:
		f.Kind = consultation.Kind(c.FormValue("kind"))
	case consultationview.StepAs:
		f.As, f.Name, f.Stakeholder = consultation.As(c.FormValue("as")), c.FormValue("name"), app.ID(c.FormValue("stakeholder"))
	case consultationview.StepPublish:
		f.Publish = consultation.Publish(c.FormValue("publish"))
	case consultationview.StepLang:
		f.Words.Lang, f.HasLang = c.FormValue("lang"), true
	}
}

// handleSubmissionStep takes the answer of one step and shows the next, or the same
// again if the answer can't be taken.
func (s *Server) handleSubmissionStep(c *fiber.Ctx) error {
	d, text, frozen, err := s.frozenText(c)
	if err != nil {
		return err
	}
	form, step, to := s.openForm(c, d.ID), c.FormValue("step"), c.FormValue("to")
	form.answer(c, step)
	v := consultationview.Form{Step: step, Back: c.FormValue("back") != ""}
	back, goesBack := strings.CutPrefix(to, "change-")
	if goesBack {
		to = back
	}
	if refused := s.refusedAt(c, d, form, step); refused != nil && slices.Contains(asks[step], refused.Field) {
		v.Problem, v.Field = s.sentence(c, refused), refused.Field
		form.mend()
		return s.submissionForm(c, statusOf(refused.Kind), d, text, frozen, form, v)
	}
	v.Step, v.Back = nextStep(step, to, v.Back), goesBack
	return s.submissionForm(c, http.StatusOK, d, text, frozen, form, v)
}

// mend makes bytes that are no text visible as such, for JSON can't carry them.
func (f *heldForm) mend() {
	for _, text := range []*string{&f.Comment, &f.Proposed, &f.Name} {
		if !utf8.ValidString(*text) {
			*text = strings.ToValidUTF8(*text, "�")
		}
	}
}

// refusedAt is what is wrong with the answers so far, as far as a step has asked.
func (s *Server) refusedAt(c *fiber.Ctx, d consultation.DocketView, f heldForm, step string) *app.Error {
	err := s.consultations.CheckWords(c.UserContext(), d.Docket, f.Words)
	if err == nil {
		return nil
	}
	refused := refusalOf(err)
	if refused.Code == "submission.empty" && step == consultationview.StepComment {
		return nil // they may want to propose words only
	}
	return refused
}

// nextStep is where the form goes from a step: where its button says, back to the
// answers, or on.
func nextStep(step, to string, isBack bool) string {
	if _, known := asks[to]; known {
		return to
	}
	at := slices.Index(consultationview.Steps, step)
	if isBack || at < 0 && step == consultationview.StepLang {
		return consultationview.StepCheck
	}
	if at+1 < len(consultationview.Steps) {
		return consultationview.Steps[at+1]
	}
	return consultationview.StepCheck
}

// handleSubmissionCreate keeps the submission and shows its receipt. The page that shows
// it is the answer itself, for the code may stand in no address: sent again, the form
// shows the same.
func (s *Server) handleSubmissionCreate(c *fiber.Ctx) error {
	d, text, frozen, err := s.frozenText(c)
	if err != nil {
		return err
	}
	form := s.openForm(c, d.ID)
	if !form.HasLang && form.Words.Lang == "" {
		form.Words.Lang = consultation.Guess(form.Comment + form.Proposed)
	}
	files, err := filesIn(c, "files")
	if err != nil {
		return s.submissionAgain(c, d, text, frozen, form, files, err)
	}
	receipt, err := s.consultations.Submit(c.UserContext(), consultation.NewSubmission{
		ID: idFor(form.Nonce, append(said(form.Words), sumsOf(files)...)...), Docket: d.ID, Words: form.Words, Files: files,
		IsSlow: s.mustWait(c, d.ID) || !form.isFresh, MayBeLate: form.IsLate || c.FormValue("late") != "",
	})
	if err != nil {
		return s.submissionAgain(c, d, text, frozen, form, files, err)
	}
	page := s.titled(c, "receipt.taken", app.Membership{})
	return s.render(c, http.StatusOK, consultationview.ReceiptPage(page, consultationview.Receipt{Receipt: receipt, Text: text}))
}

// mustWait reports whether a submission is looked at first: because very many come in just
// now, very many came from where it comes, or its browser owes work that was asked for. The
// address is looked at here and kept nowhere.
func (s *Server) mustWait(c *fiber.Ctx, docket app.ID) bool {
	verdict := s.flood.Judge(c.UserContext(), flood.Visit{
		Docket: docket, Address: c.IP(), Challenge: c.FormValue("challenge"), Number: c.FormValue("number"),
	})
	return verdict.IsSlow || !verdict.Burst.Since.IsZero()
}

// said is all that makes one submission another.
func said(w consultation.Words) []string {
	return append([]string{w.Comment, w.Proposed, string(w.Kind), string(w.As), w.Name, string(w.Stakeholder), string(w.Publish), w.Lang}, w.Clauses...)
}

// submissionAgain gives everything back with the reason: at the step that asks for what
// has to be mended, or at the last one. A browser never gives files back, so that their
// names are told, to be chosen again.
func (s *Server) submissionAgain(c *fiber.Ctx, d consultation.DocketView, text statementview.Rendered, frozen consultation.FrozenText, f heldForm, files []consultation.NewFile, cause error) error {
	refused := refusalOf(cause)
	if refused.Kind == app.KindGone || refused.Code == "docket.not_yet" {
		return s.submissionStopped(c, d, f, refused)
	}
	if !canBeMended(cause) {
		return cause
	}
	if refused.Kind == app.KindUnavailable {
		s.logFailure(c, cause)
	}
	v := consultationview.Form{Step: consultationview.StepCheck, Problem: s.sentence(c, refused), OffersLate: refused.Code == "docket.closed", Chosen: namesOf(files)}
	if refused.Field == "files" {
		v.Field = refused.Field
	} else if refused.Field != "" {
		v.Step, v.Field, v.Back = stepOf(refused.Field), refused.Field, true
	}
	return s.submissionForm(c, statusOf(refused.Kind), d, text, frozen, f, v)
}
