package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"madang/realtime"
)

// Somebody who writes a program opens the page for them, copies what stands there, and runs
// it as it is.
func TestWhatThePageForProgramsShowsWorksAsItStands(t *testing.T) {
	data := t.TempDir()
	forum := populate(t, "--personas", "1", "--statements", "1", "--data", data)
	node := serve(t, "--data", data)
	statement, id := forum.Statements[0], "0b7f6a52-5a55-4d6a-9c39-5bb1e2a0c001"
	guide := visit(t, node.URL).open("/programs").mustBe(200, "For people who write programs")
	environment := append(os.Environ(), "MADANG_TOKEN="+forum.Tokens[0], "MADANG_STATEMENT="+statement, "THREAD="+id, "COMMENT=0b7f6a52-5a55-4d6a-9c39-5bb1e2a0c002")

	asked := carryOut(t, environment, "sh", "-ec", guide.sample("sample-requests"))
	if !strings.Contains(asked, `"scopes":[]`) || !strings.Contains(asked, `"cid":`) {
		t.Errorf("what is asked first is answered with %s", asked)
	}
	again := guide.sample("sample-again")
	if first, second := carryOut(t, environment, "sh", "-ec", again), carryOut(t, environment, "sh", "-ec", again); !strings.Contains(first, id) || first != second {
		t.Errorf("sent twice, it is answered with\n%s\nand\n%s", first, second)
	}

	ours := edit(t, node.URL, forum.Tokens[0], statement)
	folder := t.TempDir()
	file := filepath.Join(folder, "live.mjs")
	modules, err := filepath.Abs("../../static/node_modules")
	if err == nil {
		err = os.Symlink(modules, filepath.Join(folder, "node_modules"))
	}
	if err == nil {
		err = os.WriteFile(file, []byte(guide.sample("sample-live")), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	printed := carryOut(t, environment, "node", file)
	until(t, "our editor shows what the program wrote", func() bool { return strings.Contains(ours.text(), " Said by a program.") })
	if got, want := strings.TrimSpace(printed), strings.TrimSpace(ours.text()); got != want {
		t.Errorf("the program reads\n%s\nand our editor\n%s", got, want)
	}

	read := strings.TrimSpace(mustMadang(t, "token", "--group", "made-up-group-fiction", "--persona", forum.Names[0], "--scope", "read", "--data", data))
	if along := carryOut(t, append(environment, "MADANG_TOKEN="+read), "node", file); along != printed {
		t.Errorf("with a token to read, it reads\n%s\nand wrote\n%s", along, printed)
	}

	for _, lang := range []string{"en", "ko"} {
		v := visit(t, node.URL)
		v.open("/programs").form("/language").choose("lang", lang).submit()
		page := v.open("/programs")
		for _, m := range realtime.Messages {
			page.mustBe(200, m.Name)
		}
		for _, c := range realtime.Closings {
			page.mustBe(200, strconv.Itoa(c.Code))
		}
		page.mustBe(200, realtime.Refusals...)
		if page.sample("sample-live") != guide.sample("sample-live") {
			t.Errorf("in %s, the program is another", lang)
		}
	}
}

// carryOut runs a program to its end and returns what it printed.
func carryOut(t *testing.T, environment []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	var notes transcript
	cmd.Env, cmd.Stderr = environment, &notes
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, notes.text())
	}
	return string(out)
}

// sample is the text of an element that has an id.
func (p page) sample(id string) string {
	p.v.t.Helper()
	for node := range p.root.Descendants() {
		if node.Type == html.ElementNode && attribute(node, "id") == id {
			return textOf(node)
		}
	}
	p.v.t.Fatalf("there is no %s on %s", id, p.at)
	return ""
}
