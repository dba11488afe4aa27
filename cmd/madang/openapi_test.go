package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"madang/app"
)

// client is a program that knows the API by its description alone, and takes no answer
// that isn't as described.
type client struct {
	t        *testing.T
	base     string
	document map[string]any
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
	routes   map[string]route // by operation id
	// succeeded are the routes that were seen to do what they are for.
	succeeded map[string]bool
}

type route struct {
	method, path string
	told         map[string]any
}

func readDescription(t *testing.T, base string) *client {
	t.Helper()
	c := &client{
		t: t, base: base, compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{},
		routes: map[string]route{}, succeeded: map[string]bool{},
	}
	script{t: t, base: base}.call("GET", "/api/v1/openapi.json", nil).into(&c.document)
	c.compiler.DefaultDraft(jsonschema.Draft2020)
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource("urn:openapi", c.document); err != nil {
		t.Fatal(err)
	}
	for path, methods := range c.document["paths"].(map[string]any) {
		for method, told := range methods.(map[string]any) {
			if method != "parameters" {
				o := told.(map[string]any)
				c.routes[o["operationId"].(string)] = route{strings.ToUpper(method), path, o}
			}
		}
	}
	return c
}

var escapePointer = strings.NewReplacer("~", "~0", "/", "~1")

// schema is the one at a place in the document.
func (c *client) schema(at ...string) *jsonschema.Schema {
	c.t.Helper()
	name := "urn:openapi#"
	for _, part := range at {
		name += "/" + escapePointer.Replace(part)
	}
	if c.schemas[name] == nil {
		made, err := c.compiler.Compile(name)
		if err != nil {
			c.t.Fatal(err)
		}
		c.schemas[name] = made
	}
	return c.schemas[name]
}

func dig(value any, at ...string) any {
	for _, part := range at {
		members, _ := value.(map[string]any)
		value = members[part]
	}
	return value
}

// call asks for something by its name; at fills the address, and what is left of it the
// query.
func (c *client) call(s script, name string, at map[string]string, body any) reply {
	c.t.Helper()
	r, isKnown := c.routes[name]
	if !isKnown {
		c.t.Fatalf("nothing is told of %s", name)
	}
	path, query := r.path, url.Values{}
	for key, value := range at {
		if strings.Contains(path, "{"+key+"}") {
			path = strings.ReplaceAll(path, "{"+key+"}", url.PathEscape(value))
		} else {
			query.Add(key, value)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	answer := s.call(r.method, path, body)
	c.check(name, answer)
	return answer
}

// attach is done for a form with JSON in a field, and a file.
func (c *client) attach(s script, name string, at map[string]string, field string, body any, file attached) map[string]any {
	c.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	sent, kind := formData(c.t, map[string][]string{field: {string(text)}}, []attached{file})
	return c.upload(s, name, at, kind, sent.String())
}

// upload sends a file as it is.
func (c *client) upload(s script, name string, at map[string]string, kind, file string) map[string]any {
	c.t.Helper()
	answer := s.sendFile(strings.ReplaceAll(c.routes[name].path, "{id}", at["id"]), kind, file)
	c.check(name, answer)
	var value map[string]any
	answer.into(&value)
	return value
}

// check compares an answer with what is told of the route.
func (c *client) check(name string, answer reply) {
	c.t.Helper()
	r, status := c.routes[name], strconv.Itoa(answer.status)
	where := []string{"paths", r.path, strings.ToLower(r.method), "responses", status}
	told := dig(c.document, where...)
	if told == nil {
		c.t.Errorf("%s answers with %s, of which nothing is told: %s", name, status, answer.body)
		return
	}
	if to, isElsewhere := dig(told, "$ref").(string); isElsewhere {
		where = strings.Split(strings.TrimPrefix(to, "#/"), "/")
		told = dig(c.document, where...)
	}
	if answer.status >= 500 {
		c.t.Errorf("%s fails: %s", name, answer.body)
	}
	mediaType, _, _ := strings.Cut(answer.header.Get("Content-Type"), ";")
	content, hasContent := dig(told, "content").(map[string]any)
	if !hasContent {
		if len(answer.body) > 0 {
			c.t.Errorf("%s answers with %q, and is told to answer nothing", name, answer.body)
		}
	} else if content[mediaType] == nil {
		c.t.Errorf("%s answers %s with %q, of which nothing is told", name, status, mediaType)
	} else if strings.HasSuffix(mediaType, "json") {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(answer.body)))
		if err == nil {
			err = c.schema(append(where, "content", mediaType, "schema")...).Validate(value)
		}
		if err != nil {
			c.t.Errorf("%s answers %s otherwise than described: %v\n%s", name, status, err, answer.body)
		}
	}
	if answer.status/100 == 2 {
		c.succeeded[name] = true
	}
}

