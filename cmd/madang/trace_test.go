package main

import (
	"net/http"
	"strings"
	"testing"
)

// inquiry is a docket whose first clause somebody asked to name rivers in: the editor
// marked that, made an issue of it and an amendment, which is tabled.
type inquiry struct {
	*testing.T
	statement, docket, amendment string // addresses
	cid, words                   string
	codes                        []string
	editor, chair, member        *visitor
	public                       *visitor
}

func inquire(t *testing.T, at *node, statement, token string, flags []string, said ...string) inquiry {
	t.Helper()
	q := inquiry{T: t, statement: "/statements/" + statement}
	q.docket, q.codes = docketWithWords(t, at.URL, statement, flags, said...)
	q.editor, q.chair, q.member, q.public = visit(t, at.URL), visit(t, at.URL), visit(t, at.URL), visit(t, at.URL)
	q.editor.enter(t, "editor", "Eun", flags...)
	q.chair.enter(t, "chair", "Chioma", flags...)
	q.member.enter(t, "member", "Minho", flags...)
	q.chair.open(q.docket+"/acts/new?kind=closed_early").form("/acts").fill("reason", "Enough.").submit().mustBe(200)
	q.cid, q.words = script{t: t, base: at.URL, token: token}.aClause(statement)
	q.editor.open(q.docket+"/answers/submissions/1").tick(0).fill("title", "Should rivers be named?").fill("clause", q.cid).fill("kind", "technical").submit().mustBe(200)
	wish := q.editor.open(q.statement+"/amendments/new?clause="+q.cid).form("/amendments").fill("text", q.words+" Rivers too.").fill("reason", "As people said.")
	q.amendment = wish.submit().form("/steps").submit().mustBe(200, "Amendment 1").at.Path
	q.editor.open(q.docket+"/issues/1").form("/amendments").submit().mustBe(200, "Amendment 1")
	return q
}

// settle answers the issue and puts the amendment into the text.
func (q inquiry) settle() {
	q.Helper()
	q.editor.open(q.docket+"/issues/1").form("/answers").fill("code", "incorporated").fill("reason", "They are named now.").submit().mustBe(200)
	q.chair.open(q.docket+"/issues/1").form("/verdicts").press("verdict", "agreed").mustBe(200)
	plan := q.statement + "/acceptances/new?a=" + strings.TrimPrefix(q.amendment, "/amendments/")
	q.editor.open(plan).form("/acceptances").fill("reason", "Yes, rivers.").submit().mustBe(200)
}

// publish reads what is left to be read, and publishes the report.
func (q inquiry) publish() {
	q.Helper()
	for i := range q.codes {
		q.chair.open(q.docket+"/answers/submissions/"+string(rune('1'+i))).form("/readings").submit().mustBe(200, "Marked as read")
	}
	q.chair.open(q.docket+"/report/new").form("/report").fill("body", "We read everything.").press("confirmed", "yes").mustBe(200, "The report is published")
}

// rewrite saves other words of the clause in the plain box.
func (q inquiry) rewrite(words string) {
	q.Helper()
	q.editor.open(q.statement+"/clauses/"+q.cid+"/text").form("/text").fill("text", words).submit().mustBe(200)
}

func (q inquiry) version() {
	q.Helper()
	q.editor.open(q.statement + "/versions/new").form("/versions").submit().mustBe(200)
}

