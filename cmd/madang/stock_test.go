package main

import (
	"os/exec"
	"strings"
	"testing"
)

func TestAStockProviderFromNpmJoinsAndCoEdits(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		ours := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])

		cmd := exec.CommandContext(t.Context(), "node", "../../static/judge/stock.mjs",
			"ws"+strings.TrimPrefix(node.URL, "http")+"/live/statements", forum.Statements[0], forum.Tokens[1],
			" 남의 편집기에서 stock;", " from our editor;")
		var answer, notes transcript
		cmd.Stdout, cmd.Stderr = &answer, &notes
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		until(t, "our editor shows what the stock provider wrote", func() bool {
			return strings.Contains(ours.text(), " 남의 편집기에서 stock;")
		})
		ours.write(" from our editor;")
		if err := cmd.Wait(); err != nil {
			t.Fatalf("the stock provider: %v\n%s", err, notes.text())
		}
		if got, want := answer.text(), ours.text(); got != want {
			t.Errorf("the stock provider reads\n%s\nand our editor\n%s", got, want)
		}
	})
}
