package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/notice"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/thread"
	statementview "madang/app/web/view/statement"
	threadview "madang/app/web/view/thread"
)

func (s *Server) mountAmendments(r fiber.Router) {
	r.Get("/statements/:id/amendments", s.handleAmendments)
	r.Get("/statements/:id/amendments/new", s.handleAmendmentNew)
	r.Post("/statements/:id/amendments", s.handleAmendmentCreate)
	r.Get("/statements/:id/acceptances/new", s.handleAcceptanceNew)
	r.Post("/statements/:id/acceptances", s.handleAcceptanceCreate)
	r.Get("/statements/:id/acceptances/:acceptance", s.handleAcceptanceShow)
	r.Get("/amendments/:id", s.handleAmendmentShow)
	r.Get("/amendments/:id/changes", s.handleAmendmentChanges)
	r.Get("/amendments/:id/text", s.handleAmendmentEdit)
	r.Post("/amendments/:id/text", s.handleAmendmentUpdate)
	r.Get("/amendments/:id/steps/new", s.handleAmendmentStepNew)
	r.Post("/amendments/:id/steps", s.handleAmendmentStepCreate)
	r.Post("/amendments/:id/signatures", s.handleSignatureCreate)
	r.Post("/amendments/:id/comments", s.handleRemarkCreate)
	r.Get("/amendments/:id/amendments/new", s.handleFurtherNew)
	r.Post("/amendments/:id/amendments", s.handleFurtherCreate)
}

