package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/consultation"
)

// mountPublicAPI is what programs may read and send without a token: what is before the
// public, what was posted, and submissions. It stands before the API of members, which
// asks who somebody is.
func (s *Server) mountPublicAPI(r fiber.Router) {
	api := s.publicRoutes(r, "Consultations")
	said := saidJSON{Comment: "Say who is meant by “all”.", Kind: "general", As: consultation.AsAnonymous, Publish: consultation.PublishAll, Lang: "en"}
	s.publicRoutes(r, "Description").get("/openapi.json", s.handleOpenAPI, "Gives this description.", gives(200, openapiJSON{}))
	api.get("/consultations", s.apiConsultations, "Lists what is, was or will be before the public.", gives(200, listJSON[docketJSON]{}))
	api.get("/consultations/:id", s.apiConsultation, "Gives a consultation, and how many submissions came to what.", gives(200, docketJSON{}))
	api.get("/consultations/:id/clauses", s.apiConsultationClauses, "Gives the text that is before the public.", gives(200, listJSON[clauseJSON]{}))
	api.get("/consultations/:id/submissions", s.apiSubmissions, "Lists submissions as they were posted.",
		query("after", 0, "The number to go on after."), gives(200, listJSON[submissionJSON]{}))
	api.post("/consultations/:id/submissions", s.apiSubmissionCreate, "Submits something. It waits until somebody has looked at it; the receipt code in the answer is in no other.",
		takes(submissionInput{ID: exampleID, saidJSON: said}), withFiles("submission"), gives(201, receiptJSON{}))
	api.get("/consultations/:id/submissions/:no", s.apiSubmission, "Gives a submission as it was posted.", gives(200, submissionJSON{}))
	api.get("/consultations/:id/submissions/:no/files/:file", s.handlePostedFile, "Gives a file of a submission.", givesFile(fileMedia...))
	api.get("/consultations/:id/documents/:no", s.handleDocumentShow, "Gives a file that belongs to a consultation.", givesFile(fileMedia...))
	api.get("/consultations/:id/campaigns", s.apiCampaigns, "Says which words many submissions share, and what each says otherwise.", gives(200, campaignsJSON{}))
	api.get("/consultations/:id/clauses/:cid/trace", s.apiPublicTrace, "Says why a clause says what it says, as far as everybody may know.", gives(200, chainJSON{}))
	api.get("/consultations/:id/outcome", s.apiOutcome, "Gives what became of the text that was before the public.", gives(200, outcomeJSON{}))
	api.get("/consultations/:id/influence", s.apiInfluence, "Says whose words moved the text, as far as it may be told.", gives(200, listJSON[influenceJSON]{}))
	api.post("/receipts", s.apiReceipt, "Gives a submission to whoever has its receipt code.",
		takes(receiptInput{Code: "0000-0000-0000-0000"}), gives(200, submissionJSON{}))
	api.post("/consultations/:id/submissions/:no/contests", s.apiContestCreate, "Says that whoever stands under a submission didn't send it. Moderators decide; the receipt code in the answer is in no other.",
		takes(contestInput{ID: exampleID, Sentence: "We never wrote this."}), gives(201, contestReceiptJSON{}))
	api.post("/receipts/files", s.apiReceiptFiles, "Adds files to one's submission while its period is open.",
		takes(receiptFilesInput{Code: "0000-0000-0000-0000", ID: exampleID}), withFiles("receipt"), gives(201, submissionJSON{}))
	api.post("/receipts/steps", s.apiReceiptStep, "Corrects one's submission, adds to it or takes it back.",
		takes(authorStepInput{Code: "0000-0000-0000-0000", ID: exampleID, Kind: consultation.StepTakenBack, Revision: 1, Confirmed: true}), gives(201, submissionJSON{}))
}