func TestEachHunkOfANewVersionLeadsToWhatThePublicSaid(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		at := serve(t, flags...)
		q := inquire(t, at, forum.Statements[0], forum.Tokens[0], flags, "Rivers should be named here.", "Nothing to change.")
		clause := q.statement + "/clauses/" + q.cid

		// Before anything was put into the text, the clause says what was said about it.
		q.editor.open(clause+"/trace").mustBe(200, "No amendment has changed this clause", "Should rivers be named?", "Rivers should be named here.")
		if q.member.open(clause + "/trace").mustBe(200).says("rivers") {
			t.Error("a member reads an issue that isn't published")
		}
		q.settle()
		q.rewrite("Above all: " + q.words + " Rivers too.")
		q.version() // 2
		compared := q.editor.open(q.statement+"/comparison?from=1&to=2").mustBe(200, "No input: written in the text directly.", "Issue 1 of", "Amendment 1")
		if n := strings.Count(compared.text, `<ol class="hunks">`); n != 1 {
			t.Errorf("%d lists of hunks", n)
		}
		if back := q.editor.open(q.statement + "/comparison?from=2&to=1"); strings.Contains(back.text, "hunks") {
			t.Error("from the newer version to the older one something comes of something")
		}
		if q.member.open(q.statement+"/comparison?from=1&to=2").mustBe(200, "Amendment 1").says("Issue 1 of") {
			t.Error("a member is led to an issue that isn't published")
		}
		q.editor.open(clause).mustBe(200, "Why does it say this?")
		q.editor.open(q.statement+"/versions/2").mustBe(200, "Where the words come from")
		q.editor.open(q.statement+"/versions/2/trace").mustBe(200, "Should rivers be named?", "Rivers too", "Why does it say this?")
		q.editor.open(q.statement+"/versions/1/trace").mustBe(200, "No amendment has changed a word of this version.")

		q.rewrite("Above all: " + q.words + " Streams too.")
		q.version() // 3
		q.rewrite(q.words)
		q.version() // 4
		told := q.editor.open(clause+"/trace").mustBe(200, "Came in as proposed: Version 2", "Reworded: Version 3", "Removed: Version 4",
			"As people said.", "Yes, rivers.", "They are named now.", "Rivers should be named here.")
		if !strings.Contains(told.text, "Rivers too<") || !strings.Contains(told.text, "Streams too<") {
			t.Error("the words aren't shown as they were then")
		}
		stranger := visit(t, at.URL)
		stranger.open(clause + "/trace").mustBe(http.StatusUnauthorized)
		q.program(at, forum.Tokens[0])

		// Once the report is published, every member reads the issue.
		q.publish()
		q.member.open(clause+"/trace").mustBe(200, "Should rivers be named?")
	})
}

// program asks for the same as a program does.
func (q inquiry) program(at *node, token string) {
	q.Helper()
	api := script{t: q, base: at.URL, token: token}
	var chain struct {
		Version int
		Links   []struct {
			Amendment struct{ No int }
			Issues    []struct{ Title string }
			Deeds     []struct {
				Stands []struct {
					Version int
					Fate    string
				}
			}
		}
	}
	api.call("GET", "/api/v1"+q.statement+"/clauses/"+q.cid+"/trace", nil).into(&chain)
	if len(chain.Links) != 1 || len(chain.Links[0].Deeds[0].Stands) != 4 || chain.Links[0].Deeds[0].Stands[1].Fate != "reworded" {
		q.Errorf("%+v", chain)
	}
	var compared struct {
		Clauses []struct {
			Hunks []struct {
				Inserted string
				Inputs   []struct{ Amendment struct{ No int } }
			}
		}
	}
	api.call("GET", "/api/v1"+q.statement+"/comparison?from=1&to=2", nil).into(&compared)
	hunks := 0
	for _, c := range compared.Clauses {
		for _, h := range c.Hunks {
			hunks++
			if isOfRivers := strings.Contains(h.Inserted, "Rivers"); isOfRivers != (len(h.Inputs) == 1) {
				q.Errorf("%+v", h)
			}
		}
	}
	if hunks != 2 {
		q.Errorf("%d hunks: %+v", hunks, compared)
	}
}

// look opens somebody's receipt.
func (q inquiry) look(code string) page {
	q.Helper()
	return q.public.open("/receipt").form("/receipt").fill("code", code).submit().mustBe(200)
}

