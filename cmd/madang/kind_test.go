package main

import (
	"net/http"
	"strings"
	"testing"

	"madang/app"
	"madang/realtime/yjs"
)

func TestTheKindOfAClauseIsChangedWithoutScriptsAndByPrograms(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		drafter, reader := visit(t, node.URL), visit(t, node.URL)
		drafter.enter(t, "drafter", "Dani", flags...)
		reader.enter(t, "member", "Minho", flags...)
		live := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		statement := "/statements/" + forum.Statements[0]
		cid, words := s.aClause(forum.Statements[0])
		clause := statement + "/clauses/" + cid
		reader.open(clause + "/kind").mustBe(http.StatusForbidden)

		form := drafter.open(clause+"/kind").mustBe(200, "Kind of Clause").form("/kind")
		form.choose("kind", "preambular.1").submit().mustBe(200, "The clause has its new kind", "Preambular paragraph PP1")
		form.choose("kind", "preambular.1").submit().mustBe(200, "Preambular paragraph PP1") // sent again
		form.fill("kind", "list_item").submit().mustBe(http.StatusUnprocessableEntity, "kind")
		until(t, "the open editor has the kind", func() bool { return live.kindOf(cid) == "preambular" })
		drafter.open(statement).mustBe(200, "PP1 "+words)
		if text := s.call("GET", "/api/v1"+statement+".md", nil); !strings.Contains(string(text.body), "{#"+cid+" .preambular}") {
			t.Errorf("%s", text.body)
		}

		type shown struct {
			Kind, Number, Text string
			Level              int
		}
		got := shown{}
		at := "/api/v1" + clause
		s.call("PATCH", at, map[string]any{"id": app.NewID(), "kind": "definition", "level": 2}).into(&got)
		if got.Kind != "definition" || got.Number != "D1" || got.Level != 2 || got.Text != words {
			t.Errorf("%+v", got)
		}
		s.call("PATCH", at, map[string]any{"kind": "article"}).refused(http.StatusUnprocessableEntity, "clause.kind")
		got = shown{}
		s.call("PATCH", at, map[string]any{"kind": "note"}).into(&got)
		if got.Kind != "note" || got.Number != "" {
			t.Errorf("%+v", got)
		}
		drafter.open(clause).mustBe(200, "Note in the text")
		got = shown{}
		s.call("PATCH", at, map[string]any{"kind": "operative"}).into(&got)
		if got.Kind != "operative" || got.Number != "1" {
			t.Errorf("%+v", got)
		}
		until(t, "the open editor has it back", func() bool { return live.kindOf(cid) == nil })

		made := drafter.open(statement+"/clauses/new?after="+cid).form("/clauses").choose("kind", "definition.1").
			fill("text", "“Survivor” means whoever says so.").submit()
		made.mustBe(200, "Definition D1", "whoever says so")
	})
}

// kindOf is the kind of a clause as the editor has it; nil if it is operative.
func (e *editor) kindOf(cid string) any {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, child := range e.doc.XMLFragment("prosemirror").Children() {
		block := child.(*yjs.XMLElement)
		if id, _ := block.Attribute("cid"); id == cid {
			kind, _ := block.Attribute("kind")
			return kind
		}
	}
	return "gone"
}
