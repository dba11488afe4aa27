package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/db/dbtest"
)

const (
	aboutClauses = 6  // that issues are about
	issuesEach   = 10 // about each of them
	shownMarks   = 12 // passages on the page that is measured
)

// BenchmarkPublicTrace measures the page that tells anybody why a clause says what it says,
// below a docket with 12 submissions and below one with 1,200. A passage of each is marked,
// under 60 issues about six clauses, and the page shows twelve of them, so that the smaller
// docket tells what the larger one should cost. Per page: the wall clock, and the processor
// time of the program (network included; PostgreSQL's own is not).
func BenchmarkPublicTrace(b *testing.B) {
	databases := map[string]func(*testing.B) []string{
		"SQLite": func(b *testing.B) []string { return []string{"--data", b.TempDir()} },
		"PostgreSQL": func(b *testing.B) []string {
			return []string{"--data", b.TempDir(), "--database-url", dbtest.NewDatabase(b).String()}
		},
	}
	for name, flags := range databases {
		b.Run(name, func(b *testing.B) {
			flags := flags(b)
			forum := populate(b, append([]string{"--personas", "3", "--statements", "2"}, flags...)...)
			node := serve(b, flags...)
			for at, submissions := range []int{shownMarks, 1200} {
				path := reportedDocket(b, node, forum, forum.Statements[at], submissions)
				reader := visit(b, node.URL)
				reader.open(path).mustBe(http.StatusOK, "Rivers for all")
				b.Run(fmt.Sprintf("of-%d", submissions), func(b *testing.B) {
					begun := node.processor()
					for b.Loop() {
						reader.fetch(b, path)
					}
					b.ReportMetric(1000*(node.processor()-begun)/float64(b.N), "cpu-ms/page")
				})
			}
		})
	}
}

// reportedDocket puts a statement before the public, lets so many answer and everybody be
// answered, and returns the address of the trace of a clause.
func reportedDocket(b *testing.B, node *node, forum people, statement string, submissions int) string {
	b.Helper()
	chair, editor := script{t: b, base: node.URL, token: forum.Tokens[0]}, script{t: b, base: node.URL, token: forum.Tokens[1]}
	at, now := "/api/v1/statements/"+statement, time.Now().UTC()
	var about struct{ Group string }
	chair.call("GET", at, nil).into(&about)
	chair.call("POST", at+"/versions", map[string]any{}).succeeded()
	var docket struct{ ID string }
	chair.call("POST", "/api/v1/groups/"+about.Group+"/consultations", map[string]any{
		"statement": statement, "title": "Before everybody", "lang": "en", "notice": "Well?", "opens": now.Add(-time.Hour), "closes": now.Add(time.Hour),
		"zone": "UTC", "published": "Words.", "kept": "Long.", "moderation": "post",
	}).into(&docket)
	in := "/api/v1/consultations/" + docket.ID
	chair.call("POST", in+"/acts", map[string]any{"kind": "announced", "version": 1}).succeeded()
	var table strings.Builder
	table.WriteString("reference,channel,on,comment,publish\n")
	for n := range submissions {
		fmt.Fprintf(&table, "L-%d,letter,2026-03-02,\"Rivers for all. Letter %d has more to say about it, %s.\",words\n", n, n, strings.Repeat("as others do, ", 20))
	}
	chair.sendFile(in+"/tables", "text/csv", table.String()).succeeded()
	chair.call("POST", in+"/acts", map[string]any{"kind": "closed_early", "reason": "Enough."}).succeeded()

	issues := make([]string, aboutClauses*issuesEach)
	clauses := make([]string, aboutClauses)
	for i := range clauses {
		clauses[i] = chair.clauseAt(statement, i+1).CID
	}
	for i := range issues {
		var made struct{ ID string }
		editor.call("POST", in+"/issues", map[string]any{"clause": clauses[i%aboutClauses], "title": fmt.Sprintf("Issue %d", i), "kind": "technical"}).into(&made)
		issues[i] = made.ID
	}
	nos := make([]int, submissions)
	var readers sync.WaitGroup
	for i, token := range forum.Tokens[:2] {
		one := script{t: b, base: node.URL, token: token}
		readers.Go(func() {
			for n := i; n < submissions; n += 2 {
				nos[n] = n + 1
				clause := 0 // whose trace it is
				if n >= shownMarks {
					clause = 1 + n%(aboutClauses-1)
				}
				one.call("POST", in+"/excerpts", map[string]any{
					"submission": n + 1, "revision": 1, "field": "comment", "start": 0, "end": 15, "clause": clauses[clause], "issue": issues[clause+aboutClauses*(n/aboutClauses%issuesEach)],
				}).succeeded()
			}
		})
	}
	readers.Wait()
	for from := 0; from < len(nos); from += 100 {
		editor.call("POST", in+"/readings", map[string]any{"submissions": nos[from:min(from+100, len(nos))]}).succeeded()
	}
	var listed struct {
		Items []struct{ No, Revision int }
	}
	editor.call("GET", in+"/issues", nil).into(&listed)
	for _, issue := range listed.Items {
		var answered struct{ Answer struct{ ID string } }
		to := fmt.Sprintf("%s/issues/%d", in, issue.No)
		editor.call("POST", to+"/answers", map[string]any{"revision": issue.Revision, "code": "noted", "rationale": "It says so already."}).into(&answered)
		chair.call("POST", to+"/verdicts", map[string]any{"answer": answered.Answer.ID, "verdict": "agreed"}).succeeded()
	}
	chair.call("POST", in+"/report", map[string]any{"summary": "Thanks.", "confirmed": true}).succeeded()
	return "/consultations/" + docket.ID + "/clauses/" + clauses[0] + "/trace"
}
