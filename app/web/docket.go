package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/consultation"
	"madang/app/statement"
	consultationview "madang/app/web/view/consultation"
)

// mountConsultations are the pages of those who run a docket.
func (s *Server) mountConsultations(r fiber.Router) {
	r.Get("/groups/:id/consultations", s.handleDocketIndex)
	r.Get("/groups/:id/consultations/new", s.handleDocketNew)
	r.Post("/groups/:id/consultations", s.handleDocketCreate)
	r.Get("/consultations/:id/notice", s.handleDocketEdit)
	r.Post("/consultations/:id/notice", s.handleDocketUpdate)
	r.Get("/consultations/:id/acts/new", s.handleActNew)
	r.Post("/consultations/:id/acts", s.handleActCreate)
	r.Get("/consultations/:id/inbox", s.handleInbox)
	r.Get("/consultations/:id/inbox/new", s.handleKeyedNew)
	r.Post("/consultations/:id/inbox", s.handleKeyedCreate)
	r.Get("/consultations/:id/inbox/:no", s.handleInboxShow)
	r.Post("/consultations/:id/inbox/:no/moves", s.handleMoveCreate)
	r.Post("/consultations/:id/inbox/:no/namings", s.handleNamingCreate)
	r.Post("/consultations/:id/inbox/:no/recusals", s.handleRecusalCreate)
	r.Post("/consultations/:id/inbox/:no/openings", s.handleOpeningCreate)
	r.Get("/consultations/:id/inbox/:no/original", s.handleOriginalShow)
	r.Get("/consultations/:id/inbox/:no/files/:file", s.handleInboxFile)
	r.Post("/consultations/:id/inbox/:no/files/:file/decisions", s.handleFileDecision)
	r.Get("/consultations/:id/documents", s.handleDocumentIndex)
	r.Post("/consultations/:id/documents", s.handleDocumentCreate)
	r.Post("/consultations/:id/documents/:no/removals", s.handleDocumentRemove)
	r.Get("/consultations/:id/tables/new", s.handleTableNew)
	r.Post("/consultations/:id/tables", s.handleTableCreate)
	r.Post("/consultations/:id/tables/files", s.handleTableFile)
	r.Get("/consultations/:id/names", s.handleNamesEdit)
	r.Post("/consultations/:id/names", s.handleNamesUpdate)
}

func (s *Server) handleDocketIndex(c *fiber.Ctx) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	m, list, err := s.consultations.List(ctx, actor, id)
	if err != nil {
		return err
	}
	group, _, err := s.identity.Group(ctx, actor, id)
	if err != nil {
		return err
	}
	v := consultationview.Group{Group: id, GroupName: group.Name, Dockets: list, Now: s.consultations.Now(), MayGovern: m.May(app.Govern)}
	return s.render(c, http.StatusOK, consultationview.GroupPage(s.titled(c, "consultations.title", m), v))
}

func (s *Server) handleDocketNew(c *fiber.Ctx) error {
	say := s.speech.In(s.languageOf(c))
	v := consultationview.DocketForm{Nonce: app.NewID(), Group: app.ID(c.Params("id"))}
	v.Lang, v.Zone, v.Moderation = say.Lang, "Asia/Seoul", consultation.ModerationPre
	v.Published, v.Kept, v.Channels = say.T("docket.published.usual"), say.T("docket.kept.usual"), []consultation.Channel{consultation.ChannelLetter}
	return s.docketForm(c, http.StatusOK, v)
}

func (s *Server) docketForm(c *fiber.Ctx, status int, v consultationview.DocketForm) error {
	ctx, actor := c.UserContext(), actorOf(c)
	m, err := actor.MemberWho(app.Govern, v.Group)
	if err != nil {
		return err
	}
	group, _, err := s.identity.Group(ctx, actor, v.Group)
	if err != nil {
		return err
	}
	v.GroupName = group.Name
	if v.Statements, err = s.statements.List(ctx, actor, v.Group); err != nil {
		return err
	}
	return s.render(c, status, consultationview.DocketFormPage(s.titled(c, "docket.new", m), v))
}

