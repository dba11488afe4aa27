package disclosure_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// top is the folder of the module.
const top = "../.."

// files parses the Go files of the program, tests left out, by their path from the top.
func files(t *testing.T, set *token.FileSet, folders ...string) map[string]*ast.File {
	t.Helper()
	found := map[string]*ast.File{}
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(top, folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			name, err := filepath.Rel(top, path)
			if err != nil {
				return err
			}
			found[filepath.ToSlash(name)], err = parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// room type-checks this package.
func room(t *testing.T) *types.Package {
	t.Helper()
	set := token.NewFileSet()
	var parsed []*ast.File
	for name, file := range files(t, set, "app/disclosure") {
		if path.Dir(name) == "app/disclosure" { // and not what only tests use
			parsed = append(parsed, file)
		}
	}
	checked, err := (&types.Config{Importer: importer.ForCompiler(set, "source", nil)}).Check("madang/app/disclosure", set, parsed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return checked
}

// A sealed type can be had but not looked into.
var sealed = map[string][]string{
	"Raw":       {"Add", "Format", "LogValue", "MarshalBinary", "MarshalJSON", "MarshalText"},
	"Published": nil,
}

func TestCountsOfPeopleCanNotBeLookedInto(t *testing.T) {
	scope := room(t).Scope()
	for name, methods := range sealed {
		named := scope.Lookup(name).Type().(*types.Named)
		fields := named.Underlying().(*types.Struct)
		for field := range fields.Fields() {
			if field.Exported() {
				t.Errorf("anybody sees %s of a %s", field.Name(), name)
			}
		}
		if types.Comparable(named) {
			t.Errorf("a %s can be compared with others until one is equal", name)
		}
		for method := range named.Methods() {
			if method.Exported() && !slices.Contains(methods, method.Name()) {
				t.Errorf("a %s has a way out, %s", name, method.Name())
			}
		}
	}
}

// What leaves the room may be one of these; a number comes out of a Figure only.
var outcomes = []string{
	"bool", "error", "string", "time.Time", "[]byte", "log/slog.Value", "(n int, isShown bool)",
	"Raw", "Published", "Figures", "*Register",
}

func TestANumberOfPeopleComesOutOfAFigureOnly(t *testing.T) {
	checked := room(t)
	inside := types.RelativeTo(checked)
	judge := func(name string, f *types.Func) {
		results := f.Signature().Results()
		if types.TypeString(results, inside) == "(n int, isShown bool)" && name == "Figure.Number" {
			return
		}
		for result := range results.Variables() {
			if text := types.TypeString(result.Type(), inside); !slices.Contains(outcomes, text) || text == "(n int, isShown bool)" {
				t.Errorf("%s gives away a %s", name, text)
			}
		}
	}
	for _, name := range checked.Scope().Names() {
		switch thing := checked.Scope().Lookup(name).(type) {
		case *types.Func:
			if thing.Exported() {
				judge(name, thing)
			}
		case *types.TypeName:
			named, isNamed := thing.Type().(*types.Named)
			if !isNamed || !thing.Exported() || types.IsInterface(named) {
				continue
			}
			for method := range named.Methods() {
				if method.Exported() {
					judge(name+"."+method.Name(), method)
				}
			}
		}
	}
}

// stores are what only a store may touch: the making of counts, and how they are kept.
var stores = []string{"Count", "Total", "Record"}

func TestOnlyStoresCountPeople(t *testing.T) {
	for name, file := range files(t, token.NewFileSet(), "app", "cmd", "realtime") {
		if strings.HasPrefix(name, "app/disclosure/") {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, isSelector := n.(*ast.SelectorExpr); isSelector {
				if from, isName := s.X.(*ast.Ident); isName && from.Name == "disclosure" && slices.Contains(stores, s.Sel.Name) {
					t.Errorf("%s uses disclosure.%s, which is for stores", name, s.Sel.Name)
				}
			}
			return true
		})
	}
}

// others are the functions of the stores that count in SQL, and what they count that is no
// statistic about people for the public. Think twice before adding one: whatever tells
// anybody outside a group how many people did something returns a disclosure.Raw.
var others = map[string]string{
	"db/amendment.go":  "steps and authors of an amendment, for its group",
	"db/contest.go":    "steps of one submission, and those who say that they didn't send it, for its moderators",
	"db/erasure.go":    "erased places of a version",
	"db/file.go":       "files of a docket",
	"db/group.go":      "whether a name or an address is taken",
	"db/hold.go":       "held changes and letters of one text, and whether anybody could release them",
	"db/identity.go":   "whether there is anybody at all, and whether one account is in a group",
	"db/log.go":        "the windows of one persona on one day",
	"db/migrate.go":    "migrations",
	"db/notice.go":     "unread notices of one reader, for that reader, and whether one thing is there",
	"db/upkeep.go":     "letters that wait, and statements of groups that are not sensitive, for a steward",
	"db/past.go":       "updates of one text, for whoever comes back to it",
	"db/submission.go": "steps of one submission",
	"db/thread.go":     "comments of a thread, for its group",
}

var counting = regexp.MustCompile(`(?i)\b(COUNT|SUM)\s*\(`)

func TestNothingElseCountsPeopleForThePublic(t *testing.T) {
	used := map[string]bool{}
	for name, file := range files(t, token.NewFileSet(), "db") {
		for _, declared := range file.Decls {
			what := name
			if f, isFunc := declared.(*ast.FuncDecl); isFunc {
				what = name + " " + f.Name.Name
				if returnsRaw(f) {
					continue
				}
			}
			ast.Inspect(declared, func(n ast.Node) bool {
				text, isText := n.(*ast.BasicLit)
				if !isText || text.Kind != token.STRING || !counting.MatchString(text.Value) {
					return true
				}
				switch {
				case others[what] != "":
					used[what] = true
				case others[name] != "":
					used[name] = true
				default:
					t.Errorf("%s counts in SQL: if it counts people for the public it returns a disclosure.Raw, else it belongs on the list of others", what)
				}
				return true
			})
		}
	}
	for what := range others {
		if !used[what] {
			t.Errorf("%s is on the list of others, but counts nothing", what)
		}
	}
}

// returnsRaw reports whether a function counts for this room.
func returnsRaw(f *ast.FuncDecl) bool {
	if f.Type.Results == nil {
		return false
	}
	return slices.ContainsFunc(f.Type.Results.List, func(r *ast.Field) bool {
		s, isSelector := r.Type.(*ast.SelectorExpr)
		if !isSelector {
			return false
		}
		from, isName := s.X.(*ast.Ident)
		return isName && from.Name == "disclosure" && s.Sel.Name == "Raw"
	})
}

func TestNobodyReachesPastTheTypes(t *testing.T) {
	for name, file := range files(t, token.NewFileSet(), "app", "db", "cmd") {
		for _, spec := range file.Imports {
			if path := strings.Trim(spec.Path.Value, `"`); path == "unsafe" || path == "reflect" && spec.Name != nil {
				t.Errorf("%s imports %s, with which any count could be read", name, path)
			}
		}
		for _, used := range valuesReflected(file) {
			t.Errorf("%s uses reflect.%s, with which any count could be read", name, used)
		}
	}
	if _, err := os.Stat(filepath.Join(top, "go.mod")); err != nil {
		t.Fatal(err)
	}
}

// ofTypes is what package reflect tells of types alone, and not of what values hold.
var ofTypes = []string{
	"Type", "TypeOf", "TypeFor", "StructField",
	"Pointer", "Slice", "Map", "Struct", "Bool", "Int", "Int64", "Float64", "String", "Interface",
}

// valuesReflected are the uses of package reflect in a file that aren't of types, or of the
// address of a function.
func valuesReflected(file *ast.File) []string {
	isReflect := func(n ast.Node) (*ast.SelectorExpr, bool) {
		s, isSelector := n.(*ast.SelectorExpr)
		if !isSelector {
			return nil, false
		}
		of, isName := s.X.(*ast.Ident)
		return s, isName && of.Name == "reflect"
	}
	var found []string
	addresses := map[ast.Node]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if outer, isSelector := n.(*ast.SelectorExpr); isSelector && outer.Sel.Name == "Pointer" {
			if call, isCall := outer.X.(*ast.CallExpr); isCall {
				addresses[call.Fun] = true
			}
		}
		if s, isOne := isReflect(n); isOne && !slices.Contains(ofTypes, s.Sel.Name) && !(s.Sel.Name == "ValueOf" && addresses[n]) {
			found = append(found, s.Sel.Name)
		}
		return true
	})
	return found
}