// done is call for what has to succeed; it returns the answer.
func (c *client) done(s script, name string, at map[string]string, body any) map[string]any {
	c.t.Helper()
	answer := c.call(s, name, at, body)
	if answer.status/100 != 2 {
		c.t.Fatalf("%s: status %d: %s", name, answer.status, answer.body)
	}
	var value map[string]any
	if strings.HasSuffix(answer.header.Get("Content-Type"), "json") {
		answer.into(&value)
	}
	return value
}

// like is the example of a body with some members changed; nil takes one out.
func (c *client) like(name string, changes map[string]any) map[string]any {
	c.t.Helper()
	text, err := json.Marshal(dig(c.routes[name].told, "requestBody", "content", "application/json", "example"))
	var body map[string]any
	if err == nil {
		err = json.Unmarshal(text, &body)
	}
	if err != nil || body == nil {
		c.t.Fatalf("%s has no example", name)
	}
	delete(body, "id") // one example is the same for all
	for key, value := range changes {
		if body[key] = value; value == nil {
			delete(body, key)
		}
	}
	return body
}

type at = map[string]string
type body = map[string]any

// dayOfWork does what every route is for, and returns the ids that there are then.
func (c *client) dayOfWork(chair, editor, mo, public script, statement string) (known map[string][]string) {
	c.t.Helper()
	id := func(value map[string]any) string { return fmt.Sprint(value["id"]) }
	group := id(c.done(chair, "groups", nil, nil)["items"].([]any)[0].(map[string]any))
	c.done(chair, "group", at{"id": group}, nil)
	c.done(chair, "groupActCreate", at{"id": group}, c.like("groupActCreate", nil))
	c.done(editor, "group", at{"id": group}, nil)
	c.call(editor, "statementCreate", at{"id": group}, c.like("statementCreate", nil)).refused(http.StatusForbidden, "group.archived")
	c.done(chair, "groupActCreate", at{"id": group}, body{"kind": "resumed", "reason": "There is more to do."})
	c.done(editor, "groupActs", at{"id": group}, nil)
	c.done(chair, "statements", at{"id": group}, nil)
	own := id(c.done(editor, "statementCreate", at{"id": group}, c.like("statementCreate", nil)))
	first := c.done(editor, "statement", at{"id": own}, nil)["clauses"].([]any)[0].(map[string]any)
	cid, words := first["cid"].(string), first["text"].(string)
	for _, format := range []string{"markdown", "html", "docx"} {
		c.done(editor, "statement", at{"id": own, "format": format}, nil)
	}
	for _, name := range []string{"statementMarkdown", "statementHTML", "statementWord", "clauses", "steps", "threads", "amendments", "versions", "errata"} {
		c.done(editor, name, at{"id": own}, nil)
	}
	c.done(editor, "clause", at{"id": own, "cid": cid}, nil)
	c.done(editor, "trace", at{"id": own, "cid": cid}, nil)
	text := strings.Replace(words, "all", "everybody", 1) + " Always."
	c.done(editor, "clauseUpdate", at{"id": own, "cid": cid}, body{"base": words, "text": text})
	c.call(editor, "clauseUpdate", at{"id": own, "cid": cid}, body{"base": words, "text": strings.Replace(words, "all", "nobody", 1)}).refused(http.StatusConflict, "clause.conflict")

	thread := c.done(editor, "threadCreate", at{"id": own}, body{"clause": cid, "quote": "Always", "comment": body{"body": "When?"}})
	c.done(chair, "commentCreate", at{"id": id(thread)}, c.like("commentCreate", nil))
	c.call(chair, "commentCreate", at{"id": id(thread)}, body{"body": "No\x00thing"}).refused(http.StatusUnprocessableEntity, "api.null")
	c.done(chair, "comments", at{"id": id(thread), "limit": "1"}, nil)
	c.done(chair, "threads", at{"id": own}, nil)
	comment := id(c.done(editor, "commentCreate", at{"id": id(thread)}, body{"body": "First."}))
	c.done(editor, "commentUpdate", at{"id": comment}, body{"body": "Second.", "revision": 1})
	c.done(editor, "comment", at{"id": comment}, nil)
	c.done(editor, "threadPlace", at{"id": id(thread)}, body{"clause": cid, "quote": "water"})
	c.call(editor, "threadPlace", at{"id": id(thread)}, body{"clause": cid, "quote": "fire"}).refused(http.StatusConflict, "quote.gone")
	said := at{"id": id(c.done(editor, "commentCreate", at{"id": id(thread)}, body{"body": "All who live by the river."}))}
	c.done(chair, "tongueCreate", said, c.like("tongueCreate", nil))
	made := c.done(editor, "tongues", said, nil)["items"].([]any)[0].(map[string]any)
	said["translation"] = id(made)
	c.done(editor, "tongueReview", said, nil)
	c.done(chair, "tongueWithdraw", said, nil)
	c.done(editor, "commentDelete", at{"id": comment}, nil)
	c.done(editor, "settlementCreate", at{"id": id(thread)}, body{"reason": "Said."})
	c.done(editor, "thread", at{"id": id(thread)}, nil)

	explained := at{"id": own, "cid": cid}
	c.call(editor, "note", explained, nil).refused(http.StatusNotFound, "not_found")
	note := c.done(editor, "noteUpdate", explained, c.like("noteUpdate", nil))
	c.done(chair, "notes", at{"id": own}, nil)
	c.call(chair, "noteUpdate", explained, body{"base": string(app.NewID()), "text": "Because."}).refused(http.StatusNotFound, "not_found")
	c.done(chair, "noteUpdate", explained, body{"base": id(note), "text": "Because rivers cross many borders."})
	if merged := c.done(editor, "noteUpdate", explained, body{"base": id(note), "text": "For rivers cross borders."}); merged["merged"] != true || merged["text"] != "For rivers cross many borders." {
		c.t.Errorf("%v", merged)
	}
	c.call(editor, "noteUpdate", explained, body{"base": id(note), "text": "Because rivers cross no borders."}).refused(http.StatusConflict, "note.conflict")
	c.done(chair, "noteTongueCreate", explained, c.like("noteTongueCreate", body{"note": nil}))
	told := c.done(editor, "noteTongues", explained, nil)["items"].([]any)[0].(map[string]any)
	explained["translation"] = id(told)
	c.call(chair, "noteTongueReview", explained, nil).refused(http.StatusForbidden, "translation.own")
	c.done(editor, "noteTongueReview", explained, nil)
	c.done(editor, "note", explained, nil)
	c.done(chair, "noteTongueWithdraw", explained, nil)

	c.done(editor, "followUpdate", nil, body{"statement": own, "kind": "statement", "follow": true})
	c.done(editor, "follows", nil, nil)
	c.done(editor, "notices", nil, nil)
	c.done(editor, "noticeReadingCreate", nil, body{"statement": own, "seq": 1, "all": true})
	c.done(editor, "translationCreate", at{"id": own, "lang": "ko"}, body{"cid": cid, "text": "물", "source": text})
	c.done(editor, "translations", at{"id": own, "lang": "ko"}, nil)

	propose := func(s script, to string) string {
		made := id(c.done(s, "amendmentCreate", at{"id": own}, body{"reason": "So.", "proposals": []body{{"kind": "text", "cid": cid, "base": text, "text": to}}}))
		c.done(s, "amendmentStepCreate", at{"id": made}, body{"to": "tabled"})
		return made
	}
	one, two := propose(chair, "Never. "+text), propose(editor, "Ever. "+text)
	c.done(editor, "amendmentCreate", at{"id": own}, body{"reason": "Both.", "proposals": []body{{"kind": "move", "cid": cid, "after": "^"}}})
	draft := id(c.done(chair, "amendmentCreate", at{"id": own}, body{"reason": "So.", "proposals": []body{{"kind": "text", "cid": cid, "base": text, "text": text + " Yes."}}}))
	c.done(chair, "amendmentUpdate", at{"id": draft}, body{"reason": "Yes.", "proposals": []body{{"kind": "text", "cid": cid, "base": text, "text": text + " Yes!"}}})
	c.done(editor, "signatureCreate", at{"id": one}, body{"signs": true, "wording": 0})
	c.done(editor, "remarkCreate", at{"id": one}, c.like("remarkCreate", nil))
	c.done(editor, "furtherCreate", at{"id": one}, body{"reason": "Softer.", "proposals": []body{{"kind": "text", "cid": cid, "base": "Never. " + text, "text": "Seldom. " + text}}})
	plan := c.done(chair, "acceptancePlan", at{"id": own, "a": one}, nil)
	c.call(chair, "acceptancePlan", at{"id": own, "a": "nothing"}, nil)
	done := c.done(chair, "acceptanceCreate", at{"id": own}, body{"amendments": []string{one}, "seen": plan["seen"], "settled": []body{}, "reason": "Yes."})
	c.done(editor, "acceptance", at{"id": own, "acceptance": id(done)}, nil)
	c.done(editor, "amendment", at{"id": two}, nil) // stale now
	c.done(editor, "amendments", at{"id": own}, nil)
	c.done(editor, "steps", at{"id": own}, nil)
	now := "Never. " + text
	c.done(editor, "copyCreate", at{"id": own}, body{"amendments": []body{{"reason": "So.", "proposals": []body{{"kind": "text", "cid": cid, "base": now, "text": now + " Yes."}}}}})

	c.done(editor, "versionCreate", at{"id": own}, c.like("versionCreate", nil))
	c.done(editor, "clauseUpdate", at{"id": own, "cid": cid}, body{"base": now, "text": now + " And a name."})
	c.done(editor, "versionCreate", at{"id": own}, body{})
	for _, name := range []string{"version", "versionWord", "versionFile"} {
		c.done(editor, name, at{"id": own, "no": "2"}, nil)
	}
	c.call(editor, "versionPDF", at{"id": own, "no": "1"}, nil)
	c.done(editor, "comparison", at{"id": own, "from": "1", "to": "2"}, nil)
	c.done(editor, "comparison", at{"id": own, "from": "1"}, nil)
	c.done(editor, "changes", at{"id": own}, nil)
	c.done(chair, "erratumCreate", at{"id": own}, body{"places": []body{{"version": 2, "cid": cid}}, "newest": 2, "reason": "A name.", "confirmed": true})
	for _, name := range []string{"versions", "errata"} {
		c.done(editor, name, at{"id": own}, nil)
	}
	c.done(editor, "version", at{"id": own, "no": "2"}, nil)
	c.done(editor, "comparison", at{"id": own, "from": "1", "to": "2"}, nil)
	c.done(editor, "search", at{"q": "water", "kind": "clause"}, nil)
	c.done(editor, "search", at{"q": "When"}, nil)

	docket := c.consultation(chair, editor, mo, public, group, own, cid, one)
	c.done(chair, "stepCreate", at{"id": statement}, body{"no": 1, "to": "group_review", "reason": "Now."})
	c.done(chair, "steps", at{"id": statement}, nil)
	return map[string][]string{
		"groups": {group}, "statements": {own, statement}, "threads": {id(thread)}, "comments": {comment, id(thread["comment"].(map[string]any))},
		"amendments": {one, two, draft}, "consultations": {docket}, "cid": {cid}, "acceptance": {id(done)}, "no": {"1", "2"}, "file": {"1"}, "lang": {"ko", "en"}, "translation": {said["translation"], explained["translation"]},
	}
}