func (s *Server) handleAmendments(c *fiber.Ctx) error {
	view, list, err := s.statements.Amendments(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	v := statementview.Amendments{
		Statement: view.Statement, Text: view.Text.Doc, Show: c.Query("show"), Clause: c.Query("clause"),
		MayDecide: view.Membership.May(app.Decide), MayPropose: view.Membership.May(app.Propose), Notice: noticeOf(c),
	}
	if !slices.Contains(statementview.Shows, v.Show) {
		v.Show = statementview.Shows[0]
	}
	if !prose.IsCID(v.Clause) {
		v.Clause = ""
	}
	v.Amendments = amendmentsIn(list, v.Show, v.Clause)
	return s.render(c, http.StatusOK, statementview.AmendmentsPage(s.titled(c, "amendment.list.title", view.Membership), v))
}

// amendmentsIn chooses amendments: those of a show that touch a clause, if one is named.
func amendmentsIn(list []statement.Amendment, show, clause string) []statement.Amendment {
	return slices.DeleteFunc(slices.Clone(list), func(a statement.Amendment) bool {
		if show != "all" && a.State.IsOpen() != (show == "open") {
			return true
		}
		return clause != "" && !slices.ContainsFunc(a.Proposals, func(p prose.Proposal) bool { return p.CID == clause || p.After == clause })
	})
}

func (s *Server) handleAmendmentNew(c *fiber.Ctx) error {
	form := statementview.AmendForm{Nonce: app.NewID(), Kind: c.Query("kind"), Clause: c.Query("clause")}
	if !slices.Contains(statementview.AmendKinds, form.Kind) {
		form.Kind = statementview.AmendKinds[0]
	}
	view, err := s.statements.Clause(c.UserContext(), actorOf(c), app.ID(c.Params("id")), form.Clause)
	if err != nil {
		return err
	}
	form.Base, form.After = view.Block.PlainText(), view.Previous
	if form.Kind == string(prose.ProposeText) {
		form.Words = form.Base
	}
	if like := c.Query("like"); like != "" {
		if err := s.proposeLike(c, app.ID(like), &form); err != nil {
			return err
		}
	}
	return s.amendForm(c, http.StatusOK, form)
}

// proposeLike fills the form with what another amendment of the statement proposes.
func (s *Server) proposeLike(c *fiber.Ctx, like app.ID, form *statementview.AmendForm) error {
	v, err := s.statements.Amendment(c.UserContext(), actorOf(c), like)
	if err != nil {
		return err
	}
	p := v.Proposals[0]
	form.Reason, form.After = v.Reason, p.After
	if p.Text != "" {
		form.Words = p.Text
	}
	if p.Kind == prose.ProposeClause {
		form.Node = choiceOf(p.Block())
	}
	return nil
}

// amendForm shows the form that proposes a change; v may hold one that was refused.
func (s *Server) amendForm(c *fiber.Ctx, status int, v statementview.AmendForm) error {
	view, err := s.statements.View(c.UserContext(), actorOf(c), cmp.Or(v.Statement.ID, app.ID(c.Params("id"))))
	if err != nil {
		return err
	}
	m := view.Membership
	if err := m.Must(app.Propose); err != nil {
		return err
	}
	v.Statement, v.Text = view.Statement, view.Text.Doc
	if v.Whole != nil {
		return s.render(c, status, statementview.FurtherFormPage(s.titled(c, "amendment.further.propose", m), v))
	}
	return s.render(c, status, statementview.AmendPage(s.titled(c, "amendment.propose", m), v))
}

// bindAmend reads the form that proposes a change.
func bindAmend(c *fiber.Ctx) statementview.AmendForm {
	return statementview.AmendForm{
		Nonce: nonceOf(c.FormValue("nonce")), Kind: c.FormValue("kind"), Clause: c.FormValue("clause"), After: c.FormValue("after"),
		Base: typed(c, "base"), Words: typed(c, "text"), Node: c.FormValue("node"), Reason: typed(c, "reason"),
	}
}

// amendmentOf is what a form proposes.
func amendmentOf(f statementview.AmendForm) statement.NewAmendment {
	p := prose.Proposal{Kind: prose.ProposalKind(f.Kind), CID: f.Clause, Base: f.Base}
	switch p.Kind {
	case prose.ProposeText:
		p.Text = f.Words
	case prose.ProposeMove:
		p.After = f.After
	case prose.ProposeClause:
		p = prose.Proposal{Kind: p.Kind, After: f.Clause, Text: f.Words}
		sort := sortOf(f.Node)
		p.Node, p.ClauseKind, p.Level = sort.Node, sort.Kind, sort.Level
	}
	return statement.NewAmendment{
		ID:        idFor(f.Nonce, f.Kind, f.Clause, f.After, f.Base, f.Words, f.Node, f.Reason),
		Proposals: []prose.Proposal{p}, Reason: f.Reason,
	}
}

func (s *Server) handleAmendmentCreate(c *fiber.Ctx) error {
	form := bindAmend(c)
	made, err := s.statements.Propose(c.UserContext(), actorOf(c), app.ID(c.Params("id")), amendmentOf(form))
	if err != nil {
		return s.amendFormAgain(c, form, err)
	}
	return s.seeOther(c, "/amendments/"+string(made.ID))
}

func (s *Server) amendFormAgain(c *fiber.Ctx, form statementview.AmendForm, cause error) error {
	return s.again(c, cause, func(refusal *app.Error) error {
		form.Problem, form.Field = s.sentence(c, refusal), refusal.Field
		if !slices.Contains([]string{"text", "reason", "kind"}, form.Field) || form.Kind == string(prose.ProposeMove) && form.Field == "text" {
			form.Field = ""
		}
		return s.amendForm(c, statusOf(refusal.Kind), form)
	})
}

func (s *Server) handleAmendmentShow(c *fiber.Ctx) error {
	return s.amendmentShow(c, http.StatusOK, threadview.Compose{}, "")
}

// amendmentShow shows an amendment and its thread; compose may hold a form that was
// refused.
func (s *Server) amendmentShow(c *fiber.Ctx, status int, compose threadview.Compose, problem string) error {
	ctx, actor := c.UserContext(), actorOf(c)
	v, err := s.amendmentNow(c)
	if err != nil {
		return err
	}
	v.Notice, v.Problem = noticeOf(c), problem
	found := v.AmendmentView
	about, err := s.threads.About(ctx, actor, found.ID)
	switch {
	case err == nil:
		v.Cards = placeless(found.Membership, []thread.Thread{about}, "")
	case app.KindOf(err) != app.KindNotFound:
		return err
	}
	compose.Nonce, compose.Action = cmp.Or(compose.Nonce, app.NewID()), "/amendments/"+string(found.ID)+"/comments"
	compose.MayComment = found.Membership.May(app.Comment) && (about.ID == "" || about.Open)
	if compose.Languages, err = s.threads.Languages(ctx, found.Of.ID); err != nil {
		return err
	}
	v.Compose = compose
	if v.Follow, err = s.follow(c, notice.Target{Statement: found.Of.ID, Kind: notice.Amendment, Part: string(found.ID)}); err != nil {
		return err
	}
	return s.render(c, status, statementview.AmendmentPage(s.titled(c, "amendment.list.title", found.Membership), v))
}

// amendmentNow is an amendment, and activity that was no newer. Which statement's that is
// only the amendment tells, so that it is read twice.
func (s *Server) amendmentNow(c *fiber.Ctx) (v statementview.AmendmentShow, err error) {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	if v.AmendmentView, err = s.statements.Amendment(ctx, actor, id); err != nil {
		return v, err
	}
	if v.Seq, err = s.head(ctx, v.Of.ID); err != nil {
		return v, err
	}
	v.AmendmentView, err = s.statements.Amendment(ctx, actor, id)
	return v, err
}

// handleRemarkCreate says something in the amendment's thread.
func (s *Server) handleRemarkCreate(c *fiber.Ctx) error {
	ctx, actor, form := c.UserContext(), actorOf(c), bindCompose(c)
	form.Clause, form.Quote, form.Parent = "", "", ""
	found, err := s.statements.Amendment(ctx, actor, app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	said, cause := s.threads.Discuss(ctx, actor, thread.NewRemark{
		ID: idFor(form.Nonce, "remark", form.Body, form.Lang), Statement: found.Of.ID, Amendment: found.ID, Body: form.Body, Lang: form.Lang,
	})
	if cause == nil {
		return s.seeOther(c, "/comments/"+string(said.ID))
	}
	if !canBeMended(cause) {
		return cause
	}
	refusal := refusalOf(cause)
	if refusal.Field != "body" {
		return cause // whose page gives the words back
	}
	form.Problem = s.sentence(c, refusal)
	if s.amendmentShow(c, statusOf(refusal.Kind), form, "") != nil {
		return cause
	}
	return nil
}

// ownDraft is a draft of the reader's with one change, as its form.
func (s *Server) ownDraft(c *fiber.Ctx) (statementview.AmendForm, error) {
	v, err := s.statements.Amendment(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return statementview.AmendForm{}, err
	}
	if err := v.MayStep(v.Membership, statement.AmendmentTabled); err != nil {
		return statementview.AmendForm{}, err
	}
	if len(v.Proposals) != 1 {
		return statementview.AmendForm{}, app.NotFound()
	}
	p := v.Proposals[0]
	form := statementview.AmendForm{
		Statement: v.Of, Amendment: v.ID, Kind: string(p.Kind), Clause: p.CID, After: p.After,
		Base: p.Base, Words: p.Text, Reason: v.Reason, Whole: v.Whole,
	}
	if p.Kind == prose.ProposeClause {
		form.Node = choiceOf(p.Block())
		form.Clause, form.After = p.After, ""
	}
	return form, nil
}

func (s *Server) handleAmendmentEdit(c *fiber.Ctx) error {
	form, err := s.ownDraft(c)
	if err != nil {
		return err
	}
	return s.amendForm(c, http.StatusOK, form)
}

func (s *Server) handleAmendmentUpdate(c *fiber.Ctx) error {
	form := bindAmend(c)
	id := app.ID(c.Params("id"))
	_, cause := s.statements.ReviseAmendment(c.UserContext(), actorOf(c), id, amendmentOf(form))
	if cause == nil {
		return s.seeOther(c, "/amendments/"+string(id))
	}
	draft, err := s.ownDraft(c)
	if err != nil {
		return cause
	}
	form.Statement, form.Amendment, form.Whole = draft.Statement, id, draft.Whole
	return s.amendFormAgain(c, form, cause)
}

func (s *Server) handleAmendmentStepNew(c *fiber.Ctx) error {
	return s.amendmentStep(c, http.StatusOK, statementview.AmendmentStep{To: statement.AmendmentState(c.Query("to"))})
}

// amendmentStep asks before an amendment comes to another state.
func (s *Server) amendmentStep(c *fiber.Ctx, status int, v statementview.AmendmentStep) error {
	var err error
	if v.AmendmentView, err = s.statements.Amendment(c.UserContext(), actorOf(c), app.ID(c.Params("id"))); err != nil {
		return err
	}
	asked := []statement.AmendmentState{statement.AmendmentRejected, statement.AmendmentSuperseded, statement.AmendmentWithdrawn}
	if v.IsFurther() {
		asked = []statement.AmendmentState{statement.AmendmentAccepted, statement.AmendmentRejected, statement.AmendmentWithdrawn}
	}
	if !slices.Contains(asked, v.To) {
		return app.NotFound()
	}
	if err := v.MayStep(v.Membership, v.To); err != nil {
		return err
	}
	return s.render(c, status, statementview.AmendmentStepPage(s.titled(c, statementview.StepKey("do", v.Amendment, v.To), v.Membership), v))
}

func (s *Server) handleAmendmentStepCreate(c *fiber.Ctx) error {
	id, to, reason := app.ID(c.Params("id")), statement.AmendmentState(c.FormValue("to")), typed(c, "reason")
	cause := s.statements.StepAmendment(c.UserContext(), actorOf(c), id, to, reason)
	if cause == nil {
		done := string(to)
		if to == statement.AmendmentAccepted {
			done = "adopted"
		}
		return s.seeOther(c, "/amendments/"+string(id)+"?done="+done)
	}
	if !canBeMended(cause) {
		return cause
	}
	refusal := refusalOf(cause)
	again := statementview.AmendmentStep{To: to, Reason: reason, Problem: s.sentence(c, refusal), Field: refusal.Field}
	if s.amendmentStep(c, statusOf(refusal.Kind), again) == nil {
		return nil
	}
	if reason != "" {
		return cause // whose page gives the words back
	}
	return s.amendmentShow(c, statusOf(refusal.Kind), threadview.Compose{}, again.Problem)
}

func (s *Server) handleSignatureCreate(c *fiber.Ctx) error {
	id := app.ID(c.Params("id"))
	wording, _ := strconv.Atoi(c.FormValue("wording")) // none is the first one
	cause := s.sign(c, id, c.FormValue("signs") == "yes", wording)
	if cause == nil {
		return s.seeOther(c, "/amendments/"+string(id))
	}
	if !canBeMended(cause) {
		return cause
	}
	refusal := refusalOf(cause)
	return s.amendmentShow(c, statusOf(refusal.Kind), threadview.Compose{}, s.sentence(c, refusal))
}

// sign adds a name to an amendment, below the wording that was read, or takes it away.
func (s *Server) sign(c *fiber.Ctx, id app.ID, signs bool, wording int) error {
	if signs {
		return s.statements.SignAmendment(c.UserContext(), actorOf(c), id, wording)
	}
	return s.statements.UnsignAmendment(c.UserContext(), actorOf(c), id)
}

// chosen lists the amendments that a form or an address names.
func chosen(values [][]byte) []app.ID {
	var ids []app.ID
	for _, value := range values {
		if id := app.ID(strings.Clone(string(value))); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (s *Server) handleAcceptanceNew(c *fiber.Ctx) error {
	ids := chosen(c.Request().URI().QueryArgs().PeekMulti("a"))
	if len(ids) == 0 {
		return s.seeOther(c, "/statements/"+c.Params("id")+"/amendments?done=unchosen")
	}
	return s.acceptancePlan(c, http.StatusOK, ids, statementview.AcceptancePlan{Nonce: app.NewID()})
}

func (s *Server) acceptancePlan(c *fiber.Ctx, status int, ids []app.ID, v statementview.AcceptancePlan) error {
	var err error
	v.AcceptancePlan, err = s.statements.PlanAcceptance(c.UserContext(), actorOf(c), app.ID(c.Params("id")), ids)
	if err != nil {
		return err
	}
	return s.render(c, status, statementview.AcceptancePlanPage(s.titled(c, "acceptance.title", v.Membership), v))
}

func (s *Server) handleAcceptanceCreate(c *fiber.Ctx) error {
	of, ids := app.ID(c.Params("id")), chosen(c.Request().PostArgs().PeekMulti("a"))
	form := statementview.AcceptancePlan{Nonce: nonceOf(c.FormValue("nonce")), Reason: typed(c, "reason")}
	for i, own := range c.Request().PostArgs().PeekMulti("text") {
		form.Own = append(form.Own, strings.ReplaceAll(string(own), "\r\n", "\n"))
		form.Choices = append(form.Choices, c.FormValue("choice-"+strconv.Itoa(i)))
	}
	done, cause := s.acceptAs(c, of, ids, form)
	if cause == nil {
		return s.seeOther(c, "/statements/"+string(of)+"/acceptances/"+string(done.ID)+"?done=accepted")
	}
	return s.again(c, cause, func(refusal *app.Error) error {
		form.Problem, form.Field = s.sentence(c, refusal), refusal.Field
		if refusal.Code == "amendment.collides" {
			form.Choices = nil // they were for other collisions
		}
		return s.acceptancePlan(c, statusOf(refusal.Kind), ids, form)
	})
}

// acceptAs accepts amendments as the form says.
func (s *Server) acceptAs(c *fiber.Ctx, of app.ID, ids []app.ID, form statementview.AcceptancePlan) (statement.Acceptance, error) {
	wish := statement.NewAcceptance{Amendments: ids, Seen: c.FormValue("seen"), Reason: form.Reason}
	contents := slices.Concat([]string{wish.Seen, form.Reason}, form.Choices, form.Own)
	for _, id := range ids {
		contents = append(contents, string(id))
	}
	wish.ID = idFor(form.Nonce, contents...)
	if len(form.Choices) > 0 {
		plan, err := s.statements.PlanAcceptance(c.UserContext(), actorOf(c), of, ids)
		if err == nil {
			wish.Settled, err = settledBy(plan, form)
		}
		if err != nil && refusalOf(err).Code != "amendment.decided" {
			return statement.Acceptance{}, err
		}
	}
	return s.statements.AcceptAmendments(c.UserContext(), actorOf(c), of, wish)
}

// settledBy is what was chosen for each collision.
func settledBy(plan statement.AcceptancePlan, form statementview.AcceptancePlan) ([]prose.Wording, error) {
	if len(form.Choices) != len(plan.Collisions) {
		return nil, app.Conflict("amendment.collides")
	}
	var settled []prose.Wording
	for i, collision := range plan.Collisions {
		n, err := strconv.Atoi(form.Choices[i])
		switch {
		case form.Choices[i] == "keep":
			settled = append(settled, collision.Kept())
		case form.Choices[i] == "own":
			settled = append(settled, prose.Wording{Text: form.Own[i]})
		case err == nil && n >= 0 && n < len(collision.Wordings):
			settled = append(settled, collision.Wordings[n])
		default:
			return nil, app.Invalid("amendment.unsettled")
		}
	}
	return settled, nil
}

func (s *Server) handleAcceptanceShow(c *fiber.Ctx) error {
	view, amendments, done, err := s.statements.Acceptance(c.UserContext(), actorOf(c), app.ID(c.Params("id")), app.ID(c.Params("acceptance")))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, statementview.AcceptancePage(s.titled(c, "acceptance.done.heading", view.Membership), statementview.AcceptanceShow{
		Acceptance: done, Of: view.Statement, Text: view.Text.Doc, Amendments: amendments, Notice: noticeOf(c),
	}))
}
