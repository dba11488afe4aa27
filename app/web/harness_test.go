package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/app"
	"madang/app/consultation"
	"madang/app/disposition"
	"madang/app/flood"
	"madang/app/identity"
	"madang/app/notice"
	"madang/app/prose"
	"madang/app/search"
	"madang/app/statement"
	"madang/app/thread"
	"madang/app/trace"
	"madang/app/upkeep"
	"madang/db"
	"madang/db/dbtest"
	"madang/static"
)

// site is a forum with its cast, its pages, and a statement that people talk about.
type site struct {
	*dbtest.Forum
	t      *testing.T
	server *Server
	log    *bytes.Buffer
	draft  *memoryDraft
	// findings are what is wrong with the machine.
	findings []upkeep.Finding
	isAway   error // what the database says when it is asked
	text     statement.Statement
	clause   string
	talk     thread.Thread
	comment  thread.Comment
	hold     app.ID                    // a change that waits
	copied   string                    // a copy of the statement that somebody changed
	patterns map[string]*regexp.Regexp // of all routes, once somebody asked
}

func open(t *testing.T) *site {
	t.Helper()
	s := &site{Forum: dbtest.OnSQLite(t), t: t, log: &bytes.Buffer{}, draft: &memoryDraft{texts: map[app.ID]statement.Text{}, former: map[app.ID][]statement.Text{}}}
	statements := statement.New(db.StatementStore{DB: s.DB}, s.draft, s.draft, s.Identity, s.Clock.Now)
	threads := thread.New(db.ThreadStore{DB: s.DB}, statements, placesOfStatements{statements}, textOfDraft{s.draft}, silence{}, []byte("the secret of a test"), s.Clock.Now)
	consultations := consultation.New(db.ConsultationStore{DB: s.DB}, frozenTexts{statements}, ownWords{}, plainFiles{}, []byte("the secret of a test"), s.Clock.Now)
	answers := disposition.New(db.DispositionStore{DB: s.DB}, postedTo{consultations}, []byte("the secret of a test"), s.Clock.Now)
	notices := notice.New(db.NoticeStore{DB: s.DB}, statements, placesOfStatements{statements})
	server, err := New(Config{
		Identity: s.Identity, Statements: statements, Threads: threads, Search: search.New(db.SearchStore{DB: s.DB}, nil, s.Clock.Now),
		Notices:       notices,
		Feeds:         notice.NewFeeds(db.NoticeStore{DB: s.DB}, s.Identity, notices, s.Clock.Now),
		Visits:        notice.NewVisits(db.NoticeStore{DB: s.DB}, statements, s.Clock.Now),
		Consultations: consultations,
		Post:          notice.NewPost(db.NoticeStore{DB: s.DB}, nil, nil, []byte("the secret of a test"), s.Clock.Now),
		Flood:         flood.New([]byte("the secret of a test"), flood.NewMemory(), flood.Limits{PerStretch: 40}, s.Clock.Now),
		Answers:       answers,
		Traces:        trace.New(db.TraceStore{DB: s.DB}, db.DisclosureStore{DB: s.DB}, saidIn{statements}, nobodySaid{}, reported{consultations, answers}, s.Clock.Now),
		Upkeep:        upkeep.New(db.UpkeepStore{DB: s.DB}, func(context.Context) []upkeep.Finding { return s.findings }),
		Version:       "of a test",
		Live:          http.NotFoundHandler(), Assets: namesOnly{}, Secret: []byte("the secret of a test"), BaseURL: "http://forum.test",
		Ready: func(context.Context) error { return s.isAway }, Clock: s.Clock.Now,
		Logger: slog.New(slog.NewTextHandler(s.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	server.speech.OnMissing = func(key string) { t.Errorf("nobody wrote a sentence for %q", key) }
	server.onUntold = func(mistake string) { t.Errorf("the description of the API is wrong: %s", mistake) }
	s.server = server
	s.write(statements, threads)
	return s
}

// write lets Dani write a statement and Minho comment on it.
func (s *site) write(statements *statement.Service, threads *thread.Service) {
	s.t.Helper()
	var err error
	s.text, err = statements.Create(s.t.Context(), s.Dani, statement.NewStatement{
		ID: app.NewID(), Group: s.Group.ID, Title: "Rivers", Lang: "en", Markdown: []byte("# Rivers\n\n1. The water belongs to all.\n2. Nobody owns a river.\n"),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.clause = s.draft.texts[s.text.ID].Doc.Blocks[1].CID
	s.talk, s.comment, err = threads.Open(s.t.Context(), s.Minho, thread.NewThread{
		ID: app.NewID(), Comment: app.NewID(), Statement: s.text.ID, Pick: thread.Pick{Clause: s.clause}, Body: "To *all* of whom?",
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.hold = s.holdBack(s.Dani)
}

// holdBack lets somebody have made a change that is held.
func (s *site) holdBack(who app.Actor) app.ID {
	s.t.Helper()
	log, persona, id := db.NewLiveLog(s.DB), s.Membership(who), app.NewID()
	_, err := log.Create(s.t.Context(), s.text.ID, app.LiveChange{By: persona.Standing(), At: s.Clock.Now()})
	if err != nil && app.KindOf(err) != app.KindConflict {
		s.t.Fatal(err)
	}
	err = log.Hold(s.t.Context(), app.LiveHold{
		ID: id, Document: s.text.ID, Head: app.LiveHead{Epoch: 1, Seq: 1}, Persona: persona.Persona, At: s.Clock.Now(),
		Lost: 2001, Update: []byte(id), State: []byte{0},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// amend lets Minho table two amendments, of which Eun accepts one; it returns the open
// one and the acceptance.
func (s *site) amend() (open, acceptance app.ID) {
	s.t.Helper()
	statements, acceptance := s.server.statements, app.NewID()
	base := s.draft.texts[s.text.ID].Doc.Blocks[1].PlainText()
	var ids []app.ID
	for _, text := range []string{base + " Always.", "So: " + base} {
		made, err := statements.Propose(s.t.Context(), s.Minho, s.text.ID, statement.NewAmendment{ID: app.NewID(), Reason: "It is *clearer*.", Proposals: []prose.Proposal{
			{Kind: prose.ProposeText, CID: s.clause, Base: base, Text: text},
		}})
		if err == nil {
			err = statements.StepAmendment(s.t.Context(), s.Minho, made.ID, statement.AmendmentTabled, "")
		}
		if err != nil {
			s.t.Fatal(err)
		}
		ids = append(ids, made.ID)
	}
	if _, err := statements.AcceptAmendments(s.t.Context(), s.Eun, s.text.ID, statement.NewAcceptance{ID: acceptance, Amendments: ids[:1], Reason: "Yes."}); err != nil {
		s.t.Fatal(err)
	}
	return ids[1], acceptance
}

// signIn opens a session and returns its cookie's value.
func (s *site) signIn(who app.Actor) string {
	s.t.Helper()
	token := string(app.NewID())
	hash := sha256.Sum256([]byte(token))
	err := db.IdentityStore{DB: s.DB}.OpenSession(s.t.Context(), identity.Session{
		ID: app.NewID(), Hash: hash[:], Account: who.Account,
		Created: s.Clock.Now(), Seen: s.Clock.Now(), Expires: s.Clock.Now().Add(12 * time.Hour),
	}, time.Time{})
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

// request is a request of a browser on this forum's own pages.
func (s *site) request(session, method, path string, form url.Values) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Host = "forum.test"
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	if method != http.MethodGet {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if session != "" {
		r.AddCookie(&http.Cookie{Name: plainCookie, Value: session})
	}
	return r
}

// answer is what came back.
type answer struct {
	*http.Response
	t    *testing.T
	text string
}

func (s *site) do(r *http.Request) answer {
	s.t.Helper()
	res, err := s.server.fiber.Test(r, -1)
	if err != nil {
		s.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{Response: res, t: s.t, text: string(body)}
}

func (s *site) get(session, path string) answer {
	s.t.Helper()
	return s.do(s.request(session, http.MethodGet, path, nil))
}

func (s *site) post(session, path string, fields ...string) answer {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return s.do(s.request(session, http.MethodPost, path, form))
}

func (a answer) mustBe(status int) answer {
	a.t.Helper()
	if a.StatusCode != status {
		a.t.Fatalf("status %d, want %d:\n%s", a.StatusCode, status, a.text)
	}
	return a
}

func (a answer) mustSay(words ...string) answer {
	a.t.Helper()
	for _, w := range words {
		if !strings.Contains(a.text, w) {
			a.t.Errorf("the page doesn't say %q:\n%s", w, a.text)
		}
	}
	return a
}

func (a answer) mustNotSay(texts ...string) answer {
	a.t.Helper()
	for _, words := range texts {
		if strings.Contains(a.text, words) {
			a.t.Errorf("the page says %q:\n%s", words, a.text)
		}
	}
	return a
}

// leadsTo returns where a redirect leads.
func (a answer) leadsTo() string {
	a.t.Helper()
	a.mustBe(http.StatusSeeOther)
	return a.Header.Get("Location")
}

// cookie is the value that the answer gives a cookie; found is false if it gives none.
func (a answer) cookie(name string) (value string, found bool) {
	for _, c := range a.Cookies() {
		if c.Name == name {
			return c.Value, true
		}
	}
	return "", false
}

// memoryDraft is the live text without anybody live.
type memoryDraft struct {
	released []app.ID
	mu       sync.Mutex
	texts    map[app.ID]statement.Text
	// former are the texts that others took the place of, by document.
	former map[app.ID][]statement.Text
}

func (d *memoryDraft) Begin(_ context.Context, _ app.Membership, doc app.ID, first prose.Doc) (statement.Text, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if text, isThere := d.texts[doc]; isThere {
		return text, nil
	}
	d.texts[doc] = statement.Text{Doc: first, Epoch: 1, Seq: 1}
	return d.texts[doc], nil
}

func (d *memoryDraft) Read(_ context.Context, doc app.ID) (statement.Text, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	text, isThere := d.texts[doc]
	if !isThere {
		return text, app.NotFound()
	}
	return text, nil
}

// At knows all texts that there were.
func (d *memoryDraft) At(_ context.Context, doc app.ID, head app.LiveHead) (statement.Text, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, text := range append(d.former[doc], d.texts[doc]) {
		if text.Epoch == head.Epoch && text.Seq == head.Seq {
			return text, nil
		}
	}
	return statement.Text{}, app.Gone("live.epoch")
}

func (d *memoryDraft) Edit(ctx context.Context, _ app.Membership, doc, _ app.ID, edits []prose.Edit) (statement.Edited, error) {
	text, err := d.Read(ctx, doc)
	if err != nil {
		return statement.Edited{}, err
	}
	changed, conflicts, merged, err := prose.Apply(text.Doc, edits)
	if err != nil || len(conflicts) > 0 {
		return statement.Edited{Text: text, Conflicts: conflicts}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.former[doc] = append(d.former[doc], text)
	d.texts[doc] = statement.Text{Doc: changed, Epoch: 1, Seq: text.Seq + 1}
	return statement.Edited{Text: d.texts[doc], Merged: merged}, nil
}

// Credit gives none.
func (d *memoryDraft) Credit(ctx context.Context, by app.Membership, doc, id app.ID, edits []prose.Edit, _ [][]app.LiveAuthored) (statement.Edited, error) {
	return d.Edit(ctx, by, doc, id, edits)
}

// Authors knows nobody.
func (d *memoryDraft) Authors(ctx context.Context, doc app.ID) (statement.Text, [][]app.LiveAuthored, error) {
	text, err := d.Read(ctx, doc)
	authors := make([][]app.LiveAuthored, len(text.Doc.Blocks))
	for i, b := range text.Doc.Blocks {
		authors[i] = []app.LiveAuthored{{Text: b.PlainText()}}
	}
	return text, authors, err
}

// Release has nobody to tell.
func (d *memoryDraft) Release(_ context.Context, _ app.Membership, held app.LiveHold) error {
	d.released = append(d.released, held.ID)
	return nil
}

// Compare shows a change that empties the text.
func (d *memoryDraft) Compare(held app.LiveHold) (before, after prose.Doc, err error) {
	text, err := d.Read(context.Background(), held.Document)
	return text.Doc, prose.Doc{}, err
}

// Words are the bytes themselves.
func (d *memoryDraft) Words(update []byte) []string { return []string{string(update)} }

type placesOfStatements struct{ statements *statement.Service }

func (p placesOfStatements) Places(ctx context.Context, on app.ID) ([]thread.Place, error) {
	found, err := p.statements.Places(ctx, on)
	list := make([]thread.Place, len(found))
	for i, place := range found {
		list[i] = thread.Place(place)
	}
	return list, err
}

func (p placesOfStatements) HasClause(ctx context.Context, on app.ID, cid string) (bool, error) {
	found, err := p.statements.Places(ctx, on)
	return slices.ContainsFunc(found, func(place statement.Place) bool { return place.CID == cid }), err
}

func (p placesOfStatements) Relatives(ctx context.Context, on app.ID) (map[string][]string, error) {
	return p.statements.Relatives(ctx, on)
}

// textOfDraft knows of words only what they were.
type textOfDraft struct{ draft *memoryDraft }

func (t textOfDraft) Anchor(ctx context.Context, on app.ID, choose func(prose.Doc) (prose.Anchor, error)) (prose.Anchor, error) {
	text, err := t.draft.Read(ctx, on)
	if err != nil {
		return prose.Anchor{}, err
	}
	return choose(text.Doc)
}

func (t textOfDraft) Follow(ctx context.Context, on app.ID, anchors []prose.Anchor) (prose.Doc, []prose.Live, error) {
	text, err := t.draft.Read(ctx, on)
	return text.Doc, make([]prose.Live, len(anchors)), err
}

// frozenTexts answers what is put before the public.
type frozenTexts struct{ statements *statement.Service }

func (f frozenTexts) GroupOf(ctx context.Context, actor app.Actor, id app.ID) (app.ID, error) {
	found, _, err := f.statements.Find(ctx, actor, id)
	return found.Group, err
}

func (f frozenTexts) Version(ctx context.Context, actor app.Actor, of app.ID, no int) (consultation.FrozenText, error) {
	view, err := f.statements.Version(ctx, actor, of, no)
	return frozenTextOf(view.Version, view.VersionText), err
}

func (f frozenTexts) Frozen(ctx context.Context, version app.ID) (consultation.FrozenText, error) {
	v, text, err := f.statements.Frozen(ctx, version)
	return frozenTextOf(v, text), err
}

func frozenTextOf(v statement.Version, text statement.VersionText) consultation.FrozenText {
	frozen := consultation.Frozen{Version: v.ID, Statement: v.Statement, No: v.No, Title: v.Title, Lang: v.Lang}
	return consultation.FrozenText{Frozen: frozen, Doc: text.Doc, Gaps: text.Gaps()}
}

// postedTo answers what was posted to a docket.
type postedTo struct{ consultations *consultation.Service }

func (p postedTo) Docket(ctx context.Context, actor app.Actor, id app.ID) (disposition.Docket, app.Membership, error) {
	v, text, err := p.consultations.Text(ctx, actor, id)
	found := disposition.Docket{
		ID: v.ID, Group: v.Group, Statement: v.Version.Statement, Number: v.Number(), Title: v.Title, Lang: v.Lang,
		IsAnnounced: true, IsClosed: v.State == consultation.StateClosed,
	}
	for _, b := range text.Doc.Blocks {
		found.Clauses = append(found.Clauses, disposition.Clause{CID: b.CID, Number: text.Doc.Numbers()[b.CID], Words: b.PlainText()})
	}
	return found, v.Membership, err
}

func (p postedTo) PostedNos(ctx context.Context, docket app.ID) ([]int, error) {
	return p.consultations.PostedNos(ctx, docket)
}

func (p postedTo) Posted(ctx context.Context, docket app.ID, nos ...int) ([]disposition.Submission, error) {
	_, found, err := p.consultations.Posted(ctx, app.Actor{}, docket, 0)
	var list []disposition.Submission
	for _, one := range found {
		if len(nos) == 0 || slices.Contains(nos, one.No) {
			list = append(list, disposition.Submission{
				No: one.No, Revision: one.Revision, Clauses: one.Clauses, Comment: one.Comment, Proposed: one.Proposed,
				Kind: disposition.Kind(one.Kind), Name: one.Name, Lang: one.Words.Lang, At: one.ReceivedAt,
			})
		}
	}
	return list, err
}

func (p postedTo) Groups(ctx context.Context, d disposition.Docket) ([]disposition.StakeholderGroup, map[int]app.ID, error) {
	known, stated, err := p.consultations.Stated(ctx, d.Group, d.ID)
	var groups []disposition.StakeholderGroup
	for _, k := range known {
		groups = append(groups, disposition.StakeholderGroup{ID: k.ID, Name: k.Name})
	}
	return groups, stated, err
}

func (p postedTo) Receipt(ctx context.Context, code string) (app.ID, int, error) {
	found, err := p.consultations.Follow(ctx, code)
	return found.Docket.ID, found.Submission.No, err
}

// saidIn answers what a text says and what was put into it.
type saidIn struct{ statements *statement.Service }

func (t saidIn) Text(ctx context.Context, actor app.Actor, of app.ID, cids ...string) (trace.Text, error) {
	found, err := t.statements.Traced(ctx, actor, of, cids...)
	text := trace.Text{Statement: of, Title: found.Statement.Title, Lang: found.Statement.Lang, Membership: found.Membership}
	live := trace.Version{Clauses: map[string]trace.Clause{}}
	for _, b := range found.Text.Doc.Blocks {
		live.Clauses[b.CID] = trace.Clause{Words: b.PlainText()}
	}
	for _, v := range found.Versions {
		text.Versions = append(text.Versions, trace.Version{No: v.No, At: v.At, Clauses: live.Clauses})
	}
	text.Versions = append(text.Versions, live)
	for _, a := range found.Amendments {
		step, _ := a.Acceptance()
		text.Amendments = append(text.Amendments, trace.Amendment{
			ID: a.ID, No: a.No, State: string(a.State), Proposals: a.Proposals, Decision: trace.Decision{Acceptance: step.Acceptance, At: step.At},
		})
	}
	return text, err
}

func (t saidIn) Published(ctx context.Context, of app.ID, versions []app.ID, cids ...string) (trace.Text, error) {
	found, err := t.statements.FrozenTraced(ctx, of, versions, cids...)
	text := trace.Text{Statement: of}
	for _, v := range slices.Backward(found.Versions) {
		shown := trace.Version{ID: v.ID, No: v.No, At: v.At, Clauses: map[string]trace.Clause{}}
		for _, c := range found.Clauses[v.No] {
			shown.Clauses[c.Block.CID] = trace.Clause{Words: c.Block.PlainText()}
		}
		text.Versions = append(text.Versions, shown)
	}
	return text, err
}

// reported answers what is before the public, without issues.
type reported struct {
	consultations *consultation.Service
	answers       *disposition.Service
}

func (r reported) Docket(ctx context.Context, id app.ID) (trace.Docket, []trace.Issue, error) {
	v, err := r.consultations.Docket(ctx, app.Actor{}, id)
	d := trace.Docket{ID: v.ID, Group: v.Group, Title: v.Title, Lang: v.Lang, Statement: v.Version.Statement, Version: v.Version.Version, No: v.Version.No}
	if err == nil {
		d.IsReported, err = r.answers.IsReported(ctx, id)
	}
	return d, nil, err
}

func (r reported) Frozen(ctx context.Context, _ app.ID) ([]trace.Publication, error) {
	dockets, err := r.consultations.Public(ctx)
	var frozen []trace.Publication
	for _, d := range dockets {
		frozen = append(frozen, trace.Publication{Version: d.Version.Version, Docket: d.ID, No: d.Version.No, Title: d.Version.Title, Lang: d.Version.Lang, At: d.Acts[0].At})
	}
	return frozen, err
}

type nobodySaid struct{}

func (nobodySaid) Quote(context.Context, app.Actor, []*trace.Issue) error { return nil }

func (nobodySaid) Issues(context.Context, app.Actor, app.ID, app.ID) ([]trace.Issue, error) {
	return nil, nil
}

type silence struct{}

func (silence) Announce(context.Context, app.ID, int64) {}

// namesOnly are assets that nobody built.
type namesOnly struct{}

func (namesOnly) URL(name string) string { return "/static/" + name }

func (namesOnly) File(address, _ string) (static.File, bool) {
	return static.File{Type: "text/css", Body: []byte("/* " + address + " */")}, address == "/static/app.css"
}

var errAway = errors.New("connection refused")

// ownWords finds that everybody wrote in words of their own.
type ownWords struct{}

func (ownWords) Index() consultation.Index                      { return ownWords{} }
func (ownWords) Passages(string, string) []consultation.Passage { return nil }
func (ownWords) Add(app.ID, string)                             {}
func (ownWords) Leave(app.ID)                                   {}
func (ownWords) Campaigns() [][]app.ID                          { return nil }

// plainFiles takes every file for a text.
type plainFiles struct{}

func (plainFiles) Inspect(_ context.Context, f consultation.NewFile) (consultation.FileText, []byte, error) {
	return consultation.FileText{Name: f.Name, Format: "text", Size: len(f.Content)}, f.Content, nil
}
