package main

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"madang/app"
	"madang/db/dbtest"
	"madang/realtime/yjs"
)

// olderProgram builds the program as it was before texts had tables, and with scripts and
// styles of another build.
func olderProgram(t *testing.T) (path string) {
	t.Helper()
	source, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	folder, instead := t.TempDir(), map[string]string{}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	put := func(at string, content any) {
		t.Helper()
		text, isText := content.([]byte)
		if !isText {
			var err error
			text, err = json.Marshal(content)
			must(err)
		}
		instead[filepath.Join(source, at)] = filepath.Join(folder, filepath.Base(at))
		must(os.WriteFile(filepath.Join(folder, filepath.Base(at)), text, 0o600))
	}
	read := func(at string, into any) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(source, at))
		must(err)
		must(json.Unmarshal(text, into))
	}
	var schema map[string]any
	read("app/prose/schema.json", &schema)
	schema["number"] = 3
	for _, node := range []string{"table", "table_row", "table_cell"} {
		delete(schema["nodes"].(map[string]any), node)
		delete(schema["since"].(map[string]any), node)
	}
	put("app/prose/schema.json", schema)
	var built map[string]string
	read("static/dist/manifest.json", &built)
	for name, now := range built {
		content, err := os.ReadFile(filepath.Join(source, "static/dist", now))
		must(err)
		for _, form := range []string{"", ".br", ".gz"} {
			instead[filepath.Join(source, "static/dist", now+form)] = "" // is not there
		}
		kind := filepath.Ext(name)
		built[name] = strings.TrimSuffix(name, kind) + "-0LDBU1LD" + kind
		put("static/dist/"+built[name], append(content, "\n/* older */"...))
	}
	put("static/dist/manifest.json", built)
	put("overlay.json", map[string]any{"Replace": instead})
	path = filepath.Join(folder, "madang")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-overlay", filepath.Join(folder, "overlay.json"), "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// berth is an address at which one node after the other serves.
type berth struct {
	*cable
	t     *testing.T
	flags []string
	*node
}

func (b *berth) base() string { return "http://" + b.cable.addr }

// serve ends the node that is there, in the orderly way, and starts one of another program.
func (b *berth) serve(program string) {
	b.t.Helper()
	if b.node != nil {
		if status := b.node.stop(); status != 0 {
			b.t.Errorf("a node ended with %d", status)
		}
		b.cable.pull()
	}
	listen := "127.0.0.1:" + freePort(b.t)
	b.node = serveOf(b.t, program, withFlags(b.flags, "--listen", listen, "--base-url", b.base())...)
	if b.cable.target != "" {
		b.cable.plugIn()
	}
	b.cable.target = listen
}

var asset = regexp.MustCompile(`/static/[a-z]+-[0-9A-Z]{8}\.(?:js|css)`)

// mustBeGiven asks a node for the scripts and styles of a page, which this node made or
// another one. A browser keeps only what is what it asked for.
func mustBeGiven(t *testing.T, base string, p page, isOurs bool) {
	t.Helper()
	names := asset.FindAllString(p.text, -1)
	if len(names) == 0 {
		t.Fatalf("no scripts and styles on %s", p.at)
	}
	for _, name := range names {
		given := visit(t, base).open(name).mustBe(http.StatusOK)
		isSame := strings.Contains(given.text, "/* older */") == strings.Contains(name, "0LDBU1LD")
		if keeps := given.header.Get("Cache-Control"); isSame != isOurs || isOurs == (keeps == "no-store") {
			t.Errorf("%s is the same build's: %v, and is kept: %s", name, isSame, keeps)
		}
	}
}

