package web

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/statement"
	statementview "madang/app/web/view/statement"
)

func (s *Server) mountVersions(r fiber.Router) {
	r.Get("/statements/:id/versions", s.handleVersions)
	r.Get("/statements/:id/versions/new", s.handleVersionNew)
	r.Post("/statements/:id/versions", s.handleVersionCreate)
	r.Get("/statements/:id/versions/:no.md", s.handleVersionMarkdown)
	r.Get("/statements/:id/versions/:no.docx", s.handleVersionWord)
	r.Get("/statements/:id/versions/:no", s.handleVersionShow)
	r.Get("/statements/:id/versions/:no/proof", s.handleProofShow)
	r.Get("/statements/:id/versions/:no/restoration", s.handleRestorationNew)
	r.Post("/statements/:id/versions/:no/restoration", s.handleRestorationCreate)
	r.Get("/statements/:id/comparison", s.handleComparison)
}

// numberOf reads the number of a version; "draft" is the live text.
func numberOf(text string) (int, error) {
	if text == "draft" {
		return statement.DraftNo, nil
	}
	no, err := strconv.Atoi(text)
	if err != nil || no < 1 || strconv.Itoa(no) != text {
		return 0, app.NotFound()
	}
	return no, nil
}

func (s *Server) handleVersions(c *fiber.Ctx) error {
	found, m, list, err := s.statements.Versions(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, statementview.VersionsPage(s.titled(c, "version.list.title", m), statementview.Versions{
		Statement: found, Versions: list, MayPublish: m.May(app.Publish), Notice: noticeOf(c),
	}))
}

func (s *Server) handleVersionNew(c *fiber.Ctx) error {
	return s.versionForm(c, http.StatusOK, statementview.NewVersion{Nonce: app.NewID()})
}

// versionForm shows the form that makes a version, and what is new since the last one;
// v may hold a form that was refused.
func (s *Server) versionForm(c *fiber.Ctx, status int, v statementview.NewVersion) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	found, m, list, err := s.statements.Versions(ctx, actor, id)
	if err == nil {
		err = m.Must(app.Publish)
	}
	if err != nil {
		return err
	}
	v.Statement, v.No = found, 1
	if len(list) > 0 {
		v.No = list[0].No + 1
		since, err := s.statements.Compare(ctx, actor, id, list[0].No, statement.DraftNo)
		if err != nil {
			return err
		}
		v.Since = &since
	}
	return s.render(c, status, statementview.NewVersionPage(s.titled(c, "version.new.title", m), v))
}

func (s *Server) handleVersionCreate(c *fiber.Ctx) error {
	id := app.ID(c.Params("id"))
	form := statementview.NewVersion{Nonce: nonceOf(c.FormValue("nonce")), Label: c.FormValue("label"), Changelog: typed(c, "changelog")}
	made, err := s.statements.MakeVersion(c.UserContext(), actorOf(c), id, statement.NewVersion{
		ID: idFor(form.Nonce, form.Label, form.Changelog), Label: form.Label, Changelog: form.Changelog,
	})
	if err == nil {
		return s.seeOther(c, fmt.Sprintf("/statements/%s/versions/%d?done=version", id, made.No))
	}
	return s.again(c, err, func(refusal *app.Error) error {
		form.Problem, form.Field = s.sentence(c, refusal), refusal.Field
		return s.versionForm(c, statusOf(refusal.Kind), form)
	})
}

// version is the version that the address names.
func (s *Server) version(c *fiber.Ctx) (statement.VersionView, error) {
	no, err := numberOf(c.Params("no"))
	if err != nil || no == statement.DraftNo {
		return statement.VersionView{}, app.NotFound()
	}
	return s.statements.Version(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no)
}

func (s *Server) handleVersionShow(c *fiber.Ctx) error {
	p, v, err := s.shown(c)
	if err != nil {
		return err
	}
	v.MayPublish, v.MayErase, v.HasPDF = v.Membership.May(app.Publish), v.Membership.May(app.Keep), s.printer != nil
	v.Notice = noticeOf(c)
	return s.render(c, http.StatusOK, statementview.VersionPage(p, v))
}

