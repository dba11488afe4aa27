package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/consultation"
	"madang/app/thread"
)

// mountDeskAPI is what moderators do by programs, and what people send to them.
func (s *Server) mountDeskAPI(r fiber.Router) {
	api := s.memberRoutes(r, "Moderation")
	at := "/consultations/:id/inbox/:no"
	api.get("/groups/:id/moderation", s.apiQueue, "Lists what waits for moderators, the longest waiting of each kind first.", needs(app.Screen), gives(200, queueJSON{}))
	api.get(at, s.apiInboxOne, "Gives a submission with what happened to it, to those who look at it.", needs(app.Screen), gives(200, submissionJSON{}))
	api.post(at+"/recusals", s.apiRecusalCreate, "Says that a submission is about oneself: then one decides nothing about it any more.",
		needs(app.Screen), takes(idInput{ID: exampleID}), gives(201, submissionJSON{}))
	api.post(at+"/openings", s.apiOpeningCreate, "Asks to read what was taken out of a submission, or agrees that two people read it.",
		needs(app.Screen), takes(openingInput{ID: exampleID, Reason: "Its author asks."}), gives(201, submissionJSON{}))
	api.get(at+"/original", s.apiOriginal, "Gives the wordings as they were, to the two people who agreed on it.", needs(app.Screen), gives(200, listJSON[originalJSON]{}))
	api.get(at+"/contests", s.apiContests, "Lists who says that they stand under a submission and didn't send it.", needs(app.Screen), gives(200, listJSON[contestJSON]{}))
	api.post(at+"/namings", s.apiNamingCreate, "Takes the name under a submission away, or lets it stand.",
		needs(app.Screen), takes(namingInput{ID: exampleID, Kind: consultation.StepNameTaken, Sentence: "They wrote to us.", UpTo: 1}), gives(201, submissionJSON{}))
	api.get("/consultations/:id/names", s.apiNames, "Gives the names that are proposed to be taken out wherever they stand.", needs(app.Screen), gives(200, namesJSON{}))
	api.put("/consultations/:id/names", s.apiNamesReplace, "Replaces the list of names.", needs(app.Screen), takes(namesJSON{Names: []string{"Ari Kim"}}), gives(200, namesJSON{}))

	api.post("/comments/:id/reports", s.apiCommentReport, "Tells moderators of a comment that shouldn't stand as it does.",
		needs(app.Report), takes(commentReportInput{ID: exampleID, Why: thread.ReportReasons[0], Sentence: "It says where they live."}), gives(201, commentJSON{}))
	api.get("/comments/:id/case", s.apiCase, "Gives the case of a comment to moderators and, without what is between them, to its author.", gives(200, caseJSON{}))
	api.post("/comments/:id/case/verdicts", s.apiCaseVerdict, "Decides about a comment that was reported.",
		needs(app.Screen), takes(verdictOnInput{ID: exampleID, To: thread.CaseKept, Sentence: "It hurts nobody.", Steps: 1}), gives(201, caseJSON{}))
	api.post("/comments/:id/case/recusals", s.apiCaseRecusal, "Says that a comment is about oneself.", needs(app.Screen), takes(idInput{ID: exampleID}), gives(201, caseJSON{}))
	api.post("/comments/:id/case/appeals", s.apiCaseAppeal, "Asks a chair to look again at one's comment that was taken down.",
		needs(app.Report), takes(appealInput{ID: exampleID, Reason: "It was a quotation."}), gives(201, caseJSON{}))
}

type idInput struct {
	ID app.ID `json:"id"`
}

// queueJSON is what waits for the moderators of a group.
type queueJSON struct {
	Comments    []reportedJSON    `json:"comments"`
	Submissions []waitingSaidJSON `json:"submissions"`
}

type reportedJSON struct {
	Comment   app.ID    `json:"comment"`
	Statement app.ID    `json:"statement"`
	Since     time.Time `json:"since"`
	Unheard   bool      `json:"unheard,omitempty"` // no chair may decide about the appeal yet
}

// waitingSaidJSON says which submission waits, and for what.
type waitingSaidJSON struct {
	Consultation app.ID              `json:"consultation"`
	No           int                 `json:"no"`
	Tracking     string              `json:"tracking"`
	State        consultation.Status `json:"state"`
	Wanted       consultation.Status `json:"wanted,omitempty"` // what the first of two people decided
	Appealed     bool                `json:"appealed,omitempty"`
	Unheard      bool                `json:"unheard,omitempty"`   // no chair may decide about the appeal yet
	Contested    int                 `json:"contested,omitempty"` // how many say that the name isn't right
	Files        int                 `json:"files,omitempty"`     // that nobody has looked at
}

