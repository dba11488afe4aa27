package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// clockTicks is what /proc counts processor time in, a second: 100 on every Linux.
const clockTicks = 100

// processor is the time the node has spent computing, in seconds.
func (n *node) processor() float64 {
	n.t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", n.process.Pid))
	if err != nil {
		n.t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(stat), ") ") // the name may hold spaces
	fields := strings.Fields(after)
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) / clockTicks
}

// BenchmarkPages measures how many pages a second one core serves: what the whole
// program spends on a page, network and database included. The browser beside it
// computes too, so the wall clock would tell less.
func BenchmarkPages(b *testing.B) {
	data := b.TempDir()
	forum := populate(b, "--personas", "3", "--statements", "1", "--data", data)
	node := serve(b, "--data", data)
	thread := longThread(b, node, forum)
	reader := visit(b, node.URL)
	reader.enter(b, "member", "Reader", "--data", data)
	for name, path := range map[string]string{
		"home":              "/",
		"thread-of-500":     "/threads/" + thread,
		"statement":         "/statements/" + forum.Statements[0],
		"statement-threads": "/statements/" + forum.Statements[0] + "/threads",
	} {
		b.Run(name, func(b *testing.B) {
			if page := reader.open(path); page.status != http.StatusOK {
				b.Fatalf("status %d: %s", page.status, page.text)
			}
			begun := node.processor()
			for b.Loop() {
				reader.fetch(b, path)
			}
			spent := node.processor() - begun
			b.ReportMetric(float64(b.N)/spent, "pages/s/core")
		})
	}
}

// longThread opens a thread of 500 comments, some of them answers.
func longThread(b *testing.B, node *node, forum people) string {
	b.Helper()
	writer := script{t: b, base: node.URL, token: forum.Tokens[0]}
	thread := writer.openThread(forum.Statements[0], "", "The first of many. **Words** and *more* words.")
	var writers sync.WaitGroup
	for _, token := range forum.Tokens {
		writers.Go(func() {
			one := script{t: b, base: node.URL, token: token}
			for n := range 499/len(forum.Tokens) + 1 {
				one.call(http.MethodPost, "/api/v1/threads/"+thread+"/comments", map[string]any{
					"body": fmt.Sprintf("Comment %d has *some* words, a [link](https://example.org/) and a list:\n\n- 하나\n- two\n", n),
				}).succeeded()
			}
		})
	}
	writers.Wait()
	return thread
}

// fetch reads a page without looking at it.
func (v *visitor) fetch(b *testing.B, path string) {
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, v.base+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := v.browser.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		b.Fatal(err)
	}
}
