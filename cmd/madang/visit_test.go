package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// dayAfter lets a day pass since all visits.
func dayAfter(t *testing.T, flags []string) {
	t.Helper()
	if _, err := past(t, flags).Exec(`UPDATE visits SET now_at = now_at - 86400000`); err != nil {
		t.Fatal(err)
	}
}

// Lee reads a statement and leaves; Dani rewords a clause, adds one, takes one away, and
// says something. Lee comes back, without scripts.
func TestWhoeverComesBackIsShownJustWhatChangedMeanwhile(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		statement := "/statements/" + forum.Statements[0]
		changes := statement + "/changes"
		api := script{t: t, base: node.URL, token: forum.Tokens[0]}
		lee, dani := visit(t, node.URL), visit(t, node.URL)
		lee.enter(t, "member", "Lee", flags...)
		dani.enter(t, "drafter", "Dani", flags...)

		lee.open(changes).mustBe(200, "This is your first visit to this statement")
		first, second := api.clauseAt(forum.Statements[0], 1), api.clauseAt(forum.Statements[0], 2)
		lee.open(statement).mustBe(200).mustNotSay("since your last visit on")
		dayAfter(t, flags)

		edit := dani.open(statement + "/clauses/" + first.CID + "/text").form("/text")
		edit.fill("text", first.Text+" Gladly so.").submit().mustBe(200)
		dani.open(statement+"/clauses/new?after="+first.CID).form("/clauses").fill("text", "A clause from afar.").submit().mustBe(200)
		dani.open(statement + "/clauses/" + second.CID + "/deletion").form("/deletion").submit().mustBe(200)
		dani.open(statement+"/clauses/"+first.CID).formWith("/threads", "body").fill("body", "Is this what we mean?").submit().mustBe(200)

		lee.open(statement).mustBe(200, "Others have done something here since your last visit on")
		for range 2 { // looking twice takes nothing away
			page := lee.open(changes).mustBe(200, "when you were last here", "Gladly so", "A clause from afar.", "Is this what we mean?", "New thread")
			for _, tag := range []string{"<ins>", "<del>", ">New</li>", ">Removed</li>", ">Reworded</li>"} {
				if !strings.Contains(page.text, tag) {
					t.Errorf("the page has no %s", tag)
				}
			}
			if n := strings.Count(page.text, `class="compared"`); n != 3 {
				t.Errorf("%d clauses are shown, want the three that changed", n)
			}
		}
		inKorean := lee.open(changes).form("/language").choose("lang", "ko").submit()
		inKorean.mustBe(200, "지난번에 보신", "새 토론", "말이 바뀜", "Gladly so")
		lee.open(changes).form("/language").choose("lang", "en").submit().mustBe(200)

		// Who did it is told nothing of it. Another day, there is nothing new.
		dani.open(changes).mustBe(200).mustNotSay("New thread")
		dayAfter(t, flags)
		lee.open(changes).mustBe(200, "Nothing has changed since").mustNotSay("Gladly so")

		// Whoever is a member no more leaves no visit behind.
		var kept int
		lee.open("/groups/" + api.group() + "/departure").form("/departure").submit().mustBe(200)
		if err := past(t, flags).Get(&kept, `SELECT COUNT(*) FROM visits v JOIN personas p ON p.id = v.persona_id WHERE p.name = 'Lee'`); err != nil || kept != 0 {
			t.Errorf("%d visits of a former member are kept, %v", kept, err)
		}
		lee.open(changes).mustBe(http.StatusNotFound)
	})
}

func TestATextWhoseLogIsCompactedIsComparedWithAVersionInstead(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, append([]string{"--compact-after", "3", "--keep-edits", "0s"}, flags...)...)
		statement := "/statements/" + forum.Statements[0]
		api := script{t: t, base: node.URL, token: forum.Tokens[0]}
		lee, eun := visit(t, node.URL), visit(t, node.URL)
		lee.enter(t, "member", "Lee", flags...)
		eun.enter(t, "editor", "Eun", flags...)
		first, second := api.clauseAt(forum.Statements[0], 1), api.clauseAt(forum.Statements[0], 2)
		reword := func(c *textClause, words string) {
			t.Helper()
			path := "/api/v1" + statement + "/clauses/" + c.CID
			api.call("PATCH", path, map[string]any{"base": c.Text, "text": c.Text + words}).succeeded()
			c.Text += words
		}
		eun.open(statement + "/versions/new").form("/versions").submit().mustBe(200)
		reword(&first, " Before the visit.")
		lee.open(statement).mustBe(200, "Before the visit")
		dayAfter(t, flags)

		edit(t, node.URL, forum.Tokens[0], forum.Statements[0]) // a text is compacted while somebody has it open
		told, n := "", 0
		until(t, "the bytes of the log are gone", func() bool {
			n++
			reword(&second, fmt.Sprintf(" Word %d.", n))
			told = lee.open(statement+"/changes").mustBe(200, "Word 1").text
			return strings.Contains(told, "is no longer kept")
		})
		lee.open(statement+"/changes").mustBe(200, "compared with version 1", "Word 1").mustNotSay("Before the visit")
	})
}
