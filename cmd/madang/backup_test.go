package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"madang/app"
	"madang/db/dbtest"
)

// withFlags are the words of a command with the flags of a forum.
func withFlags(flags []string, words ...string) []string { return slices.Concat(words, flags) }

// newKey makes a key as a steward does.
func newKey(t testing.TB) (file, recipient string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "key")
	return file, strings.TrimSpace(mustMadang(t, "backup-key", file))
}

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
		key, recipient := newKey(t)
		folder := t.TempDir()
		file := filepath.Join(folder, "forum.backup")
		mustMadang(t, withFlags(flags, "backup", "--to", recipient, file)...)
		if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
			t.Errorf("something is left beside the backup: %v, %v", left, err)
		}
		thread := script{t: t, base: node.URL, token: forum.Tokens[0]}.openThread(statement, "", "After the backup.")

		mustMadang(t, withFlags(flags, "restore", "--yes", "--identity", key, file)...)
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
		key, recipient := newKey(t)
		other, _ := newKey(t)
		file, plain := filepath.Join(t.TempDir(), "sealed"), filepath.Join(t.TempDir(), "plain")
		mustMadang(t, withFlags(flags, "backup", "--to", recipient, file)...)
		mustMadang(t, withFlags(flags, "backup", plain)...)
		node := serve(t, flags...)
		writer := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
		writer.write(" Written later.")
		until(t, "it is saved", writer.isSaved)

		refused := func(what, because string, words ...string) {
			t.Helper()
			if _, err := madang(t, withFlags(flags, append([]string{"restore"}, words...)...)...); err == nil || !strings.Contains(err.Error(), because) {
				t.Errorf("%s: %v", what, err)
			}
		}
		refused("no yes", "nothing was changed", plain)
		refused("no key", "This backup is sealed. Nothing was changed", "--yes", file)
		refused("somebody else's key", "sealed to another key. Nothing was changed", "--yes", "--identity", other, file)
		refused("a file that is no key", "holds no key", "--yes", "--identity", plain, file)
		for name, path := range map[string]string{"sealed": file, "plain": plain} {
			refused(name+" with another bit", "Nothing was changed", "--yes", "--identity", key, changed(t, path, func(b []byte) []byte { b[len(b)/2] ^= 4; return b }))
			refused(name+", half of it", "Nothing was changed", "--yes", "--identity", key, changed(t, path, func(b []byte) []byte { return b[:len(b)/2] }))
			refused(name+" without the last byte", "Nothing was changed", "--yes", "--identity", key, changed(t, path, func(b []byte) []byte { return b[:len(b)-1] }))
			refused(name+", nothing of it", "Nothing was changed", "--yes", "--identity", key, changed(t, path, func([]byte) []byte { return nil }))
		}
		if writer.farewell() != nil || !strings.Contains(edit(t, node.URL, forum.Tokens[0], forum.Statements[0]).text(), "Written later.") {
			t.Error("the text has changed")
		}
	})
}

