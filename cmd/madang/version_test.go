package main

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

func TestVersionsAreMadeComparedAndRestoredWithoutScripts(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		editor, reader := visit(t, node.URL), visit(t, node.URL)
		editor.enter(t, "editor", "Eun", flags...)
		reader.enter(t, "member", "Minho", flags...)
		statement := "/statements/" + forum.Statements[0]
		live := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
		before := live.text()

		reader.open(statement+"/versions").mustBe(200, "There is no version yet")
		reader.open(statement + "/versions/new").mustBe(http.StatusForbidden)
		reader.open(statement+"/comparison").mustBe(200, "There is no version yet")
		wish := editor.open(statement+"/versions/new").form("/versions").
			fill("label", "For the <first> meeting").fill("changelog", "All of it.")
		wish.fill("label", strings.Repeat("a", 101)).submit().mustBe(http.StatusRequestEntityTooLarge, "100 is the most", "All of it.")
		wish.fill("label", "For the <first> meeting").submit().mustBe(200, "The version has been made")
		wish.submit().mustBe(200, "For the <first> meeting") // sent again
		editor.open(statement+"/versions/new").form("/versions").submit().mustBe(http.StatusConflict, "Version 1 has this text already")
		reader.open(statement+"/versions/1").mustBe(200, "To cite this version", node.URL+statement+"/versions/1")
		reader.open(statement+"/versions/1/proof").mustBe(200, "Checked just now", "madang clause 1", "Unchanged")
		reader.open(statement + "/versions/2").mustBe(http.StatusNotFound)
		reader.open(statement + "/versions/01").mustBe(http.StatusNotFound)

		cid, words := script{t: t, base: node.URL, token: forum.Tokens[0]}.aClause(forum.Statements[0])
		editor.open(statement+"/clauses/"+cid+"/text").form("/text").fill("text", "Nobody may "+words).submit().mustBe(200, "Saved")
		reader.open(statement+"/versions/1").mustBe(200, words)
		reader.open(statement+"/comparison?from=1").mustBe(200, "1 clause differs", "[added:", "Nobody may")
		reader.open(statement+"/comparison?from=draft&to=draft").mustBe(200, "The two texts are the same")
		reader.open(statement + "/comparison?from=1&to=7").mustBe(http.StatusNotFound)
		reader.open(statement + "/comparison?from=<b>").mustBe(http.StatusNotFound)

		reader.open(statement + "/versions/1/restoration").mustBe(http.StatusForbidden)
		back := editor.open(statement+"/versions/1/restoration").mustBe(200, "Nobody may").form("/restoration")
		back.submit().mustBe(200, "reads as that version did")
		back.submit().mustBe(200, "reads as that version did")
		until(t, "the open editor shows the old words", func() bool { return live.text() == before })
		reader.open(statement+"/versions").mustBe(200, "Kept by the forum before a large change", "Version 2")
		reader.open(statement + "/versions/3").mustBe(http.StatusNotFound)
		reader.open(statement+"/versions/2").mustBe(200, "Nobody may")
		file := reader.open(statement + "/versions/2.md")
		if !strings.HasPrefix(file.header.Get("Content-Type"), "text/markdown") || !file.says("Nobody may") {
			t.Errorf("%v: %s", file.header, file.text)
		}
	})
}

