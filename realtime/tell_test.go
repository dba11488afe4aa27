package realtime

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestPeopleWhoWriteClientsAreToldOfEveryMessageAndEveryEnding(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "protocol.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, isValue := n.(*ast.ValueSpec)
		if !isValue || len(spec.Values) == 0 {
			return true
		}
		literal, isNumber := spec.Values[0].(*ast.BasicLit)
		name := spec.Names[0].Name
		if !isNumber || !strings.HasPrefix(name, "msg") && !strings.HasPrefix(name, "close") {
			return true
		}
		number, err := strconv.Atoi(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		found++
		if !slices.ContainsFunc(Messages, func(m MessageType) bool { return strings.HasPrefix(name, "msg") && m.Number == number }) &&
			!slices.ContainsFunc(Closings, func(c Closing) bool { return c.Code == number }) {
			t.Errorf("nobody is told of %s", name)
		}
		return true
	})
	if found != len(Messages)+len(Closings) {
		t.Errorf("%d constants, %d told", found, len(Messages)+len(Closings))
	}
	for _, c := range Closings {
		if c.IsFinal != (c.Code >= 4400 && c.Code < 4500) {
			t.Errorf("what is told of %d isn't what a stock provider does", c.Code)
		}
	}
}

// elsewhere are codes that come as the answer to a request, or only make the server look
// again, and are no refusal of what came on a socket.
var elsewhere = []string{"live.origin", "live.restart", "live.busy", "live.moved", "live.exists", "live.repeated", "live.newer", "live.epoch", "live.held_many", "live.ended"}

func TestPeopleWhoWriteClientsAreToldOfEveryRefusal(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{"live.clients": true} // from the log
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "tell.go" {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range regexp.MustCompile(`"(live\.[a-z_]+)"`).FindAllStringSubmatch(string(text), -1) {
			used[code[1]] = true
			if !slices.Contains(Refusals, code[1]) && !slices.Contains(elsewhere, code[1]) {
				t.Errorf("%s: nobody is told of %s", name, code[1])
			}
		}
	}
	for _, code := range Refusals {
		if !used[code] {
			t.Errorf("%s is told and never said", code)
		}
	}
}