// changed is the path of a copy of a file in which something is different.
func changed(t testing.TB, path string, change func([]byte) []byte) string {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "changed")
	if err := os.WriteFile(path, change(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhoeverFindsASealedBackupReadsNothing(t *testing.T) {
	flags := []string{"--data", t.TempDir()}
	populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
	_, recipient := newKey(t)
	mine, theirs := filepath.Join(t.TempDir(), "mine"), filepath.Join(t.TempDir(), "theirs")
	second, secondRecipient := newKey(t)
	mustMadang(t, withFlags(flags, "backup", "--to", recipient, "--to", secondRecipient, mine)...)
	if whole, err := os.ReadFile(mine); err != nil || bytes.Contains(whole, []byte("madang")) || bytes.Contains(whole, []byte{0x1f, 0x8b, 0x08, 0x00}) {
		t.Errorf("the backup shows what it is: %v", err)
	}
	if info, err := os.Stat(mine); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	mustMadang(t, "drill", "--data", t.TempDir(), "--identity", second, mine) // each key opens it

	if _, err := madang(t, withFlags(flags, "backup", "--to", "age1nothing", theirs)...); err == nil || !strings.Contains(err.Error(), "backup-key") {
		t.Errorf("sealed to nobody: %v", err)
	}
	if _, err := madang(t, "backup-key", second); err == nil {
		t.Error("a key was written over another one")
	}
}

func TestAFullDiskLeavesTheOlderBackup(t *testing.T) {
	flags := []string{"--data", t.TempDir()}
	populate(t, append([]string{"--personas", "1", "--statements", "40"}, flags...)...)
	folder := t.TempDir()
	file := filepath.Join(folder, "forum.backup")
	if err := os.WriteFile(file, []byte("the older one"), 0o600); err != nil {
		t.Fatal(err)
	}
	database, _, err := migrate(t.Context(), place{Data: flags[1]})
	if err != nil {
		t.Fatal(err)
	}
	defer database.Close()
	// A file that may have 1 KiB and no more is what a full disk looks like from inside.
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 10, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	_, full := saveBackup(t.Context(), database, file, nil, func(string, int64) {})
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	if !app.IsCode(full, "backup.full") {
		t.Errorf("%v", full)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("%v, %v", left, err)
	}
	if older, err := os.ReadFile(file); err != nil || string(older) != "the older one" {
		t.Errorf("%q, %v", older, err)
	}
}

// onAFullDisk runs a command that may write no byte into any file, which is what a full
// disk looks like from inside.
func onAFullDisk(t *testing.T, words ...string) (said string, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", append([]string{"-c", `ulimit -f 0 && exec "$0" "$@"`, program}, words...)...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestOnAFullDiskACommandLeavesNoHalfOfAFile(t *testing.T) {
	flags := []string{"--data", t.TempDir(), "--database-url", dbtest.NewDatabase(t).String()}
	populate(t, withFlags(flags, "--personas", "1", "--statements", "1")...)
	folder := t.TempDir()
	for what, words := range map[string][]string{
		"a backup": withFlags(flags, "backup", filepath.Join(folder, "forum.backup")),
		"a key":    {"backup-key", filepath.Join(folder, "key")},
		"a secret": {"invite", "--role", "steward", "--data", filepath.Join(folder, "data"), "--database-url", flags[3]},
	} {
		said, err := onAFullDisk(t, words...)
		if err == nil || !strings.Contains(said, "no room left") && !strings.Contains(said, "file too large") {
			t.Errorf("%s: %v, and it says\n%s", what, err, said)
		}
		err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				t.Errorf("%s leaves %s", what, entry.Name())
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if said, _ := diagnose(t, withFlags(flags, "--json")...); !strings.Contains(said, "doctor.backup.failed") {
		t.Errorf("the doctor doesn't know that a backup failed:\n%s", said)
	}
}

func TestADrillSaysWhatItFound(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "3"}, flags...)...)
		node := serve(t, flags...)
		chair := visit(t, node.URL)
		chair.enter(t, "chair", "Chioma", flags...)
		version := script{t: t, base: node.URL, token: strings.TrimSpace(mustMadang(t, withFlags(flags, "token", "--group", "made-up-group-fiction", "--persona", "Chioma")...))}
		version.call("POST", "/api/v1/statements/"+forum.Statements[0]+"/versions", map[string]any{"label": "First"}).succeeded()

		key, recipient := newKey(t)
		file := filepath.Join(t.TempDir(), "forum.backup")
		mustMadang(t, withFlags(flags, "backup", "--to", recipient, file)...)
		var found findings
		if err := json.Unmarshal([]byte(mustMadang(t, withFlags(flags, "drill", "--identity", key, file)...)), &found); err != nil {
			t.Fatal(err)
		}
		if found.Documents != 3 || found.Versions != 1 || found.Rows == 0 || len(found.Problems) > 0 {
			t.Errorf("%+v", found)
		}
		for i, flag := range flags {
			if flag == "--data" {
				if _, err := os.Stat(filepath.Join(flags[i+1], "drill")); !os.IsNotExist(err) {
					t.Errorf("the drill left something: %v", err)
				}
			}
		}
		if _, err := madang(t, withFlags(flags, "drill", "--identity", key, changed(t, file, func(b []byte) []byte { return b[:len(b)-9] }))...); err == nil {
			t.Error("a drill with a damaged backup went well")
		}
	})
}

func TestAForumBacksItselfUpForgetsOldBackupsAndDrills(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		key, recipient := newKey(t)
		folder := filepath.Join(t.TempDir(), "backups")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		old, foreign := filepath.Join(folder, "madang-20200101T000000Z.backup"), filepath.Join(folder, "letter.txt")
		half := filepath.Join(folder, ".madang-20200102T000000Z.backup.partial-1")
		for _, path := range []string{old, foreign, half} {
			if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		node := serve(t, withFlags(flags, "--backup-dir", folder, "--backup-recipient", recipient, "--backup-every", "2s", "--backup-keep", "1h",
			"--drill-identity", key, "--drill-every", "2s")...)
		until(t, "a drill went well", func() bool { return strings.Contains(node.notes.text(), "msg=drilled") })
		until(t, "the old backup is forgotten", func() bool {
			_, err := os.Stat(old)
			return os.IsNotExist(err)
		})
		if _, err := os.Stat(foreign); err != nil {
			t.Errorf("what isn't the forum's was taken: %v", err)
		}
		if _, err := os.Stat(half); !os.IsNotExist(err) {
			t.Errorf("half of a backup stays: %v", err)
		}
		mustMadang(t, withFlags(flags, "drill", "--identity", key, "--backup-dir", folder)...)
		if strings.Contains(node.notes.text(), "failed") {
			t.Error("something failed")
		}
	})
}

func TestANodeThatWouldMakeNoGoodBackupsDoesNotStart(t *testing.T) {
	_, recipient := newKey(t)
	for what, words := range map[string][]string{
		"nobody to seal to": {"--backup-dir", t.TempDir()},
		"no folder":         {"--backup-recipient", recipient},
		"no key":            {"--backup-dir", t.TempDir(), "--backup-recipient", "age1x"},
		"gone at once":      {"--backup-dir", t.TempDir(), "--backup-recipient", recipient, "--backup-keep", "1h"},
	} {
		node := launch(t, append([]string{"--listen", "127.0.0.1:0", "--data", t.TempDir()}, words...)...)
		if status := node.status(); status == 0 {
			t.Errorf("%s: it starts", what)
		}
	}
}
