package web

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/identity"
)

// The API describes itself in OpenAPI 3.1.0 (spec.openapis.org/oas/v3.1.0). The document is
// made of the operations that are mounted and the types that are read and answered.

const mimePDF = "application/pdf"

// openapiJSON is a description in OpenAPI 3.1.
type openapiJSON map[string]any

// handleOpenAPI answers with the document. It says nothing of anybody's, so it may be kept.
func (s *Server) handleOpenAPI(c *fiber.Ctx) error {
	text, err := s.openapi()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(text)
}

// document is the description of all operations.
func (s *Server) document() ([]byte, error) {
	answered := schemas{named: object{}, types: map[string]reflect.Type{}}
	read := schemas{named: answered.named, types: answered.types, isRead: true}
	paths := map[string]object{}
	var tags []any
	known := map[string]bool{}
	for _, o := range s.operations {
		if !known[o.About] {
			known[o.About], tags = true, append(tags, object{"name": o.About})
		}
		at := o.template()
		if paths[at] == nil {
			paths[at] = object{"parameters": pathParameters(o)}
		}
		paths[at][strings.ToLower(o.Method)] = s.describe(o, &answered, &read)
	}
	answered.of(typeOf[problem]())
	answered.named["Problem"].(object)["properties"].(object)["code"] = s.codes()
	return json.MarshalIndent(object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Madang", "version": "1",
			"summary":     "A forum in which people write norms together.",
			"description": strings.TrimSpace(openapiText),
		},
		"servers": []any{object{"url": strings.TrimSuffix(s.base.String(), "/")}},
		"tags":    tags,
		"paths":   paths,
		"components": object{
			"schemas": answered.named, "responses": refusals(), "headers": meterHeaders(),
			"securitySchemes": object{
				"token": object{
					"type": "http", "scheme": "bearer",
					"description": "A token of one of somebody's personas, which its owner makes and revokes under “My account”. It may do what the persona may at that moment, as far as its scopes reach; each has “read” in it, and those that a route needs stand beside it. A token without scopes, which “madang token” makes, may do all that the persona may.",
				},
			},
		},
	}, "", " ")
}

const openapiText = `
Programs find here what pages show to people: the same rules, the same refusals.

Ids are UUIDs that the sender makes. A request that makes something can be sent again with the same id, and is then the same act: do so when the answer got lost. Without an id the forum makes one, and sending again may make a second thing.

Members of a body that nobody knows are refused, members that are left out are empty. Times are RFC 3339 in UTC. Lists that go on have "next", to be sent as "after". Answers may get further members; don't refuse them.

A refusal is application/problem+json (RFC 9457): "code" is for programs, "detail" a sentence for the person behind it, in Korean or English by Accept-Language, and "input" says what became of what was sent. Whoever may not read something is told that it isn't there.

How many requests a persona has left is in RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10); when to come again after a refusal in Retry-After, in seconds. What the public submits is never refused for being much: it waits.
`

// describe is what is told of one operation.
func (s *Server) describe(o operation, answered, read *schemas) object {
	told := object{
		"operationId": o.Name, "summary": o.Does, "tags": []any{o.About},
		"responses": o.answers(answered), "security": o.security(),
	}
	if o.Needs != nil {
		told["description"] = o.permission()
	}
	if o.IsPublic {
		told["security"] = []any{object{}, object{"token": []string{}}}
	}
	var parameters []any
	for _, q := range o.Query {
		parameters = append(parameters, q.describe(read))
	}
	if o.CanBeKept {
		parameters = append(parameters, object{
			"name": "If-None-Match", "in": "header", "schema": object{"type": "string"}, "description": "The ETag of what the sender has.",
		})
	}
	if parameters != nil {
		told["parameters"] = parameters
	}
	if body := o.body(read); body != nil {
		told["requestBody"] = object{"required": true, "content": body}
	}
	return told
}