// consultation puts a text before the public and answers what is said to it.
func (c *client) consultation(chair, editor, mo, public script, group, statement, cid, amendment string) string {
	c.t.Helper()
	now := time.Now().UTC()
	made := c.done(chair, "docketCreate", at{"id": group}, c.like("docketCreate", body{
		"statement": statement, "opens": now.Add(-time.Hour), "closes": now.Add(time.Hour),
	}))
	docket := at{"id": fmt.Sprint(made["id"])}
	c.done(chair, "actCreate", docket, c.like("actCreate", nil))
	for _, name := range []string{"consultations", "consultation", "consultationClauses"} {
		c.done(public, name, docket, nil)
	}
	receipt := c.done(public, "submissionCreate", docket, c.like("submissionCreate", nil))
	c.attach(public, "submissionCreate", docket, "submission", c.like("submissionCreate", nil), attached{"river.jpg", photo(c.t)})
	c.attach(chair, "documentCreate", docket, "document", c.like("documentCreate", nil), attached{"draft.txt", []byte("The water belongs to all.")})
	c.done(public, "documentShow", at{"id": docket["id"], "no": "1"}, nil)
	c.done(public, "consultation", docket, nil)
	file := at{"id": docket["id"], "no": "2", "file": "1"}
	c.done(chair, "inboxFile", file, nil)
	c.done(chair, "fileDecision", file, c.like("fileDecision", nil))
	c.done(chair, "moveCreate", file, c.like("moveCreate", nil))
	c.done(public, "postedFile", file, nil)
	keyed := c.done(chair, "keyedCreate", docket, c.like("keyedCreate", body{"on": now.AddDate(0, 0, -1).Format(time.DateOnly)}))
	c.upload(chair, "tableCreate", docket, "text/csv", fmt.Sprint(dig(c.routes["tableCreate"].told, "requestBody", "content", "text/csv", "example"))+"L-2,pigeon,,,\n")
	c.done(chair, "inbox", docket, nil)
	first := at{"id": docket["id"], "no": "1"}
	c.done(chair, "moveCreate", first, c.like("moveCreate", nil))
	c.done(public, "receipt", nil, body{"code": receipt["code"]})
	c.done(public, "receiptStep", nil, body{"code": keyed["code"], "kind": "withdrawn", "revision": 1, "confirmed": true})
	for _, name := range []string{"submissions", "submission", "campaigns"} {
		c.done(public, name, first, nil)
	}
	c.done(chair, "inbox", docket, nil)
	c.moderation(chair, editor, mo, public, group, statement, docket)
	c.done(chair, "actCreate", docket, body{"kind": "closed_early", "reason": "Enough."})
	issue := c.done(editor, "issueCreate", docket, c.like("issueCreate", nil))
	c.done(editor, "excerptCreate", docket, body{"submission": 1, "revision": 1, "field": "comment", "start": 0, "end": 26, "issue": issue["id"]})
	c.done(editor, "readingCreate", docket, body{"submissions": []int{1, 2}})
	c.done(editor, "issueAmendmentCreate", first, body{"amendment": amendment})
	listed := c.done(editor, "issues", docket, nil)["items"].([]any)[0].(map[string]any)
	answered := c.done(editor, "answerCreate", first, c.like("answerCreate", body{"revision": listed["revision"]}))
	c.done(chair, "verdictCreate", first, body{"answer": dig(answered, "answer", "id"), "verdict": "agreed"})
	c.done(editor, "issues", docket, nil)
	c.done(chair, "reportCreate", docket, c.like("reportCreate", nil))
	c.done(editor, "versionCreate", at{"id": statement}, body{})
	c.done(chair, "outcomeCreate", docket, c.like("outcomeCreate", body{"version": 3}))
	c.done(public, "outcome", docket, nil)
	c.done(public, "influence", docket, nil)
	c.done(public, "publicTrace", at{"id": docket["id"], "cid": cid}, nil)
	return docket["id"]
}

