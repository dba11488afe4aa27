package web

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gofiber/fiber/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"madang/app"
)

// described is the document as a program gets it.
func (s *site) described() map[string]any {
	s.t.Helper()
	a := s.get("", "/api/v1/openapi.json").mustBe(http.StatusOK)
	var document map[string]any
	if err := json.Unmarshal([]byte(a.text), &document); err != nil {
		s.t.Fatal(err)
	}
	return document
}

func TestEveryRouteOfTheAPIIsDescribed(t *testing.T) {
	s := open(t)
	paths := s.described()["paths"].(map[string]any)
	told := 0
	for _, methods := range paths {
		told += len(methods.(map[string]any)) - 1 // parameters
	}
	found := 0
	for _, route := range s.server.fiber.GetRoutes(true) {
		if !strings.HasPrefix(route.Path, apiBase+"/") || route.Method == fiber.MethodHead {
			continue
		}
		found++
		at := operation{Path: route.Path}.template()
		methods, _ := paths[at].(map[string]any)
		if methods[strings.ToLower(route.Method)] == nil {
			t.Errorf("%s %s isn't described", route.Method, route.Path)
		}
	}
	if found < 70 || told != found {
		t.Errorf("%d operations are described, and %d are there", told, found)
	}
}

func TestNoTwoOperationsHaveOneName(t *testing.T) {
	s := open(t)
	seen := map[string]bool{}
	for _, o := range s.server.operations {
		if seen[o.Name] {
			t.Errorf("two operations are called %s", o.Name)
		}
		seen[o.Name] = true
		if !strings.HasSuffix(o.Does, ".") {
			t.Errorf("%s has no sentence", o.Name)
		}
		for _, name := range o.parameters() {
			if pathExamples[name] == nil {
				t.Errorf("%s: nothing is said of :%s", o.Path, name)
			}
		}
	}
}

func TestEveryWordThatATypeMayHoldIsDescribed(t *testing.T) {
	s := open(t)
	seen := map[reflect.Type]bool{typeOf[app.ID](): true}
	var look func(reflect.Type)
	look = func(of reflect.Type) {
		if seen[of] {
			return
		}
		seen[of] = true
		switch of.Kind() {
		case reflect.String:
			if of.PkgPath() != "" && enumerations[of] == nil {
				t.Errorf("nothing says what a %s may be", of)
			}
		case reflect.Pointer, reflect.Slice:
			look(of.Elem())
		case reflect.Map:
			look(of.Key())
			look(of.Elem())
		case reflect.Struct:
			for field := range eachField(of) {
				look(field.Type)
			}
		}
	}
	for _, o := range s.server.operations {
		for _, value := range []any{o.Takes, o.Gives} {
			if value != nil {
				look(reflect.TypeOf(value))
			}
		}
	}
}

func TestNoWordThatATypeMayHoldIsLeftOut(t *testing.T) {
	for of, words := range enumerations {
		for _, value := range constantsOf(t, of) {
			if value == string(app.RoleSteward) {
				continue // which is no role in a group
			}
			if !slices.ContainsFunc(words, func(word any) bool { return reflect.ValueOf(word).String() == value }) {
				t.Errorf("nothing says that a %s may be %q", of, value)
			}
		}
	}
}

// constantsOf are the values of all constants of a type, from the source of its room.
func constantsOf(t *testing.T, of reflect.Type) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", strings.TrimPrefix(of.PkgPath(), "madang/"), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, isSpec := n.(*ast.ValueSpec)
			if !isSpec {
				return true
			}
			if kind, isNamed := spec.Type.(*ast.Ident); !isNamed || kind.Name != of.Name() {
				return true
			}
			for _, value := range spec.Values {
				if text, isText := value.(*ast.BasicLit); isText {
					word, err := strconv.Unquote(text.Value)
					if err != nil {
						t.Fatal(err)
					}
					values = append(values, word)
				}
			}
			return true
		})
	}
	return values
}

