package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/thread"
)

func (s *Server) mountAmendmentAPI(r fiber.Router) {
	api := s.memberRoutes(r, "Amendments")
	wish := amendmentInput{ID: exampleID, Reason: "It is clearer.", Proposals: []proposalJSON{
		{Kind: prose.ProposeText, CID: exampleClause, Base: "The water belongs to all.", Text: "The water belongs to everybody."},
	}}
	api.get("/statements/:id/amendments", s.apiAmendments, "Lists the amendments to a statement, one's own drafts among them.", gives(200, listJSON[amendmentJSON]{}))
	api.post("/statements/:id/amendments", s.apiAmendmentCreate, "Keeps a draft of an amendment; a step to “tabled” lets others see it.",
		needs(app.Propose), takes(wish), gives(201, amendmentJSON{}))
	api.get("/statements/:id/acceptances/new", s.apiAcceptancePlan, "Says what accepting amendments together would do, and where they collide.",
		needs(app.Decide, app.Draft), queryOften("a", app.ID(""), "An amendment."), gives(200, planJSON{}))
	api.post("/statements/:id/acceptances", s.apiAcceptanceCreate, "Accepts amendments as a plan said, and edits the text.",
		needs(app.Decide, app.Draft), takes(acceptanceInput{ID: exampleID, Amendments: []app.ID{exampleID}, Seen: "1.1", Settled: []wordingJSON{}, Reason: "Nobody objected."}), gives(201, acceptanceJSON{}))
	api.get("/statements/:id/acceptances/:acceptance", s.apiAcceptance, "Gives a decision, and what became of its collisions.", gives(200, acceptanceJSON{}))
	api.post("/statements/:id/copies/new", s.apiCopyCheck, "Says what an edited copy of the text proposes. Nothing is kept.",
		needs(app.Propose), takesFile(mimeMarkdown, mimeWord), gives(200, copyJSON{}))
	api.post("/statements/:id/copies", s.apiCopyCreate, "Keeps drafts of amendments, all or none.",
		needs(app.Propose), takes(copyInput{Reason: "From the meeting.", Amendments: []amendmentInput{wish}}), gives(201, listJSON[amendmentJSON]{}))
	api.get("/amendments/:id", s.apiAmendment, "Gives an amendment, and where the text has moved on under it.", gives(200, amendmentJSON{}))
	api.put("/amendments/:id", s.apiAmendmentUpdate, "Changes a draft: all of it becomes what is sent.", needs(app.Propose), takes(wish), gives(200, amendmentJSON{}))
	api.post("/amendments/:id/steps", s.apiAmendmentStepCreate, "Tables an amendment or withdraws it, as an author; rejects it or says that another one made it needless, as who decides.",
		needs(app.Propose), needs(app.Decide), takes(stepInput{To: statement.AmendmentTabled}), gives(200, amendmentJSON{}))
	api.post("/amendments/:id/signatures", s.apiSignatureCreate, "Puts one's name below an amendment, or takes it away.",
		needs(app.Propose), takes(signatureInput{Signs: true}), gives(200, amendmentJSON{}))
	api.post("/amendments/:id/comments", s.apiRemarkCreate, "Says something in the thread of an amendment; the first remark opens it.",
		needs(app.Comment), takes(remarkInput{ID: exampleID, Body: "Who is *everybody*?"}), gives(201, commentJSON{}))
	api.post("/amendments/:id/amendments", s.apiFurtherCreate, "Keeps a draft of an amendment to an amendment.", needs(app.Propose), takes(wish), gives(201, amendmentJSON{}))
}

type amendmentJSON struct {
	ID        app.ID                   `json:"id"`
	Statement app.ID                   `json:"statement"`
	No        int                      `json:"no,omitempty"` // absent until it is tabled
	State     statement.AmendmentState `json:"state"`
	Proposals []proposalJSON           `json:"proposals"`
	Reason    string                   `json:"reason"`
	Authors   []signatureJSON          `json:"authors"`
	Created   time.Time                `json:"created"`
	Steps     []stepJSON               `json:"steps"`
	// Thread is where it is discussed, once somebody said something; lists leave it out.
	Thread app.ID `json:"thread,omitempty"`
	// Parent is the amendment that it amends, Further those that amend it.
	Parent  app.ID   `json:"parent,omitempty"`
	Further []app.ID `json:"further,omitempty"`
	// Wording counts how often it got other words; Former are those that it had before.
	Wording int            `json:"wording"`
	Former  []wordingsJSON `json:"former,omitempty"`
	// Stale says where the words that it changes have become others; lists leave it out.
	Stale []collisionJSON `json:"stale,omitempty"`
}