func TestAProgramMakesReadsAndComparesVersions(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		cid, words := s.aClause(forum.Statements[0])
		statement := "/api/v1/statements/" + forum.Statements[0]
		const id = "0193a6e2-0000-7000-8000-00000000000a"
		for range 2 { // sent again
			made := s.call("POST", statement+"/versions", map[string]any{"id": id, "label": "First", "changelog": "All of it."})
			if made.status != http.StatusCreated || made.header.Get("Location") != statement+"/versions/1" {
				t.Fatalf("%d %s", made.status, made.body)
			}
		}
		s.call("PATCH", statement+"/clauses/"+cid, map[string]any{"base": words, "text": "Always: " + words}).succeeded()

		var version struct {
			Root    string
			Clauses []struct{ Text, Leaf, Preimage, Verdict string }
		}
		s.call("GET", statement+"/versions/1", nil).into(&version)
		for _, c := range version.Clauses {
			if sum := sha256.Sum256([]byte(c.Preimage)); hex.EncodeToString(sum[:]) != c.Leaf || c.Verdict != "verified" {
				t.Errorf("%+v", c)
			}
		}
		if len(version.Root) != 64 || len(version.Clauses) < 3 {
			t.Errorf("%+v", version)
		}
		var compared struct {
			From    struct{ No int }
			To      *struct{}
			Clauses []struct {
				CID     string
				Changes []string
				Runs    []struct{ Kind, Text string }
			}
		}
		s.call("GET", statement+"/comparison?from=1", nil).into(&compared)
		for _, c := range compared.Clauses {
			if c.CID == cid && (c.Runs[0].Kind != "inserted" || c.Runs[0].Text != "Always: " || c.Changes[0] != "reworded") {
				t.Errorf("%+v", c)
			}
		}
		if compared.From.No != 1 || compared.To != nil || len(compared.Clauses) != len(version.Clauses) {
			t.Errorf("%+v", compared)
		}
		if missing := s.call("GET", statement+"/comparison?from=9", nil); missing.status != http.StatusNotFound {
			t.Errorf("%d", missing.status)
		}
	})
}

func TestWhyAClauseChangedStandsBesideTheChange(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		cid, words := s.aClause(forum.Statements[0])
		statement := "/api/v1/statements/" + forum.Statements[0]
		s.call("POST", statement+"/versions", map[string]any{"label": "First"}).succeeded()
		var made struct{ ID string }
		s.call("POST", statement+"/amendments", map[string]any{"reason": "It is clearer.", "proposals": []map[string]any{
			{"kind": "text", "cid": cid, "base": words, "text": "Above all: " + words},
		}}).into(&made)
		s.call("POST", "/api/v1/amendments/"+made.ID+"/steps", map[string]any{"to": "tabled"}).succeeded()
		s.call("POST", statement+"/acceptances", map[string]any{"amendments": []string{made.ID}, "reason": "Nobody objected."}).succeeded()
		s.call("POST", statement+"/versions", map[string]any{"changelog": "One amendment."}).succeeded()

		var compared struct {
			Changelogs []struct{ Changelog string }
			Clauses    []struct {
				CID     string
				Reasons []struct {
					Amendment, Reason, Decision string
					No                          int
				}
			}
		}
		s.call("GET", statement+"/comparison?from=1&to=2", nil).into(&compared)
		for _, c := range compared.Clauses {
			if isIt := c.CID == cid; isIt != (len(c.Reasons) == 1) || isIt && (c.Reasons[0].Reason != "It is clearer." || c.Reasons[0].Decision != "Nobody objected." || c.Reasons[0].No != 1) {
				t.Errorf("%+v", c)
			}
		}
		if len(compared.Changelogs) != 1 || compared.Changelogs[0].Changelog != "One amendment." {
			t.Errorf("%+v", compared.Changelogs)
		}
		reader := visit(t, node.URL)
		reader.enter(t, "member", "Minho", flags...)
		reader.open("/statements/"+forum.Statements[0]+"/comparison?from=1&to=2").mustBe(200, "Amendment 1", "It is clearer.", "Nobody objected.", "One amendment.", "[added:", "Above all:")
	})
}

