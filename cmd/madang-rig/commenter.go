package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"time"

	"madang/app"
)

// commenter is a person who uses the forum by requests, and sends each again until it
// is answered.
type commenter struct {
	person
	title     string
	statement string
	line      *line
	ledger    *ledger
	client    *http.Client
	thread    app.ID // where it comments
	failures  int    // requests that were not served
}

func newCommenter(p person, title, statement string, l *line, led *ledger) *commenter {
	return &commenter{
		person: p, title: title, statement: statement, line: l, ledger: led, thread: app.NewID(),
		client: &http.Client{Timeout: patience, Transport: &http.Transport{}},
	}
}

// reply is what the forum answered.
type reply struct {
	status int
	body   []byte
}

func (r reply) isDone() bool { return r.status/100 == 2 }

// mayPass reports whether the same request may succeed later: nobody answered, or
// somebody who couldn't serve it now.
func (r reply) mayPass() bool {
	return r.status == 0 || r.status >= 500 || r.status == http.StatusTooManyRequests
}

// send sends a request until something is answered that will not change.
func (c *commenter) send(ctx context.Context, method, path string, body any) (reply, error) {
	for {
		answer := c.sendOnce(ctx, method, path, body)
		if !answer.mayPass() {
			return answer, nil
		}
		c.failures++
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return reply{}, ctx.Err()
		}
	}
}

func (c *commenter) sendOnce(ctx context.Context, method, path string, body any) reply {
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			return reply{}
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+c.line.addr+path, &sent)
	if err != nil {
		return reply{}
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	// It can be sent again: the ids are ours. So the transport does, where a kept
	// connection turns out to have ended.
	req.Header.Set("Idempotency-Key", string(app.NewID()))
	res, err := c.client.Do(req)
	if err != nil {
		return reply{}
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return reply{}
	}
	return reply{res.StatusCode, answer}
}

// keepCommenting opens a thread and comments in it until ctx ends. What was begun is
// brought to its end within deadline.
func (c *commenter) keepCommenting(ctx, deadline context.Context) {
	c.post(deadline, "/api/v1/statements/"+c.statement+"/threads", 0, func(id app.ID, body string) any {
		return map[string]any{"id": c.thread, "comment": map[string]any{"id": id, "body": body}}
	})
	for n := 1; ctx.Err() == nil; n++ {
		c.post(deadline, "/api/v1/threads/"+string(c.thread)+"/comments", n, func(id app.ID, body string) any {
			return map[string]any{"id": id, "body": body}
		})
		select {
		case <-time.After(time.Duration(50+rand.IntN(150)) * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

func (c *commenter) post(ctx context.Context, path string, n int, input func(id app.ID, body string) any) {
	body := fmt.Sprintf("comment %s-%d;", c.title, n)
	answer, err := c.send(ctx, http.MethodPost, path, input(app.NewID(), body))
	switch {
	case err != nil:
		c.ledger.find("%s could not say %q: %v", c.title, body, err)
	case answer.isDone():
		c.ledger.say(body)
	default:
		c.ledger.find("%s was refused %q: %d %s", c.title, body, answer.status, answer.body)
	}
}

// comments are all of the thread's, as the node at an address shows them.
func (c *commenter) comments(ctx context.Context, addr string) ([]string, error) {
	var bodies []string
	direct := *c
	direct.line = &line{addr: addr}
	for after := ""; ; {
		answer, err := direct.send(ctx, http.MethodGet, "/api/v1/threads/"+string(c.thread)+"/comments?after="+url.QueryEscape(after), nil)
		if err != nil {
			return nil, err
		}
		var list struct {
			Items []struct{ Body string }
			Next  string
		}
		if err := json.Unmarshal(answer.body, &list); err != nil || !answer.isDone() {
			return nil, fmt.Errorf("%d %s: %w", answer.status, answer.body, err)
		}
		for _, item := range list.Items {
			bodies = append(bodies, item.Body)
		}
		if after = list.Next; after == "" {
			return bodies, nil
		}
	}
}

// clause is one of a statement's, as the API gives it.
type clause struct{ CID, Node, Text string }

// keepEditing adds words to clauses by form until ctx ends.
func (c *commenter) keepEditing(ctx, deadline context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		c.edit(deadline, c.ledger.write(c.statement, c.person, c.title, n))
		select {
		case <-time.After(time.Duration(100+rand.IntN(200)) * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

// edit adds a word to some clause, once however often it has to be sent. If others
// changed the same words it reads the text and tries again, under the same id: an
// attempt that was never answered may still be carried out.
func (c *commenter) edit(ctx context.Context, token string) {
	for id := app.NewID(); ctx.Err() == nil; {
		clauses := slices.DeleteFunc(c.clauses(ctx), func(read clause) bool { return read.Node != "clause" })
		if len(clauses) == 0 {
			return
		}
		chosen := clauses[rand.IntN(len(clauses))]
		path := "/api/v1/statements/" + c.statement + "/clauses/" + chosen.CID
		answer, err := c.send(ctx, http.MethodPatch, path, map[string]any{"id": id, "base": chosen.Text, "text": insertWord(chosen.Text, token)})
		switch {
		case err != nil:
			return
		case answer.isDone():
			c.ledger.save(token)
			return
		case answer.status != http.StatusConflict && answer.status != http.StatusNotFound:
			c.ledger.find("%s was refused an edit: %d %s", c.title, answer.status, answer.body)
			return
		}
	}
}

// insertWord puts a word behind another of its kind, or at the end.
func insertWord(text, token string) string {
	gaps := []int{len(text)}
	for _, found := range wordShape.FindAllStringIndex(text, -1) {
		gaps = append(gaps, found[1])
	}
	at := gaps[rand.IntN(len(gaps))]
	return text[:at] + token + text[at:]
}

func (c *commenter) clauses(ctx context.Context) []clause {
	answer, err := c.send(ctx, http.MethodGet, "/api/v1/statements/"+c.statement+"/clauses", nil)
	if err != nil {
		return nil
	}
	var list struct{ Items []clause }
	if err := json.Unmarshal(answer.body, &list); err != nil {
		c.ledger.find("%s was given clauses that can't be read: %d %v", c.title, answer.status, err)
	}
	return list.Items
}