// security are the scopes that a token needs, in each of the ways in which the route is
// open; a token without scopes needs none. What no scope opens only such a token may.
func (o operation) security() []any {
	if o.Needs == nil {
		return []any{object{"token": []identity.Scope{identity.ScopeRead}}}
	}
	var ways []any
	for _, way := range o.Needs {
		scopes := []identity.Scope{}
		for _, what := range way {
			if scope, isOpen := identity.ScopeFor(what); isOpen && !slices.Contains(scopes, scope) {
				scopes = append(scopes, scope)
			}
		}
		ways = append(ways, object{"token": scopes})
	}
	return ways
}

// permission says in a sentence what a role has to permit, and if no scope opens it.
func (o operation) permission() string {
	var ways []string
	isClosed := false
	for _, way := range o.Needs {
		var all []string
		for _, what := range way {
			_, isOpen := identity.ScopeFor(what)
			isClosed = isClosed || !isOpen
			all = append(all, strconv.Quote(string(what)))
		}
		ways = append(ways, strings.Join(all, " and "))
	}
	told := "Needs a role that may " + strings.Join(ways, ", or ") + "."
	if isClosed {
		told += " No token that has scopes may do this."
	}
	return told
}

func (q queryParameter) describe(of *schemas) object {
	told := object{"name": q.Name, "in": "query", "description": q.Means, "schema": of.of(reflect.TypeOf(q.Sort))}
	if q.IsMany {
		told["schema"] = object{"type": "array", "items": told["schema"]}
	}
	return told
}

// pathExamples are values of what varies in addresses, and what they are.
var pathExamples = map[string]object{
	"id":          {"schema": object{"type": "string", "format": "uuid"}, "example": exampleID},
	"acceptance":  {"schema": object{"type": "string", "format": "uuid"}, "example": exampleID, "description": "The id of a decision about amendments."},
	"translation": {"schema": object{"type": "string", "format": "uuid"}, "example": exampleID, "description": "The id of a translation."},
	"cid":         {"schema": object{"type": "string"}, "example": exampleClause, "description": "The id of a clause."},
	"no":          {"schema": object{"type": "integer", "minimum": 1}, "example": 1},
	"file":        {"schema": object{"type": "integer", "minimum": 1}, "example": 1, "description": "The number of a file among those of its submission."},
	"lang":        {"schema": object{"type": "string"}, "example": "ko", "description": "A language, as BCP 47 names it."},
}

func pathParameters(o operation) []any {
	list := []any{}
	for _, name := range o.parameters() {
		told := object{"name": name, "in": "path", "required": true}
		maps.Copy(told, pathExamples[name])
		list = append(list, told)
	}
	return list
}

func (o operation) body(read *schemas) object {
	switch {
	case o.Takes != nil:
		content := object{fiber.MIMEApplicationJSON: object{
			"schema": read.of(reflect.TypeOf(o.Takes)), "example": exampleOf(o.Takes),
		}}
		if o.Along != "" {
			content[fiber.MIMEMultipartForm] = object{
				"schema": object{"type": "object", "properties": object{
					o.Along: read.of(reflect.TypeOf(o.Takes)),
					"files": object{"type": "array", "items": object{"type": "string", "contentMediaType": "application/octet-stream"}},
				}},
				"encoding": object{o.Along: object{"contentType": fiber.MIMEApplicationJSON}},
			}
		}
		return content
	case o.Files != nil:
		content := mediaOf(o.Files)
		if o.Sample != "" {
			content[o.Files[0]].(object)["example"] = o.Sample
		}
		return content
	}
	return nil
}

// exampleOf shows an example without what is empty in it.
func exampleOf(value any) any {
	text, err := json.Marshal(value)
	var shown any
	if err == nil {
		err = json.Unmarshal(text, &shown)
	}
	if err != nil {
		panic("web: an example that is none: " + err.Error())
	}
	return withoutEmpty(shown)
}

