package web

import (
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/statement"
	statementview "madang/app/web/view/statement"
)

func (s *Server) mountCourse(r fiber.Router) {
	r.Get("/statements/:id/state", s.handleCourse)
	r.Post("/statements/:id/steps", s.handleStepCreate)
}

func (s *Server) handleCourse(c *fiber.Ctx) error {
	return s.course(c, http.StatusOK, statementview.Course{Nonce: app.NewID(), Notice: noticeOf(c)})
}

// course shows a statement's phases; v may hold a step that was refused, which is Conflict
// where its page would come without the form.
func (s *Server) course(c *fiber.Ctx, status int, v statementview.Course) error {
	course, err := s.statements.Course(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	v.Course, v.MayGovern, v.No = course, course.Membership.May(app.Govern), course.Statement.Step+1
	if v.Problem != "" && v.IsBlocked() {
		return app.Conflict("phase.unready")
	}
	return s.render(c, status, statementview.CoursePage(s.titled(c, "phase.title", course.Membership), v))
}

func (s *Server) handleStepCreate(c *fiber.Ctx) error {
	nonce, to, reason, id := nonceOf(c.FormValue("nonce")), app.Phase(c.FormValue("to")), typed(c, "reason"), c.Params("id")
	no, _ := strconv.ParseInt(c.FormValue("no"), 10, 64) // none is a step that isn't next
	_, cause := s.statements.Step(c.UserContext(), actorOf(c), app.ID(id), statement.NewStep{
		ID: idFor(nonce, string(to), reason), No: no, To: to, Reason: reason,
	})
	if cause == nil {
		return s.seeOther(c, "/statements/"+id+"/state?done=stepped")
	}
	return s.again(c, cause, func(refusal *app.Error) error {
		v := statementview.Course{Nonce: nonce, To: to, Reason: reason, Problem: s.sentence(c, refusal), Field: refusal.Field}
		return s.course(c, statusOf(refusal.Kind), v)
	})
}
