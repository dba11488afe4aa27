package yjstrace

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"madang/realtime/yjs"
)

func published(t *testing.T, history string) (*Trace, error) {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(history)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return Read("test", &b)
}

// read is what a document says after the updates of a trace.
func read(t *testing.T, trace *Trace) string {
	t.Helper()
	updates, err := trace.Updates()
	if err != nil {
		t.Fatal(err)
	}
	doc := yjs.NewDoc()
	for _, u := range updates {
		if u == nil {
			continue
		}
		if err := doc.ApplyUpdate(u); err != nil {
			t.Fatal(err)
		}
	}
	return doc.Text(Root).String()
}

func TestAPublishedHistoryIsReplayed(t *testing.T) {
	for name, history := range map[string]string{
		"one author": `{"startContent":"","endContent":"자유 no one","txns":[
			{"time":"2021-04-19T06:06:58.219Z","patches":[[0,0,"자유다 "]]},
			{"time":"2021-04-19T06:06:59.219Z","patches":[[2,1,""],[3,0,"no one"]]}]}`,
		"two at once": `{"kind":10,"numAgents":2,"endContent":"No one. Ever!","txns":[
			{"parents":[],"agent":0,"patches":[[0,0,"no one. "]]},
			{"parents":[0],"agent":0,"patches":[[0,1,"N"]]},
			{"parents":[0],"agent":1,"patches":[[8,0,"ever"]]},
			{"parents":[2,1],"agent":0,"patches":[[12,0,"!"]]},
			{"parents":[2],"agent":1,"patches":[[8,1,"E"]]},
			{"parents":[3,4],"agent":1,"patches":[]}]}`,
	} {
		trace, err := published(t, history)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := read(t, trace); got != trace.End {
			t.Errorf("%s: %q, not %q", name, got, trace.End)
		}
	}
}

func TestAHistoryThatCannotHaveHappenedIsRefused(t *testing.T) {
	for history, why := range map[string]string{
		`{"txns":[{"patches":[[0,0]]}]}`:                              "three parts",
		`{"txns":[{"patches":[[-1,0,"a"]]}]}`:                         "negative",
		`{"txns":[{"patches":[[0,0,"😀"]]}]}`:                          "two UTF-16 units",
		`{"startContent":"a","txns":[]}`:                              "begin empty",
		`{"numAgents":1,"txns":[{"agent":1,"patches":[]}]}`:           "agent 1 of 1",
		`{"numAgents":1,"txns":[{"parents":[0],"patches":[]}]}`:       "after transaction 0",
		`{"numAgents":1,"txns":[{"parents":[-1],"patches":[[0,0]]}]}`: "three parts",
	} {
		if _, err := published(t, history); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, not %q", history, err, why)
		}
	}
}

func TestAGeneratedHistoryIsOfThePapersShape(t *testing.T) {
	trace, err := Paper("", PaperKeys)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(trace.Transactions); n != PaperKeys {
		t.Errorf("%d keys", n)
	}
	if n := len(trace.End); n < 100_000 || n > 110_000 {
		t.Errorf("%d characters are left", n)
	}
}