// mountConsultationAPI is what members may do.
func (s *Server) mountConsultationAPI(r fiber.Router) {
	api := s.memberRoutes(r, "Consultations")
	said := saidJSON{Comment: "Say who is meant by “all”.", Kind: "general", As: consultation.AsAnonymous, Publish: consultation.PublishAll, Lang: "en"}
	api.post("/groups/:id/consultations", s.apiDocketCreate, "Prepares a consultation.",
		needs(app.Govern), takes(docketInput{
			ID: exampleID, Statement: exampleID, Title: "Rivers", Lang: "en", Notice: "What do you think of this text?", Questions: []string{"Is anybody left out?"},
			Opens: exampleTime, Closes: exampleTime.AddDate(0, 1, 0), Zone: "Asia/Seoul", Published: "Comments with the names that people chose.",
			Kept: "For two years.", Channels: []consultation.Channel{consultation.ChannelLetter}, Contact: "At the desk.", Moderation: consultation.ModerationPre,
		}), gives(201, docketJSON{}))
	api.post("/consultations/:id/acts", s.apiActCreate, "Announces a consultation, extends it, closes it early or withdraws it.",
		needs(app.Govern), takes(actInput{ID: exampleID, Kind: consultation.Announced, Version: 1}), gives(200, docketJSON{}))
	api.get("/consultations/:id/inbox", s.apiInbox, "Lists what came in, to those who look at it.",
		needs(app.Screen), query("status", consultation.Received, "Only what came to this."), query("channel", consultation.ChannelLetter, "Only what came by this way."),
		query("flag", consultation.Flag("late"), "Only what this is to be said of."), query("after", 0, "The number to go on after."), gives(200, listJSON[submissionJSON]{}))
	api.post("/consultations/:id/inbox", s.apiKeyedCreate, "Keys in what came by letter, mail, telephone or at a meeting.",
		needs(app.Screen), takes(keyedInput{ID: exampleID, saidJSON: said, Channel: consultation.ChannelLetter, On: "2026-03-01"}), withFiles("submission"), gives(201, receiptJSON{}))
	api.post("/consultations/:id/inbox/:no/moves", s.apiMoveCreate, "Posts a submission, whole or with passages taken out, or withholds it.",
		needs(app.Screen), takes(moveInput{ID: exampleID, To: consultation.Posted, Revision: 1}), gives(200, submissionJSON{}))
	api.get("/consultations/:id/inbox/:no/files/:file", s.handleInboxFile, "Gives a file to those who look at it.", needs(app.Screen), givesFile(fileMedia...))
	api.post("/consultations/:id/inbox/:no/files/:file/decisions", s.apiFileDecision, "Shows a file to the public, or withholds it.",
		needs(app.Screen), takes(fileMoveInput{ID: exampleID, To: consultation.FileShown}), gives(201, submissionJSON{}))
	api.post("/consultations/:id/documents", s.apiDocumentCreate, "Adds a file to a consultation.",
		needs(app.Govern), takes(documentInput{ID: exampleID, Title: "The draft on one page"}), withFiles("document"), gives(201, documentJSON{}))
}

type docketJSON struct {
	ID         app.ID                  `json:"id"`
	Group      app.ID                  `json:"group"`
	GroupName  string                  `json:"group_name"`
	Number     string                  `json:"number"`
	State      consultation.State      `json:"state"`
	Statement  app.ID                  `json:"statement"`
	Version    int                     `json:"version,omitempty"`
	Title      string                  `json:"title"`
	Lang       string                  `json:"lang"`
	Notice     string                  `json:"notice"`
	Notes      string                  `json:"notes,omitempty"`
	Questions  []string                `json:"questions"`
	Opens      time.Time               `json:"opens"`
	Closes     time.Time               `json:"closes"`
	Zone       string                  `json:"zone"`
	Published  string                  `json:"published"`
	Kept       string                  `json:"kept"`
	Contact    string                  `json:"contact,omitempty"`
	Channels   []consultation.Channel  `json:"channels"`
	Moderation consultation.Moderation `json:"moderation"`
	Acts       []actJSON               `json:"acts"`
	// Documents and Balance are absent in lists.
	Documents []documentJSON `json:"documents,omitempty"`
	Balance   *balanceJSON   `json:"balance,omitempty"`
}