func (s *Server) apiQueue(c *fiber.Ctx) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	if _, err := actor.MemberWho(app.Screen, id); err != nil {
		return err
	}
	cases, err := s.threads.Cases(ctx, actor, id)
	if err != nil {
		return err
	}
	waiting, err := s.consultations.Waiting(ctx, actor, id)
	if err != nil {
		return err
	}
	shown := queueJSON{Comments: []reportedJSON{}, Submissions: []waitingSaidJSON{}}
	for _, r := range cases {
		shown.Comments = append(shown.Comments, reportedJSON{r.Comment.ID, r.Statement, r.Case.WaitingSince(), r.IsUnheard})
	}
	for _, w := range waiting {
		one := w.Submission
		shown.Submissions = append(shown.Submissions, waitingSaidJSON{
			Consultation: w.Docket.ID, No: one.No, Tracking: w.Tracking(), State: one.Status, Wanted: one.Wanted,
			Appealed: !one.AppealedAt.IsZero(), Unheard: w.IsUnheard, Contested: one.Contested, Files: one.WaitingFiles(),
		})
	}
	return s.answer(c, http.StatusOK, shown)
}

func (s *Server) apiInboxOne(c *fiber.Ctx) error { return s.answerInbox(c, http.StatusOK) }

// answerInbox answers with a submission as those see it who look at it.
func (s *Server) answerInbox(c *fiber.Ctx, status int) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	v, found, _, err := s.consultations.InboxOne(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no)
	if err != nil {
		return err
	}
	return s.answer(c, status, submissionJSONOf(v.Docket, found))
}

// apiDesk does something about a submission under the id that was sent, and answers with it.
func (s *Server) apiDesk(c *fiber.Ctx, sent app.ID, do func(no int, id app.ID) error) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	id, err := idOr(sent)
	if err != nil {
		return err
	}
	if err := do(no, id); err != nil {
		return err
	}
	return s.answerInbox(c, http.StatusCreated)
}

func (s *Server) apiRecusalCreate(c *fiber.Ctx) error {
	var input idInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	return s.apiDesk(c, input.ID, func(no int, id app.ID) error {
		return s.consultations.Recuse(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no, id)
	})
}

type openingInput struct {
	ID     app.ID `json:"id"`
	Reason string `json:"reason"`
	// Agreed says that somebody else's wish is agreed to; then there is no reason.
	Agreed bool `json:"agreed"`
}

func (s *Server) apiOpeningCreate(c *fiber.Ctx) error {
	var input openingInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	ctx, actor, docket := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	return s.apiDesk(c, input.ID, func(no int, id app.ID) error {
		if input.Agreed {
			return s.consultations.AgreeOriginal(ctx, actor, docket, no, id)
		}
		return s.consultations.AskOriginal(ctx, actor, docket, no, id, input.Reason)
	})
}

// originalJSON is one wording of a submission, before something was taken out.
type originalJSON struct {
	Revision int `json:"revision"`
	saidJSON
}

func (s *Server) apiOriginal(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	_, _, wordings, err := s.consultations.Original(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(wordings, func(w consultation.Revision) originalJSON {
		shown := originalJSON{w.No, saidJSON(w.Words)}
		shown.Clauses = listed(shown.Clauses)
		return shown
	}))
}

// contestJSON is what somebody says who stands under a submission and didn't send it.
type contestJSON struct {
	No       int       `json:"no"`
	At       time.Time `json:"at"`
	Slow     bool      `json:"slow,omitempty"` // it came without a fresh form, or among very many
	Sentence string    `json:"sentence,omitempty"`
	// Decided is absent while it waits; Reason is why.
	Decided consultation.StepKind `json:"decided,omitempty"`
	Reason  string                `json:"reason,omitempty"`
}

func contestJSONOf(one consultation.Contest) contestJSON {
	return contestJSON{one.No, one.At, one.IsSlow, one.Sentence, one.Decided.Kind, one.Decided.Sentence}
}

func (s *Server) apiContests(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	ctx, actor := c.UserContext(), actorOf(c)
	_, found, _, err := s.consultations.InboxOne(ctx, actor, app.ID(c.Params("id")), no)
	if err != nil {
		return err
	}
	list, err := s.consultations.Contests(ctx, actor, found)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(list, contestJSONOf))
}

type namingInput struct {
	ID app.ID `json:"id"`
	// Kind is "name_taken" or "name_kept". Everybody can read the sentence.
	Kind     consultation.StepKind `json:"kind"`
	Sentence string                `json:"sentence"`
	// UpTo is the number of the last contest that was seen; later ones wait on.
	UpTo int `json:"up_to"`
}

func (s *Server) apiNamingCreate(c *fiber.Ctx) error {
	var input namingInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	return s.apiDesk(c, input.ID, func(no int, id app.ID) error {
		wish := consultation.NewNaming{ID: id, Kind: input.Kind, Sentence: input.Sentence, UpTo: input.UpTo}
		return s.consultations.DecideName(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no, wish)
	})
}

type namesJSON struct {
	Names []string `json:"names"`
}

