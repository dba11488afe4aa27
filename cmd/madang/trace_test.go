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