type actJSON struct {
	Kind   consultation.ActKind `json:"kind"`
	At     time.Time            `json:"at"`
	Reason string               `json:"reason,omitempty"`
	Closes *time.Time           `json:"closes,omitempty"`
}

// balanceJSON always adds up: received is the sum of all others.
type balanceJSON struct {
	Received  int `json:"received"`
	Screening int `json:"screening"`
	Posted    int `json:"posted"`
	Redacted  int `json:"posted_redacted"`
	Withheld  int `json:"withheld"`
	Withdrawn int `json:"withdrawn"`
}

func docketJSONOf(d consultation.Docket, now time.Time) docketJSON {
	shown := docketJSON{
		ID: d.ID, Group: d.Group, GroupName: d.GroupName, Number: d.Number(), State: d.State(now), Statement: d.Statement, Version: d.Version.No,
		Title: d.Title, Lang: d.Lang, Notice: d.Notice, Notes: d.Notes, Questions: listed(d.Questions), Opens: d.Opens, Closes: d.Closes, Zone: d.Zone,
		Published: d.Published, Kept: d.Kept, Contact: d.Contact, Channels: listed(d.Channels), Moderation: d.Moderation,
		Acts: []actJSON{},
	}
	for _, a := range d.Acts {
		shown.Acts = append(shown.Acts, actJSON{Kind: a.Kind, At: a.At, Reason: a.Reason, Closes: timeOf(a.Closes)})
	}
	return shown
}

func (s *Server) apiConsultations(c *fiber.Ctx) error {
	list, err := s.consultations.Public(c.UserContext())
	if err != nil {
		return err
	}
	now := s.consultations.Now()
	return s.answer(c, http.StatusOK, listOf(list, func(d consultation.Docket) docketJSON { return docketJSONOf(d, now) }))
}