func (s *Server) apiNames(c *fiber.Ctx) error {
	_, names, err := s.consultations.Names(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, namesJSON{listed(names)})
}

func (s *Server) apiNamesReplace(c *fiber.Ctx) error {
	var input namesJSON
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	if err := s.consultations.KeepNames(c.UserContext(), actorOf(c), app.ID(c.Params("id")), strings.Join(input.Names, "\n")); err != nil {
		return err
	}
	return s.apiNames(c)
}

type commentReportInput struct {
	ID       app.ID              `json:"id"`
	Why      thread.ReportReason `json:"why"`
	Sentence string              `json:"sentence"`
}

func (s *Server) apiCommentReport(c *fiber.Ctx) error {
	var input commentReportInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	ctx, actor, of := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	if err := s.threads.Report(ctx, actor, of, thread.NewReport{ID: id, Why: input.Why, Sentence: input.Sentence}); err != nil {
		return err
	}
	comment, _, err := s.threads.Comment(ctx, actor, of)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, s.commentOf(comment))
}

// caseJSON is what was said and decided about a comment that somebody reported.
type caseJSON struct {
	Comment   app.ID           `json:"comment"`
	State     thread.CaseState `json:"state"`
	Sensitive bool             `json:"sensitive,omitempty"` // two people decide
	Wanted    thread.CaseState `json:"wanted,omitempty"`    // what the first of them decided
	Appealed  bool             `json:"appealed,omitempty"`
	Unheard   bool             `json:"unheard,omitempty"` // no chair may decide about the appeal yet
	// Words are the comment's, empty for those who may not read them.
	Words string         `json:"words,omitempty"`
	Steps []caseStepJSON `json:"steps"`
}

type caseStepJSON struct {
	Kind     thread.CaseStepKind `json:"kind"`
	By       string              `json:"by,omitempty"` // empty for whoever isn't told
	At       time.Time           `json:"at"`
	Why      thread.ReportReason `json:"why,omitempty"`
	Sentence string              `json:"sentence,omitempty"`
	Wanted   thread.CaseState    `json:"wanted,omitempty"`
}

func (s *Server) apiCase(c *fiber.Ctx) error { return s.answerCase(c, http.StatusOK) }

func (s *Server) answerCase(c *fiber.Ctx, status int) error {
	v, err := s.threads.ShowCase(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	shown := caseJSON{
		Comment: v.Comment.ID, State: v.Case.State, Sensitive: v.Case.IsSensitive, Wanted: v.Case.Wanted,
		Appealed: !v.Case.AppealedAt.IsZero(), Unheard: v.IsUnheard, Words: v.Words, Steps: []caseStepJSON{},
	}
	for _, st := range v.Case.Steps {
		one := caseStepJSON{Kind: st.Kind, At: st.At, Why: st.Why, Sentence: st.Sentence, Wanted: st.Wanted}
		if v.IsDesk {
			one.By = st.By.Name
		}
		shown.Steps = append(shown.Steps, one)
	}
	return s.answer(c, status, shown)
}

type verdictOnInput struct {
	ID        app.ID              `json:"id"`
	To        thread.CaseState    `json:"to"` // "kept" or "taken_down"
	Why       thread.ReportReason `json:"why"`
	Sentence  string              `json:"sentence"`
	Sensitive bool                `json:"sensitive"`
	Steps     int                 `json:"steps"` // how many the case had when it was read
}

func (s *Server) apiCaseVerdict(c *fiber.Ctx) error {
	var input verdictOnInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	return s.apiCaseStep(c, input.ID, func(comment, id app.ID) error {
		return s.threads.Decide(c.UserContext(), actorOf(c), comment, thread.NewVerdict{
			ID: id, To: input.To, Why: input.Why, Sentence: input.Sentence, IsSensitive: input.Sensitive, Steps: input.Steps,
		})
	})
}

func (s *Server) apiCaseStep(c *fiber.Ctx, sent app.ID, do func(comment, id app.ID) error) error {
	id, err := idOr(sent)
	if err != nil {
		return err
	}
	if err := do(app.ID(c.Params("id")), id); err != nil {
		return err
	}
	return s.answerCase(c, http.StatusCreated)
}

func (s *Server) apiCaseRecusal(c *fiber.Ctx) error {
	var input idInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	return s.apiCaseStep(c, input.ID, func(comment, id app.ID) error {
		return s.threads.Recuse(c.UserContext(), actorOf(c), comment, id)
	})
}

type appealInput struct {
	ID     app.ID `json:"id"`
	Reason string `json:"reason"`
}

func (s *Server) apiCaseAppeal(c *fiber.Ctx) error {
	var input appealInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	return s.apiCaseStep(c, input.ID, func(comment, id app.ID) error {
		return s.threads.Appeal(c.UserContext(), actorOf(c), comment, id, input.Reason)
	})
}