// maker makes values that a schema asks for.
type maker struct {
	*rand.Rand
	c     *client
	known map[string][]string
}

func (m maker) one(list []string) string { return list[m.IntN(len(list))] }

// anyID is one of something that is there, or of nothing.
func (m maker) anyID() string {
	var all []string
	for name, ids := range m.known {
		if name != "cid" && name != "no" && name != "file" && name != "lang" {
			all = append(all, ids...)
		}
	}
	slices.Sort(all)
	if m.IntN(3) == 0 {
		return string(app.NewID())
	}
	return m.one(all)
}

func (m maker) value(name string, schema map[string]any) any {
	if to, isElsewhere := schema["$ref"].(string); isElsewhere {
		schema = dig(m.c.document, strings.Split(strings.TrimPrefix(to, "#/"), "/")...).(map[string]any)
	}
	if words, isOneOf := schema["enum"].([]any); isOneOf {
		return words[m.IntN(len(words))]
	}
	if choices, isAny := schema["anyOf"].([]any); isAny {
		return m.value(name, choices[m.IntN(len(choices))].(map[string]any))
	}
	switch schema["type"] {
	case "object":
		made := map[string]any{}
		members := schema["properties"].(map[string]any)
		for _, member := range slices.Sorted(maps.Keys(members)) {
			if m.IntN(4) > 0 {
				made[member] = m.value(member, members[member].(map[string]any))
			}
		}
		return made
	case "array":
		made := []any{}
		for range m.IntN(3) {
			made = append(made, m.value(name, schema["items"].(map[string]any)))
		}
		return made
	case "integer":
		return m.IntN(6) - 1
	case "number":
		return m.Float64()
	case "boolean":
		return m.IntN(2) == 0
	case "null":
		return nil
	}
	switch {
	case schema["format"] == "uuid":
		return m.anyID()
	case schema["format"] == "date-time":
		return time.UnixMilli(m.Int64N(4e12)).UTC().Format(time.RFC3339)
	case name == "cid" || name == "clause" || name == "after":
		return m.one(append(m.known["cid"], "^", "nothing"))
	}
	return m.one([]string{"", "Water.", "물은 모두의 것이다.", "\u202e", strings.Repeat("long ", 50), "draft", "1", "ko", "\x00"})
}