func (s *Server) apiConsultation(c *fiber.Ctx) error {
	v, err := s.consultations.Docket(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	documents, err := s.consultations.Documents(c.UserContext(), v)
	if err != nil {
		return err
	}
	shown, balance := docketJSONOf(v.Docket, v.Now), balanceJSON(v.Balance)
	for _, d := range documents {
		shown.Documents = append(shown.Documents, documentJSONOf(d))
	}
	shown.Balance = &balance
	return s.answer(c, http.StatusOK, shown)
}

func (s *Server) apiConsultationClauses(c *fiber.Ctx) error {
	_, text, err := s.consultations.Text(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listJSON[clauseJSON]{Items: clausesOf(text.Doc)})
}

type saidJSON struct {
	Clauses     []string             `json:"clauses"` // empty is the whole text
	Comment     string               `json:"comment"`
	Proposed    string               `json:"proposed"`
	Kind        consultation.Kind    `json:"kind"`
	As          consultation.As      `json:"as"`
	Name        string               `json:"name"`
	Stakeholder app.ID               `json:"stakeholder,omitempty"`
	Publish     consultation.Publish `json:"publish"`
	Lang        string               `json:"lang"`
}

// words are those that were sent; a language that wasn't is guessed.
func (w saidJSON) words() consultation.Words {
	if w.Lang == "" {
		w.Lang = consultation.Guess(w.Comment + w.Proposed)
	}
	return consultation.Words(w)
}

// submissionJSON is a submission as it was posted or, to its author and to those who
// look at it, as it is. The public is told the day only.
type submissionJSON struct {
	No       int                  `json:"no"`
	Tracking string               `json:"tracking"`
	State    consultation.Status  `json:"state"`
	Revision int                  `json:"revision"`
	Channel  consultation.Channel `json:"channel"`
	Received string               `json:"received"` // a day in the docket's zone
	Late     bool                 `json:"late"`
	Slow     bool                 `json:"slow"`
	// Returned says that its author is asked to look at it; Wanted is a decision that
	// waits for a second person.
	Returned bool                `json:"returned,omitempty"`
	Wanted   consultation.Status `json:"wanted,omitempty"`
	saidJSON
	// Files are those that anybody may have; to its author, and to those who look at it, all.
	Files []fileJSON           `json:"files,omitempty"`
	Steps []submissionStepJSON `json:"steps,omitempty"`
}

type submissionStepJSON struct {
	File     int                   `json:"file,omitempty"` // the number of the file it is about
	Kind     consultation.StepKind `json:"kind"`
	From     consultation.Status   `json:"from"`
	To       consultation.Status   `json:"to"`
	On       string                `json:"on"` // a day in the docket's zone
	Reason   consultation.Reason   `json:"reason,omitempty"`
	Sentence string                `json:"sentence,omitempty"`
}

func submissionJSONOf(d consultation.Docket, s consultation.Submission) submissionJSON {
	day := func(t time.Time) string { return d.In(t).Format(time.DateOnly) }
	shown := submissionJSON{
		No: s.No, Tracking: consultation.Tracking(d, s.No), State: s.Status, Revision: s.Revision, Channel: s.Channel,
		Received: day(s.ReceivedAt), Late: s.IsLate, Slow: s.IsSlow, Returned: !s.ReturnedAt.IsZero(), Wanted: s.Wanted, saidJSON: saidJSON(s.Words),
	}
	shown.Clauses = listed(shown.Clauses)
	for _, f := range s.Files {
		shown.Files = append(shown.Files, fileJSONOf(f))
	}
	for _, st := range s.Steps {
		shown.Steps = append(shown.Steps, submissionStepJSON{File: st.File, Kind: st.Kind, From: st.From, To: st.To, On: day(st.At), Reason: st.Reason, Sentence: st.Sentence})
	}
	return shown
}

// submissionList is a page of submissions; Next is what to ask for "after".
func submissionList(d consultation.Docket, found []consultation.Submission) listJSON[submissionJSON] {
	list := listOf(found, func(one consultation.Submission) submissionJSON { return submissionJSONOf(d, one) })
	if next := nextAfter(found); next > 0 {
		list.Next = strconv.Itoa(next)
	}
	return list
}

func (s *Server) apiSubmissions(c *fiber.Ctx) error {
	v, found, err := s.consultations.Posted(c.UserContext(), actorOf(c), app.ID(c.Params("id")), numberIn(c, "after"))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, submissionList(v.Docket, found))
}

func (s *Server) apiSubmission(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	v, found, err := s.consultations.PostedOne(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, submissionJSONOf(v.Docket, found))
}

type submissionInput struct {
	// ID is known to the sender alone: with the same words it shows the receipt again.
	ID app.ID `json:"id"`
	saidJSON
	// Late says that it is to be kept though the period has ended.
	Late bool `json:"late"`
}

type receiptJSON struct {
	Tracking string `json:"tracking"`
	// Code opens the submission; it is in no other answer.
	Code  string              `json:"code"`
	State consultation.Status `json:"state"`
	Late  bool                `json:"late"`
}

// apiSubmissionCreate takes a submission of a program, which has no form of ours: it
// waits for somebody to look at it. With files it comes as multipart/form-data: the words
// as JSON in "submission", and the files as "files".
func (s *Server) apiSubmissionCreate(c *fiber.Ctx) error {
	var input submissionInput
	files, err := bindWithFiles(c, "submission", &input)
	if err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	receipt, err := s.consultations.Submit(c.UserContext(), consultation.NewSubmission{
		ID: id, Docket: app.ID(c.Params("id")), Words: input.words(), Files: files, IsSlow: true, MayBeLate: input.Late,
	})
	if err != nil {
		return err
	}
	return s.answerReceipt(c, receipt)
}

