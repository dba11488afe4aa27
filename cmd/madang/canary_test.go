package main

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What people type, by where they type it. Each word occurs nowhere else.
const (
	canaryName    = "Wrenquill"
	canaryText    = "Finchwort"
	canaryComment = "Larkspindle"
	canaryReply   = "Siskinbrook"
	canaryMail    = "dunnock.hollow@example.org"
	canaryQuery   = "Plovermere"
	canaryPath    = "Ouzelgate"
)

func TestWhatPeopleTypeIsInNoLogNoMetricNoTemporaryFileAndNoSealedBackup(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		scratch := t.TempDir()
		t.Setenv("TMPDIR", scratch)
		post := takeMail(t)
		forum := populate(t, withFlags(flags, "--personas", "1", "--statements", "1")...)
		key, recipient := newKey(t)
		backups := t.TempDir()
		metrics := "127.0.0.1:" + freePort(t)
		node := serve(t, withFlags(flags, "--mail-server", post.address, "--mail-every", "50ms", "--metrics-listen", metrics,
			"--backup-dir", backups, "--backup-recipient", recipient, "--backup-every", "1s", "--drill-identity", key, "--drill-every", "1s")...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}

		person := visit(t, node.URL)
		code := person.enter(t, "member", canaryName, flags...).code()
		writer := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
		writer.write(" " + canaryText)
		until(t, "the text is saved", writer.isSaved)
		writer.sendRaw(2, []byte(canaryText)) // nonsense, which is refused
		s.openThread(forum.Statements[0], "", canaryComment)
		person.open("/me/mail").form("/me/mail").fill("address", canaryMail).choose("pace", "at_once").submit()
		post.letter(t, 1)
		docket := consult(t, node.URL, forum.Statements[0], flags)
		receipt := person.say(docket, canaryReply).submit().receipt()
		for _, address := range []string{"/search?q=" + canaryQuery, "/nowhere/" + canaryPath + "?q=" + canaryQuery, "/statements/" + canaryPath, "/invitations/" + canaryPath} {
			person.open(address)
		}
		stranger := visit(t, node.URL)
		stranger.open("/enter").form("/sessions").fill("code", code).submit()
		stranger.open("/receipt").form("/receipt").fill("code", receipt).submit()
		s.call(http.MethodPost, "/api/v1/threads/"+canaryPath+"/comments?q="+canaryQuery, map[string]any{"body": canaryComment}).refused(http.StatusNotFound, "not_found")
		until(t, "a backup was made and tried", func() bool { return strings.Contains(node.notes.text(), "msg=drilled") })

		told := map[string]string{
			"the log":     node.notes.text() + node.answers.text(),
			"the metrics": visit(t, "http://"+metrics).open("/metrics").mustBe(http.StatusOK, "madang_live_updates_total", `madang_health{area="drill"} 0`, `madang_upkeep_success_timestamp_seconds{task="backup"} 1.`).text,
			"the doctor":  func() string { said, _ := madang(t, withFlags(flags, "doctor", "--json")...); return said }(),
		}
		gather(t, scratch, told)
		gather(t, backups, told)
		for where, words := range told {
			for _, canary := range []string{canaryName, canaryText, canaryComment, canaryReply, canaryMail, canaryQuery, canaryPath, code, receipt, strings.ReplaceAll(receipt, " ", ""), forum.Tokens[0]} {
				if strings.Contains(words, canary) {
					t.Errorf("%s holds %q", where, canary)
				}
			}
		}
	})
}

// gather adds what is in all files of a folder.
func gather(t *testing.T, folder string, into map[string]string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil // it went while we looked
		}
		words, err := os.ReadFile(path)
		if err == nil {
			into[path] = string(words)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
