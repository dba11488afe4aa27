package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/disposition"
)

// mountAnswerAPI is what programs of those who answer may do.
func (s *Server) mountAnswerAPI(r fiber.Router) {
	api := s.memberRoutes(r, "Answers")
	api.get("/consultations/:id/issues", s.apiIssues, "Lists the issues of a consultation in the order of the text.",
		needs(app.Study), gives(200, listJSON[issueJSON]{}))
	api.post("/consultations/:id/issues", s.apiIssueCreate, "Opens an issue, under which passages of submissions are answered together.",
		needs(app.Answer), takes(issueInput{ID: exampleID, Title: "Who is meant by “all”?", Kind: disposition.General}), gives(201, madeJSON{}))
	api.post("/consultations/:id/readings", s.apiReadingCreate, "Notes that submissions were read.",
		needs(app.Answer), takes(submissionsRead{Submissions: []int{1, 2}}), gives(201, submissionsRead{}))
	api.post("/consultations/:id/excerpts", s.apiExcerptCreate, "Marks a passage of a submission, under an issue or one that it opens.",
		needs(app.Answer), takes(excerptInput{ID: exampleID, Submission: 1, Revision: 1, Field: disposition.FieldComment, End: 12, Title: "Who is meant by “all”?", Kind: disposition.General}),
		gives(201, madeJSON{}))
	api.post("/consultations/:id/issues/:no/answers", s.apiAnswerCreate, "Answers an issue, for the revision of it that the sender read.",
		needs(app.Answer), takes(answerInput{ID: exampleID, Revision: 1, Code: disposition.Noted, Rationale: "Clause 1 names them now."}), gives(201, issueJSON{}))
	api.post("/consultations/:id/issues/:no/verdicts", s.apiVerdictCreate, "Judges an answer as its second reader.",
		needs(app.Answer), takes(verdictInput{Answer: exampleID, Verdict: disposition.Agreed}), gives(200, issueJSON{}))
	api.post("/consultations/:id/issues/:no/amendments", s.apiIssueAmendmentCreate, "Says that an amendment comes of an issue, or no longer does.",
		needs(app.Answer), takes(issueAmendmentInput{Amendment: exampleID}), gives(200, issueJSON{}))
	api.post("/consultations/:id/report", s.apiReportCreate, "Publishes the report, which can't be undone.",
		needs(app.Answer, app.Govern), takes(reportInput{ID: exampleID, Summary: "What was said, and what became of it.", Confirmed: true}), gives(201, reportMadeJSON{}))
	api.post("/consultations/:id/outcome", s.apiOutcomeCreate, "Lets anybody read the version that came of a consultation, which can't be undone.",
		needs(app.Govern), takes(outcomeInput{ID: exampleID, Version: 2, Confirmed: true}), gives(201, madeJSON{}))
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
	if _, err := actorOf(c).MemberWho(app.Study, desk.Group); err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(desk.Issues, issueJSONOf))
}

// issueInput opens an issue about a clause or, without one, about the whole text.
type issueInput struct {
	ID     app.ID           `json:"id"`
	Clause string           `json:"clause"`
	Title  string           `json:"title"`
	Kind   disposition.Kind `json:"kind"`
}

func (s *Server) apiIssueCreate(c *fiber.Ctx) error {
	var input issueInput
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

// submissionsRead are submissions, by their numbers.
type submissionsRead struct {
	Submissions []int `json:"submissions"`
}

func (s *Server) apiReadingCreate(c *fiber.Ctx) error {
	var input submissionsRead
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	if err := s.answers.MarkRead(c.UserContext(), actorOf(c), app.ID(c.Params("id")), input.Submissions...); err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, submissionsRead{listed(input.Submissions)})
}

// excerptInput marks a passage: Start and End count characters of the field. Title opens
// an issue for it; Everywhere marks the same words in all submissions.
type excerptInput struct {
	ID         app.ID            `json:"id"`
	Submission int               `json:"submission"` // its number
	Revision   int               `json:"revision"`
	Field      disposition.Field `json:"field"`
	Start      int               `json:"start"`
	End        int               `json:"end"`
	Clause     string            `json:"clause"`
	Issue      app.ID            `json:"issue"`
	Title      string            `json:"title"`
	Kind       disposition.Kind  `json:"kind"`
	Everywhere bool              `json:"everywhere"`
}

func (s *Server) apiExcerptCreate(c *fiber.Ctx) error {
	var input excerptInput
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

// answerInput answers the revision of an issue that the sender read.
type answerInput struct {
	ID        app.ID           `json:"id"`
	Revision  int              `json:"revision"`
	Code      disposition.Code `json:"code"`
	Rationale string           `json:"rationale"`
}

func (s *Server) apiAnswerCreate(c *fiber.Ctx) error {
	var input answerInput
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

// verdictInput is what the second reader thinks of an answer.
type verdictInput struct {
	Answer  app.ID              `json:"answer"`
	Verdict disposition.Verdict `json:"verdict"`
	Remark  string              `json:"remark"`
}

func (s *Server) apiVerdictCreate(c *fiber.Ctx) error {
	var input verdictInput
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

// issueAmendmentInput ties an amendment to an issue, or unlinks it.
type issueAmendmentInput struct {
	Amendment app.ID `json:"amendment"`
	Unlink    bool   `json:"unlink"`
}

func (s *Server) apiIssueAmendmentCreate(c *fiber.Ctx) error {
	var input issueAmendmentInput
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

// reportInput publishes the report: confirmed has to be true.
type reportInput struct {
	ID        app.ID `json:"id"`
	Summary   string `json:"summary"`
	Confirmed bool   `json:"confirmed"`
}

// reportMadeJSON is a published report. Counted is false if what is counted with it couldn't
// be: it is once the report is sent again, or somebody reads the figures.
type reportMadeJSON struct {
	ID      app.ID `json:"id"`
	Counted bool   `json:"counted"`
}

func (s *Server) apiReportCreate(c *fiber.Ctx) error {
	var input reportInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	if !input.Confirmed {
		return app.Invalid("report.unconfirmed").On("confirmed")
	}
	id, err := idOr(input.ID)
	isCounted := false
	if err == nil {
		isCounted, err = s.answers.Publish(c.UserContext(), actorOf(c), app.ID(c.Params("id")), id, input.Summary)
	}
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, reportMadeJSON{ID: id, Counted: isCounted})
}