// signatureJSON is an author, and which wording they signed.
type signatureJSON struct {
	authorJSON
	Wording int `json:"wording"`
}

// wordingsJSON is what an amendment proposed until it adopted another one.
type wordingsJSON struct {
	Proposals []proposalJSON `json:"proposals"`
	Adopted   app.ID         `json:"adopted"`
	Until     time.Time      `json:"until"`
}

// proposalJSON is one change: "text" gives the clause cid that was base another text,
// "deletion" removes it, "move" puts it behind the clause after ("^": first), and
// "clause" adds a new one of a node, kind and level behind after.
type proposalJSON struct {
	Kind  prose.ProposalKind `json:"kind"`
	CID   string             `json:"cid,omitempty"`
	After string             `json:"after,omitempty"`
	Base  string             `json:"base,omitempty"`
	Text  string             `json:"text,omitempty"`
	Node  string             `json:"node,omitempty"`
	// ClauseKind is "preambular", "definition" or "note"; an operative clause has none.
	ClauseKind prose.Kind `json:"clause_kind,omitempty"`
	Level      int        `json:"level,omitempty"`
}

type stepJSON struct {
	To         statement.AmendmentState `json:"to"`
	By         authorJSON               `json:"by"`
	Reason     string                   `json:"reason,omitempty"`
	At         time.Time                `json:"at"`
	Acceptance app.ID                   `json:"acceptance,omitempty"`
}

// collisionJSON is a place that several would change: from and to are UTF-16 units of
// the clause's text.
type collisionJSON struct {
	Kind     prose.CollisionKind `json:"kind"`
	CID      string              `json:"cid"`
	From     int                 `json:"from"`
	To       int                 `json:"to"`
	Base     string              `json:"base"`
	Wordings []wordingJSON       `json:"wordings"`
	Outcome  *wordingJSON        `json:"outcome,omitempty"`
}

// wordingJSON is what should become of a place. Among Amendments, "" stands for the
// text as it is.
type wordingJSON struct {
	Amendments []string `json:"amendments,omitempty"`
	Text       string   `json:"text"`
	Gone       bool     `json:"gone,omitempty"`
	After      string   `json:"after,omitempty"`
}

func amendmentJSONOf(a statement.Amendment) amendmentJSON {
	shown := amendmentJSON{
		ID: a.ID, Statement: a.Statement, No: a.No, State: a.State, Reason: a.Reason, Created: a.At,
		Proposals: listOf(a.Proposals, proposalOf).Items,
		Parent:    a.Parent.ID, Wording: a.Wording,
		Further: listOf(a.Further, func(k statement.Kin) app.ID { return k.ID }).Items,
		Former: listOf(a.Former, func(f statement.FormerWording) wordingsJSON {
			return wordingsJSON{listOf(f.Proposals, proposalOf).Items, f.Adopted, f.At}
		}).Items,
		Authors: listOf(a.Authors, func(s statement.Signature) signatureJSON {
			return signatureJSON{signatoryOf(s.Author), s.Wording}
		}).Items,
		Steps: listOf(a.Steps, func(step statement.AmendmentStep) stepJSON {
			return stepJSON{To: step.To, By: signatoryOf(step.By), Reason: step.Reason, At: step.At, Acceptance: step.Acceptance}
		}).Items,
	}
	return shown
}

func proposalOf(p prose.Proposal) proposalJSON {
	return proposalJSON{Kind: p.Kind, CID: p.CID, After: p.After, Base: p.Base, Text: p.Text, Node: p.Node, ClauseKind: p.ClauseKind, Level: p.Level}
}

func (p proposalJSON) proposal() prose.Proposal {
	return prose.Proposal{Kind: p.Kind, CID: p.CID, After: p.After, Base: p.Base, Text: p.Text, Node: p.Node, ClauseKind: p.ClauseKind, Level: p.Level}
}

