package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	_ "modernc.org/sqlite"
)

func TestATextIsReadAndWrittenWithoutScripts(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		drafter := visit(t, node.URL)
		drafter.enter(t, "drafter", "Dani", flags...)
		statement := "/statements/" + forum.Statements[0]
		editor := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])

		cid, words := script{t: t, base: node.URL, token: forum.Tokens[0]}.aClause(forum.Statements[0])
		drafter.open(statement).mustBe(200, words)
		drafter.open(statement+"/clauses/"+cid).mustBe(200, words)
		first := drafter.open(statement + "/clauses/" + cid + "/text").form("/text")
		second := drafter.open(statement + "/clauses/" + cid + "/text").form("/text")
		third := drafter.open(statement + "/clauses/" + cid + "/text").form("/text")

		first.fill("text", "먼저: "+words).submit().mustBe(200, "Saved")
		until(t, "the open editor shows what the box said", func() bool { return strings.Contains(editor.text(), "먼저: "+words) })
		first.submit().mustBe(200, "Saved") // a double click: done already
		second.fill("text", words+" And at the end.").submit().mustBe(200, "merged")
		conflict := third.fill("text", "Another beginning: "+words).submit().mustBe(409, "Nothing is lost")
		if !conflict.says("먼저") || !strings.Contains(conflict.text, "Another beginning: ") {
			t.Errorf("a conflict must show both texts:\n%s", conflict.text)
		}
		conflict.form("/text").fill("text", "Both beginnings: "+words).submit().mustBe(200, "Both beginnings")

		added := drafter.open(statement+"/clauses/new?after="+cid).form("/clauses").
			fill("kind", "clause.1").fill("text", "새로운 조항입니다.")
		added.submit().mustBe(200, "새로운 조항입니다.")
		added.submit().mustBe(200, "새로운 조항입니다.")
		if n := strings.Count(drafter.open(statement).text, "새로운 조항입니다."); n != 1 {
			t.Errorf("one form made %d clauses", n)
		}
		removal := drafter.open(statement + "/clauses/" + cid + "/deletion").form("/deletion")
		removal.submit().mustBe(200, "removed")
		removal.submit().mustBe(200, "removed")
		lost := first.fill("text", "Words for a clause that is gone.").submit().mustBe(409, "Somebody removed this clause")
		lost.form("/clauses").submit().mustBe(200, "Words for a clause that is gone.")
		until(t, "the open editor shows it all", func() bool {
			text := editor.text()
			return strings.Contains(text, "새로운 조항입니다.") && strings.Contains(text, "Words for a clause that is gone.") && !strings.Contains(text, "Both beginnings")
		})
	})
}

func TestPeopleArgueWithoutScripts(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		amina, bo := visit(t, node.URL), visit(t, node.URL)
		amina.enter(t, "member", "Amina", flags...)
		bo.enter(t, "editor", "보", flags...)
		cid, words := script{t: t, base: node.URL, token: forum.Tokens[0]}.aClause(forum.Statements[0])
		clause := "/statements/" + forum.Statements[0] + "/clauses/" + cid

		thread := amina.open(clause).form("/threads").fill("body", "Is *this* right?\n\n- 하나\n- two").submit().mustBe(200, "1 comment")
		if !thread.says(words) || !strings.Contains(thread.text, "<em>this</em>") {
			t.Errorf("the thread doesn't show the clause or the comment:\n%s", thread.text)
		}
		reply := bo.open(thread.at.Path).mustBe(200, "1 new").formWith("/comments", "parent")
		answered := reply.fill("body", "It is, I think.").submit().mustBe(200, "to Amina")
		answered.form("/readings").submit()
		if page := bo.open(thread.at.Path); page.says("1 new") {
			t.Error("a thread that was read still counts as new")
		}

		own := amina.open(thread.at.Path)
		edited := amina.open(own.linkTo("/text")).form("/text").fill("body", "Is this *really* right?").submit().mustBe(200, "edited")
		amina.open(edited.linkTo("/history")).mustBe(200, "Version 1")

		bo.open(thread.at.Path).form("/settlements").fill("reason", "Amina agrees.").submit().mustBe(200, "Resolved by 보")
		late := answered.form("/comments").fill("body", "One more thing, 늦었지만.").submit().mustBe(409, "resolved meanwhile")
		if !strings.Contains(late.text, "One more thing, 늦었지만.") {
			t.Errorf("what came too late is lost:\n%s", late.text)
		}
		amina.open(thread.at.Path).form("/settlements").fill("reason", "Not quite.").submit().mustBe(200, "Reopened by Amina")
		amina.open(amina.open(thread.at.Path).linkTo("/deletion")).form("/deletion").submit().mustBe(200, "This comment was deleted")

		list := "/statements/" + forum.Statements[0] + "/threads"
		amina.open(list).mustBe(200, "begun by Amina")
		amina.open(list+"?state=resolved").mustBe(200, "No thread matches")
		amina.open(list+"?sort=place&state=all").mustBe(200, "begun by Amina")
	})
}

