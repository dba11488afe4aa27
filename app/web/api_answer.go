package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/disposition"
)

// mountAnswerAPI is what programs of those who answer may do.
func (s *Server) mountAnswerAPI(api fiber.Router) {
	api.Get("/consultations/:id/issues", s.apiIssues)
	api.Post("/consultations/:id/issues", s.apiIssueCreate)
	api.Post("/consultations/:id/readings", s.apiReadingCreate)
	api.Post("/consultations/:id/excerpts", s.apiExcerptCreate)
	api.Post("/consultations/:id/issues/:no/answers", s.apiAnswerCreate)
	api.Post("/consultations/:id/issues/:no/verdicts", s.apiVerdictCreate)
	api.Post("/consultations/:id/issues/:no/amendments", s.apiIssueAmendmentCreate)
	api.Post("/consultations/:id/report", s.apiReportCreate)
	api.Post("/consultations/:id/outcome", s.apiOutcomeCreate)
}

type issueJSON struct {
	ID         app.ID            `json:"id"`
	No         int               `json:"no"`
	Clause     string            `json:"clause"` // empty is the whole text
	Title      string            `json:"title"`
	Kind       disposition.Kind  `json:"kind"`
	State      disposition.State `json:"state"`
	Revision   int               `json:"revision"` // an answer names the one that it answers
	Answer     *answerJSON       `json:"answer,omitempty"`
	Amendments []app.ID          `json:"amendments,omitempty"`
}

type answerJSON struct {
	ID        app.ID              `json:"id"`
	Code      disposition.Code    `json:"code"`
	HL7       string              `json:"hl7,omitempty"`
	Rationale string              `json:"rationale"`
	Verdict   disposition.Verdict `json:"verdict,omitempty"`
	Remark    string              `json:"remark,omitempty"`
}

func issueJSONOf(i disposition.Issue) issueJSON {
	shown := issueJSON{ID: i.ID, No: i.No, Clause: i.CID, Title: i.Title, Kind: i.Kind, State: i.State(), Revision: i.Revision}
	if a, isThere := i.Newest(); isThere {
		shown.Answer = &answerJSON{ID: a.ID, Code: a.Code, HL7: a.Code.HL7(), Rationale: a.Rationale, Verdict: a.Verdict, Remark: a.Remark}
	}
	for _, a := range i.Amendments {
		shown.Amendments = append(shown.Amendments, a.ID)
	}
	return shown
}

// apiIssues lists issues in the order of the text, to those who answer.
func (s *Server) apiIssues(c *fiber.Ctx) error {
	desk, err := s.answers.Desk(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	if _, err := actorOf(c).MemberWho(app.Answer, desk.Group); err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(desk.Issues, issueJSONOf))
}

func (s *Server) apiIssueCreate(c *fiber.Ctx) error {
	var input struct {
		ID     app.ID           `json:"id"`
		Clause string           `json:"clause"`
		Title  string           `json:"title"`
		Kind   disposition.Kind `json:"kind"`
	}
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err == nil {
		err = s.answers.OpenIssue(c.UserContext(), actorOf(c), app.ID(c.Params("id")), id, input.Clause, input.Title, input.Kind)
	}
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, madeJSON{ID: id})
}

// madeJSON names what was made.
type madeJSON struct {
	ID app.ID `json:"id"`
}

func (s *Server) apiReadingCreate(c *fiber.Ctx) error {
	var input struct {
		Submissions []int `json:"submissions"` // by their numbers
	}
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	if err := s.answers.MarkRead(c.UserContext(), actorOf(c), app.ID(c.Params("id")), input.Submissions...); err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, input)
}

func (s *Server) apiExcerptCreate(c *fiber.Ctx) error {
	var input struct {
		ID         app.ID            `json:"id"`
		Submission int               `json:"submission"` // its number
		Revision   int               `json:"revision"`
		Field      disposition.Field `json:"field"`
		Start      int               `json:"start"` // in characters
		End        int               `json:"end"`
		Clause     string            `json:"clause"`
		Issue      app.ID            `json:"issue"`
		Title      string            `json:"title"` // opens an issue
		Kind       disposition.Kind  `json:"kind"`
		Everywhere bool              `json:"everywhere"`
	}
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err == nil {
		err = s.answers.MarkExcerpt(c.UserContext(), actorOf(c), disposition.NewExcerpt{
			ID: id, Docket: app.ID(c.Params("id")), Submission: input.Submission, Revision: input.Revision, Field: input.Field,
			Pieces: []disposition.Span{{Start: input.Start, End: input.End}}, CID: input.Clause, Issue: input.Issue, Title: input.Title, Kind: input.Kind, IsEverywhere: input.Everywhere,
		})
	}
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, madeJSON{ID: id})
}

func (s *Server) apiAnswerCreate(c *fiber.Ctx) error {
	var input struct {
		ID        app.ID           `json:"id"`
		Revision  int              `json:"revision"`
		Code      disposition.Code `json:"code"`
		Rationale string           `json:"rationale"`
	}
	no, err := submissionNo(c)
	if err == nil {
		err = bindJSON(c, &input)
	}
	if err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err == nil {
		err = s.answers.Write(c.UserContext(), actorOf(c), app.ID(c.Params("id")), disposition.NewAnswer{
			ID: id, Issue: no, Revision: input.Revision, Code: input.Code, Rationale: input.Rationale,
		})
	}
	if err != nil {
		return err
	}
	return s.answerIssue(c, http.StatusCreated, no)
}

func (s *Server) apiVerdictCreate(c *fiber.Ctx) error {
	var input struct {
		Answer  app.ID              `json:"answer"`
		Verdict disposition.Verdict `json:"verdict"`
		Remark  string              `json:"remark"`
	}
	no, err := submissionNo(c)
	if err == nil {
		err = bindJSON(c, &input)
	}
	if err == nil {
		err = s.answers.Judge(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no, input.Answer, input.Verdict, input.Remark)
	}
	if err != nil {
		return err
	}
	return s.answerIssue(c, http.StatusOK, no)
}

// answerIssue answers with an issue as it is now.
func (s *Server) answerIssue(c *fiber.Ctx, status, no int) error {
	v, err := s.answers.Issue(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no)
	if err != nil {
		return err
	}
	return s.answer(c, status, issueJSONOf(v.Issue))
}

func (s *Server) apiIssueAmendmentCreate(c *fiber.Ctx) error {
	var input struct {
		Amendment app.ID `json:"amendment"`
		Unlink    bool   `json:"unlink"`
	}
	no, err := submissionNo(c)
	if err == nil {
		err = bindJSON(c, &input)
	}
	if err == nil {
		err = s.answers.Link(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no, input.Amendment, !input.Unlink)
	}
	if err != nil {
		return err
	}
	return s.answerIssue(c, http.StatusOK, no)
}

// apiReportCreate publishes the report, which can't be undone: confirmed has to be true.
func (s *Server) apiReportCreate(c *fiber.Ctx) error {
	var input struct {
		ID        app.ID `json:"id"`
		Summary   string `json:"summary"`
		Confirmed bool   `json:"confirmed"`
	}
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	if !input.Confirmed {
		return app.Invalid("report.unconfirmed").On("confirmed")
	}
	id, err := idOr(input.ID)
	if err == nil {
		err = s.answers.Publish(c.UserContext(), actorOf(c), app.ID(c.Params("id")), id, input.Summary)
	}
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, madeJSON{ID: id})
}