func TestNodesAreRenewedOneByOneWhilePeopleWrite(t *testing.T) {
	older := olderProgram(t)
	flags := []string{"--data", t.TempDir(), "--database-url", dbtest.NewDatabase(t).String()}
	forum := populate(t, withFlags(flags, "--personas", "3", "--statements", "1")...)
	statement := forum.Statements[0]
	var one, two berth
	for _, b := range []*berth{&one, &two} {
		*b = berth{t: t, flags: flags, cable: lay(t, "")}
		b.serve(older)
	}
	writer := script{t: t, base: one.base(), token: forum.Tokens[0]}
	thread := "/threads/" + writer.openThread(statement, "", "Before.")
	docket := consult(t, one.base(), statement, flags)
	tables := writer.importText("Numbers", "en", "1. See the table.\n")
	member, sender := visit(t, one.base()), visit(t, one.base())
	member.enter(t, "member", "Mina", flags...)
	reading := member.open(thread)
	comment := reading.form(thread+"/comments").fill("body", "Typed into the older page.")
	answers := sender.say(docket, "Half filled when the node was renewed.")
	amina, bo := edit(t, one.base(), forum.Tokens[0], statement), edit(t, two.base(), forum.Tokens[1], statement)
	go amina.keepWriting("amina")
	go bo.keepWriting("bo")
	until(t, "words are saved", func() bool { return len(amina.savedWords()) > 3 && len(bo.savedWords()) > 3 })

	// The first is renewed.
	one.serve(program)
	if code := amina.sentAway(); code != 1012 {
		t.Errorf("Amina's editor was sent away with %d", code)
	}
	mustBeGiven(t, one.base(), reading, false)
	mustBeGiven(t, two.base(), reading, true)
	mustBeGiven(t, two.base(), member.open(thread), false)
	comment.submit().mustBe(http.StatusOK, "Typed into the older page.")
	answers.submit().mustBe(http.StatusOK).receipt()
	again := edit(t, one.base(), forum.Tokens[0], statement)
	again.write(" by the newer node;")
	until(t, "the older node has it", func() bool { return strings.Contains(bo.text(), " by the newer node;") })
	said := bo.savedWords()
	until(t, "Bo goes on at the older node", func() bool { return len(bo.savedWords()) > len(said)+3 })
	stale, err := tryToEdit(t, one.base(), forum.Tokens[2], statement+"?schema=3")
	if err != nil {
		t.Fatal(err)
	}
	if code := stale.sentAway(); code != 4426 {
		t.Errorf("a window of the older build is sent away by the newer node with %d", code)
	}

	// A text gets what the older program doesn't know.
	there := edit(t, two.base(), forum.Tokens[1], tables)
	draws := edit(t, one.base(), forum.Tokens[0], tables)
	draws.drawTable()
	until(t, "the table is saved", draws.isSaved)
	if code := there.sentAway(); code != 1013 || there.refusal != "" {
		t.Errorf("the older node ends it with %d, %q", code, there.refusal)
	}
	script{t: t, base: two.base(), token: forum.Tokens[0]}.call(http.MethodGet, "/api/v1/statements/"+tables+"/clauses", nil).refused(http.StatusServiceUnavailable, "live.newer")
	script{t: t, base: one.base(), token: forum.Tokens[0]}.call(http.MethodGet, "/api/v1/statements/"+tables+"/clauses", nil).succeeded()

	// And the second.
	two.serve(program)
	if code := bo.sentAway(); code != 1012 {
		t.Errorf("Bo's editor was sent away with %d", code)
	}
	last := edit(t, two.base(), forum.Tokens[1], statement)
	last.write(" at the end;")
	until(t, "both show it", func() bool { return strings.Contains(again.text(), " at the end;") && again.text() == last.text() })
	for _, word := range append(amina.savedWords(), bo.savedWords()...) {
		if n := strings.Count(last.text(), word); n != 1 {
			t.Errorf("%q was saved and is there %d times", word, n)
		}
	}
	if text := edit(t, two.base(), forum.Tokens[2], tables).text(); !strings.Contains(text, "In a cell") {
		t.Errorf("the table is gone: %s", text)
	}
	var list struct{ Items []struct{ Body string } }
	writer.call(http.MethodGet, "/api/v1"+thread+"/comments", nil).into(&list)
	if len(list.Items) != 2 {
		t.Errorf("the thread holds %v", list.Items)
	}
	sender.open(docket).mustCount("received", 1)
}

// drawTable puts a table of one cell at the end of the text.
func (e *editor) drawTable() {
	e.t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	effect, err := e.doc.Transact(e.client, func(txn *yjs.Txn) error {
		var at yjs.Parent = e.doc.XMLFragment("prosemirror")
		for _, name := range []string{"table", "table_row", "table_cell"} {
			attrs := map[string]any{}
			if name == "table" {
				attrs["cid"] = "c" + strings.ReplaceAll(string(app.NewID()), "-", "")[22:]
			}
			element, err := txn.InsertElement(at, len(at.Children()), name, attrs)
			if err != nil {
				return err
			}
			at = element
		}
		text, err := txn.InsertText(at, 0)
		if err != nil {
			return err
		}
		return txn.Insert(text, 0, "In a cell", nil)
	})
	if err != nil {
		e.t.Fatal(err)
	}
	e.unsettled = append(e.unsettled, "")
	if err := e.send(syncMessage(2, effect.Update())); err != nil {
		e.t.Fatal(err)
	}
}