// linkTo is the address of the first link that ends so.
func (p page) linkTo(ending string) string {
	p.v.t.Helper()
	for node := range p.root.Descendants() {
		if node.Data == "a" && strings.HasSuffix(attribute(node, "href"), ending) {
			return attribute(node, "href")
		}
	}
	p.v.t.Fatalf("no link to …%s on %s:\n%s", ending, p.at, p.text)
	return ""
}

func TestWhatWasWrittenIsKeptWhenTheSessionHasExpired(t *testing.T) {
	data := t.TempDir()
	forum := populate(t, "--personas", "1", "--statements", "1", "--data", data)
	node := serve(t, "--data", data)
	amina := visit(t, node.URL)
	code := amina.enter(t, "member", "Amina", "--data", data).code()
	thread := amina.open("/statements/"+forum.Statements[0]+"/threads").form("/threads").fill("body", "First.").submit()
	writing := thread.form("/comments").fill("body", "오래 생각하고 쓴 글입니다.")

	expireSessions(t, data)
	refused := writing.submit().mustBe(http.StatusUnauthorized, "kept for 24 hours")
	kept := refused.form("/sessions").fill("code", code).submit().mustBe(200, "What you wrote is here")
	kept.form("/comments").submit().mustBe(200, "오래 생각하고 쓴 글입니다.")
}

