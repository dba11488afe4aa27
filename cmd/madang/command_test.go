package main

import (
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

func TestEveryFlagIsAlsoAVariable(t *testing.T) {
	data := t.TempDir()
	cmd := exec.CommandContext(t.Context(), program, "invite", "--role", "steward")
	cmd.Env = append(os.Environ(), "MADANG_DATA="+data, "MADANG_BASE_URL=https://forum.example")
	link, err := cmd.Output()
	if err != nil || !strings.HasPrefix(string(link), "https://forum.example/invitations/") {
		t.Fatalf("%q, %v", link, err)
	}
	if _, err := os.Stat(data + "/madang.db"); err != nil {
		t.Errorf("the data is not where MADANG_DATA says: %v", err)
	}
}

func TestATokenWorksUntilItsPersonaRevokesIt(t *testing.T) {
	data := t.TempDir()
	populate(t, "--personas", "1", "--statements", "1", "--data", data)
	node := serve(t, "--data", data)
	dani := visit(t, node.URL)
	dani.enter(t, "drafter", "Dani", "--data", data)

	token := strings.TrimSpace(mustMadang(t, "token", "--group", "made-up-group-fiction", "--persona", "Dani", "--data", data))
	program := script{t: t, base: node.URL, token: token}
	program.group() // works
	dani.open("/me/tokens").mustBe(200, "all that you may do there").follow("Revoke madang token").form("/deletion").submit()
	program.call(http.MethodGet, "/api/v1/groups", nil).refused(http.StatusUnauthorized, "token.over")

	read := strings.TrimSpace(mustMadang(t, "token", "--group", "made-up-group-fiction", "--persona", "Dani", "--scope", "read", "--data", data))
	script{t: t, base: node.URL, token: read}.group()
	dani.open("/me/tokens").mustBe(200, "as Dani in Made-up group (fiction)", "read")
	mustMadang(t, "token", "--group", "made-up-group-fiction", "--persona", "Dani", "--scope", "edit", "--scope", "comment,decide", "--data", data)
	dani.open("/me/tokens").mustBe(200, "read, comment, edit, decide")
	if _, err := madang(t, "token", "--group", "made-up-group-fiction", "--persona", "Dani", "--scope", "reed", "--data", data); err == nil {
		t.Error("a token was made with a scope that nobody knows")
	}

	if _, err := madang(t, "token", "--group", "made-up-group-fiction", "--persona", "Nobody", "--data", data); err == nil {
		t.Error("a token was made for nobody")
	}
}

func TestMetricsAreOnAListenerOfTheirOwn(t *testing.T) {
	own := "127.0.0.1:" + freePort(t)
	node := serve(t, "--data", t.TempDir(), "--metrics-listen", own)
	if page := visit(t, "http://"+own).open("/metrics"); page.status != http.StatusOK || !strings.Contains(page.text, "madang_live_connections") {
		t.Errorf("status %d: %s", page.status, page.text)
	}
	if page := visit(t, "http://"+own).open("/metrics"); !strings.Contains(page.text, `madang_health{area="backup"} 1`) || strings.Contains(page.text, "madang_upkeep") {
		t.Errorf("that there is no backup isn't told: %s", page.text)
	}
	if status := statusAt(t, node.URL+"/metrics"); status == http.StatusOK {
		t.Error("the public can read the metrics")
	}
}

func TestMigrateSaysWhatItDidAndDoesItOnce(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		first := mustMadang(t, append([]string{"migrate"}, flags...)...)
		second := mustMadang(t, append([]string{"migrate"}, flags...)...)
		if !regexp.MustCompile(`\b[1-9]\d* migrations applied`).MatchString(first) || !strings.Contains(second, "0 migrations applied") {
			t.Errorf("%q, then %q", first, second)
		}
	})
}