// bindDocket reads the form of a docket; its times are meant in its zone.
func bindDocket(c *fiber.Ctx) consultationview.DocketForm {
	v := consultationview.DocketForm{Nonce: nonceOf(c.FormValue("nonce")), OpensText: c.FormValue("opens"), ClosesText: c.FormValue("closes")}
	v.DocketText = consultation.DocketText{
		Statement: app.ID(c.FormValue("statement")), Title: c.FormValue("title"), Lang: c.FormValue("lang"),
		Notice: typed(c, "notice"), Notes: typed(c, "notes"), Questions: strings.Split(typed(c, "questions"), "\n"),
		Zone: strings.TrimSpace(c.FormValue("zone")), Published: typed(c, "published"), Kept: typed(c, "kept"), Contact: typed(c, "contact"),
		Moderation: consultation.Moderation(c.FormValue("moderation")),
	}
	if !slices.Contains(consultation.Languages, v.Lang) {
		v.Lang = consultation.Languages[0]
	}
	for _, channel := range c.Request().PostArgs().PeekMulti("channels") {
		v.Channels = append(v.Channels, consultation.Channel(channel))
	}
	v.Opens, v.Closes = timeIn(v.OpensText, v.Zone), timeIn(v.ClosesText, v.Zone)
	return v
}

