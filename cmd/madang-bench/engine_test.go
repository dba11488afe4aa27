package main

import (
	"bytes"
	"strings"
	"testing"

	"madang/realtime/yjstrace"
)

func TestTheEngineIsMeasuredByTheMedianOfItsRuns(t *testing.T) {
	var out bytes.Buffer
	runs := map[string][]engineRun{
		"madang": {{Apply: 9}, {Apply: 2}, {Apply: 3}},
		"yjs":    {{Apply: 6}, {Apply: 6}, {Apply: 100}},
		"ywasm":  {{Apply: 3}, {Apply: 3}, {Apply: 3}},
	}
	tabulate(&out, 7, false, runs)
	first := strings.Fields(strings.Split(out.String(), "\n")[3])
	if got := strings.Join(first[len(first)-5:], " "); got != "3.0 6.0 3.0 2.00 1.00" {
		t.Errorf("the row is %q", got)
	}
}

func TestEveryStepOfTheEngineIsMeasured(t *testing.T) {
	trace, err := yjstrace.Paper("", 2000)
	if err != nil {
		t.Fatal(err)
	}
	updates, err := trace.Updates()
	if err != nil {
		t.Fatal(err)
	}
	run, err := measureOurs(updates)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range engineRows[:4] {
		if row.of(run) <= 0 {
			t.Errorf("%s was not measured", row.label)
		}
	}
}
