package main

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// code is the return code that a page shows, in its four groups of four digits.
func (p page) code() string {
	p.v.t.Helper()
	digits := strings.Join(regexp.MustCompile(`(\d{4})\s*</`).FindAllString(p.text, -1), "")
	digits = regexp.MustCompile(`\D`).ReplaceAllString(digits, "")
	if len(digits) != 16 {
		p.v.t.Fatalf("no return code of 16 digits on %s:\n%s", p.at, p.text)
	}
	return digits
}

// invitationLink is the link that a page shows for copying.
func (p page) invitationLink() string {
	p.v.t.Helper()
	for node := range p.root.Descendants() {
		if node.Type == html.ElementNode && node.Data == "input" && strings.Contains(attribute(node, "value"), "/invitations/") {
			return attribute(node, "value")
		}
	}
	p.v.t.Fatalf("no invitation on %s:\n%s", p.at, p.text)
	return ""
}

// tokenIn is the secret part of an invitation's link.
func tokenIn(link string) string { return link[strings.LastIndex(link, "/"):] }

// mustBe fails unless the page has the status and says the text.
func (p page) mustBe(status int, texts ...string) page {
	p.v.t.Helper()
	for _, text := range append(texts, "") {
		if p.status != status || !p.says(text) {
			p.v.t.Fatalf("%s: status %d, want %d and %q:\n%s", p.at, p.status, status, text, p.text)
		}
	}
	return p
}

// choose ticks a box or picks a choice whether it was chosen before or not.
func (f form) choose(field, value string) form {
	f.fields.Set(field, value)
	return f
}

// option is the value of the choice with that text.
func (p page) option(text string) string {
	p.v.t.Helper()
	for node := range p.root.Descendants() {
		if node.Type == html.ElementNode && node.Data == "option" && strings.Contains(textOf(node), text) {
			return attribute(node, "value")
		}
	}
	p.v.t.Fatalf("no choice %q on %s", text, p.at)
	return ""
}

func TestPeopleComeInWithoutAnyAddressAndBackWithACode(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		node := serve(t, flags...)
		link := strings.TrimSpace(mustMadang(t, append([]string{"invite", "--role", "steward", "--base-url", node.URL}, flags...)...))
		steward := visit(t, node.URL)
		steward.open(link).form("/invitations"+tokenIn(link)).submit().mustBe(200, "code")

		group := steward.open("/groups/new").form("/groups").
			fill("name", "강의 권리 모임").fill("charter", "We write **together**.").
			choose("languages", "ko").fill("stakeholder-0-name", "Scholars").fill("stakeholder-1-name", "Families").
			choose("stakeholder-1-required", "yes").submit().mustBe(200, "강의 권리 모임")

		chairs := steward.invite(group.at.Path, "chair", "Scholars")
		chair := visit(t, node.URL)
		chair.open(chairs).mustBe(200, "강의 권리 모임")
		chair.open(chairs).mustBe(200, "강의 권리 모임") // looking uses nothing up
		welcome := chair.open(chairs).form("/invitations"+tokenIn(chairs)).fill("name", "Chioma").submit()
		code := welcome.code()
		if strings.Contains(welcome.at.String(), tokenIn(chairs)) {
			t.Errorf("the address still holds the token: %s", welcome.at)
		}
		welcome.form("/welcome").submit().mustBe(200, "강의 권리 모임")
		visit(t, node.URL).open(chairs).mustBe(410, "used")

		members := chair.invite(group.at.Path, "member", "Families")
		member := visit(t, node.URL)
		taken := member.open(members).form("/invitations"+tokenIn(members)).fill("name", "chioma").submit().mustBe(409, "looks like it")
		taken.form("/invitations"+tokenIn(members)).fill("name", "민호").submit()
		member.open(group.at.Path).mustBe(200, "민호")

		another := visit(t, node.URL)
		another.open("/enter").form("/sessions").fill("code", "1111 2222 3333 4444").submit().mustBe(422, "16 digits")
		another.open("/enter").form("/sessions").fill("code", code[:4]+" "+code[4:8]+"-"+code[8:]).submit()
		another.open(group.at.Path).mustBe(200, "Chioma")

		chair.open("/me").mustBe(200, "this one").form("/me/sign-ins/deletion").submit()
		another.open(group.at.Path).mustBe(401, "code")

		member.open(group.at.Path+"/departure").form("/departure").choose("name-stays", "no").submit()
		member.open(group.at.Path).mustBe(404, "nothing here")
		chair.open(group.at.Path+"/members").mustBe(200, "1 former member")
	})
}

// invite makes an invitation into the group at an address and returns its link.
func (v *visitor) invite(group, role, stakeholder string) string {
	v.t.Helper()
	page := v.open(group + "/invitations")
	page = page.form("/invitations").fill("role", role).fill("stakeholder", page.option(stakeholder)).submit()
	return page.invitationLink()
}
