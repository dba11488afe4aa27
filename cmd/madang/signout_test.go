package main

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"madang/db/dbtest"
)

// A chair hears of a lost phone. What is open by it in another group, and on another node, is
// closed as well; so it is when its owner ends the other sign-ins.
func TestWhoeverIsSignedOutIsSignedOutOfAllTheirGroupsOnAllNodes(t *testing.T) {
	redis := startRedis(t)
	flags := []string{"--data", t.TempDir(), "--database-url", dbtest.NewDatabase(t).String()}
	forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
	served := append(slices.Clone(flags), "--redis-url", redis.URL())
	one, two := serve(t, served...), serve(t, served...)
	steward, chair, mei := visit(t, one.URL), visit(t, one.URL), visit(t, one.URL)
	group := chair.enter(t, "chair", "Chioma", flags...).form("/welcome").submit().at.Path
	welcome := mei.enter(t, "drafter", "Mei", flags...)
	code := welcome.code()
	welcome.form("/welcome").submit()

	link := strings.TrimSpace(mustMadang(t, append([]string{"invite", "--role", "steward", "--base-url", one.URL}, flags...)...))
	steward.open(link).form("/invitations" + tokenIn(link)).submit().form("/welcome").submit()
	other := steward.open("/groups/new").form("/groups").fill("name", "Elsewhere").choose("languages", "en").fill("stakeholder-0-name", "Everybody").submit().mustBe(200, "Elsewhere").at.Path
	link = steward.invite(other, "chair", "Everybody")
	mei.open(link).form("/invitations"+tokenIn(link)).fill("name", "Mei-lin").submit().mustBe(200, "Elsewhere")
	own := mei.open(other+"/statements/new").form("/statements").fill("title", "Mine").submit().mustBe(200)
	statement := regexp.MustCompile(`/statements/[0-9a-f-]{36}`).FindString(own.at.Path + own.text)

	// open opens everything that can be open by a sign-in, on both nodes.
	open := func() (all []*websocket.Conn) {
		for _, n := range []*node{one, two} {
			head := mei.onSocket()
			head.Set("Origin", n.URL)
			for _, path := range []string{"/live/statements/" + forum.Statements[0], "/live" + statement, "/live/pages?watch=news", "/live/pages?watch=" + strings.Replace(statement[1:], "statements/", "statement:", 1)} {
				all = append(all, connect(t, n.URL+path, head))
			}
		}
		return all
	}
	isOver := func(what string, all []*websocket.Conn) {
		t.Helper()
		for i, ws := range all {
			if code := closeCode(t, ws); code != 4401 {
				t.Errorf("%s: the connection %d is closed with %d", what, i, code)
			}
		}
	}
	all := open()
	members := chair.open(group+"/members").mustBe(200, "Mei")
	role := members.formWhere("changes the role of who lost a phone", func(f form) bool {
		return strings.HasSuffix(f.path(), "/role") && strings.Contains(f.about, "Mei")
	})
	chair.open(strings.TrimSuffix(role.path(), "/role") + "/signout").form("/signout").submit().mustBe(200)
	isOver("a chair ended the sign-ins", all)

	mei.open("/enter").form("/sessions").fill("code", code).submit().mustBe(http.StatusOK)
	all = open()
	elsewhere := visit(t, two.URL)
	elsewhere.open("/enter").form("/sessions").fill("code", code).submit().mustBe(http.StatusOK)
	elsewhere.open("/me").form("/me/sign-ins/deletion").submit().mustBe(200)
	isOver("their owner ended the others", all)
}