// broken puts a value of a wrong type, or a member nobody knows, into a body.
func (m maker) broken(made map[string]any) map[string]any {
	names := slices.Sorted(maps.Keys(made))
	if len(names) == 0 || m.IntN(3) == 0 {
		made["nobody_knows_this"] = true
		return made
	}
	made[m.one(names)] = map[string]any{"wrong": []int{1}}
	return made
}

// request is one of its kind; body is nil if it has none.
func (m maker) request(r route) (where map[string]string, sent any) {
	where = map[string]string{}
	for _, part := range strings.FieldsFunc(r.path, func(r rune) bool { return r == '/' || r == '.' }) {
		name, isOne := strings.CutPrefix(part, "{")
		if name = strings.TrimSuffix(name, "}"); !isOne {
			continue
		}
		where[name] = m.one(append(m.known[name], "nothing"))
		if name == "id" {
			where[name] = m.anyID()
			if own := m.known[strings.Split(r.path, "/")[3]]; m.IntN(6) > 0 {
				where[name] = m.one(own)
			}
		}
	}
	list, _ := r.told["parameters"].([]any)
	for _, p := range list {
		if name := dig(p, "name").(string); dig(p, "in") == "query" && m.IntN(2) == 0 {
			schema := dig(p, "schema").(map[string]any)
			if schema["type"] == "array" {
				schema = schema["items"].(map[string]any)
			}
			where[name] = fmt.Sprint(m.value(name, schema))
		}
	}
	if schema, takes := dig(r.told, "requestBody", "content", "application/json", "schema").(map[string]any); takes {
		made, _ := m.value("", schema).(map[string]any)
		if m.IntN(4) == 0 {
			made = m.broken(made)
		}
		sent = made
	}
	return where, sent
}

