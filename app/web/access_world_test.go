package web

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/jmoiron/sqlx"
	"golang.org/x/net/html"

	"madang/app"
	"madang/app/consultation"
	"madang/app/disposition"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/thread"
)

// everyone is one person of each kind that the forum tells apart. The author is a member
// and wrote what there is to write; the others wrote nothing.
func (s *site) everyone() map[string]app.Actor {
	people := map[string]app.Actor{
		"nobody": {}, "steward": s.Steward, "stranger": s.Zoe, "author": s.Minho, "observer": s.Olga,
	}
	for _, role := range app.GroupRoles {
		if role != app.RoleObserver {
			people[string(role)] = s.Join(s.Group, role, "The "+string(role))
		}
	}
	return people
}

// offered is a form as a page offers it.
type offered struct {
	route, action string
	values        url.Values
	typed         []string // the boxes that people type into
	file          string   // the name of the field for a file, if there is one
}

// offers are the forms of a page, filled in as far as a browser would let somebody.
func offers(t *testing.T, page string) []offered {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var found []offered
	for form := range root.Descendants() {
		if form.Type != html.ElementNode || form.Data != "form" || attributeOf(form, "method") != "post" {
			continue
		}
		actions := map[string]bool{}
		for button := range form.Descendants() {
			if button.Data == "button" && attributeOf(button, "type") != "button" {
				actions[cmp.Or(attributeOf(button, "formaction"), attributeOf(form, "action"))] = true
			}
		}
		for action := range actions {
			found = append(found, offered{action: action, values: filledIn(form), typed: boxesIn(form), file: fileIn(form)})
		}
	}
	return found
}

// filledIn answers each question of a form: with what stands there already, with the first
// choice that says something, or with words.
func filledIn(form *html.Node) url.Values {
	values := url.Values{}
	for field := range form.Descendants() {
		name, value := attributeOf(field, "name"), attributeOf(field, "value")
		if name == "" || has(field, "disabled") {
			continue
		}
		switch field.Data {
		case "input":
			switch attributeOf(field, "type") {
			case "checkbox":
				values.Add(name, value)
			case "radio":
				if !values.Has(name) || has(field, "checked") {
					values.Set(name, value)
				}
			case "file", "submit":
			case "date", "datetime-local":
				values.Set(name, cmp.Or(value, "2026-03-20T18:00"))
			case "", "text", "search":
				if value == "" && has(field, "required") {
					value = "Some words"
				}
				values.Set(name, value)
			default:
				values.Set(name, value)
			}
		case "textarea":
			text := "Some words."
			if field.FirstChild != nil && strings.TrimSpace(field.FirstChild.Data) != "" {
				text = strings.TrimPrefix(field.FirstChild.Data, "\n")
			}
			values.Set(name, text)
		case "select":
			for option := range field.Descendants() {
				if option.Data == "option" && (has(option, "selected") || !values.Has(name) && attributeOf(option, "value") != "") {
					values.Set(name, attributeOf(option, "value"))
				}
			}
		case "button":
			if !values.Has(name) {
				values.Set(name, value)
			}
		}
	}
	return values
}

// boxesIn are the names of the fields of a form for more than a line of words.
func boxesIn(form *html.Node) []string {
	var names []string
	for field := range form.Descendants() {
		if field.Data == "textarea" && attributeOf(field, "name") != "" && !has(field, "disabled") && !has(field, "readonly") {
			names = append(names, attributeOf(field, "name"))
		}
	}
	return names
}

// fileIn is the name of the field for a file in a form.
func fileIn(form *html.Node) string {
	for field := range form.Descendants() {
		if field.Data == "input" && attributeOf(field, "type") == "file" {
			return attributeOf(field, "name")
		}
	}
	return ""
}

func has(node *html.Node, name string) bool {
	return slices.ContainsFunc(node.Attr, func(a html.Attribute) bool { return a.Key == name })
}

var parameter = regexp.MustCompile(`:[a-z]+`)

// sought is the pattern of a route, as "/statements/:id.md" has it, for paths.
func sought(route string) *regexp.Regexp {
	return regexp.MustCompile("^" + parameter.ReplaceAllString(strings.ReplaceAll(route, ".", `\.`), "[^/]+") + "$")
}