func (s *Server) answerReceipt(c *fiber.Ctx, receipt consultation.Receipt) error {
	return s.answer(c, http.StatusCreated, receiptJSONOf(receipt))
}

func receiptJSONOf(receipt consultation.Receipt) receiptJSON {
	return receiptJSON{
		Tracking: consultation.Tracking(receipt.Docket, receipt.Submission.No), Code: receipt.Code, State: receipt.Submission.Status, Late: receipt.Submission.IsLate,
	}
}

// receiptInput is a receipt code.
type receiptInput struct {
	Code string `json:"code"`
}

// apiReceipt answers with a submission to whoever sends its receipt code.
func (s *Server) apiReceipt(c *fiber.Ctx) error {
	var input receiptInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	found, err := s.consultations.Follow(c.UserContext(), input.Code)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, submissionJSONOf(found.Docket, found.Submission))
}

// authorStepInput is what an author wants: "corrected" takes all words anew and "added" a
// sentence, both for the revision they saw; "withdrawn" must be confirmed.
type authorStepInput struct {
	Code      string                `json:"code"`
	ID        app.ID                `json:"id"`
	Kind      consultation.StepKind `json:"kind"`
	Revision  int                   `json:"revision"`
	Words     saidJSON              `json:"words"`
	Sentence  string                `json:"sentence"`
	Confirmed bool                  `json:"confirmed"`
}

func (s *Server) apiReceiptStep(c *fiber.Ctx) error {
	var input authorStepInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	if input.Kind == consultation.StepTakenBack && !input.Confirmed {
		return app.Invalid("receipt.unconfirmed").On("confirmed")
	}
	after, err := s.consultations.Take(c.UserContext(), input.Code, consultation.NewStep{
		ID: id, Kind: input.Kind, Revision: input.Revision, Words: input.Words.words(), Sentence: input.Sentence,
	})
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, submissionJSONOf(after.Docket, after.Submission))
}

type contestInput struct {
	// ID is known to the sender alone: sent again it shows the receipt again.
	ID       app.ID `json:"id"`
	Sentence string `json:"sentence"`
}

type contestReceiptJSON struct {
	Tracking string `json:"tracking"` // of the submission
	Code     string `json:"code"`
}

// apiContestCreate takes a contest of a program, which has no form of ours, and marks it so.
func (s *Server) apiContestCreate(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	var input contestInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	receipt, err := s.consultations.Contest(c.UserContext(), app.ID(c.Params("id")), no, consultation.NewContest{ID: id, Sentence: input.Sentence, IsSlow: true})
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, contestReceiptJSON{consultation.Tracking(receipt.Docket, no), receipt.Code})
}

// receiptFilesInput says whose files come along; under the same id they are kept once.
type receiptFilesInput struct {
	Code string `json:"code"`
	ID   app.ID `json:"id"`
}

func (s *Server) apiReceiptFiles(c *fiber.Ctx) error {
	var input receiptFilesInput
	files, err := bindWithFiles(c, "receipt", &input)
	if err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	after, err := s.consultations.Enclose(c.UserContext(), input.Code, id, files)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, submissionJSONOf(after.Docket, after.Submission))
}

type docketInput struct {
	ID         app.ID                  `json:"id"`
	Statement  app.ID                  `json:"statement"`
	Title      string                  `json:"title"`
	Lang       string                  `json:"lang"`
	Notice     string                  `json:"notice"`
	Notes      string                  `json:"notes"`
	Questions  []string                `json:"questions"`
	Opens      time.Time               `json:"opens"`
	Closes     time.Time               `json:"closes"`
	Zone       string                  `json:"zone"`
	Published  string                  `json:"published"`
	Kept       string                  `json:"kept"`
	Channels   []consultation.Channel  `json:"channels"`
	Contact    string                  `json:"contact"`
	Moderation consultation.Moderation `json:"moderation"`
}

