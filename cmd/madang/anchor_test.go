package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// fourWords are some words from the middle of a text that stand in it once.
func fourWords(t *testing.T, text string) string {
	t.Helper()
	words := strings.Fields(text)
	for i := 1; i+4 < len(words); i++ {
		if quote := strings.Join(words[i:i+4], " "); strings.Count(text, quote) == 1 {
			return quote
		}
	}
	t.Fatalf("no four words of %q stand in it once", text)
	return ""
}

func TestACommentOnWordsStaysWithThemWithoutScripts(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		editor, member := visit(t, node.URL), visit(t, node.URL)
		editor.enter(t, "editor", "Eun", flags...)
		member.enter(t, "member", "Minho", flags...)
		cid, words := script{t: t, base: node.URL, token: forum.Tokens[0]}.aClause(forum.Statements[0])
		clause := "/statements/" + forum.Statements[0] + "/clauses/" + cid
		quote := fourWords(t, words)

		wish := member.open(clause).form("/threads").fill("body", "Why <these>?")
		wish.fill("quote", "words that nobody wrote").submit().
			mustBe(http.StatusConflict, "These words are not in the clause", "words that nobody wrote", "Why <these>?")
		opened := wish.fill("quote", quote).submit().mustBe(200, "These words are in the text as they were", quote)
		wish.submit().mustBe(200, quote) // sent again
		member.open(clause).mustBe(200, quote)
		member.open("/statements/"+forum.Statements[0]+"/draft").mustBe(200, "Threads and amendments", quote, "Why <these>?")

		first, rest, _ := strings.Cut(quote, " ")
		reworded := strings.Replace(words, quote, first+" truly "+rest, 1)
		editor.open(clause+"/text").form("/text").fill("text", "At first: "+reworded).submit().mustBe(200, "Saved")
		member.open(opened.at.Path).mustBe(200, "The words have changed since", "[added:", "truly")
		member.open(clause).mustBe(200, "Words changed")

		editor.open(clause+"/text").form("/text").fill("text", "Peace is here.").submit().mustBe(200, "Saved")
		member.open(opened.at.Path).mustBe(200, "These words are no longer in the text", quote)
		member.open(clause).mustBe(200, "Words no longer there", quote, "Attach again")
		for _, page := range []string{"", "/draft"} {
			read := "/statements/" + forum.Statements[0] + page
			member.open(read).mustBe(200, "No longer attached", "Why <these>?", "Attach again")
			member.open(read+"?threads=mine").mustBe(200, "No longer attached", "Why <these>?")
			editor.open(read+"?threads=mine").mustBe(200, "You have begun no thread here")
			editor.open(read+"?threads=resolved").mustBe(200, "No thread is resolved")
		}

		place := member.open(opened.at.Path+"/place").mustBe(200, quote).form("/place")
		place.fill("quote", "War is here").submit().mustBe(http.StatusConflict, "These words are not in the clause", "War is here")
		place.fill("quote", "Peace is").submit().mustBe(200, "These words are in the text as they were", "At first this was about", quote)

		editor.open(clause + "/deletion").form("/deletion").submit().mustBe(200)
		member.open("/statements/"+forum.Statements[0]+"/threads").mustBe(200, "A clause that is no longer in the text", "Peace is", "Why <these>?")
		member.open(opened.at.Path).mustBe(200, "These words are no longer in the text", "Why <these>?")
	})
}

func TestAProgramCommentsOnWordsAndLearnsWhatBecameOfThem(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		cid, words := s.aClause(forum.Statements[0])
		quote := fourWords(t, words)
		threads := "/api/v1/statements/" + forum.Statements[0] + "/threads"
		about := func(quote string) reply {
			return s.call("POST", threads, map[string]any{"clause": cid, "quote": quote, "comment": map[string]any{"body": "Why?"}})
		}
		var now struct{ Field, Current string }
		refusal := about("nobody wrote this")
		refusal.refused(http.StatusConflict, "quote.gone")
		if err := json.Unmarshal(refusal.body, &now); err != nil || now.Field != "quote" || now.Current != words {
			t.Errorf("%+v, %v", now, err)
		}
		type found struct {
			ID, Clause string
			On         struct {
				Clause, Quote, Prefix, State string
				Start                        int
				Now                          *struct{ Clause, Text string }
			}
		}
		var made found
		about(quote).into(&made)
		if made.On.State != "exact" || made.On.Quote != quote || made.On.Clause != cid || made.On.Now == nil || made.On.Now.Text != quote {
			t.Fatalf("%+v", made)
		}
		s.call("PATCH", "/api/v1/statements/"+forum.Statements[0]+"/clauses/"+cid,
			map[string]any{"base": words, "text": strings.Replace(words, quote, "", 1)}).succeeded()
		var lost found
		s.call("GET", "/api/v1/threads/"+made.ID, nil).into(&lost)
		if lost.On.State != "orphaned" || lost.On.Now != nil || lost.Clause != cid || lost.On.Quote != quote {
			t.Errorf("%+v", lost)
		}
		var list struct{ Items []found }
		s.call("GET", threads+"?"+url.Values{"clause": {cid}}.Encode(), nil).into(&list)
		if len(list.Items) == 0 {
			t.Error("an orphan isn't listed on its clause")
		}
		var again found
		s.call("PUT", "/api/v1/threads/"+made.ID+"/place", map[string]any{"clause": cid, "quote": strings.Fields(words)[0]}).into(&again)
		if again.On.State != "exact" || again.On.Quote != strings.Fields(words)[0] {
			t.Errorf("%+v", again)
		}
	})
}
