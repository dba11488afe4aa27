package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// script is a program that uses the forum through /api/v1 with a bearer token.
type script struct {
	t     testing.TB
	base  string
	token string
	lang  string // the language it asks for; English if empty
}

// reply is what the API answered.
type reply struct {
	t      testing.TB
	method string
	status int
	header http.Header
	body   []byte
}

// problem is RFC 9457's, with the forum's own members.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
	Input  string `json:"input"`
}

// call sends a request; body is sent as JSON unless it is nil.
func (s script) call(method, path string, body any) reply {
	s.t.Helper()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		sent = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, sent)
	if err != nil {
		s.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return s.do(req)
}

func (s script) do(req *http.Request) reply {
	s.t.Helper()
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	if s.lang != "" {
		req.Header.Set("Accept-Language", s.lang)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{t: s.t, method: req.Method, status: res.StatusCode, header: res.Header, body: body}
}

// succeeded fails the test unless the reply is a success.
func (r reply) succeeded() {
	r.t.Helper()
	if r.status/100 != 2 {
		r.t.Fatalf("status %d: %s", r.status, r.body)
	}
}

// into reads a reply that has to be a success.
func (r reply) into(v any) {
	r.t.Helper()
	r.succeeded()
	if err := json.Unmarshal(r.body, v); err != nil {
		r.t.Fatalf("%v in %s", err, r.body)
	}
}

// refused reads a reply that has to be a problem with this status and code, and
// checks that it says something to people.
func (r reply) refused(status int, code string) problem {
	r.t.Helper()
	var p problem
	if err := json.Unmarshal(r.body, &p); err != nil {
		r.t.Fatalf("status %d: %v in %s", r.status, err, r.body)
	}
	if r.status != status || p.Code != code {
		r.t.Fatalf("got status %d, code %q; want %d, %q: %s", r.status, p.Code, status, code, r.body)
	}
	if got := r.header.Get("Content-Type"); !strings.HasPrefix(got, "application/problem+json") {
		r.t.Errorf("a problem of type %q", got)
	}
	if p.Status != status || p.Title == "" || p.Detail == "" {
		r.t.Errorf("a problem that leaves out what people need: %s", r.body)
	}
	if p.Input == "" && r.method != http.MethodGet {
		r.t.Errorf("a problem that doesn't say what became of the input: %s", r.body)
	}
	return p
}

// people are a forum's made-up people and statements, as "madang demo" prints them.
type people struct {
	Tokens     []string // of a chair, an editor, and drafters
	Names      []string
	Statements []string // ids
}

// populate fills an empty forum.
func populate(t testing.TB, flags ...string) people {
	t.Helper()
	answer := mustMadang(t, append([]string{"demo"}, flags...)...)
	var made people
	for line := range strings.Lines(answer) {
		var row struct{ Persona, Token, Statement, ID string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		if row.Persona != "" {
			made.Names, made.Tokens = append(made.Names, row.Persona), append(made.Tokens, row.Token)
		}
		if row.Statement != "" {
			made.Statements = append(made.Statements, row.ID)
		}
	}
	return made
}