func TestThePublicFindsWhatBecameOfItsWordsAndNothingElse(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		at := serve(t, flags...)
		q := inquire(t, at, forum.Statements[0], forum.Tokens[0], flags, "Rivers should be named here.", "Nothing to change.")
		why, outcome := q.docket+"/clauses/"+q.cid+"/trace", q.docket+"/outcome"
		q.settle()
		q.rewrite("Secretly: " + q.words + " Rivers too.")
		q.version() // 2
		for _, path := range []string{why, outcome, outcome + "/new", q.docket + "/influence"} {
			q.chair.open(path).mustBe(http.StatusNotFound)
		}
		if q.look(q.codes[0]).says("Amendment 1") {
			t.Error("before the report, a receipt tells of an amendment")
		}
		q.publish()

		q.public.open(q.docket+"/influence").mustBe(200, "Too few people answered")
		script{t: t, base: at.URL}.call("GET", "/api/v1"+q.docket+"/influence", nil).succeeded()

		// The report is there, the new text isn't.
		told := q.public.open(why).mustBe(200, "Should rivers be named?", "Rivers should be named here.", "Amendment 1", "The text that came of it isn't published yet.")
		mine := q.look(q.codes[0]).mustBe(200, "Amendment 1: Accepted", "The text that came of it isn't published yet.")
		for _, secret := range []string{"As people said.", "Yes, rivers.", "Secretly", "Rivers too", "version 2", "Version 2", q.amendment} {
			if strings.Contains(told.text, secret) || strings.Contains(mine.text, secret) {
				t.Errorf("the public is told %q", secret)
			}
		}
		q.public.open(outcome).mustBe(http.StatusNotFound)
		q.editor.open(outcome + "/new").mustBe(http.StatusForbidden)
		q.public.open(outcome + "/new").mustBe(http.StatusUnauthorized)

		// The chair publishes it.
		wish := q.chair.open(outcome+"/new").mustBe(200, "Version 2").form("/outcome")
		wish.submit().mustBe(http.StatusUnprocessableEntity, "Tick the box first")
		none := wish.choose("confirmed", "yes").choose("version", "1")
		none.submit().mustBe(http.StatusUnprocessableEntity, "This version can't be it")
		wish.choose("version", "2")
		for range 2 { // sent again
			wish.submit().mustBe(200, "Everybody may read the new text now.")
		}
		shown := q.public.open(outcome).mustBe(200, "From version 1", "No input from the public", "Should rivers be named?", "Amendment 1", "Secretly")
		if n := strings.Count(shown.text, "/issues/1"); n != 1 {
			t.Errorf("%d changes lead to the issue", n)
		}
		q.public.open(q.docket).mustBe(200, "The new text is published")
		q.public.open(q.docket+"/report").mustBe(200, "What came of it", "Why does it say this?")
		q.public.open(why).mustBe(200, "Came in as proposed: Version 2")
		q.look(q.codes[0]).mustBe(200, "Came in as proposed: Version 2")

		// A later version rewords it, once that is published too.
		q.rewrite(q.words + " Streams too.")
		q.version() // 3
		q.look(q.codes[0]).mustBe(200, "Came in as proposed: Version 2")
		if q.look(q.codes[0]).says("Version 3") {
			t.Error("the public is told of a version that isn't published")
		}
		q.chair.open(outcome+"/new").form("/outcome").choose("confirmed", "yes").choose("version", "3").submit().mustBe(200, "to version 3")
		q.look(q.codes[0]).mustBe(200, "Reworded: Version 3", "Streams too")
		q.asPublicProgram(at)

		// Words that their author takes back are gone from every trace.
		q.look(q.codes[0]).form("/receipt/steps").page.formWhere("withdraws", func(f form) bool { return f.fields.Get("kind") == "withdrawn" }).
			choose("confirmed", "yes").submit().mustBe(200)
		for _, page := range []page{q.public.open(why), q.editor.open(q.statement + "/clauses/" + q.cid + "/trace")} {
			if page.mustBe(200, "Its author has changed or withdrawn these words.").says("Rivers should be named here") {
				t.Error("withdrawn words are told")
			}
		}
	})
}

// asPublicProgram asks without a token.
func (q inquiry) asPublicProgram(at *node) {
	q.Helper()
	api := script{t: q, base: at.URL}
	var chain struct {
		Links []struct {
			Amendment struct{ ID, Reason, Decision, Acceptance string }
			Issues    []struct{ Passages []struct{ Words string } }
		}
	}
	api.call("GET", "/api/v1"+q.docket+"/clauses/"+q.cid+"/trace", nil).into(&chain)
	if len(chain.Links) != 1 || chain.Links[0].Issues[0].Passages[0].Words != "Rivers should be named here." {
		q.Fatalf("%+v", chain)
	}
	if a := chain.Links[0].Amendment; a.ID+a.Reason+a.Decision+a.Acceptance != "" {
		q.Errorf("the public is told %+v", a)
	}
	var outcome struct {
		From, To int
		Clauses  []struct {
			Hunks []struct {
				Inserted string
				Inputs   []struct {
					Amendment struct{ ID string }
					Issues    []struct{ No int }
				}
			}
		}
	}
	api.call("GET", "/api/v1"+q.docket+"/outcome", nil).into(&outcome)
	led := 0
	for _, c := range outcome.Clauses {
		for _, h := range c.Hunks {
			for _, in := range h.Inputs {
				if led++; in.Amendment.ID != "" || len(in.Issues) != 1 {
					q.Errorf("%+v", h)
				}
			}
		}
	}
	if outcome.From != 1 || outcome.To != 3 || led != 1 {
		q.Errorf("%+v", outcome)
	}
}
