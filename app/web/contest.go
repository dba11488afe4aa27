package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/consultation"
	consultationview "madang/app/web/view/consultation"
)

// Whoever finds their name under a submission that they didn't send says so from its
// public page. They have neither an account nor its receipt: they get one of their own.

func contestOf(c *fiber.Ctx) string {
	return "contest form of " + c.Params("id") + " " + c.Params("no")
}

// isFreshContest reports whether the form was begun here lately.
func (s *Server) isFreshContest(c *fiber.Ctx) bool {
	begun, proof, _ := strings.Cut(c.FormValue("begun"), ".")
	ms, err := strconv.ParseInt(begun, 10, 64)
	return err == nil && s.isFresh(contestOf(c), begun, proof, ms)
}

func (s *Server) handleContestNew(c *fiber.Ctx) error {
	return s.contestForm(c, http.StatusOK, consultationview.Contest{Nonce: app.NewID()})
}

// contestForm asks what somebody knows about it; v may hold a form that was refused.
func (s *Server) contestForm(c *fiber.Ctx, status int, v consultationview.Contest) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	if v.DocketView, v.Submission, err = s.consultations.PostedOne(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no); err != nil {
		return err
	}
	if v.Submission.Name == "" {
		return app.NotFound()
	}
	v.Begun = s.signed(contestOf(c), strconv.FormatInt(s.clock().UnixMilli(), 10))
	asked := s.flood.Challenge(v.ID)
	v.Challenge, v.Bits = asked.Text, asked.Bits
	return s.render(c, status, consultationview.ContestPage(s.titled(c, "contest.title", app.Membership{}), v))
}

// handleContestCreate keeps it and shows its receipt, as that of a submission is shown.
func (s *Server) handleContestCreate(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	v := consultationview.Contest{Nonce: nonceOf(c.FormValue("nonce")), Sentence: typed(c, "reason")}
	docket := app.ID(c.Params("id"))
	receipt, err := s.consultations.Contest(c.UserContext(), docket, no, consultation.NewContest{
		ID: idFor(v.Nonce, "contest", strconv.Itoa(no), v.Sentence), Sentence: v.Sentence, IsSlow: s.mustWait(c, docket) || !s.isFreshContest(c),
	})
	if err != nil {
		return s.again(c, err, func(refused *app.Error) error {
			v.Problem, v.Field = s.sentence(c, refused), "reason"
			return s.contestForm(c, statusOf(refused.Kind), v)
		})
	}
	page := s.titled(c, "contest.taken", app.Membership{})
	return s.render(c, http.StatusOK, consultationview.ContestReceiptPage(page, consultationview.ContestReceipt{ContestReceipt: receipt, IsNew: true}))
}

// contestBy shows a contest to whoever typed its receipt code; false if it is that of none.
func (s *Server) contestBy(c *fiber.Ctx, code string) (shown bool, err error) {
	found, err := s.consultations.FollowContest(c.UserContext(), code)
	switch app.KindOf(err) {
	case app.KindNotFound, app.KindInvalid:
		return false, nil
	}
	if err != nil {
		return false, err
	}
	page := s.titled(c, "receipt.title", app.Membership{})
	return true, s.render(c, http.StatusOK, consultationview.ContestReceiptPage(page, consultationview.ContestReceipt{ContestReceipt: found}))
}

// handleNamingCreate keeps what a moderator decides about the name under a submission.
func (s *Server) handleNamingCreate(c *fiber.Ctx) error {
	return s.handleDesk(c, func(no int) error {
		upTo, _ := strconv.Atoi(c.FormValue("contests")) // none answers none
		wish := consultation.NewNaming{Kind: consultation.StepKind(c.FormValue("kind")), Sentence: typed(c, "reason"), UpTo: upTo}
		wish.ID = idFor(nonceOf(c.FormValue("nonce")), string(wish.Kind), wish.Sentence, c.FormValue("contests"))
		return s.consultations.DecideName(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no, wish)
	})
}
