package main

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"
)

// unboxed is a Chromium without its sandbox, which it can't have where tests run as root.
func unboxed(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			return wrapper(t, `exec "`+found+`" --no-sandbox "$@"`)
		}
	}
	t.Fatal("Chromium is missing: on Debian `make test` installs it; elsewhere set CHROMIUM to its path")
	return ""
}

// wrapper is a program that does what a line of shell says.
func wrapper(t *testing.T, line string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chromium")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+line+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

const koreanWords = "누구나 강에 갈 수 있고, 아무도 막지 못한다."

// released is a forum with a version whose first clause is koreanWords.
func released(t *testing.T, flags ...string) (s script, statement, cid string) {
	t.Helper()
	place := []string{"--data", t.TempDir()}
	forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, place...)...)
	node := serve(t, append(flags, place...)...)
	s = script{t: t, base: node.URL, token: forum.Tokens[0]}
	statement = "/api/v1/statements/" + forum.Statements[0]
	cid, words := s.aClause(forum.Statements[0])
	s.call("PATCH", statement+"/clauses/"+cid, map[string]any{"base": words, "text": koreanWords}).succeeded()
	s.call("POST", statement+"/versions", map[string]any{"label": "</style><b>First"}).succeeded()
	return s, statement, cid
}

func TestAVersionComesAsAFileThatNeedsNothingElse(t *testing.T) {
	s, statement, cid := released(t)
	file := s.call("GET", statement+"/versions/1.html", nil)
	file.succeeded()
	if disposition := file.header.Get("Content-Disposition"); !strings.HasPrefix(disposition, "attachment") {
		t.Errorf("it is %q", disposition)
	}
	root, err := html.Parse(bytes.NewReader(file.body))
	if err != nil {
		t.Fatal(err)
	}
	var ids, numbers []string
	for node := range root.Descendants() {
		for _, name := range []string{"src", "srcset", "data", "poster"} {
			if has(node, name) {
				t.Errorf("<%s %s> is fetched", node.Data, name)
			}
		}
		if node.Data == "link" || node.Data == "img" || node.Data == "b" || node.Data == "script" && attribute(node, "type") != "application/ld+json" {
			t.Errorf("there is a <%s>", node.Data)
		}
		if id := attribute(node, "data-cid"); id != "" {
			ids = append(ids, id)
		}
		if attribute(node, "class") == "operative-number" {
			numbers = append(numbers, strings.TrimSpace(textOf(node)))
		}
	}
	text := string(file.body)
	if !slices.Contains(ids, cid) || !slices.Contains(numbers, "1") || !slices.Contains(numbers, "8") {
		t.Errorf("clauses %v, numbers %v", ids, numbers)
	}
	version := s.root(strings.TrimPrefix(statement, "/api/v1"), 1)
	for _, want := range []string{koreanWords, version, strings.TrimPrefix(statement, "/api/v1") + "/versions/1", "default-src &#39;none&#39;", "@page", "counter(page)"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if strings.Contains(text, "url(") || strings.Contains(text, "@import") {
		t.Error("its style fetches something")
	}
	s.call("GET", statement+"/versions/1.pdf", nil).refused(http.StatusNotFound, "not_found") // no Chromium
	if file := s.call("GET", statement+"/versions/7.html", nil); file.status != http.StatusNotFound {
		t.Errorf("%d", file.status)
	}
}

func TestAPrintedVersionIsReadBackWordForWord(t *testing.T) {
	s, statement, cid := released(t, "--chromium", unboxed(t))
	file := s.call("GET", statement+"/versions/1.pdf", nil)
	file.succeeded()
	if got := file.header.Get("Content-Type"); got != "application/pdf" {
		t.Errorf("it is %s", got)
	}
	printed := readPDF(t, file.body)
	root := s.root(strings.TrimPrefix(statement, "/api/v1"), 1)
	for _, want := range []string{koreanWords, "whoever reads it may change it", root, strings.TrimPrefix(statement, "/api/v1") + "/versions/1", "1 / "} {
		if !strings.Contains(spaceless(printed.text), spaceless(want)) {
			t.Errorf("no %q in %q", want, printed.text)
		}
	}
	if !printed.isTagged || printed.lang == "" || printed.title == "" || printed.lang != "en" && printed.lang != "ko" {
		t.Errorf("tagged %t, language %q, title %q", printed.isTagged, printed.lang, printed.title)
	}
	s.call("POST", statement+"/errata", map[string]any{"newest": 1, "reason": "A name.", "confirmed": true, "places": []map[string]any{{"version": 1, "cid": cid}}}).succeeded()
	again := s.call("GET", statement+"/versions/1.pdf", nil)
	again.succeeded()
	if text := spaceless(readPDF(t, again.body).text); strings.Contains(text, spaceless(koreanWords)) || !strings.Contains(text, root) || !strings.Contains(text, spaceless("erratum 1")) {
		t.Errorf("after the erasure it prints %q", text)
	}
}

func TestWhatAPrintedVersionIsCitedByHasNoJoinedLetters(t *testing.T) {
	s, _, _ := released(t, "--chromium", unboxed(t))
	statement := "/api/v1/statements/" + s.importText("Staff office", "en", "A paragraph.\n")
	s.call("POST", statement+"/versions", map[string]any{}).succeeded()
	file := s.call("GET", statement+"/versions/1.pdf", nil)
	file.succeeded()
	if text := spaceless(readPDF(t, file.body).text); !strings.Contains(text, "Staffoffice,Version1,") {
		t.Errorf("it prints %q", text)
	}
}

func TestWhoeverAsksForAPDFThatCannotBeMadeIsToldWhatElseThereIs(t *testing.T) {
	s, statement, _ := released(t, "--chromium", wrapper(t, "echo no sandbox >&2; exit 1"))
	refusal := s.call("GET", statement+"/versions/1.pdf", nil).refused(http.StatusServiceUnavailable, "pdf.failed")
	if !strings.Contains(refusal.Detail, "Word") {
		t.Error(refusal.Detail)
	}
}

// A browser that waits for a file to appear lets a test say when it is done.
func TestPDFsAreMadeOneAfterTheOtherAndNotForEverybodyAtOnce(t *testing.T) {
	folder := t.TempDir()
	s, statement, _ := released(t, "--chromium", wrapper(t, `
mkdir "`+folder+`/working" || { echo two at once >&2; exit 1; }
for a in "$@"; do case "$a" in --print-to-pdf=*) to="${a#--print-to-pdf=}";; esac; done
until [ -e "`+folder+`/go" ]; do sleep 0.02; done
rmdir "`+folder+`/working"
printf printed > "$to"`))
	answers := make(chan reply, mostPrints+1)
	var all sync.WaitGroup
	for range mostPrints + 1 {
		all.Go(func() { answers <- s.call("GET", statement+"/versions/1.pdf", nil) })
	}
	first := <-answers // the one who found no place; the others wait
	first.refused(http.StatusTooManyRequests, "pdf.busy")
	if err := os.WriteFile(filepath.Join(folder, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	all.Wait()
	for range mostPrints {
		if got := <-answers; got.status != http.StatusOK || string(got.body) != "printed" {
			t.Errorf("%d %s", got.status, got.body)
		}
	}
}

func TestWordsThatAreErasedWhileTheyArePrintedAreNotHandedOut(t *testing.T) {
	folder := t.TempDir()
	s, statement, cid := released(t, "--chromium", wrapper(t, `
for a in "$@"; do case "$a" in --print-to-pdf=*) to="${a#--print-to-pdf=}";; file://*) from="${a#file://}";; esac; done
cp "$from" "$to"
touch "`+folder+`/begun"
until [ -e "`+folder+`/go" ]; do sleep 0.02; done`))
	answer := make(chan reply, 1)
	go func() { answer <- s.call("GET", statement+"/versions/1.pdf", nil) }()
	until(t, "the printing begins", func() bool { _, err := os.Stat(filepath.Join(folder, "begun")); return err == nil })
	s.call("POST", statement+"/errata", map[string]any{"newest": 1, "reason": "A name.", "confirmed": true, "places": []map[string]any{{"version": 1, "cid": cid}}}).succeeded()
	if err := os.WriteFile(filepath.Join(folder, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := <-answer; got.status != http.StatusOK || strings.Contains(string(got.body), koreanWords) || !strings.Contains(string(got.body), "rratum 1") {
		t.Errorf("%d %s", got.status, got.body)
	}
}