func (s *Server) apiDocketCreate(c *fiber.Ctx) error {
	var input docketInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	made, err := s.consultations.Create(c.UserContext(), actorOf(c), app.ID(c.Params("id")), id, consultation.DocketText{
		Statement: input.Statement, Title: input.Title, Lang: input.Lang, Notice: input.Notice, Notes: input.Notes, Questions: input.Questions,
		Opens: input.Opens, Closes: input.Closes, Zone: input.Zone, Published: input.Published, Kept: input.Kept, Channels: input.Channels,
		Contact: input.Contact, Moderation: input.Moderation,
	})
	if err != nil {
		return err
	}
	c.Location("/api/v1/consultations/" + string(made.ID))
	return s.answer(c, http.StatusCreated, docketJSONOf(made, s.consultations.Now()))
}

type actInput struct {
	ID      app.ID               `json:"id"`
	Kind    consultation.ActKind `json:"kind"`
	Reason  string               `json:"reason"`
	Closes  time.Time            `json:"closes"`
	Version int                  `json:"version"`
}

func (s *Server) apiActCreate(c *fiber.Ctx) error {
	var input actInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	wish := consultation.NewAct{ID: id, Kind: input.Kind, Reason: input.Reason, Closes: input.Closes, Version: input.Version}
	if err := s.consultations.Do(c.UserContext(), actorOf(c), app.ID(c.Params("id")), wish); err != nil {
		return err
	}
	return s.apiConsultation(c)
}

func (s *Server) apiInbox(c *fiber.Ctx) error {
	v, found, err := s.consultations.Inbox(c.UserContext(), actorOf(c), app.ID(c.Params("id")), bindFilter(c))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, submissionList(v.Docket, found))
}

type keyedInput struct {
	ID app.ID `json:"id"`
	saidJSON
	Channel consultation.Channel `json:"channel"`
	On      string               `json:"on"` // the day it came, as 2006-01-02
}

// apiKeyedCreate takes what came by another way, from a member who looks at submissions.
func (s *Server) apiKeyedCreate(c *fiber.Ctx) error {
	var input keyedInput
	files, err := bindWithFiles(c, "submission", &input)
	if err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	on, err := time.Parse(time.DateOnly, input.On)
	if err != nil {
		on = time.Time{} // none is refused
	}
	receipt, err := s.consultations.KeyIn(c.UserContext(), actorOf(c), consultation.NewKeyed{
		ID: id, Docket: app.ID(c.Params("id")), Words: input.words(), Files: files, Channel: input.Channel, On: on,
	})
	if err != nil {
		return err
	}
	return s.answerReceipt(c, receipt)
}

type moveInput struct {
	ID       app.ID              `json:"id"`
	To       consultation.Status `json:"to"`
	Revision int                 `json:"revision"`
	Reason   consultation.Reason `json:"reason"`
	Sentence string              `json:"sentence"`
	// Spans ("comment:12-25", in characters) and Phrases are what is taken out.
	Spans     []string `json:"spans"`
	Phrases   []string `json:"phrases"`
	Sensitive bool     `json:"sensitive"`
}

func (s *Server) apiMoveCreate(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	var input moveInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	ctx, actor, docket := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	spans, err := consultation.ReadSpans(strings.Join(input.Spans, " "))
	if err != nil {
		return err
	}
	wish := consultation.NewMove{
		ID: id, To: input.To, Revision: input.Revision, Reason: input.Reason, Sentence: input.Sentence,
		Spans: spans, Phrases: input.Phrases, IsSensitive: input.Sensitive,
	}
	if err := s.consultations.Move(ctx, actor, docket, no, wish); err != nil {
		return err
	}
	v, found, _, err := s.consultations.InboxOne(ctx, actor, docket, no)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, submissionJSONOf(v.Docket, found))
}