// routeOf is the route that answers a request.
func (s *site) routeOf(method, path string) string {
	if s.patterns == nil {
		s.patterns = map[string]*regexp.Regexp{}
		for _, route := range s.server.fiber.GetRoutes(true) {
			s.patterns[route.Method+" "+route.Path] = sought(route.Path)
		}
	}
	path, _, _ = strings.Cut(path, "?")
	best, most := "", -1
	for name, pattern := range s.patterns {
		of, route, _ := strings.Cut(name, " ")
		if fixed := len(parameter.ReplaceAllString(route, "")); of == method && fixed > most && pattern.MatchString(path) {
			best, most = route, fixed
		}
	}
	return best
}

// furnish puts one of everything into the forum that people may do something with, in the
// state in which they may.
func (s *site) furnish() {
	s.t.Helper()
	ctx := s.t.Context()
	must := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	base := s.words()
	_, err := s.server.statements.Propose(ctx, s.Minho, s.text.ID, statement.NewAmendment{ID: app.NewID(), Reason: "Later.", Proposals: []prose.Proposal{
		{Kind: prose.ProposeText, CID: s.clause, Base: base, Text: base + " Soon."},
	}})
	must(err)

	must(s.server.threads.Report(ctx, s.Eun, s.comment.ID, thread.NewReport{ID: app.NewID(), Why: thread.ReportReasons[0], Sentence: "Look at this."}))
	_, down, err := s.server.threads.Open(ctx, s.Minho, thread.NewThread{ID: app.NewID(), Comment: app.NewID(), Statement: s.text.ID, Pick: thread.Pick{Clause: s.clause}, Body: "Rude words."})
	must(err)
	must(s.server.threads.Report(ctx, s.Eun, down.ID, thread.NewReport{ID: app.NewID(), Why: thread.ReportReasons[0], Sentence: "Look at this."}))
	must(s.server.threads.Decide(ctx, s.Chioma, down.ID, thread.NewVerdict{ID: app.NewID(), To: thread.CaseTakenDown, Why: thread.ReportReasons[0], Sentence: "It is rude.", Steps: 1}))

	_, err = s.server.threads.Translate(ctx, s.Eun, thread.NewTranslation{ID: app.NewID(), Comment: s.comment.ID, Lang: "ko", Body: "누구 모두의 것입니까?", Revision: 1})
	must(err)
	_, err = s.server.statements.Annotate(ctx, s.Dani, s.text.ID, statement.NewNote{ID: app.NewID(), CID: s.clause, Words: "Because it rains on everybody."})
	must(err)
	_, err = s.server.statements.TranslateNote(ctx, s.Eun, s.text.ID, statement.NewNoteTranslation{ID: app.NewID(), CID: s.clause, Lang: "ko", Words: "비는 누구에게나 내리기 때문이다."})
	must(err)
	s.furnishDockets(must)
	for _, b := range s.draft.texts[s.text.ID].Doc.Blocks[1:] {
		must(s.server.statements.AddReference(ctx, s.Dani, s.text.ID, statement.Reference{CID: b.CID, Instrument: "udhr", Article: 25}))
	}
	must(s.server.statements.SetFramingTerms(ctx, s.Chioma, s.Group.ID, []statement.FramingTerm{{Kind: statement.FramingParty, Term: "water"}}))
	must(s.server.statements.AnswerFlag(ctx, s.Dani, s.text.ID, statement.FlagAnswer{ID: app.NewID(), CID: s.clause, Term: "water", Reason: "Everybody's.", Symmetric: true}))
	for i, more := range []string{" Everywhere.", " For ever."} {
		_, err = s.server.statements.EditClause(ctx, s.Dani, s.text.ID, statement.ClauseEdit{ID: app.NewID(), CID: s.clause, Base: s.words(), Text: s.words() + more})
		must(err)
		if i == 0 {
			_, err = s.server.statements.MakeVersion(ctx, s.Eun, s.text.ID, statement.NewVersion{ID: app.NewID()})
			must(err)
		}
	}
	_, err = s.server.statements.Translate(ctx, s.Dani, s.text.ID, statement.NewTranslation{ID: app.NewID(), Lang: "ko", CID: s.clause, Words: "물은 모두의 것이다.", Source: s.words()})
	must(err)
	_, _, err = s.Identity.Invite(ctx, s.Chioma, s.Group.ID, app.RoleMember, s.Group.Stakeholders[0].ID)
	must(err)
	_, err = s.Identity.IssueToken(ctx, s.Membership(s.Minho).Persona, "a test")
	must(err)
}

