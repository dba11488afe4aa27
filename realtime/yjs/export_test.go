package yjs

import "testing"

// JudgedText is what the root text of that name says in real Yjs after updates, or
// fails where real Yjs misses something.
func JudgedText(t *testing.T, name string, updates [][]byte) string {
	t.Helper()
	judged := startJudge(t).ask(t, question{"do": "load", "updates": updates, "gc": true})
	if judged.Pending {
		t.Fatal("real Yjs misses something")
	}
	var text string
	for _, run := range judged.Tree[name].(map[string]any)["text"].([]any) {
		text += run.(map[string]any)["string"].(string)
	}
	return text
}
