package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// visitor is a person with a browser that runs no scripts: it keeps cookies,
// follows links and fills in forms as they stand on the page.
type visitor struct {
	t       testing.TB
	base    string
	browser http.Client
	// looked is told how long a page took, until its last byte; nil for nobody.
	looked func(asked *http.Request, took time.Duration)
}

func visit(t testing.TB, base string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, base: base, browser: http.Client{Jar: jar, Timeout: patience}}
}

// page is what the visitor looks at.
type page struct {
	v      *visitor
	status int
	header http.Header
	at     *url.URL // after redirects
	text   string   // the whole document, as sent
	root   *html.Node
}

// open goes to an address: a path of the forum, or a whole link.
func (v *visitor) open(address string) page {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.resolve(address), nil)
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Sec-Fetch-Site", "none")
	return v.do(req)
}

func (v *visitor) resolve(address string) string {
	if strings.HasPrefix(address, "/") {
		return v.base + address
	}
	return address
}

func (v *visitor) do(req *http.Request) page {
	v.t.Helper()
	req.Header.Set("Accept-Language", "en")
	begun := time.Now()
	res, err := v.browser.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if v.looked != nil {
		v.looked(req, time.Since(begun))
	}
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	return page{v: v, status: res.StatusCode, header: res.Header, at: res.Request.URL, text: string(body), root: root}
}

// form is a form of a page, with what its fields hold.
type form struct {
	page   page
	action string
	fields url.Values
	about  string // all its text
}

// form returns the first form that posts to an address with this ending.
func (p page) form(ending string) form {
	p.v.t.Helper()
	return p.formWhere("posts to …"+ending, func(f form) bool { return strings.HasSuffix(f.path(), ending) })
}

// formWith returns the first such form that has a field.
func (p page) formWith(ending, field string) form {
	p.v.t.Helper()
	return p.formWhere("posts "+field+" to …"+ending, func(f form) bool {
		return strings.HasSuffix(f.path(), ending) && f.fields.Has(field)
	})
}

func (p page) formWhere(what string, isIt func(form) bool) form {
	p.v.t.Helper()
	for node := range p.root.Descendants() {
		if node.Type != html.ElementNode || node.Data != "form" || !strings.EqualFold(attribute(node, "method"), "post") {
			continue
		}
		target, err := p.at.Parse(attribute(node, "action"))
		if f := (form{page: p, action: target.String(), fields: fieldsOf(node), about: textOf(node)}); err == nil && isIt(f) {
			return f
		}
	}
	p.v.t.Fatalf("no form %s on %s (status %d):\n%s", what, p.at, p.status, p.text)
	return form{}
}

func (f form) path() string {
	target, err := url.Parse(f.action)
	if err != nil {
		f.page.v.t.Fatal(err)
	}
	return target.Path
}

// fill puts a value into a field that must be there.
func (f form) fill(field, value string) form {
	f.page.v.t.Helper()
	if _, there := f.fields[field]; !there {
		f.page.v.t.Fatalf("the form for %s has no field %q, only %v", f.action, field, f.fields)
	}
	f.fields.Set(field, value)
	return f
}

// submit posts the form and returns the page it leads to.
func (f form) submit() page {
	f.page.v.t.Helper()
	req := f.request()
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Origin", f.page.at.Scheme+"://"+f.page.at.Host)
	return f.page.v.do(req)
}

// request is the post without any header that says where it comes from.
func (f form) request() *http.Request {
	req, err := http.NewRequestWithContext(f.page.v.t.Context(), http.MethodPost, f.action, strings.NewReader(f.fields.Encode()))
	if err != nil {
		f.page.v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return req
}

func fieldsOf(form *html.Node) url.Values {
	fields := url.Values{}
	for node := range form.Descendants() {
		name := attribute(node, "name")
		if node.Type != html.ElementNode || name == "" {
			continue
		}
		if value, sent := valueOf(node); sent {
			fields.Add(name, value)
		}
	}
	return fields
}

// valueOf returns what a field would send if the form were submitted now by its
// first button.
func valueOf(field *html.Node) (value string, sent bool) {
	switch field.Data {
	case "textarea":
		// A browser drops the first line break and sends the others as CR LF.
		return strings.ReplaceAll(strings.TrimPrefix(textOf(field), "\n"), "\n", "\r\n"), true
	case "select":
		return chosenIn(field), true
	case "input":
		return valueOfInput(field)
	}
	return "", false
}

func valueOfInput(field *html.Node) (value string, sent bool) {
	switch attribute(field, "type") {
	case "checkbox", "radio":
		return attribute(field, "value"), has(field, "checked")
	case "submit", "button", "file":
		return "", false
	}
	return attribute(field, "value"), true
}

func chosenIn(field *html.Node) string {
	first, found := "", false
	for node := range field.Descendants() {
		if node.Type != html.ElementNode || node.Data != "option" {
			continue
		}
		if has(node, "selected") {
			return attribute(node, "value")
		}
		if !found {
			first, found = attribute(node, "value"), true
		}
	}
	return first
}

func attribute(node *html.Node, key string) string {
	for _, a := range node.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(node *html.Node, key string) bool {
	for _, a := range node.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

func textOf(node *html.Node) string {
	var b strings.Builder
	for n := range node.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

// says reports whether the page shows this text to its reader.
func (p page) says(text string) bool {
	return strings.Contains(strings.Join(strings.Fields(textOf(p.root)), " "), text)
}

// enter comes in by an invitation from the command line, in some role of the made-up
// group.
func (v *visitor) enter(t testing.TB, role, name string, flags ...string) page {
	t.Helper()
	link := strings.TrimSpace(mustMadang(t, append([]string{
		"invite", "--role", role, "--group", "made-up-group-fiction", "--stakeholder", "scholars", "--base-url", v.base,
	}, flags...)...))
	return v.open(link).form("/invitations"+tokenIn(link)).fill("name", name).submit()
}
