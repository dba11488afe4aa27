package main

import (
	"strings"
	"testing"
)

func TestTheMarginIsChosenByStakeholderGroupAndPointsAtNobodySensitive(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		node := serve(t, flags...)
		link := strings.TrimSpace(mustMadang(t, append([]string{"invite", "--role", "steward", "--base-url", node.URL}, flags...)...))
		steward := visit(t, node.URL)
		steward.open(link).form("/invitations"+tokenIn(link)).submit().mustBe(200, "code")
		group := steward.open("/groups/new").form("/groups").
			fill("name", "River").fill("charter", "We write.").choose("languages", "en").
			fill("stakeholder-0-name", "Scholars").fill("stakeholder-1-name", "Societies").fill("stakeholder-2-name", "Survivors").
			choose("stakeholder-2-sensitive", "yes").submit().mustBe(200, "River").at.Path
		host := steward
		enter := func(name, role, stakeholder string) *visitor {
			v := visit(t, node.URL)
			link := host.invite(group, role, stakeholder)
			v.open(link).form("/invitations"+tokenIn(link)).fill("name", name).submit().form("/welcome").submit().mustBe(200, "River")
			return v
		}
		host = enter("Chioma", "chair", "Scholars")
		editor := enter("Eun", "editor", "Scholars")
		society := enter("Sol", "member", "Societies")
		for _, name := range []string{"Ada", "Bo", "Cem"} {
			enter(name, "member", "Scholars")
			enter(name+"di", "member", "Societies")
		}
		survivor := enter("Sun", "member", "Survivors")
		statement := editor.open(group+"/statements/new").form("/statements").
			fill("title", "Water").choose("lang", "en").fill("text", "1. Water is free.").submit().mustBe(200, "Water").at.Path
		for said, by := range map[string]*visitor{"A scholar asks": editor, "A society asks": society, "Somebody asks": survivor} {
			by.open(statement+"/threads").form("/threads").fill("body", said).submit().mustBe(200, said)
		}

		page := society.open(statement).mustBe(200, "By stakeholder group", "A scholar asks", "A society asks", "Somebody asks", "Several groups together")
		if page.says("Survivors") {
			t.Error("a sensitive group can be chosen by itself")
		}
		together := society.open(statement+"?group=folded").mustBe(200, "Somebody asks", "A society asks")
		if together.says("A scholar asks") {
			t.Error("a scholar is among those folded together")
		}
		scholars := society.open(page.linkCalled("Scholars")).mustBe(200, "A scholar asks")
		if scholars.says("Somebody asks") || scholars.says("A society asks") {
			t.Error("others are listed as scholars")
		}
		society.open(statement+"?group=survivors").mustBe(200, "A scholar asks", "Somebody asks") // no such choice
	})
}

// linkCalled is where the link with those words leads.
func (p page) linkCalled(words string) string {
	p.v.t.Helper()
	for node := range p.root.Descendants() {
		if node.Data == "a" && strings.TrimSpace(textOf(node)) == words {
			return attribute(node, "href")
		}
	}
	p.v.t.Fatalf("no link %q on %s:\n%s", words, p.at, p.text)
	return ""
}