// handleVersionMarkdown hands out a version as a file, named by id and number.
func (s *Server) handleVersionMarkdown(c *fiber.Ctx) error {
	view, err := s.version(c)
	if err != nil {
		return err
	}
	s.private(c, view.Membership)
	c.Attachment(fmt.Sprintf("%s-%d.md", view.Statement.ID, view.Version.No))
	c.Set(fiber.HeaderContentType, "text/markdown; charset=utf-8")
	p := s.page(c, "", view.Membership)
	return c.SendString(view.WithGaps(func(no int) string { return p.T("version.erased", "no", no) }).MarkdownFrom(originOfVersion(view)))
}

func (s *Server) handleProofShow(c *fiber.Ctx) error {
	view, err := s.version(c)
	if err != nil {
		return err
	}
	page := s.titled(c, "version.proof.title", view.Membership)
	return s.render(c, http.StatusOK, statementview.ProofPage(page, statementview.ProofOf(view)))
}

func (s *Server) handleComparison(c *fiber.Ctx) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	found, m, list, err := s.statements.Versions(ctx, actor, id)
	if err != nil {
		return err
	}
	v := statementview.Comparison{Statement: found, Versions: list, From: c.Query("from"), To: c.Query("to", "draft")}
	if v.From == "" && len(list) > 0 {
		v.From = strconv.Itoa(list[0].No)
	}
	if v.From != "" {
		compared, err := s.compare(c, v.From, v.To)
		if err != nil {
			return err
		}
		v.Result = &compared
		if v.Hunks, err = s.hunks(c, compared); err != nil {
			return err
		}
	}
	return s.render(c, http.StatusOK, statementview.ComparisonPage(s.titled(c, "comparison.title", m), v))
}

func (s *Server) compare(c *fiber.Ctx, from, to string) (statement.ComparisonView, error) {
	before, err := numberOf(from)
	if err != nil {
		return statement.ComparisonView{}, err
	}
	after, err := numberOf(to)
	if err != nil {
		return statement.ComparisonView{}, err
	}
	return s.statements.Compare(c.UserContext(), actorOf(c), app.ID(c.Params("id")), before, after)
}

func (s *Server) handleRestorationNew(c *fiber.Ctx) error {
	return s.restoration(c, http.StatusOK, statementview.Restoration{Nonce: app.NewID()})
}

// restoration shows what going back to a version changes, and asks.
func (s *Server) restoration(c *fiber.Ctx, status int, v statementview.Restoration) error {
	view, err := s.version(c)
	if err != nil {
		return err
	}
	m := view.Membership
	if err := cmp.Or(m.Must(app.Publish), m.Must(app.Draft)); err != nil {
		return err
	}
	v.Version = view.Version
	v.ComparisonView, err = s.statements.Compare(c.UserContext(), actorOf(c), view.Statement.ID, statement.DraftNo, view.Version.No)
	if err != nil {
		return err
	}
	return s.render(c, status, statementview.RestorationPage(s.titled(c, "restoration.title", m), v))
}

func (s *Server) handleRestorationCreate(c *fiber.Ctx) error {
	no, err := numberOf(c.Params("no"))
	if err != nil {
		return err
	}
	id, nonce := app.ID(c.Params("id")), nonceOf(c.FormValue("nonce"))
	_, cause := s.statements.Restore(c.UserContext(), actorOf(c), id, idFor(nonce, c.Params("no")), no)
	if cause == nil {
		return s.seeOther(c, "/statements/"+string(id)+"?done=restored")
	}
	return s.again(c, cause, func(refusal *app.Error) error {
		return s.restoration(c, statusOf(refusal.Kind), statementview.Restoration{Nonce: nonce, Problem: s.sentence(c, refusal)})
	})
}
