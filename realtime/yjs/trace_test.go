package yjs_test

import (
	"os"
	"slices"
	"testing"

	"madang/realtime/yjs"
	"madang/realtime/yjstrace"
)

// The histories are those in the folder MADANG_TRACES, or generated ones.
func traces(t *testing.T) []*yjstrace.Trace {
	t.Helper()
	folder := os.Getenv("MADANG_TRACES")
	paper, err := yjstrace.Paper(folder, 20_000)
	if err != nil {
		t.Fatal(err)
	}
	conversations, err := yjstrace.Conversations(folder, 20_000)
	if err != nil {
		t.Fatal(err)
	}
	return append(conversations, paper)
}

// Everybody types into a document of their own; a server takes each key as it comes,
// as it takes it from strangers; and real Yjs takes the same.
func TestWhatWasTypedKeyByKeyReadsAsItsAuthorsLeftIt(t *testing.T) {
	for _, trace := range traces(t) {
		t.Run(trace.Name, func(t *testing.T) {
			updates, err := trace.Updates()
			if err != nil {
				t.Fatal(err)
			}
			updates = slices.DeleteFunc(updates, func(u []byte) bool { return u == nil })
			t.Logf("%d updates of %d people, %d characters", len(updates), trace.Agents, len(trace.End))
			server := yjs.NewDoc()
			for i, b := range updates {
				letIn(t, server, i, b)
			}
			sameText(t, "the server", server.Text(yjstrace.Root).String(), trace.End)
			sameText(t, "real Yjs", yjs.JudgedText(t, yjstrace.Root, updates), trace.End)
			state := server.EncodeStateAsUpdate(nil)
			sameText(t, "real Yjs after our state", yjs.JudgedText(t, yjstrace.Root, [][]byte{state}), trace.End)
			merged, err := yjs.MergeUpdates(updates...)
			if err != nil {
				t.Fatal(err)
			}
			late := yjs.NewDoc()
			if err := late.ApplyUpdate(merged); err != nil {
				t.Fatal(err)
			}
			sameText(t, "who joins late", late.Text(yjstrace.Root).String(), trace.End)
		})
	}
}

func letIn(t *testing.T, server *yjs.Doc, i int, b []byte) {
	t.Helper()
	u, err := yjs.Decode(b, yjs.DefaultLimits())
	if err != nil {
		t.Fatalf("update %d: %v", i, err)
	}
	if in := server.Inspect(u); in.Gap || in.Equivocation || in.NoEffect {
		t.Fatalf("update %d looks like %+v", i, in)
	}
	if _, err := server.Apply(u); err != nil {
		t.Fatalf("update %d: %v", i, err)
	}
}

func sameText(t *testing.T, who, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	t.Errorf("%s reads %d bytes, not %d; the first %d agree", who, len(got), len(want), at)
}