func TestBeforeSeveralAmendmentsGoInTheTextIsKept(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		_, words := s.aClause(forum.Statements[0])
		statement := "/api/v1/statements/" + forum.Statements[0]
		var clauses struct {
			Items []struct{ CID, Text, Number string }
		}
		s.call("GET", statement+"/clauses", nil).into(&clauses)
		table := func(number, after string) string {
			for _, c := range clauses.Items {
				if c.Number != number {
					continue
				}
				var made struct{ ID string }
				s.call("POST", statement+"/amendments", map[string]any{"reason": "It is clearer.", "proposals": []map[string]any{
					{"kind": "text", "cid": c.CID, "base": c.Text, "text": c.Text + after},
				}}).into(&made)
				s.call("POST", "/api/v1/amendments/"+made.ID+"/steps", map[string]any{"to": "tabled"}).succeeded()
				return made.ID
			}
			t.Fatalf("no clause %s", number)
			return ""
		}
		accept := func(versions int, amendments ...string) {
			s.call("POST", statement+"/acceptances", map[string]any{"amendments": amendments, "reason": "Agreed."}).succeeded()
			var list struct{ Items []struct{ Kind string } }
			s.call("GET", statement+"/versions", nil).into(&list)
			if len(list.Items) != versions || versions > 0 && list.Items[0].Kind != "kept" {
				t.Errorf("%d amendments leave %+v", len(amendments), list.Items)
			}
		}
		accept(0, table("3", " One alone."))
		accept(1, table("1", " Both."), table("2", " Of them."))
		var kept struct{ Clauses []struct{ Text string } }
		s.call("GET", statement+"/versions/1", nil).into(&kept)
		said := ""
		for _, c := range kept.Clauses {
			said += c.Text + "\n"
		}
		if !strings.Contains(said, "One alone.") || !strings.Contains(said, words) || strings.Contains(said, "Both.") {
			t.Errorf("it keeps %s", said)
		}
	})
}

// Twenty people write numbered words at the same time; versions are made
// meanwhile.
func TestAVersionIsOneStateOfATextThatTwentyPeopleWriteIn(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		const people, versions = 20, 6
		forum := populate(t, append([]string{"--personas", strconv.Itoa(people), "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		statement := "/api/v1/statements/" + forum.Statements[0]
		var writing sync.WaitGroup
		var writers []*editor
		for i := range people {
			writer := edit(t, node.URL, forum.Tokens[i], forum.Statements[0])
			writers = append(writers, writer)
			writing.Go(func() { writer.keepWriting("p" + strconv.Itoa(i)) })
		}
		before := map[string]int{}
		lastSeq := int64(0)
		for no := 1; no <= versions; no++ {
			until(t, "everybody has written on", func() bool { return everybodyWrote(writers, 3*no) })
			s.call("POST", statement+"/versions", map[string]any{"changelog": "One more."}).succeeded()
			var kept struct {
				Seq     int64
				Clauses []struct{ Text, Verdict string }
			}
			s.call("GET", statement+"/versions/"+strconv.Itoa(no), nil).into(&kept)
			text := ""
			for _, c := range kept.Clauses {
				text += c.Text + "\n"
				if c.Verdict != "verified" {
					t.Errorf("version %d has a clause that is %s", no, c.Verdict)
				}
			}
			reached := numbered(t, text)
			for who, n := range before {
				if reached[who] < n {
					t.Errorf("version %d has %d words of %s, and the one before had %d", no, reached[who], who, n)
				}
			}
			if before = reached; len(reached) != people || kept.Seq <= lastSeq {
				t.Errorf("version %d has words of %d people and stands at %d after %d", no, len(reached), kept.Seq, lastSeq)
			}
			lastSeq = kept.Seq
		}
		for _, writer := range writers {
			writer.leave()
		}
		writing.Wait()
	})
}

func everybodyWrote(writers []*editor, words int) bool {
	for _, w := range writers {
		if len(w.savedWords()) < words {
			return false
		}
	}
	return true
}

var numberedWord = regexp.MustCompile(`(p\d+)-(\d+);`)

// numbered says how many words of each writer are in a text, which must be their first
// ones, each once: a state that was committed has no word without those that its writer
// wrote before it.
func numbered(t *testing.T, text string) map[string]int {
	t.Helper()
	seen := map[string]map[string]bool{}
	for _, word := range numberedWord.FindAllStringSubmatch(text, -1) {
		if seen[word[1]] == nil {
			seen[word[1]] = map[string]bool{}
		}
		if seen[word[1]][word[2]] {
			t.Errorf("%s is there twice", word[0])
		}
		seen[word[1]][word[2]] = true
	}
	reached := map[string]int{}
	for who, words := range seen {
		reached[who] = len(words)
		for i := range len(words) {
			if !words[strconv.Itoa(i)] {
				t.Errorf("%d words of %s are there, but not the one numbered %d", len(words), who, i)
			}
		}
	}
	return reached
}