// moderation is what people report and contest, and what moderators do about it.
func (c *client) moderation(chair, editor, mo, public script, group, statement string, docket at) {
	c.t.Helper()
	said := c.done(public, "submissionCreate", docket, c.like("submissionCreate", body{"as": "individual", "name": "Ari"}))
	c.attach(public, "receiptFiles", nil, "receipt", body{"code": said["code"]}, attached{"more.jpg", photo(c.t)})
	no := fmt.Sprint(c.done(public, "receipt", nil, body{"code": said["code"]})["no"])
	one := at{"id": docket["id"], "no": no}
	c.done(chair, "moveCreate", one, c.like("moveCreate", nil))
	c.done(public, "contestCreate", one, c.like("contestCreate", nil))
	c.done(mo, "queue", at{"id": group}, nil)
	for _, name := range []string{"contests", "inboxOne"} {
		c.done(mo, name, one, nil)
	}
	c.done(mo, "namingCreate", one, c.like("namingCreate", nil))
	c.done(mo, "namesReplace", docket, c.like("namesReplace", nil))
	c.done(mo, "names", docket, nil)
	c.done(mo, "moveCreate", one, c.like("moveCreate", body{"to": "posted_redacted", "phrases": []string{"meant"}}))
	c.done(mo, "openingCreate", one, c.like("openingCreate", nil))
	c.done(chair, "openingCreate", one, body{"agreed": true})
	c.done(mo, "original", one, nil)
	c.done(mo, "recusalCreate", one, c.like("recusalCreate", nil))
	c.done(public, "receiptStep", nil, body{"code": said["code"], "kind": "withdrawn", "revision": 2, "confirmed": true})

	opened := c.done(editor, "threadCreate", at{"id": statement}, body{"comment": body{"body": "Rude words."}})
	comment := at{"id": fmt.Sprint(opened["comment"].(map[string]any)["id"])}
	c.done(mo, "commentReport", comment, c.like("commentReport", nil))
	c.done(chair, "case", comment, nil)
	c.done(chair, "caseVerdict", comment, c.like("caseVerdict", body{"to": "taken_down", "why": "endangers"}))
	c.done(editor, "caseAppeal", comment, c.like("caseAppeal", nil))
	c.done(mo, "caseRecusal", comment, c.like("caseRecusal", nil))
}

