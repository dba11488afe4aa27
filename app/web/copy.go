package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/prose"
	"madang/app/prose/docx"
	"madang/app/statement"
	statementview "madang/app/web/view/statement"
)

// A copy of a text that somebody edited elsewhere comes back as amendments: it is
// uploaded and looked at, its author chooses what to propose, and what was chosen becomes
// drafts. The file itself isn't kept; between the two steps the changes stand on the page.

func (s *Server) mountCopies(r fiber.Router) {
	r.Get("/statements/:id/copies/new", s.handleCopyNew)
	r.Post("/statements/:id/copies/new", s.handleCopyCheck)
	r.Post("/statements/:id/copies", s.handleCopyCreate)
}

func (s *Server) handleCopyNew(c *fiber.Ctx) error {
	return s.copyForm(c, http.StatusOK, statementview.CopyForm{})
}

// copyForm asks for the file; v may hold a problem with one.
func (s *Server) copyForm(c *fiber.Ctx, status int, v statementview.CopyForm) error {
	view, err := s.statements.View(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	m := view.Membership
	if err := m.Must(app.Propose); err != nil {
		return err
	}
	v.Statement = view.Statement
	return s.render(c, status, statementview.CopyPage(s.titled(c, "copy.title", m), v))
}

// handleCopyCheck shows what would become of a file.
func (s *Server) handleCopyCheck(c *fiber.Ctx) error {
	plan, leftOut, cause := s.copyIn(c)
	if cause == nil {
		v := statementview.CopyCheck{CopyPlan: plan, Nonce: app.NewID()}
		for _, key := range leftOut {
			v.LeftOut = append(v.LeftOut, "word.lost."+key)
		}
		for i, change := range plan.Changes {
			if !change.IsDoubtful {
				v.Chosen = append(v.Chosen, i)
			}
		}
		return s.copyCheck(c, http.StatusOK, v)
	}
	return s.again(c, cause, func(refusal *app.Error) error {
		return s.copyForm(c, statusOf(refusal.Kind), statementview.CopyForm{Problem: s.sentence(c, refusal)})
	})
}

// copyIn reads the file of a form and compares it.
func (s *Server) copyIn(c *fiber.Ctx) (statement.CopyPlan, []string, error) {
	name, content, err := theFileIn(c, statement.MaxMarkdown, tooLargeToBring)
	if err != nil {
		return statement.CopyPlan{}, nil, err
	}
	if len(content) == 0 {
		return statement.CopyPlan{}, nil, app.Invalid("copy.none").On("file")
	}
	return s.planCopy(c, name, content)
}

func (s *Server) planCopy(c *fiber.Ctx, name string, content []byte) (statement.CopyPlan, []string, error) {
	edited, leftOut, err := readCopy(name, content)
	if err != nil {
		return statement.CopyPlan{}, nil, err
	}
	plan, err := s.statements.PlanCopy(c.UserContext(), actorOf(c), app.ID(c.Params("id")), edited)
	return plan, leftOut, err
}

// readCopy reads an edited copy, Markdown or a document, and says what of it stays
// outside: the ends of the keys of sentences.
func readCopy(name string, content []byte) (statement.EditedCopy, []string, error) {
	if len(content) > statement.MaxMarkdown {
		return statement.EditedCopy{}, nil, tooLargeToBring(name)
	}
	if !docx.Looks(name, content) {
		text, err := prose.ParseMarkdown(content)
		if err != nil {
			err = refusalOf(err).On("file")
		}
		return statement.EditedCopy{Origin: prose.OriginOf(content), Text: text}, nil, err
	}
	d, err := docx.Read(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return statement.EditedCopy{}, nil, err
	}
	leftOut := leftOutBy(d)
	if d.Origin.IsKnown() { // its footer is ours
		leftOut = slices.DeleteFunc(leftOut, func(key string) bool { return key == string(docx.LostHeaders) })
	}
	return statement.EditedCopy{Origin: d.Origin, Title: d.Title, Text: d.Text, Before: d.Before}, leftOut, nil
}

// copyCheck shows what a copy proposes; v may hold a form that was refused.
func (s *Server) copyCheck(c *fiber.Ctx, status int, v statementview.CopyCheck) error {
	for _, change := range v.Changes {
		words, err := json.Marshal(listOf(change.Proposals, proposalOf).Items)
		if err != nil {
			return err
		}
		v.Kept = append(v.Kept, string(words))
	}
	return s.render(c, status, statementview.CopyCheckPage(s.titled(c, "copy.check.title", v.Membership), v))
}

// handleCopyCreate keeps drafts of what was chosen.
func (s *Server) handleCopyCreate(c *fiber.Ctx) error {
	v := statementview.CopyCheck{Nonce: nonceOf(c.FormValue("nonce")), Reason: typed(c, "reason")}
	v.Origin = prose.ParseOrigin(c.FormValue("origin"))
	var wishes []statement.NewAmendment
	for i, kept := range c.Request().PostArgs().PeekMulti("change") {
		var proposals []proposalJSON
		if err := json.Unmarshal(kept, &proposals); err != nil {
			return app.Invalid("api.json").Because(err)
		}
		change := prose.CopyChange{}
		for _, p := range proposals {
			change.Proposals = append(change.Proposals, p.proposal())
		}
		v.Changes = append(v.Changes, change)
		if !slices.Contains(chosen(c.Request().PostArgs().PeekMulti("a")), app.ID(strconv.Itoa(i))) {
			continue
		}
		v.Chosen = append(v.Chosen, i)
		wishes = append(wishes, statement.NewAmendment{
			ID: idFor(v.Nonce, "copy", strconv.Itoa(i), string(kept), v.Reason), Proposals: change.Proposals, Reason: v.Reason,
		})
	}
	of := app.ID(c.Params("id"))
	_, cause := s.statements.ProposeAll(c.UserContext(), actorOf(c), of, wishes)
	if cause == nil {
		return s.seeOther(c, "/statements/"+string(of)+"/amendments?done=brought")
	}
	if !canBeMended(cause) {
		return cause
	}
	return s.copyCheckAgain(c, v, cause)
}

func (s *Server) copyCheckAgain(c *fiber.Ctx, v statementview.CopyCheck, cause error) error {
	view, err := s.statements.View(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return cause
	}
	v.Of, v.Membership, v.Now = view.Statement, view.Membership, view.Text.Doc
	refusal := refusalOf(cause)
	v.Problem, v.Field = s.sentence(c, refusal), refusal.Field
	if s.copyCheck(c, statusOf(refusal.Kind), v) != nil {
		return cause
	}
	return nil
}

// originOf says what an export of the live text is made from.
func originOf(v statement.View) prose.Origin {
	return prose.Origin{Statement: string(v.Statement.ID), Epoch: v.Text.Epoch, Seq: v.Text.Seq}
}

// originOfVersion says what an export of a version is made from.
func originOfVersion(v statement.VersionView) prose.Origin {
	return prose.Origin{Statement: string(v.Statement.ID), Version: v.Version.No}
}

// copyJSON is what an edited copy proposes.
type copyJSON struct {
	// From says what it was compared with, "" if it doesn't say what it was made from.
	From    string           `json:"from"`
	Changes []copyChangeJSON `json:"changes"`
	// Left is what can't be proposed; LeftOut, what of the file stays outside.
	Left    []leftoverJSON `json:"left"`
	LeftOut []string       `json:"left_out"`
}

type copyChangeJSON struct {
	Proposals []proposalJSON `json:"proposals"`
	// Doubtful: others may have changed the clause, and not whoever edited the copy.
	Doubtful bool `json:"doubtful"`
}

type leftoverJSON struct {
	Kind prose.LeftoverKind `json:"kind"`
	CID  string             `json:"cid,omitempty"`
	Text string             `json:"text"`
}

// apiCopyCheck takes the file as the body of the request.
func (s *Server) apiCopyCheck(c *fiber.Ctx) error {
	name := "copy.md"
	if strings.HasPrefix(string(c.Request().Header.ContentType()), mimeWord) {
		name = "copy.docx"
	}
	plan, leftOut, err := s.planCopy(c, name, c.Body())
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, copyJSON{
		From: plan.Origin.String(),
		Changes: listOf(plan.Changes, func(change prose.CopyChange) copyChangeJSON {
			return copyChangeJSON{listOf(change.Proposals, proposalOf).Items, change.IsDoubtful}
		}).Items,
		Left:    listOf(plan.Left, func(l prose.Leftover) leftoverJSON { return leftoverJSON(l) }).Items,
		LeftOut: append([]string{}, leftOut...),
	})
}

// copyInput keeps drafts, all or none. Reason is that of each that has none of its own.
type copyInput struct {
	Reason     string           `json:"reason"`
	Amendments []amendmentInput `json:"amendments"`
}

func (s *Server) apiCopyCreate(c *fiber.Ctx) error {
	var input copyInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	var wishes []statement.NewAmendment
	for _, a := range input.Amendments {
		id, err := idOr(a.ID)
		if err != nil {
			return err
		}
		if a.Reason == "" {
			a.Reason = input.Reason
		}
		wishes = append(wishes, a.wish(id))
	}
	kept, err := s.statements.ProposeAll(c.UserContext(), actorOf(c), app.ID(c.Params("id")), wishes)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, listOf(kept, amendmentJSONOf))
}