// walk looks at all pages that somebody can get to by links, and returns the forms on
// them, one for each route and address.
func (s *site) walk(session string, from []string) []offered {
	s.t.Helper()
	var found []offered
	seen, waiting := map[string]bool{"/leave?": true}, slices.DeleteFunc(slices.Clone(from), func(path string) bool { return path == "/leave" })
	for len(waiting) > 0 {
		path := waiting[0]
		waiting = waiting[1:]
		page := s.get(session, path)
		if !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") || page.StatusCode != http.StatusOK {
			continue
		}
		for _, o := range offers(s.t, page.text) {
			o.route = s.routeOf(fiber.MethodPost, o.action)
			found = append(found, o)
		}
		root, err := html.Parse(strings.NewReader(page.text))
		if err != nil {
			s.t.Fatal(err)
		}
		for link := range root.Descendants() {
			to, err := url.Parse(attributeOf(link, "href"))
			if link.Type != html.ElementNode || link.Data != "a" || err != nil || to.Host != "" || !strings.HasPrefix(to.Path, "/") {
				continue
			}
			key := to.Path + "?" + strings.Join(slices.Sorted(maps.Keys(to.Query())), "&")
			if to.Query().Has("kind") {
				key += to.Query().Get("kind")
			}
			if !seen[key] {
				seen[key] = true
				to.Fragment = ""
				waiting = append(waiting, to.String())
			}
		}
	}
	return found
}

// furnishDockets makes one that isn't announced, and puts into the one that is open issues
// in each state.
func (s *site) furnishDockets(must func(error)) {
	s.t.Helper()
	ctx, answers := s.t.Context(), s.server.answers
	public, err := s.server.consultations.Public(ctx)
	must(err)
	docket := public[0].ID
	draft := app.NewID()
	_, err = s.server.consultations.Create(ctx, s.Chioma, s.Group.ID, draft, s.docketText())
	must(err)
	ids := []app.ID{app.NewID(), app.NewID()}
	for _, id := range ids {
		must(answers.OpenIssue(ctx, s.Eun, docket, id, s.clause, "The sea", disposition.Kinds[0]))
	}
	for _, span := range []disposition.Span{{End: 3}, {Start: 4, End: 7}} {
		must(answers.MarkExcerpt(ctx, s.Eun, disposition.NewExcerpt{
			ID: app.NewID(), Docket: docket, Submission: 1, Revision: 1, Field: disposition.FieldComment, Pieces: []disposition.Span{span}, CID: s.clause, Issue: ids[0],
		}))
	}
	for _, id := range []app.ID{draft, docket} {
		_, err = s.server.consultations.AddDocument(ctx, s.Chioma, id, consultation.NewDocument{ID: app.NewID(), Title: "Why", NewFile: consultation.NewFile{Name: "why.txt", Content: []byte("So.")}})
		must(err)
	}
	_, err = s.server.consultations.Submit(ctx, consultation.NewSubmission{
		ID: app.NewID(), Docket: docket, Words: consultation.Words{Comment: "See there.", Kind: "general", As: consultation.AsIndividual, Name: "Mara", Publish: consultation.PublishAll, Lang: "en"},
		Files: []consultation.NewFile{{Name: "there.txt", Content: []byte("There.")}},
	})
	must(err)
	must(s.server.consultations.Move(ctx, s.Chioma, docket, 2, consultation.NewMove{ID: app.NewID(), To: consultation.Redacted, Revision: 1, Reason: consultation.Reasons[0], Phrases: []string{"there"}}))
	_, err = s.server.consultations.Contest(ctx, docket, 1, consultation.NewContest{ID: app.NewID(), Sentence: "It wasn't me."})
	must(err)
	for _, isReported := range []bool{false, true} {
		over := s.announce(s.docketText())
		must(s.server.consultations.Do(ctx, s.Chioma, over, consultation.NewAct{ID: app.NewID(), Kind: consultation.ClosedEarly, Reason: "Enough."}))
		if isReported {
			_, err = answers.Publish(ctx, s.Chioma, over, app.NewID(), "Nobody wrote.")
			must(err)
		}
	}
	asked, err := answers.Issue(ctx, s.Eun, docket, 1)
	must(err)
	must(answers.Write(ctx, s.Eun, docket, disposition.NewAnswer{ID: app.NewID(), Issue: 1, Revision: asked.Issue.Revision, Code: disposition.Codes[0], Rationale: "It is right, and we say so."}))
}

