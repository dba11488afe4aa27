package web

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
)

// apiBase is where the API begins.
const apiBase = "/api/v1"

// operation is a route of the API with all that programs are told of it. A route is
// mounted by its operation alone, so that there is none without a description.
type operation struct {
	Method string
	// Path is the address as the router has it, from the root.
	Path string
	// Name is that of the handler, without "api" or "handle".
	Name string
	// About is the noun under which the route is listed.
	About string
	// Does says in a sentence what it does.
	Does string
	// IsPublic says that nobody has to say who they are.
	IsPublic bool
	// Needs is what a role has to permit, all of one of these; empty if any member may.
	Needs [][]app.Capability
	Query []queryParameter
	// Takes is the body of a request as JSON: an example, in the type that is read.
	// Files are the media types of bodies that aren't JSON, Sample such a body.
	Takes  any
	Files  []string
	Sample string
	// Along is the field of a form in which that JSON may stand, with files beside it.
	Along string
	// Status is that of success, Gives the type of the answer: nil if it has none.
	Status int
	Gives  any
	// Media are the types of an answer that isn't JSON, or isn't always.
	Media []string
	// CanBeKept says that a sender may ask whether what they have still stands.
	CanBeKept bool

	server *Server
}

// queryParameter is what may stand behind the question mark.
type queryParameter struct {
	Name, Means string
	// Sort is a value of its type: a string of some sort, an int or a bool.
	Sort   any
	IsMany bool
}

// telling adds to what is told of a route.
type telling func(*operation)

// needs names the capabilities without which the route is refused. Told twice, it is enough
// to have those of one telling.
func needs(what ...app.Capability) telling {
	return func(o *operation) { o.Needs = append(o.Needs, what) }
}

// query adds a parameter of the query, described in a sentence.
func query(name string, sort any, means string) telling {
	return func(o *operation) { o.Query = append(o.Query, queryParameter{name, means, sort, false}) }
}

// queryOften is query for a parameter that may stand there several times.
func queryOften(name string, sort any, means string) telling {
	return func(o *operation) { o.Query = append(o.Query, queryParameter{name, means, sort, true}) }
}

// takes says what the body is like, by an example.
func takes(example any) telling { return func(o *operation) { o.Takes = example } }

// takesFile says that the body is a file of one of these types.
func takesFile(types ...string) telling { return func(o *operation) { o.Files = types } }

// asInFile is an example of that file, if it is text.
func asInFile(text string) telling { return func(o *operation) { o.Sample = text } }

// withFiles says that files may come along in a form, with the JSON in this field.
func withFiles(field string) telling { return func(o *operation) { o.Along = field } }

// gives says what comes back, by a value of its type.
func gives(status int, of any) telling {
	return func(o *operation) { o.Status, o.Gives = status, of }
}

// givesFile says that a file of one of these types may come back.
func givesFile(types ...string) telling { return func(o *operation) { o.Media = types } }

// canBeKept says that the answer has an ETag to ask by.
func canBeKept(o *operation) { o.CanBeKept = true }

// apiRoutes mounts routes of the API that are about one noun.
type apiRoutes struct {
	server   *Server
	router   fiber.Router
	about    string
	isPublic bool
}

// publicRoutes are for everybody, memberRoutes for whoever is signed in.
func (s *Server) publicRoutes(r fiber.Router, about string) apiRoutes {
	return apiRoutes{server: s, router: r, about: about, isPublic: true}
}

func (s *Server) memberRoutes(r fiber.Router, about string) apiRoutes {
	return apiRoutes{server: s, router: r, about: about}
}

func (a apiRoutes) get(path string, answer fiber.Handler, does string, told ...telling) {
	a.add(fiber.MethodGet, path, answer, does, told)
}

func (a apiRoutes) post(path string, answer fiber.Handler, does string, told ...telling) {
	a.add(fiber.MethodPost, path, answer, does, told)
}

func (a apiRoutes) put(path string, answer fiber.Handler, does string, told ...telling) {
	a.add(fiber.MethodPut, path, answer, does, told)
}

func (a apiRoutes) patch(path string, answer fiber.Handler, does string, told ...telling) {
	a.add(fiber.MethodPatch, path, answer, does, told)
}

func (a apiRoutes) delete(path string, answer fiber.Handler, does string, told ...telling) {
	a.add(fiber.MethodDelete, path, answer, does, told)
}

func (a apiRoutes) add(method, path string, answer fiber.Handler, does string, told []telling) {
	o := &operation{
		Method: method, Path: apiBase + path, Name: nameOf(answer), About: a.about, Does: does, IsPublic: a.isPublic,
		Status: fiber.StatusOK, server: a.server,
	}
	for _, tell := range told {
		tell(o)
	}
	a.server.operations = append(a.server.operations, *o)
	a.router.Add(method, o.Path, func(c *fiber.Ctx) error {
		c.Locals(operationKey, o)
		if !o.IsPublic && !actorOf(c).IsSignedIn() {
			return app.SignIn()
		}
		if err := o.server.meter(c); err != nil {
			return err
		}
		return answer(c)
	})
}

// nameOf is what a handler is called, from "apiThreadCreate" to "threadCreate".
func nameOf(answer fiber.Handler) string {
	full := runtime.FuncForPC(reflect.ValueOf(answer).Pointer()).Name()
	name := strings.TrimSuffix(full[strings.LastIndex(full, ".")+1:], "-fm")
	name = strings.TrimPrefix(strings.TrimPrefix(name, "api"), "handle")
	return strings.ToLower(name[:1]) + name[1:]
}

const operationKey localsKey = 2

// checkTold compares what is read or answered with what is told of the route, in the way
// that told looks it up. It is a mistake in the program if they differ.
func checkTold(c *fiber.Ctx, told func(*operation) any, value any) {
	o, isAPI := c.Locals(operationKey).(*operation)
	if !isAPI || o.server.onUntold == nil {
		return
	}
	want, got := reflect.TypeOf(told(o)), reflect.TypeOf(value)
	if got.Kind() == reflect.Pointer {
		got = got.Elem()
	}
	if want != got {
		o.server.onUntold(fmt.Sprintf("%s %s is told to have %v, and has %v", o.Method, o.Path, want, got))
	}
}

// parameters are the names of what varies in the address.
func (o operation) parameters() []string {
	var names []string
	for _, part := range strings.FieldsFunc(o.Path, func(r rune) bool { return r == '/' || r == '.' }) {
		if name, isOne := strings.CutPrefix(part, ":"); isOne && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// template is the address as OpenAPI has it: {id} for :id.
func (o operation) template() string {
	path := o.Path
	for _, name := range o.parameters() {
		path = strings.Replace(path, ":"+name, "{"+name+"}", 1)
	}
	return path
}

// What examples are made of.
const (
	exampleID     = app.ID("019cbd5e-7c00-7000-8000-000000000001")
	exampleClause = "c1"
)

var exampleTime = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