func signatoryOf(a statement.Author) authorJSON { return authorJSON(a) }

func collisionOf(c prose.Collision) collisionJSON {
	return collisionJSON{
		Kind: c.Kind, CID: c.CID, From: c.From, To: c.To, Base: c.Base, Wordings: listOf(c.Wordings, wordingOf).Items,
	}
}

func wordingOf(w prose.Wording) wordingJSON {
	return wordingJSON{Amendments: w.Amendments, Text: w.Text, Gone: w.IsGone, After: w.After}
}

func (s *Server) apiAmendments(c *fiber.Ctx) error {
	_, list, err := s.statements.Amendments(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(list, amendmentJSONOf))
}

func (s *Server) apiAmendment(c *fiber.Ctx) error {
	v, err := s.statements.Amendment(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	shown := amendmentJSONOf(v.Amendment)
	if v.State.IsOpen() {
		shown.Stale = listOf(v.Stale, collisionOf).Items
	}
	about, err := s.threads.About(c.UserContext(), actorOf(c), v.ID)
	if err != nil && app.KindOf(err) != app.KindNotFound {
		return err
	}
	shown.Thread = about.ID
	return s.answer(c, http.StatusOK, shown)
}

type amendmentInput struct {
	ID        app.ID         `json:"id"`
	Proposals []proposalJSON `json:"proposals"`
	Reason    string         `json:"reason"`
}

func (in amendmentInput) wish(id app.ID) statement.NewAmendment {
	wish := statement.NewAmendment{ID: id, Reason: in.Reason}
	for _, p := range in.Proposals {
		wish.Proposals = append(wish.Proposals, p.proposal())
	}
	return wish
}

// apiAmendmentCreate keeps a draft; a step to "tabled" lets others see it.
func (s *Server) apiAmendmentCreate(c *fiber.Ctx) error {
	var input amendmentInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	made, err := s.statements.Propose(c.UserContext(), actorOf(c), app.ID(c.Params("id")), input.wish(id))
	if err != nil {
		return err
	}
	c.Location("/api/v1/amendments/" + string(made.ID))
	return s.answer(c, http.StatusCreated, amendmentJSONOf(made))
}

// apiAmendmentUpdate changes a draft: all of it becomes what is sent.
func (s *Server) apiAmendmentUpdate(c *fiber.Ctx) error {
	var input amendmentInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id := app.ID(c.Params("id"))
	if input.ID != "" && input.ID != id {
		return app.Invalid("api.id").On("id")
	}
	if _, err := s.statements.ReviseAmendment(c.UserContext(), actorOf(c), id, input.wish(id)); err != nil {
		return err
	}
	return s.apiAmendment(c)
}

// apiFurtherCreate keeps a draft of an amendment to an amendment: its proposals reword
// ("text") what that one would have clauses say, or take clauses out of it ("deletion").
func (s *Server) apiFurtherCreate(c *fiber.Ctx) error {
	var input amendmentInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	made, err := s.statements.ProposeFurther(c.UserContext(), actorOf(c), app.ID(c.Params("id")), input.wish(id))
	if err != nil {
		return err
	}
	c.Location("/api/v1/amendments/" + string(made.ID))
	return s.answer(c, http.StatusCreated, amendmentJSONOf(made))
}

// signatureInput adds the sender's name to the authors, below the wording that they read,
// or takes it away.
type signatureInput struct {
	Signs   bool `json:"signs"`
	Wording int  `json:"wording"`
}

func (s *Server) apiSignatureCreate(c *fiber.Ctx) error {
	var input signatureInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	if err := s.sign(c, app.ID(c.Params("id")), input.Signs, input.Wording); err != nil {
		return err
	}
	return s.apiAmendment(c)
}

// remarkInput says something; Body is Markdown, Lang its language. If that is left out, its
// letters tell.
type remarkInput struct {
	ID   app.ID `json:"id"`
	Body string `json:"body"`
	Lang string `json:"lang"`
}

func (s *Server) apiRemarkCreate(c *fiber.Ctx) error {
	var input remarkInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	found, err := s.statements.Amendment(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	said, err := s.threads.Discuss(c.UserContext(), actorOf(c), thread.NewRemark{
		ID: id, Statement: found.Of.ID, Amendment: found.ID, Body: input.Body, Lang: input.Lang,
	})
	if err != nil {
		return err
	}
	c.Location("/api/v1/comments/" + string(said.ID))
	return s.answer(c, http.StatusCreated, s.commentOf(said))
}

type stepInput struct {
	To     statement.AmendmentState `json:"to"`
	Reason string                   `json:"reason"`
}

func (s *Server) apiAmendmentStepCreate(c *fiber.Ctx) error {
	var input stepInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id := app.ID(c.Params("id"))
	if err := s.statements.StepAmendment(c.UserContext(), actorOf(c), id, input.To, input.Reason); err != nil {
		return err
	}
	return s.apiAmendment(c)
}

// planJSON is what accepting amendments together would do.
type planJSON struct {
	Seen       string                     `json:"seen"`
	Collisions []collisionJSON            `json:"collisions"`
	Stale      map[app.ID][]collisionJSON `json:"stale"`
	Clauses    []changeJSON               `json:"clauses"`
}

func (s *Server) apiAcceptancePlan(c *fiber.Ctx) error {
	ids := chosen(c.Request().URI().QueryArgs().PeekMulti("a"))
	plan, err := s.statements.PlanAcceptance(c.UserContext(), actorOf(c), app.ID(c.Params("id")), ids)
	if err != nil {
		return err
	}
	shown := planJSON{
		Seen: plan.Seen, Collisions: listOf(plan.Collisions, collisionOf).Items, Stale: map[app.ID][]collisionJSON{},
		Clauses: listOf(prose.Compare(plan.Now, plan.After).Clauses, changeOf).Items,
	}
	for id, stale := range plan.Stale {
		shown.Stale[id] = listOf(stale, collisionOf).Items
	}
	return s.answer(c, http.StatusOK, shown)
}

// acceptanceInput accepts amendments: Seen and, for each of its collisions, what becomes
// of the place are those of a plan.
type acceptanceInput struct {
	ID         app.ID        `json:"id"`
	Amendments []app.ID      `json:"amendments"`
	Seen       string        `json:"seen"`
	Settled    []wordingJSON `json:"settled"`
	Reason     string        `json:"reason"`
}

type acceptanceJSON struct {
	ID         app.ID                              `json:"id"`
	By         authorJSON                          `json:"by"`
	Reason     string                              `json:"reason"`
	At         time.Time                           `json:"at"`
	Amendments map[app.ID]statement.AmendmentState `json:"amendments"`
	Collisions []collisionJSON                     `json:"collisions"`
}

func acceptanceOf(done statement.Acceptance) acceptanceJSON {
	shown := acceptanceJSON{
		ID: done.ID, By: signatoryOf(done.By), Reason: done.Reason, At: done.At, Amendments: map[app.ID]statement.AmendmentState{},
		Collisions: listOf(done.Collisions, func(c statement.SettledCollision) collisionJSON {
			settled, outcome := collisionOf(c.Collision), wordingOf(c.Outcome)
			settled.Outcome = &outcome
			return settled
		}).Items,
	}
	for _, fate := range done.Fates {
		shown.Amendments[fate.Amendment] = fate.To
	}
	return shown
}

func (s *Server) apiAcceptanceCreate(c *fiber.Ctx) error {
	var input acceptanceInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	wish := statement.NewAcceptance{ID: id, Amendments: input.Amendments, Seen: input.Seen, Reason: input.Reason}
	for _, w := range input.Settled {
		wish.Settled = append(wish.Settled, prose.Wording{Text: w.Text, IsGone: w.Gone, After: w.After})
	}
	of := app.ID(c.Params("id"))
	done, err := s.statements.AcceptAmendments(c.UserContext(), actorOf(c), of, wish)
	if err != nil {
		return err
	}
	c.Location("/api/v1/statements/" + string(of) + "/acceptances/" + string(done.ID))
	return s.answer(c, http.StatusCreated, acceptanceOf(done))
}

func (s *Server) apiAcceptance(c *fiber.Ctx) error {
	_, _, done, err := s.statements.Acceptance(c.UserContext(), actorOf(c), app.ID(c.Params("id")), app.ID(c.Params("acceptance")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, acceptanceOf(done))
}
