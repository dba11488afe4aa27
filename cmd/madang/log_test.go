package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestTheLogDropsWhatCouldTellAboutAPerson(t *testing.T) {
	var out bytes.Buffer
	log := newLogger(&out)

	log.With("persona", "canary-persona").WithGroup("request").
		Info("posted", "body", "canary-body", "ip", "canary-address", "status", 303)
	log.Error("failed", "err", errors.New("disk full"), "query", "canary-query")

	if strings.Contains(out.String(), "canary") {
		t.Errorf("the log says more than it may:\n%s", &out)
	}
	for _, kept := range []string{"msg=posted", "request.status=303", `err="disk full"`} {
		if !strings.Contains(out.String(), kept) {
			t.Errorf("the log lacks %s:\n%s", kept, &out)
		}
	}
}