func withoutEmpty(value any) any {
	switch v := value.(type) {
	case object:
		for name, member := range v {
			if v[name] = withoutEmpty(member); isEmpty(v[name]) {
				delete(v, name)
			}
		}
	case []any:
		for i := range v {
			v[i] = withoutEmpty(v[i])
		}
	}
	return value
}

func isEmpty(value any) bool {
	switch v := value.(type) {
	case object:
		return len(v) == 0
	case []any:
		return len(v) == 0
	case nil:
		return true
	default:
		return v == "" || v == false || v == 0.0 || v == "0001-01-01T00:00:00Z"
	}
}

func mediaOf(types []string) object {
	content := object{}
	for _, one := range types {
		content[one] = object{} // octets
		if strings.HasPrefix(one, "text/") {
			content[one] = object{"schema": object{"type": "string"}}
		}
	}
	return content
}

// answers are success and whatever may come instead.
func (o operation) answers(answered *schemas) object {
	success := object{"description": http.StatusText(o.Status), "headers": metered}
	content := mediaOf(o.Media)
	if o.Gives != nil {
		content[fiber.MIMEApplicationJSON] = object{"schema": answered.of(reflect.TypeOf(o.Gives))}
	}
	if len(content) > 0 {
		success["content"] = content
	}
	told := object{strconv.Itoa(o.Status): success}
	if o.CanBeKept {
		told["304"] = object{"description": "What the sender has still stands.", "headers": metered}
	}
	for _, kind := range o.refusals() {
		told[strconv.Itoa(statusOf(kind))] = object{"$ref": "#/components/responses/" + string(kind)}
	}
	return told
}

// refusals are the kinds that a route may answer with.
func (o operation) refusals() []app.Kind {
	kinds := []app.Kind{app.KindSignIn, app.KindForbidden, app.KindBusy, app.KindUnavailable}
	if len(o.parameters()) > 0 {
		kinds = append(kinds, app.KindNotFound, app.KindGone)
	}
	if o.Method != fiber.MethodGet || o.Query != nil {
		kinds = append(kinds, app.KindInvalid, app.KindNotFound, app.KindConflict, app.KindTooLarge)
	}
	return kinds
}

// kindTexts say what each kind of refusal means.
var kindTexts = map[app.Kind]string{
	app.KindInvalid:     "What was sent can be mended; “field” says where, if one member is to blame.",
	app.KindSignIn:      "There is no token, or one that was revoked or has ended.",
	app.KindForbidden:   "Known, but not allowed: to the role, to the token (“scope” says which one it lacks), or in this phase.",
	app.KindNotFound:    "It isn't there, or not for whoever asks.",
	app.KindConflict:    "Something changed meanwhile; “current” and “conflicts” say what, where they can.",
	app.KindGone:        "It was there, and is over.",
	app.KindTooLarge:    "It is larger than the forum takes.",
	app.KindBusy:        "The same request may succeed later.",
	app.KindUnavailable: "The forum can't serve now; the same request may be sent again.",
}

func refusals() object {
	told := object{}
	for kind, text := range kindTexts {
		headers := object{}
		maps.Copy(headers, metered)
		if kind == app.KindBusy || kind == app.KindUnavailable {
			headers[fiber.HeaderRetryAfter] = object{"$ref": "#/components/headers/Retry-After"}
		}
		told[string(kind)] = object{
			"description": text, "headers": headers,
			"content": object{mimeProblem: object{"schema": object{"$ref": "#/components/schemas/Problem"}}},
		}
	}
	return told
}

// codes are all codes of refusals, each with the sentence that goes with it.
func (s *Server) codes() object {
	say := s.speech.In("en")
	list := []any{}
	for _, key := range s.speech.Keys() {
		if code, isOne := strings.CutPrefix(key, "error."); isOne {
			list = append(list, object{"const": code, "description": say.Source(key)})
		}
	}
	return object{"type": "string", "description": "Names the refusal for programs.", "oneOf": list}
}
