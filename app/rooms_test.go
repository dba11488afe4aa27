package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// room says what a room may import besides the standard library.
type room struct {
	// doors are the rooms of this program that it knows; "*" is all of them.
	doors []string
	// outside are the modules of others that it knows, named as far as is meant.
	outside []string
}

// capabilities are the rooms that the forum is about. They never import each other:
// a room that needs another says what it needs in an interface of its own, and
// cmd/madang plugs the answer in.
var capabilities = []string{"app/consultation", "app/disposition", "app/identity", "app/notice", "app/search", "app/statement", "app/thread", "app/trace", "app/upkeep"}

// rooms are all the packages there are. Think twice before adding a line: a new room
// needs an invariant that is worth a wall; anything else is a file in a room that is
// here. Only what an arrow below allows may be imported.
//
//	cmd -> everything
//	app/web -> capabilities, app/prose, app/prose/docx, app, static
//	db -> capabilities, app/prose, app/disclosure, app
//	realtime -> realtime/yjs, app/prose, app
//	realtime/yjstrace -> realtime/yjs
//	capabilities -> app/prose, app/disclosure, app
//	app/prose/docx -> app/prose, app
var rooms = map[string]room{
	// The kernel: who asks, what a role permits, what went wrong.
	"app": {outside: []string{"github.com/google/uuid"}},
	// What a text is made of, in all its forms; a leaf that any room may import.
	"app/prose": {doors: []string{"app"}, outside: []string{"github.com/sergi/go-diff", "github.com/yuin/goldmark"}},
	// Nothing that a document brings along is believed.
	"app/prose/docx": {doors: []string{"app", "app/prose"}},
	// No count about people is published that tells of one of them; a leaf as well.
	"app/disclosure": {doors: []string{"app", "app/disclosure/simplex"}},
	// Whoever knows all that was published finds out no more than it says: a solver for tests.
	"app/disclosure/simplex": {},
	// A letter that many sign silences nobody who adds a word to it; a leaf as well.
	"app/campaign": {doors: []string{"app"}, outside: []string{"golang.org/x/text"}},
	// Nothing that a file says of itself is believed; a leaf as well.
	"app/attachment": {doors: []string{"app", "app/prose", "app/prose/docx"}, outside: []string{"golang.org/x/text"}},
	// What is sealed opens only for what it is about, and not from the database; a leaf as well.
	"app/seal": {doors: []string{"app"}},
	// A flood keeps nobody out, and no address is kept; a leaf as well.
	"app/flood": {doors: []string{"app"}, outside: []string{"github.com/redis/go-redis"}},
	// A person's names in different groups can't be joined outside of it.
	"app/identity": {doors: []string{"app", "app/prose"}, outside: []string{"golang.org/x"}},
	// Whatever the public sends has a receipt, and stands in the balance.
	"app/consultation": {doors: []string{"app", "app/prose", "app/seal"}, outside: []string{"golang.org/x/text", "golang.org/x/time"}},
	// Nothing is reported as long as somebody wasn't answered.
	"app/disposition": {doors: []string{"app", "app/prose"}},
	// A text changes only through judged edits.
	"app/statement": {doors: []string{"app", "app/prose"}},
	// Nothing said disappears without a trace.
	// A trace tells nobody what they couldn't read without it.
	"app/trace":  {doors: []string{"app", "app/disclosure", "app/disclosure/simplex", "app/prose"}},
	"app/thread": {doors: []string{"app", "app/prose", "app/seal"}},
	// No notice tells of what one may not read.
	"app/notice": {doors: []string{"app"}},
	// Nobody finds out that there is no backup on the day it is needed.
	"app/upkeep": {doors: []string{"app"}},
	// No hit, and no number of hits, tells of what one may not read.
	"app/search": {doors: []string{"app"}, outside: []string{"golang.org/x/text"}},

	// A request becomes an act, and a refusal a sentence, in one place.
	"app/web": {
		doors: append([]string{"app", "app/flood", "app/prose", "app/prose/docx", "static", "app/web/locale", "app/web/view/answer", "app/web/view/consultation", "app/web/view/demo", "app/web/view/identity",
			"app/web/view/layout", "app/web/view/notice", "app/web/view/program", "app/web/view/refusal", "app/web/view/search", "app/web/view/statement", "app/web/view/thread", "app/web/view/trace", "app/web/view/upkeep", "app/web/view/words"}, capabilities...),
		outside: []string{"github.com/gofiber/fiber", "github.com/valyala/fasthttp", "github.com/a-h/templ", "github.com/yuin/goldmark", "github.com/microcosm-cc/bluemonday", "golang.org/x/text"},
	},
	// Every sentence comes in every language.
	"app/web/locale": {outside: []string{"golang.org/x/text"}},
	// Pages decide nothing; one family of pages, one package.
	"app/web/view/layout":       page("app/web/locale"),
	"app/web/view/refusal":      page("app/web/view/layout"),
	"app/web/view/demo":         page("app/web/view/layout"),
	"app/web/view/answer":       page("app/web/view/layout", "app/web/view/trace"),
	"app/web/view/consultation": page("app/web/view/layout", "app/web/view/statement", "app/web/view/words"),
	"app/web/view/identity":     page("app/web/locale", "app/web/view/layout", "app/web/view/refusal"),
	"app/web/view/notice":       page("app/web/view/layout"),
	"app/web/view/program":      page("app/web/view/layout"),
	"app/web/view/search":       page("app/web/view/layout"),
	"app/web/view/thread":       page("app/web/view/layout", "app/web/view/notice", "app/web/view/words"),
	"app/web/view/statement":    page("app/web/view/layout", "app/web/view/notice", "app/web/view/words", "app/web/view/thread", "app/web/view/trace"),
	"app/web/view/trace":        page("app/disclosure", "app/web/view/layout", "app/web/view/words"),
	"app/web/view/upkeep":       page("app/web/view/layout"),
	// A changed word is seen by eye, by ear and without colour.
	"app/web/view/words": {doors: []string{"app/prose", "app/web/view/layout"}, outside: []string{"github.com/a-h/templ"}},

	// Nothing is shown to a peer before it is committed.
	"realtime": {
		doors:   []string{"app", "app/prose", "realtime/yjs"},
		outside: []string{"github.com/gorilla/websocket", "github.com/redis/go-redis", "golang.org/x/time"},
	},
	// What the real Yjs would make of the same bytes.
	"realtime/yjs": {},
	// A history that was typed ends in the text its authors left.
	"realtime/yjstrace": {doors: []string{"realtime/yjs"}},
	// What is committed stands, whichever database it is.
	"db": {
		doors:   append([]string{"app", "app/disclosure", "app/prose"}, capabilities...),
		outside: []string{"github.com/jmoiron/sqlx", "github.com/lib/pq", "modernc.org/sqlite"},
	},
	// Tests meet the same people on both databases.
	"db/dbtest": {doors: []string{"app", "app/identity", "db"}, outside: []string{"github.com/jmoiron/sqlx"}},
	// A browser receives files that never change under one address.
	"static": {},
	// Rooms meet here and nowhere else.
	"cmd/madang": {doors: []string{"*"}, outside: []string{"filippo.io/age", "github.com/wneessen/go-mail", "github.com/alecthomas/kong", "github.com/prometheus/client_golang"}},
	// Tries to make a forum lose something, from outside.
	"cmd/madang-rig": {doors: []string{"app", "realtime/yjs"}, outside: []string{"github.com/alecthomas/kong", "github.com/gorilla/websocket", "github.com/lib/pq"}},
	// What is measured is measured from outside, as people meet it.
	"cmd/madang-bench": {
		doors:   []string{"realtime/yjs", "realtime/yjstrace"},
		outside: []string{"github.com/alecthomas/kong", "github.com/gorilla/websocket", "github.com/lib/pq"},
	},
}

