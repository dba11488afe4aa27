package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/statement"
)

// phaseStepJSON is how a statement went from one phase to the next; epoch and seq are
// where its text stood.
type phaseStepJSON struct {
	ID     app.ID     `json:"id"`
	No     int64      `json:"no"`
	From   app.Phase  `json:"from"`
	To     app.Phase  `json:"to"`
	By     authorJSON `json:"by"`
	Reason string     `json:"reason"`
	At     time.Time  `json:"at"`
	Epoch  int64      `json:"epoch"`
	Seq    int64      `json:"seq"`
}

func phaseStepOf(step statement.Step) phaseStepJSON {
	return phaseStepJSON{
		ID: step.ID, No: step.No, From: step.From, To: step.To, By: authorJSON{step.By.Persona, step.By.Name},
		Reason: step.Reason, At: step.At, Epoch: step.Text.Epoch, Seq: step.Text.Seq,
	}
}

func (s *Server) apiSteps(c *fiber.Ctx) error {
	course, err := s.statements.Course(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(course.Steps, phaseStepOf))
}

// phaseStepInput takes a step; no is the number it will have, one more than that of the
// last step.
type phaseStepInput struct {
	ID     app.ID    `json:"id"`
	No     int64     `json:"no"`
	To     app.Phase `json:"to"`
	Reason string    `json:"reason"`
}

func (s *Server) apiStepCreate(c *fiber.Ctx) error {
	var body phaseStepInput
	if err := bindJSON(c, &body); err != nil {
		return err
	}
	id, err := idOr(body.ID)
	if err != nil {
		return err
	}
	step, err := s.statements.Step(c.UserContext(), actorOf(c), app.ID(c.Params("id")), statement.NewStep{
		ID: id, No: body.No, To: body.To, Reason: body.Reason,
	})
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, phaseStepOf(step))
}