// words are those of the clause now.
func (s *site) words() string { return s.draft.texts[s.text.ID].Doc.Blocks[1].PlainText() }

// setPhase brings the statement into a phase, or its group to an end, past the rules for
// that.
func (s *site) setPhase(phase app.Phase) {
	s.t.Helper()
	if phase == archived {
		group, by := string(s.Group.ID), string(s.Membership(s.Chioma).Persona)
		if _, err := s.Raw().Exec(`UPDATE working_groups SET archived_at = 1 WHERE id = $1;
			INSERT INTO group_acts (group_id, no, id, kind, persona_id, reason, at) VALUES ($1, 1, 'a', 'archived', $2, 'Done.', 1)`, group, by); err != nil {
			s.t.Fatal(err)
		}
		return
	}
	if _, err := s.Raw().Exec("UPDATE statements SET state = ? WHERE id = ?", string(phase), string(s.text.ID)); err != nil {
		s.t.Fatal(err)
	}
}

// watch tells whether anything was written, whatever it was, and puts it back.
type watch struct {
	s      *site
	raw    *sqlx.DB
	tables []string
	texts  map[app.ID]statement.Text
	was    int
}

// watch keeps the forum as it is now.
func (s *site) watch() *watch {
	s.t.Helper()
	w := &watch{s: s, raw: s.Raw()}
	w.raw.SetMaxOpenConns(1) // what is attached is attached to a connection
	w.must("PRAGMA synchronous = OFF")
	w.must("ATTACH ':memory:' AS kept")
	w.keep()
	if err := w.raw.Select(&w.tables, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_grams%'"); err != nil {
		s.t.Fatal(err)
	}
	w.hasChanged()
	return w
}

// keep takes the forum as it is now for what it is to be put back to.
func (w *watch) keep() {
	w.s.t.Helper()
	kept := filepath.Join(w.s.t.TempDir(), "kept.db")
	w.must("VACUUM INTO ?", kept)
	w.must("DETACH kept")
	w.must("ATTACH ? AS kept", kept)
	w.texts = maps.Clone(w.s.draft.texts)
	w.hasChanged()
}

func (w *watch) must(query string, args ...any) {
	w.s.t.Helper()
	if _, err := w.raw.Exec(query, args...); err != nil {
		w.s.t.Fatal(err)
	}
}

// hasChanged reports whether anybody wrote since it was asked last.
func (w *watch) hasChanged() bool {
	w.s.t.Helper()
	before := w.was
	if err := w.raw.Get(&w.was, "PRAGMA data_version"); err != nil {
		w.s.t.Fatal(err)
	}
	return w.was != before
}

// putBack makes the forum what it was, and reports whether it was something else.
func (w *watch) putBack() bool {
	w.s.t.Helper()
	isOther := w.hasChanged()
	for id, text := range w.texts {
		isOther = isOther || text.Seq != w.s.draft.texts[id].Seq
	}
	if !isOther {
		return false
	}
	w.must("BEGIN IMMEDIATE")
	for _, name := range w.tables {
		w.must("DELETE FROM main." + name)
		w.must("INSERT INTO main." + name + " SELECT * FROM kept." + name)
	}
	w.must("COMMIT")
	w.s.draft.texts = maps.Clone(w.texts)
	return true
}

// send sends a form as a browser does, with a file where there is a place for one.
func (s *site) send(session string, o offered) answer {
	s.t.Helper()
	r := s.request(session, http.MethodPost, o.action, o.values)
	if o.file == "" {
		return s.do(r)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, values := range o.values {
		for _, value := range values {
			if err := form.WriteField(name, value); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	content := "Notes."
	switch o.route {
	case "/consultations/:id/tables":
		content = "reference,channel,on,comment,publish\n1,letter,2026-03-01,So.,all\n"
	case "/statements/:id/copies/new":
		content = s.copied
	}
	part, err := form.CreateFormFile(o.file, "notes.md")
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err = errors.Join(err, form.Close()); err != nil {
		s.t.Fatal(err)
	}
	r.Body, r.ContentLength = io.NopCloser(&body), int64(body.Len())
	r.Header.Set("Content-Type", form.FormDataContentType())
	return s.do(r)
}
