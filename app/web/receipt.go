package web

import (
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/consultation"
	consultationview "madang/app/web/view/consultation"
	statementview "madang/app/web/view/statement"
)

// A receipt code opens a submission to whoever types it. It travels in the bodies of
// forms only: an address is kept in histories, and shown to other sites.

func (s *Server) handleReceiptLookup(c *fiber.Ctx) error {
	return s.render(c, http.StatusOK, consultationview.LookupPage(s.titled(c, "receipt.title", app.Membership{}), consultationview.Lookup{}))
}

func (s *Server) handleReceiptShow(c *fiber.Ctx) error {
	if shown, err := s.contestBy(c, c.FormValue("code")); shown || err != nil {
		return err
	}
	found, err := s.consultations.Follow(c.UserContext(), c.FormValue("code"))
	if err != nil {
		return s.lookupAgain(c, err)
	}
	return s.receipt(c, http.StatusOK, consultationview.Followed{Followed: found})
}

// lookupAgain shows the form without the code, which shouldn't stand in a page that may
// be left open.
func (s *Server) lookupAgain(c *fiber.Ctx, cause error) error {
	if !canBeMended(cause) {
		return cause
	}
	refused := refusalOf(cause)
	page := s.titled(c, "receipt.title", app.Membership{})
	return s.render(c, statusOf(refused.Kind), consultationview.LookupPage(page, consultationview.Lookup{Problem: s.sentence(c, refused)}))
}

// receipt shows a submission to its author.
func (s *Server) receipt(c *fiber.Ctx, status int, v consultationview.Followed) error {
	_, text, err := s.consultations.Text(c.UserContext(), app.Actor{}, v.Docket.ID)
	if err != nil {
		return err
	}
	if v.Answers, err = s.fate(c, v.Code); err != nil {
		return err
	}
	v.Text, v.Nonce = statementview.Render(text.Doc), app.NewID()
	return s.render(c, status, consultationview.FollowedPage(s.titled(c, "receipt.title", app.Membership{}), v))
}

// handleReceiptStep does what the author of a submission wants.
func (s *Server) handleReceiptStep(c *fiber.Ctx) error {
	ctx, code := c.UserContext(), c.FormValue("code")
	before, err := s.consultations.Follow(ctx, code)
	if err != nil {
		return s.lookupAgain(c, err)
	}
	wish := bindStep(c, before.Submission)
	if wish.Kind == consultation.StepTakenBack && c.FormValue("confirmed") == "" {
		return s.receiptAgain(c, before, wish, app.Invalid("receipt.unconfirmed"))
	}
	after, err := s.consultations.Take(ctx, code, wish)
	if err != nil {
		return s.receiptAgain(c, before, wish, err)
	}
	say := s.speech.In(s.languageOf(c))
	return s.receipt(c, http.StatusOK, consultationview.Followed{Followed: after, Notice: say.T("receipt.done." + string(wish.Kind))})
}

// handleReceiptFiles adds files to a submission.
func (s *Server) handleReceiptFiles(c *fiber.Ctx) error {
	ctx, code := c.UserContext(), c.FormValue("code")
	before, err := s.consultations.Follow(ctx, code)
	if err != nil {
		return s.lookupAgain(c, err)
	}
	files, err := filesIn(c, "files")
	if err != nil {
		return s.filesAgain(c, before, files, err)
	}
	after, err := s.consultations.Enclose(ctx, code, idFor(nonceOf(c.FormValue("nonce")), append(sumsOf(files), "enclosed")...), files)
	if err != nil {
		return s.filesAgain(c, before, files, err)
	}
	say := s.speech.In(s.languageOf(c))
	return s.receipt(c, http.StatusOK, consultationview.Followed{Followed: after, Notice: say.T("receipt.done." + string(consultation.StepEnclosed))})
}

func (s *Server) filesAgain(c *fiber.Ctx, before consultation.Followed, files []consultation.NewFile, cause error) error {
	if !canBeMended(cause) {
		return cause
	}
	refused := refusalOf(cause)
	return s.receipt(c, statusOf(refused.Kind), consultationview.Followed{
		Followed: before, Typed: consultation.NewStep{Kind: consultation.StepEnclosed}, Chosen: namesOf(files), Problem: s.sentence(c, refused), Field: refused.Field,
	})
}

func bindStep(c *fiber.Ctx, of consultation.Submission) consultation.NewStep {
	revision, _ := strconv.Atoi(c.FormValue("revision")) // none is a revision that never was
	wish := consultation.NewStep{Kind: consultation.StepKind(c.FormValue("kind")), Revision: revision, Sentence: typed(c, "sentence"), Words: of.Words}
	if wish.Kind == consultation.StepCorrected {
		wish.Comment, wish.Proposed, wish.Publish = typed(c, "comment"), typed(c, "proposed"), consultation.Publish(c.FormValue("publish"))
	}
	wish.ID = idFor(nonceOf(c.FormValue("nonce")), string(wish.Kind), wish.Sentence, wish.Comment, wish.Proposed, string(wish.Publish))
	return wish
}

func (s *Server) receiptAgain(c *fiber.Ctx, before consultation.Followed, wish consultation.NewStep, cause error) error {
	if !canBeMended(cause) {
		return cause
	}
	refused := refusalOf(cause)
	return s.receipt(c, statusOf(refused.Kind), consultationview.Followed{Followed: before, Typed: wish, Problem: s.sentence(c, refused), Field: refused.Field})
}