// page is a family of pages: it shows what any capability has found.
func page(views ...string) room {
	return room{
		doors:   slices.Concat([]string{"app", "app/prose"}, capabilities, views),
		outside: []string{"github.com/a-h/templ"},
	}
}

// forTests are the rooms that any test may use beside its own room's doors.
var forTests = []string{"db", "db/dbtest", "realtime/yjstrace"}

// kernelLines bounds the kernel, tests left out: what is in it, everybody has to know.
const kernelLines = 600

// source is what matters here of one Go file.
type source struct {
	name    string // from the top of the tree
	room    string
	isTest  bool
	imports []string
	lines   int
}

// sources reads every Go file of the module. It reads them itself because the answer
// of `go list` is not among what the test cache looks at: a stale "ok" would stay.
func sources(t *testing.T) []source {
	t.Helper()
	top := os.DirFS("..")
	var found []source
	err := fs.WalkDir(top, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipForeign(name, entry)
		}
		if filepath.Ext(name) == ".go" {
			found = append(found, parse(t, top, name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// skipForeign leaves out folders that the go command leaves out too, and packages
// of npm, which may hold anything.
func skipForeign(name string, entry fs.DirEntry) error {
	base := entry.Name()
	if name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) || base == "testdata" || base == "node_modules" {
		return fs.SkipDir
	}
	return nil
}

func parse(t *testing.T, top fs.FS, name string) source {
	t.Helper()
	text, err := fs.ReadFile(top, name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	found := source{
		name: name, room: filepath.ToSlash(filepath.Dir(name)),
		isTest: strings.HasSuffix(name, "_test.go"), lines: strings.Count(string(text), "\n"),
	}
	for _, spec := range file.Imports {
		found.imports = append(found.imports, importPath(t, spec))
	}
	return found
}

func importPath(t *testing.T, spec *ast.ImportSpec) string {
	t.Helper()
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRoomsKnowOnlyTheRoomsTheyHaveADoorTo(t *testing.T) {
	for _, s := range sources(t) {
		r, isKnown := rooms[s.room]
		if !isKnown {
			t.Errorf("%s: %s is not on the list of rooms: a new room needs an invariant, else it is a file", s.name, s.room)
			continue
		}
		for _, path := range s.imports {
			if !r.mayImport(s, path) {
				t.Errorf("%s imports %s, to which %s has no door", s.name, path, s.room)
			}
		}
	}
}

// mayImport reports whether a file of the room may import a package.
func (r room) mayImport(s source, path string) bool {
	inside, isOurs := strings.CutPrefix(path, "madang/")
	if !isOurs {
		return isStandard(path) || s.isTest || slices.ContainsFunc(r.outside, func(module string) bool { return isBelow(path, module) })
	}
	if s.isTest && (inside == s.room || slices.Contains(forTests, inside)) {
		return true
	}
	if slices.Contains(r.doors, "*") {
		return s.isTest || inside != "db/dbtest"
	}
	return slices.Contains(r.doors, inside)
}

// isStandard reports whether a package is Go's own: no other has a path whose first
// part lacks a dot.
func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func isBelow(path, module string) bool {
	return path == module || strings.HasPrefix(path, module+"/")
}

func TestEveryRoomOnTheListIsThere(t *testing.T) {
	there := map[string]bool{}
	for _, s := range sources(t) {
		there[s.room] = there[s.room] || !s.isTest
	}
	for name, r := range rooms {
		if !there[name] {
			t.Errorf("the list has a room %s, but no Go file is in it", name)
		}
		for _, door := range r.doors {
			if _, isKnown := rooms[door]; !isKnown && door != "*" {
				t.Errorf("%s has a door to %s, which is no room", name, door)
			}
		}
	}
}

// walls are doors that the list of rooms must never get, between all that is at or
// below the one path and all that is at or below the other.
var walls = []struct{ from, to string }{
	{"app", "db"}, {"app", "realtime"}, {"app", "cmd"},
	{"db", "realtime"}, {"db", "app/web"}, {"db", "cmd"},
	{"realtime", "db"}, {"realtime", "app/web"}, {"realtime", "cmd"},
	{"realtime", "app/identity"}, {"realtime", "app/statement"}, {"realtime", "app/thread"},
	{"realtime/yjs", "app"}, {"realtime/yjs", "realtime"},
	{"app/identity", "app/statement"}, {"app/identity", "app/thread"}, {"app/identity", "app/web"},
	{"app/statement", "app/identity"}, {"app/statement", "app/thread"}, {"app/statement", "app/web"},
	{"app/thread", "app/identity"}, {"app/thread", "app/statement"}, {"app/thread", "app/web"},
	{"app/search", "app/identity"}, {"app/search", "app/statement"}, {"app/search", "app/thread"}, {"app/search", "app/web"},
	{"app/identity", "app/search"}, {"app/statement", "app/search"}, {"app/thread", "app/search"}, {"app/prose", "app/search"},
	{"app/prose", "app/identity"}, {"app/prose", "app/statement"}, {"app/prose", "app/thread"}, {"app/prose", "app/web"},
	{"app/consultation", "app/identity"}, {"app/consultation", "app/statement"}, {"app/consultation", "app/thread"}, {"app/consultation", "app/search"}, {"app/consultation", "app/web"},
	{"app/identity", "app/consultation"}, {"app/statement", "app/consultation"}, {"app/thread", "app/consultation"}, {"app/search", "app/consultation"}, {"app/prose", "app/consultation"}, {"realtime", "app/consultation"},
	{"static", "app"}, {"static", "db"}, {"static", "realtime"}, {"static", "cmd"},
}

func TestNoDoorGoesThroughAWall(t *testing.T) {
	if doors := rooms["app"].doors; len(doors) > 0 {
		t.Errorf("the kernel has doors to %v, it is known by all and knows none", doors)
	}
	for name, r := range rooms {
		for _, door := range r.doors {
			for _, wall := range walls {
				if isBelow(name, wall.from) && isBelow(door, wall.to) {
					t.Errorf("%s has a door to %s, where there has to be a wall", name, door)
				}
			}
		}
	}
}

func TestTheKernelStaysSmall(t *testing.T) {
	lines := 0
	for _, s := range sources(t) {
		if s.room == "app" && !s.isTest {
			lines += s.lines
		}
	}
	if lines == 0 || lines >= kernelLines {
		t.Errorf("the kernel has %d lines, it may have up to %d", lines, kernelLines-1)
	}
}