// notHere are routes that do nothing in this test: there is no Chromium here, and a file
// isn't sent as JSON.
var notHere = []string{"versionPDF", "copyCheck", "openAPI"}

func TestEveryAnswerOfTheAPIIsAsItsDescriptionSays(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		chair := script{t: t, base: node.URL, token: forum.Tokens[0]}
		editor := script{t: t, base: node.URL, token: forum.Tokens[1]}
		public := script{t: t, base: node.URL}
		c := readDescription(t, node.URL)
		drafter := visit(t, node.URL)
		drafter.enter(t, "drafter", "Dani", flags...)
		answerForAll(t, drafter, chair, "/statements/"+forum.Statements[0])
		moderator := visit(t, node.URL)
		moderator.enter(t, "moderator", "Mo", flags...)
		scopes := mustMadang(t, append([]string{"token", "--group", "made-up-group-fiction", "--persona", "Mo", "--scope", "read", "--scope", "comment", "--scope", "moderate"}, flags...)...)
		mo := script{t: t, base: node.URL, token: strings.TrimSpace(scopes)}
		known := c.dayOfWork(chair, editor, mo, public, forum.Statements[0])
		c.done(chair, "token", nil, nil)
		own := mustMadang(t, append([]string{"token", "--group", "made-up-group-fiction", "--persona", forum.Names[1], "--scope", "read"}, flags...)...)
		c.done(script{t: t, base: node.URL, token: strings.TrimSpace(own)}, "tokenDelete", nil, nil)
		names := []string{}
		for name := range c.routes {
			if names = append(names, name); !c.succeeded[name] && !slices.Contains(notHere, name) {
				t.Errorf("nobody saw %s do what it is for", name)
			}
		}
		slices.Sort(names)
		m := maker{rand.New(rand.NewPCG(1, 2)), c, known}
		answers := map[int]int{}
		for range 20 {
			for _, name := range names {
				if name == "tokenDelete" || name == "groupActCreate" {
					continue // the others go on with their tokens, and in the group
				}
				where, sent := m.request(c.routes[name])
				who := []script{chair, editor, chair, editor, public, {t: t, base: node.URL, token: "nobody's", lang: "ko"}}[m.IntN(6)]
				answers[c.call(who, name, where, sent).status]++
			}
		}
		for _, status := range []int{200, 201, 401, 403, 404, 409, 422} {
			if answers[status] == 0 {
				t.Errorf("no request was answered with %d: %v", status, answers)
			}
		}
	})
}
