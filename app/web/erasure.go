package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/statement"
	"madang/app/web/view/layout"
	statementview "madang/app/web/view/statement"
)

func (s *Server) mountErasures(r fiber.Router) {
	r.Get("/statements/:id/versions/:no/erasures", s.handleErasures)
	r.Get("/statements/:id/versions/:no/erasures/:cid", s.handleErasureNew)
	r.Post("/statements/:id/versions/:no/erasures/:cid", s.handleErasureCreate)
}

// gapsOf is what stands where clauses were erased, by their ids.
func gapsOf(p layout.Page, t statement.VersionText) map[string]string {
	gaps := map[string]string{}
	for cid, no := range t.Gaps() {
		gaps[cid] = p.T("version.erased", "no", no)
	}
	return gaps
}

// errataOf are the errata of one version, oldest first.
func (s *Server) errataOf(c *fiber.Ctx, v statement.VersionView) ([]statement.Erratum, error) {
	if len(v.Gaps()) == 0 {
		return nil, nil
	}
	list, err := s.statements.Errata(c.UserContext(), actorOf(c), v.Statement.ID)
	list = slices.DeleteFunc(list, func(e statement.Erratum) bool {
		return !slices.ContainsFunc(e.Places, func(p statement.Erased) bool { return p.Version == v.Version.No })
	})
	slices.Reverse(list)
	return list, err
}

// handleErasures lists the clauses of a version for somebody who wants to erase one.
func (s *Server) handleErasures(c *fiber.Ctx) error {
	view, err := s.version(c)
	if err != nil {
		return err
	}
	m, err := actorOf(c).MemberWho(app.Keep, view.Statement.Group)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, statementview.ErasuresPage(s.titled(c, "erasure.list.title", m), statementview.Erasures{
		VersionView: view, Text: statementview.Render(view.Doc),
	}))
}

func (s *Server) handleErasureNew(c *fiber.Ctx) error {
	return s.erasureForm(c, http.StatusOK, statementview.Erasure{Nonce: app.NewID()})
}

// erasureForm shows what would be erased, and asks; v may hold a form that was refused.
func (s *Server) erasureForm(c *fiber.Ctx, status int, v statementview.Erasure) error {
	no, err := numberOf(c.Params("no"))
	if err != nil {
		return err
	}
	view, err := s.statements.Erasure(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no, c.Params("cid"))
	if err != nil {
		return err
	}
	v.ErasureView = view
	return s.render(c, status, statementview.ErasurePage(s.titled(c, "erasure.title", view.Membership), v))
}

// bindErasure reads the form. The clause that its address names is always meant.
func bindErasure(c *fiber.Ctx) (statementview.Erasure, statement.NewErasure, error) {
	no, err := numberOf(c.Params("no"))
	if err != nil {
		return statementview.Erasure{}, statement.NewErasure{}, err
	}
	form := statementview.Erasure{
		Nonce: nonceOf(c.FormValue("nonce")), Reason: typed(c, "reason"), Confirmed: c.FormValue("confirmed") != "", WasSent: true,
	}
	wish := statement.NewErasure{Places: []statement.Erased{{Version: no, CID: c.Params("cid")}}, Reason: form.Reason, Confirmed: form.Confirmed}
	for _, value := range c.Context().PostArgs().PeekMulti("also") {
		place, err := erasedOf(string(value))
		if err != nil {
			return form, wish, err
		}
		form.Also = append(form.Also, place)
	}
	wish.Places = append(wish.Places, form.Also...)
	wish.Newest, _ = strconv.Atoi(c.FormValue("newest"))
	wish.ID = idFor(form.Nonce, c.Params("id"), form.Reason, fmt.Sprint(wish.Places))
	return form, wish, nil
}

// erasedOf reads a clause of a version, as forms write it.
func erasedOf(text string) (statement.Erased, error) {
	version, cid, _ := strings.Cut(text, " ")
	no, err := numberOf(version)
	if err != nil || no == statement.DraftNo {
		return statement.Erased{}, app.NotFound()
	}
	return statement.Erased{Version: no, CID: cid}, nil
}

func (s *Server) handleErasureCreate(c *fiber.Ctx) error {
	form, wish, err := bindErasure(c)
	if err != nil {
		return err
	}
	_, cause := s.statements.Erase(c.UserContext(), actorOf(c), app.ID(c.Params("id")), wish)
	if cause == nil {
		return s.seeOther(c, "/statements/"+c.Params("id")+"/versions/"+c.Params("no")+"?done=erased")
	}
	return s.again(c, cause, func(refusal *app.Error) error {
		form.Problem, form.Field = s.sentence(c, refusal), refusal.Field
		return s.erasureForm(c, statusOf(refusal.Kind), form)
	})
}
