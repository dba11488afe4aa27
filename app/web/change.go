package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/notice"
	"madang/app/statement"
	"madang/app/thread"
	statementview "madang/app/web/view/statement"
)

func (s *Server) mountChanges(r fiber.Router) {
	r.Get("/statements/:id/changes", s.handleChanges)
}

// look notes that somebody looks at a statement, with activity up to seq, and returns since
// when others did something that they weren't there for; the zero time if nobody did. A page
// doesn't fail for its sake.
func (s *Server) look(c *fiber.Ctx, view statement.View, seq int64) (changedSince time.Time) {
	ctx, m, id := c.UserContext(), view.Membership, view.Statement.ID
	visit, err := s.visits.Look(ctx, m, id, headOf(view.Text), seq)
	hasNews := false
	if err == nil {
		hasNews, err = s.visits.HasNews(ctx, m, id, visit.Last)
	}
	if err != nil && app.KindOf(err) != app.KindConflict {
		s.log.Warn("a visit could not be noted", "err", err)
	}
	if hasNews {
		return visit.Last.At
	}
	return time.Time{}
}

func headOf(t statement.Text) app.LiveHead { return app.LiveHead{Epoch: t.Epoch, Seq: t.Seq} }

// handleChanges shows what changed since the visit before this one.
func (s *Server) handleChanges(c *fiber.Ctx) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	seq, err := s.head(ctx, id)
	if err != nil {
		return err
	}
	view, err := s.statements.View(ctx, actor, id)
	if err != nil {
		return err
	}
	visit, err := s.visits.Look(ctx, view.Membership, id, headOf(view.Text), seq)
	if err != nil && !isFull(err) {
		return err
	}
	v := statementview.SinceVisit{Statement: view.Statement, Last: visit.Last.At}
	if visit.Last.IsZero() {
		_, _, versions, err := s.statements.Versions(ctx, actor, id)
		if err != nil {
			return err
		}
		v.Newest = newestOf(versions)
		return s.render(c, http.StatusOK, statementview.SincePage(s.titled(c, "changes.title", view.Membership), v))
	}
	found, err := s.changes(c, visit.Last)
	if err != nil {
		return err
	}
	page := s.titled(c, "changes.title", view.Membership)
	v.Text, v.Versions, v.Newest = &found.text, found.versions, newestOf(found.text.Versions)
	v.Amendments, v.Steps = found.Amendments, found.Steps
	for _, card := range cards(page, view.Membership, s.text(view), found.threads, "") {
		for _, t := range found.Threads {
			if t.Thread == card.Thread.ID {
				v.Threads = append(v.Threads, statementview.ChangedThread{Card: card, ThreadNews: t})
			}
		}
	}
	return s.render(c, http.StatusOK, statementview.SincePage(page, v))
}

func newestOf(versions []statement.Version) int {
	if len(versions) == 0 {
		return 0
	}
	return versions[0].No
}

// changes are what became of a statement since a mark.
type changes struct {
	notice.Changes
	text statement.SinceView
	// versions are those that others made; threads those in which they did something, the
	// newest first.
	versions []statement.Version
	threads  []thread.Thread
}

// changes finds what changed at the statement that the address names.
func (s *Server) changes(c *fiber.Ctx, since notice.Mark) (found changes, err error) {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	if found.text, err = s.statements.Since(ctx, actor, id, since.Head); err != nil {
		return found, err
	}
	for _, v := range found.text.Versions {
		if v.No > since.Version && v.By != found.text.Membership.Persona {
			found.versions = append(found.versions, v)
		}
	}
	if found.Changes, err = s.visits.Changes(ctx, actor, id, since); err != nil || len(found.Threads) == 0 {
		return found, err
	}
	var ids []app.ID
	for _, t := range found.Threads {
		ids = append(ids, t.Thread)
	}
	found.threads, err = s.threads.List(ctx, actor, id, thread.ListOptions{Among: ids, State: thread.StateAll, Sort: thread.SortNewest})
	return found, err
}

func (s *Server) mountChangeAPI(r fiber.Router) {
	s.memberRoutes(r, "Statements").get("/statements/:id/changes", s.apiChanges,
		"Tells what changed since the sender was last at a statement, in the pages of the forum. Asking for it is no visit.", gives(200, changesJSON{}))
}

// changesJSON is what changed at a statement since the sender's last visit.
type changesJSON struct {
	// Since is when that was, to the half hour; absent if they were never there before, and
	// then all else is empty.
	Since *time.Time `json:"since,omitempty"`
	// Exact says that the clauses are compared with what they said then; else with the
	// version of this number, or, without one, not at all.
	Exact   bool `json:"exact"`
	Version int  `json:"version,omitempty"`
	// Clauses are those of the text that changed.
	Clauses []changeJSON `json:"clauses"`
	// The rest is what others did.
	Threads    []changedThreadJSON    `json:"threads"`
	Amendments []changedAmendmentJSON `json:"amendments"`
	Versions   []versionJSON          `json:"versions"`
	Steps      []changedPhaseJSON     `json:"steps"`
}

// changedThreadJSON is a thread in which something happened: Comments counts the new ones
// besides the first of a new thread, First is the oldest new one.
type changedThreadJSON struct {
	Thread   app.ID `json:"thread"`
	New      bool   `json:"new"`
	Comments int    `json:"comments"`
	First    app.ID `json:"first,omitempty"`
	// Settled is “resolved” or “reopened” if that was done last.
	Settled string `json:"settled,omitempty"`
}

// changedAmendmentJSON is what happened to an amendment, in order.
type changedAmendmentJSON struct {
	Amendment app.ID   `json:"amendment"`
	No        int      `json:"no"`
	Events    []string `json:"events"`
}

// changedPhaseJSON is a step to another phase.
type changedPhaseJSON struct {
	To app.Phase `json:"to"`
	At time.Time `json:"at"`
}

func (s *Server) apiChanges(c *fiber.Ctx) error {
	since, err := s.visits.Since(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	var found changes
	if !since.IsZero() {
		if found, err = s.changes(c, since); err != nil {
			return err
		}
	}
	shown := changesJSON{Since: timeOf(since.At), Exact: found.text.IsExact, Clauses: []changeJSON{}}
	if found.text.From != nil {
		shown.Version = found.text.From.No
	}
	for _, clause := range found.text.Comparison.Clauses {
		change := changeOf(clause)
		change.Erratum = max(found.text.Gaps[clause.CID], found.text.Withheld[clause.CID])
		shown.Clauses = append(shown.Clauses, change)
	}
	shown.Threads = listOf(found.Threads, func(t notice.ThreadNews) changedThreadJSON {
		return changedThreadJSON{t.Thread, t.IsNew, t.Comments, t.First, t.Settled}
	}).Items
	shown.Amendments = listOf(found.Amendments, func(a notice.AmendmentNews) changedAmendmentJSON {
		return changedAmendmentJSON{a.Amendment, a.No, a.Events}
	}).Items
	shown.Versions = listOf(found.versions, versionJSONOf).Items
	shown.Steps = listOf(found.Steps, func(h notice.Happening) changedPhaseJSON { return changedPhaseJSON{h.To, h.At} }).Items
	return s.answer(c, http.StatusOK, shown)
}