// compile makes a schema of a place in the document.
func compile(t *testing.T, document map[string]any, at string) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	if err := compiler.AddResource("urn:madang:openapi", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("urn:madang:openapi#" + at)
	if err != nil {
		t.Fatalf("%s: %v", at, err)
	}
	return schema
}

// pointer is a place in JSON (RFC 6901).
func pointer(parts ...string) string {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	var at strings.Builder
	for _, part := range parts {
		at.WriteString("/" + escape.Replace(part))
	}
	return at.String()
}

func TestEveryExampleIsWhatItsSchemaAsksFor(t *testing.T) {
	s := open(t)
	document := s.described()
	for _, o := range s.server.operations {
		if o.Takes == nil {
			continue
		}
		at := pointer("paths", o.template(), strings.ToLower(o.Method), "requestBody", "content", fiber.MIMEApplicationJSON)
		schema := compile(t, document, at+"/schema")
		media := dig(document, "paths", o.template(), strings.ToLower(o.Method), "requestBody", "content", fiber.MIMEApplicationJSON)
		if err := schema.Validate(media.(map[string]any)["example"]); err != nil {
			t.Errorf("%s: %v", o.Name, err)
		}
	}
}

func dig(value any, at ...string) any {
	for _, part := range at {
		members, _ := value.(map[string]any)
		value = members[part]
	}
	return value
}

func TestEverySchemaHoldsTogetherAndIsSaidToMeanSomething(t *testing.T) {
	s := open(t)
	document := s.described()
	named := dig(document, "components", "schemas").(map[string]any)
	if len(named) < 60 {
		t.Errorf("only %d schemas are described", len(named))
	}
	for name := range named {
		compile(t, document, pointer("components", "schemas", name))
	}
	if text := dig(named, "Thread", "properties", "on", "description"); text != "On are the words it is about, if that is less than a clause." {
		t.Errorf("what stands beside a member in the source reads %q", text)
	}
	if got := dig(named, "ThreadInput", "description"); got != "Opens a thread with its first comment." {
		t.Errorf("what stands above a type in the source reads %q", got)
	}
}

func TestAProgramIsToldHowManyRequestsItHasLeft(t *testing.T) {
	s := open(t)
	s.server.quota = 2
	session := s.signIn(s.Minho)
	for _, left := range []string{`"account";r=1;t=`, `"account";r=0;t=`} {
		a := s.get(session, "/api/v1/groups").mustBe(http.StatusOK)
		if got := a.Header.Get("RateLimit"); !strings.HasPrefix(got, left) {
			t.Errorf("RateLimit is %q, want %s", got, left)
		}
		if got := a.Header.Get("RateLimit-Policy"); got != `"account";q=2;w=60` {
			t.Errorf("RateLimit-Policy is %q", got)
		}
	}
	a := s.get(session, "/api/v1/groups").mustBe(http.StatusTooManyRequests)
	a.mustSay(`"code":"api.busy"`)
	if wait := a.Header.Get("Retry-After"); wait == "" || wait == "0" {
		t.Errorf("Retry-After is %q", wait)
	}
	s.get(s.signIn(s.Eun), "/api/v1/groups").mustBe(http.StatusOK) // somebody else's are their own
	s.Clock.Advance(meterWindow)
	s.get(session, "/api/v1/groups").mustBe(http.StatusOK)
}

func TestTheDescriptionIsOpenAPI(t *testing.T) {
	s := open(t)
	document, err := openapi3.NewLoader().LoadFromData([]byte(s.get("", "/api/v1/openapi.json").text))
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if document.OpenAPI != "3.1.0" {
		t.Errorf("it calls itself %s", document.OpenAPI)
	}
	codes := dig(s.described(), "components", "schemas", "Problem", "properties", "code", "oneOf").([]any)
	if !slices.ContainsFunc(codes, func(code any) bool { return dig(code, "const") == "thread.resolved" }) {
		t.Errorf("among %d codes of refusals one is missing", len(codes))
	}
}
