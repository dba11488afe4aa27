package web

import (
	"html"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestACommentIsShownAsItsAuthorFormattedIt(t *testing.T) {
	for _, c := range []struct{ name, typed, shown string }{
		{"two paragraphs", "One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"},
		{"a line break is kept", "One\nTwo", "<p>One<br>\nTwo</p>"},
		{"emphasis", "*very* **much**", "<p><em>very</em> <strong>much</strong></p>"},
		{"Korean emphasis before a particle", "**동의**를 얻어", "<p><strong>동의</strong>를 얻어</p>"},
		{"a list", "- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"},
		{"a numbered list keeps its start", "3. c\n4. d", "<ol start=\"3\">\n<li>c</li>\n<li>d</li>\n</ol>"},
		{"a quotation", "> said", "<blockquote>\n<p>said</p>\n</blockquote>"},
		{"code", "`x < y`", "<p><code>x &lt; y</code></p>"},
		{"fenced code", "```js\na<b\n```", "<pre><code>a&lt;b\n</code></pre>"},
		{"a link", "[UN](https://un.org/a?b=1&c=2)", `<p><a href="https://un.org/a?b=1&amp;c=2" rel="nofollow noreferrer">UN</a></p>`},
		{"a bare address", "see https://un.org/x.", `<p>see <a href="https://un.org/x" rel="nofollow noreferrer">https://un.org/x</a>.</p>`},
		{"a mail address", "<a@example.org>", `<p><a href="mailto:a@example.org" rel="nofollow noreferrer">a@example.org</a></p>`},
		{"an indented paragraph is no code", "    So it began.", "<p>So it began.</p>"},
		{"a number sign makes no heading", "# 1 thing", "<p># 1 thing</p>"},
		{"a picture becomes a link", "![map](https://x.example/p.png)", `<p><a href="https://x.example/p.png" rel="nofollow noreferrer">map</a></p>`},
		{"raw HTML is four visible signs", "<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"},
		{"broken UTF-8 is marked", "a\xffb", "<p>a\uFFFDb</p>"},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.TrimSpace(newBodies(1 << 20).HTML(c.typed)); got != c.shown {
				t.Errorf("typed %q\n got %q\nwant %q", c.typed, got, c.shown)
			}
		})
	}
}

// attacks are bodies that some forum, somewhere, once let through.
var attacks = []string{
	"<script>alert(1)</script>",
	"[x](javascript:alert(1))",
	"[x](JaVaScRiPt:alert(1))",
	"[x](java\nscript:alert(1))",
	"[x](&#106;avascript:alert(1))",
	"[x](data:text/html;base64,PHNjcmlwdD4=)",
	"[x](vbscript:msgbox)",
	"![x](javascript:alert(1))",
	"![x\" onerror=\"alert(1)](https://x.example/a)",
	"<javascript:alert(1)>",
	"[x](https://x.example/\"onmouseover=\"alert(1))",
	"[x](https://x.example \"t\\\" onmouseover=\\\"alert(1)\")",
	"<img src=x onerror=alert(1)>",
	"<svg/onload=alert(1)>",
	"<a href=\"javascript:alert(1)\">x</a>",
	"`<script>alert(1)</script>`",
	"```\"><script>alert(1)</script>\nx\n```",
	"[ref]\n\n[ref]: javascript:alert(1)",
	"[x](//evil.example/a)",
	"[x](/sign-out)",
	"<style>*{display:none}</style>",
	"&lt;script&gt;alert(1)&lt;/script&gt;",
}

func TestNoCommentBringsAScriptAPictureOrAnAddressOfOurs(t *testing.T) {
	for _, body := range attacks {
		assertHarmless(t, body, newBodies(1<<20).HTML(body))
	}
}

func assertHarmless(t *testing.T, body, shown string) {
	t.Helper()
	allowed := map[string]bool{
		"p": true, "br": true, "em": true, "strong": true, "ul": true, "ol": true, "li": true,
		"blockquote": true, "pre": true, "code": true, "a": true,
	}
	for _, piece := range strings.Split(shown, "<")[1:] {
		tag, rest, _ := strings.Cut(piece, ">")
		_ = rest
		name, attributes, _ := strings.Cut(strings.TrimPrefix(tag, "/"), " ")
		if !allowed[name] {
			t.Errorf("%q lets <%s> through: %s", body, name, shown)
		}
		if strings.Contains(html.UnescapeString(attributes), "script:") || strings.Contains(attributes, "on") && name != "a" {
			t.Errorf("%q lets an attribute through: %s", body, shown)
		}
		if name == "a" && attributes != "" && !strings.HasPrefix(attributes, `href="http`) && !strings.HasPrefix(attributes, `href="mailto:`) {
			t.Errorf("%q links to somewhere else: %s", body, shown)
		}
		if name == "a" && attributes != "" && !strings.HasSuffix(attributes, `" rel="nofollow noreferrer"`) {
			t.Errorf("%q tells the linked place who reads, or more: %s", body, shown)
		}
	}
}

func FuzzBodies(f *testing.F) {
	for _, body := range attacks {
		f.Add(body)
	}
	renderer := newBodies(1 << 10)
	f.Fuzz(func(t *testing.T, body string) {
		if len(body) <= 10_000 {
			assertHarmless(t, body, renderer.HTML(body))
		}
	})
}

// A comment is at most 10,000 characters long; no arrangement of them may keep
// a core busy for long, or a few comments would stop the forum.
func TestNoCommentTakesLongToRender(t *testing.T) {
	for _, unit := range []string{">", "[", "![", "*a ", "**a_", "`", "- ", "<", "](", "[a](", "&", "\\", "```\n", "> - ", "1. ", "http://a.b/"} {
		body := strings.Repeat(unit, 10_000/len(unit))
		start := busy(t)
		newBodies(1 << 20).HTML(body)
		if took := busy(t) - start; took > 2*time.Second {
			t.Errorf("%d times %q took %v", 10_000/len(unit), unit, took)
		}
	}
}

func TestRenderedBodiesStayWithinTheirBound(t *testing.T) {
	b := newBodies(1000)
	for range 3 {
		for _, letter := range strings.Split("abcdefghij", "") {
			b.HTML(strings.Repeat(letter, 200))
		}
	}
	held := 0
	for _, generation := range []map[string]string{b.rendered.young, b.rendered.old} {
		for body, shown := range generation {
			held += len(body) + len(shown)
		}
	}
	if held > 2000 {
		t.Errorf("two generations of 1000 bytes hold %d", held)
	}
}

func BenchmarkBody(b *testing.B) {
	body := "First *point*: the text says **consent**, see [the note](https://example.org/a).\n\n- one\n- two\n\n> quoted words"
	b.Run("rendered", func(b *testing.B) {
		for b.Loop() {
			newBodiesForBenchmark.render(body)
		}
	})
	b.Run("remembered", func(b *testing.B) {
		for b.Loop() {
			newBodiesForBenchmark.HTML(body)
		}
	})
}

var newBodiesForBenchmark = newBodies(bodyCacheBytes)

// busy is how long this program's processors have worked. Unlike a clock it doesn't count
// what others on the machine do meanwhile.
func busy(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