// timeIn reads a time of a form as it is meant in a zone; the zero time if it is none.
func timeIn(text, zone string) time.Time {
	at, err := time.LoadLocation(zone)
	if err != nil {
		at = time.UTC
	}
	t, err := time.ParseInLocation("2006-01-02T15:04", text, at)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

func (s *Server) handleDocketCreate(c *fiber.Ctx) error {
	v := bindDocket(c)
	v.Group = app.ID(c.Params("id"))
	id := idFor(v.Nonce, v.Title, v.DocketText.Notice, v.OpensText, v.ClosesText, string(v.Statement))
	made, err := s.consultations.Create(c.UserContext(), actorOf(c), v.Group, id, v.DocketText)
	if err != nil {
		return s.docketFormAgain(c, v, err)
	}
	return s.seeOther(c, "/consultations/"+string(made.ID))
}

func (s *Server) docketFormAgain(c *fiber.Ctx, v consultationview.DocketForm, cause error) error {
	return s.again(c, cause, func(refused *app.Error) error {
		v.Problem, v.Field = s.sentence(c, refused), refused.Field
		return s.docketForm(c, statusOf(refused.Kind), v)
	})
}

func (s *Server) handleDocketEdit(c *fiber.Ctx) error {
	d, err := s.consultations.Docket(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	if d.State != consultation.StateDraft {
		return app.Conflict("docket.announced")
	}
	v := consultationview.DocketForm{ID: d.ID, Group: d.Group, Nonce: app.NewID(), DocketText: d.DocketText}
	v.OpensText, v.ClosesText = localTime(d.In(d.Opens)), localTime(d.In(d.Closes))
	return s.docketForm(c, http.StatusOK, v)
}

// localTime is how a form takes a time.
func localTime(t time.Time) string { return t.Format("2006-01-02T15:04") }

func (s *Server) handleDocketUpdate(c *fiber.Ctx) error {
	id := app.ID(c.Params("id"))
	v := bindDocket(c)
	cause := s.consultations.Revise(c.UserContext(), actorOf(c), id, v.DocketText)
	if cause == nil {
		return s.seeOther(c, "/consultations/"+string(id)+"?done=docket")
	}
	d, err := s.consultations.Docket(c.UserContext(), actorOf(c), id)
	if err != nil {
		return cause
	}
	v.ID, v.Group = id, d.Group
	return s.docketFormAgain(c, v, cause)
}

func (s *Server) handleActNew(c *fiber.Ctx) error {
	return s.actForm(c, http.StatusOK, consultationview.ActForm{Kind: consultation.ActKind(c.Query("kind")), Nonce: app.NewID()})
}

// actForm shows the form of an act to somebody who may do it.
func (s *Server) actForm(c *fiber.Ctx, status int, v consultationview.ActForm) error {
	ctx, actor := c.UserContext(), actorOf(c)
	if !slices.Contains([]consultation.ActKind{consultation.Announced, consultation.Extended, consultation.ClosedEarly, consultation.Withdrawn}, v.Kind) {
		return app.NotFound()
	}
	d, err := s.consultations.Docket(ctx, actor, app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	m, err := actor.MemberWho(app.Govern, d.Group)
	if err != nil {
		return err
	}
	v.DocketView = d
	if err := s.offerStep(c, &v, status == http.StatusOK); err != nil {
		return err
	}
	if v.Kind == consultation.Announced {
		if _, _, v.Versions, err = s.statements.Versions(ctx, actor, d.Statement); err != nil {
			return err
		}
		hasSecond, err := s.consultations.HasSecondChair(ctx, actor, d.Group)
		if err != nil {
			return err
		}
		v.LacksChair = !hasSecond
	}
	if v.ClosesText == "" {
		v.ClosesText = localTime(d.In(d.Closes))
	}
	return s.render(c, status, consultationview.ActFormPage(s.titled(c, "docket.do."+string(v.Kind), m), v))
}

// stepWith is the phase to which a statement can go with an act of its docket.
var stepWith = map[consultation.ActKind]app.Phase{
	consultation.Announced: app.PhasePublic, consultation.ClosedEarly: app.PhaseDisposition,
}

// offerStep offers the step that goes with an act, if the statement can take it now and
// isn't answering another docket. It is chosen beforehand, but not for a docket that opens
// later: until then work may go on.
func (s *Server) offerStep(c *fiber.Ctx, v *consultationview.ActForm, isNew bool) error {
	to := stepWith[v.Kind]
	if to == "" {
		return nil
	}
	course, err := s.statements.Course(c.UserContext(), actorOf(c), v.Statement)
	if err != nil || !slices.Contains(course.Statement.Ways(), to) || course.Statement.State == app.PhaseDisposition {
		return err
	}
	v.Phase, v.Step = to, course.Statement.Step+1
	if isNew {
		v.Moves = v.Kind != consultation.Announced || !v.Opens.After(v.Now)
	}
	return nil
}

// stepAlong takes the step that goes with an act that was done. It is false if that was asked
// for and couldn't be done. A statement that can't take it any more stays where it is: what was
// announced is announced, and the docket's page says where the statement stands.
func (s *Server) stepAlong(c *fiber.Ctx, d consultation.DocketView, v consultationview.ActForm) bool {
	to := stepWith[v.Kind]
	if to == "" || !v.Moves {
		return true
	}
	_, err := s.statements.Step(c.UserContext(), actorOf(c), d.Statement, statement.NewStep{
		ID: idFor(v.Nonce, "step", string(to)), No: v.Step, To: to, Reason: s.speech.In(s.languageOf(c)).T("docket.moves.reason."+string(to), "number", d.Number()),
	})
	return err == nil
}

func (s *Server) handleActCreate(c *fiber.Ctx) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	d, err := s.consultations.Docket(ctx, actor, id)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(c.FormValue("version")) // none is refused
	v := consultationview.ActForm{
		Kind: consultation.ActKind(c.FormValue("kind")), Nonce: nonceOf(c.FormValue("nonce")), Version: version,
		Reason: typed(c, "reason"), ClosesText: c.FormValue("closes"), Moves: c.FormValue("moves") != "",
	}
	v.Step, _ = strconv.ParseInt(c.FormValue("step"), 10, 64) // none is a step that isn't next
	wish := consultation.NewAct{ID: idFor(v.Nonce, string(v.Kind), v.Reason, v.ClosesText), Kind: v.Kind, Reason: v.Reason, Version: version}
	if v.Kind == consultation.Extended {
		wish.Closes = timeIn(v.ClosesText, d.Zone)
	}
	cause := s.consultations.Do(ctx, actor, id, wish)
	if cause == nil {
		done := "docket-" + string(v.Kind)
		if !s.stepAlong(c, d, v) {
			done = "docket-stays"
		}
		return s.seeOther(c, "/consultations/"+string(id)+"?done="+done)
	}
	return s.again(c, cause, func(refused *app.Error) error {
		v.Problem, v.Field = s.sentence(c, refused), refused.Field
		return s.actForm(c, statusOf(refused.Kind), v)
	})
}
