package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAForumIsBackedUpAndRestoredWhilePeopleWrite(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "3", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		statement := forum.Statements[0]
		var writers []*editor
		for i, token := range forum.Tokens {
			writer := edit(t, node.URL, token, statement)
			go writer.keepWriting(string(rune('a' + i)))
			writers = append(writers, writer)
		}
		until(t, "everybody has words saved", func() bool {
			for _, w := range writers {
				if len(w.savedWords()) < 5 {
					return false
				}
			}
			return true
		})
		var before []string
		for _, w := range writers {
			before = append(before, w.savedWords()...)
		}
		file := filepath.Join(t.TempDir(), "forum.backup")
		mustMadang(t, append([]string{"backup", file}, flags...)...)
		if _, err := os.Stat(file + ".partial"); !os.IsNotExist(err) {
			t.Errorf("something is left beside the backup: %v", err)
		}
		thread := script{t: t, base: node.URL, token: forum.Tokens[0]}.openThread(statement, "", "After the backup.")

		mustMadang(t, append([]string{"restore", "--yes", file}, flags...)...)
		until(t, "all windows are told to begin anew", func() bool {
			for _, w := range writers {
				if w.farewell() == nil {
					return false
				}
			}
			return true
		})
		for _, w := range writers {
			if code := w.sentAway(); code != 4410 {
				t.Errorf("a window was closed with %d", code)
			}
		}
		again := edit(t, node.URL, forum.Tokens[0], statement)
		for _, word := range before {
			if strings.Count(again.text(), word) != 1 {
				t.Errorf("%q was saved before the backup and is there %d times", word, strings.Count(again.text(), word))
			}
		}
		again.write(" And on it goes.")
		until(t, "what is written now is saved", again.isSaved)
		script{t: t, base: node.URL, token: forum.Tokens[0]}.call("GET", "/api/v1/threads/"+thread+"/comments", nil).refused(404, "not_found")
		if strings.Contains(node.notes.text(), "update refused") {
			t.Error("somebody was refused")
		}
	})
}

func TestNothingIsRestoredWithoutAYesOrFromADamagedFile(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		file := filepath.Join(t.TempDir(), "forum.backup")
		mustMadang(t, append([]string{"backup", file}, flags...)...)
		node := serve(t, flags...)
		writer := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
		writer.write(" Written later.")
		until(t, "it is saved", writer.isSaved)

		if _, err := madang(t, append([]string{"restore", file}, flags...)...); err == nil || !strings.Contains(err.Error(), "nothing was changed") {
			t.Errorf("restored without a yes: %v", err)
		}
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		whole[len(whole)/2] ^= 4
		if err := os.WriteFile(file, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := madang(t, append([]string{"restore", "--yes", file}, flags...)...); err == nil || !strings.Contains(err.Error(), "Nothing was changed") {
			t.Errorf("restored from a damaged file: %v", err)
		}
		if writer.farewell() != nil || !strings.Contains(edit(t, node.URL, forum.Tokens[0], forum.Statements[0]).text(), "Written later.") {
			t.Error("the text has changed")
		}
	})
}