// expireSessions makes every session in a data folder as old as it can get.
func expireSessions(t *testing.T, data string) {
	t.Helper()
	database, err := sqlx.Connect("sqlite", "file:"+data+"/madang.db?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer database.Close()
	database.MustExec(`UPDATE sessions SET seen_at = 1`)
}

func TestAFormFromAnotherSiteIsRefusedAndItsTextIsShown(t *testing.T) {
	data := t.TempDir()
	forum := populate(t, "--personas", "1", "--statements", "1", "--data", data)
	node := serve(t, "--data", data)
	amina := visit(t, node.URL)
	amina.enter(t, "member", "Amina", "--data", data)
	writing := amina.open("/statements/"+forum.Statements[0]+"/threads").form("/threads").fill("body", "Mine & yours?")

	for name, spoil := range map[string]func(*http.Request){
		"another site by Sec-Fetch-Site": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"a neighbouring host":            func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
		"another Origin":                 func(r *http.Request) { r.Header.Set("Origin", "https://elsewhere.example") },
	} {
		t.Run(name, func(t *testing.T) {
			req := writing.request()
			spoil(req)
			if page := amina.do(req); page.status != http.StatusForbidden || !page.says("Mine & yours?") {
				t.Errorf("status %d:\n%s", page.status, page.text)
			}
		})
	}
	t.Run("no header and no token", func(t *testing.T) {
		bare := writing
		bare.fields = url.Values{"body": {"Mine & yours?"}}
		if page := amina.do(bare.request()); page.status != http.StatusForbidden || !page.says("Mine & yours?") {
			t.Errorf("status %d:\n%s", page.status, page.text)
		}
	})
	t.Run("an old browser with the form's token", func(t *testing.T) {
		if page := amina.do(writing.request()); page.status != http.StatusOK || !page.says("Mine & yours?") {
			t.Errorf("status %d:\n%s", page.status, page.text)
		}
	})
}

func TestTheLanguageChangesAndThePlaceStays(t *testing.T) {
	data := t.TempDir()
	forum := populate(t, "--personas", "1", "--statements", "1", "--data", data)
	node := serve(t, "--data", data)
	amina := visit(t, node.URL)
	amina.enter(t, "member", "Amina", "--data", data)
	english := amina.open("/statements/" + forum.Statements[0] + "/threads?state=all&sort=place")
	korean := english.form("/language").choose("lang", "ko").submit().mustBe(200, "아직 토론이 없습니다")
	if korean.at.RequestURI() != english.at.RequestURI() {
		t.Errorf("the switch led from %s to %s", english.at, korean.at)
	}
	if !regexp.MustCompile(`<html lang="ko"`).MatchString(korean.text) {
		t.Error("the page doesn't say that it is Korean")
	}
	if korean.header.Get("Cache-Control") == "" || !strings.Contains(korean.header.Get("Cache-Control"), "no-store") {
		t.Errorf("a signed-in page may be cached: %q", korean.header.Get("Cache-Control"))
	}
}

func TestWhoeverLosesTheirRoleInMidSentenceIsToldAndKeepsTheirWords(t *testing.T) {
	data := t.TempDir()
	forum := populate(t, "--personas", "3", "--statements", "1", "--data", data)
	node := serve(t, "--data", data)
	writer := edit(t, node.URL, forum.Tokens[2], forum.Statements[0])
	if role := writer.roleNow(); role != "writer" {
		t.Fatalf("a drafter is a %q", role)
	}
	writer.write(" before;")
	until(t, "the first words are saved", writer.isSaved)

	chair := visit(t, node.URL)
	chair.enter(t, "chair", "Another chair", "--data", data)
	group := script{t: t, base: node.URL, token: forum.Tokens[0]}.group()
	members := chair.open("/groups/" + group + "/members")
	members.formWhere("changes the role of Person 3", func(f form) bool {
		return strings.HasSuffix(f.path(), "/role") && strings.Contains(f.about, "Person 3")
	}).fill("role", "member").submit().mustBe(200, "role has been changed")

	until(t, "the editor is told that it only reads now", func() bool { return writer.roleNow() == "reader" })
	writer.write(" after;")
	until(t, "the words are refused", func() bool { return writer.farewell() != nil })
	if writer.sentAway() != 4409 {
		t.Errorf("closed with %d, want 4409: rebuild", writer.sentAway())
	}
	reader := edit(t, node.URL, forum.Tokens[2], forum.Statements[0])
	if text := reader.text(); !strings.Contains(text, " before;") || strings.Contains(text, " after;") {
		t.Errorf("the text is now:\n%s", text)
	}

	ending := members.formWhere("changes the role of Person 3", func(f form) bool { return strings.Contains(f.about, "Person 3") })
	chair.open(strings.TrimSuffix(ending.path(), "/role")+"/deletion").form("/deletion").submit().mustBe(200, "membership has been ended")
	until(t, "delivery stops", func() bool { return reader.farewell() != nil })
	if code := reader.sentAway(); code != 4403 {
		t.Errorf("closed with %d, want 4403", code)
	}
}

func TestReadersSeeWhichStakeholderGroupWroteWhatAndNoNames(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		drafter, reader := visit(t, node.URL), visit(t, node.URL)
		drafter.enter(t, "drafter", "Dani", flags...)
		reader.enter(t, "member", "Minho", flags...)
		statement := "/statements/" + forum.Statements[0]
		cid, words := script{t: t, base: node.URL, token: forum.Tokens[0]}.aClause(forum.Statements[0])
		drafter.open(statement+"/clauses/"+cid+"/text").form("/text").fill("text", words+" Added by hand.").submit().mustBe(200, "Saved")

		page := reader.open(reader.open(statement).linkTo("/authorship")).mustBe(200, "Who wrote what", "Added by hand.", "The same as a table")
		history := reader.open(statement+"/clauses/"+cid+"/history").mustBe(200, "characters added, 0 removed")
		for _, p := range []interface{ says(string) bool }{page, history} {
			if p.says("Dani") {
				t.Error("a page names a person")
			}
		}
		reader.open(statement + "/clauses/cnotthere00/history").mustBe(http.StatusNotFound)
	})
}
