package main

import (
	"context"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// onThisMachine lets a visitor find every host here, as browsers do with those that
// end in ".localhost".
func (v *visitor) onThisMachine() *visitor {
	address := strings.TrimPrefix(v.base, "http://")
	v.browser.Transport = &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	return v
}

var doorLink = regexp.MustCompile(`(\w+) +(http://\w+\.localhost:\d+/demo/\w+)`)

func TestTheDemonstrationLetsOneBeSeveralPeopleAndIsFoundAgain(t *testing.T) {
	data := t.TempDir()
	var statements string
	for _, when := range []string{"first", "second"} {
		node := serve(t, "--demo", "--data", data)
		doors := doorLink.FindAllStringSubmatch(node.answers.text(), -1)
		if len(doors) < 5 {
			t.Fatalf("%d links at the %s start:\n%s", len(doors), when, node.answers.text())
		}
		v := visit(t, node.URL).onThisMachine()
		for _, door := range doors[:3] {
			v.open(door[2]).form("/sessions").submit().mustBe(200, "fiction")
		}
		// The first is still who they were, in the same browser.
		group := v.open(doors[0][2][:strings.Index(doors[0][2], "/demo")]+"/groups").mustBe(200, "가족 소식")
		there := v.open(group.at.Scheme + "://" + group.at.Host + group.linkLike("/groups/"))
		if statements == "" {
			statements = there.linkLike("/statements/")
		}
		if again := there.linkLike("/statements/"); again != statements {
			t.Errorf("the second start made other statements: %s, then %s", statements, again)
		}
		node.stop()
	}
}

// linkLike is the address of the first link that begins so and goes on.
func (p page) linkLike(beginning string) string {
	p.v.t.Helper()
	for node := range p.root.Descendants() {
		href := attribute(node, "href")
		if node.Data == "a" && strings.HasPrefix(href, beginning) && len(href) > len(beginning)+20 {
			return href
		}
	}
	p.v.t.Fatalf("no link to %s… on %s:\n%s", beginning, p.at, p.text)
	return ""
}
