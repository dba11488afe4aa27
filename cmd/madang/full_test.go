package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"madang/db/dbtest"
)

func TestWhileThereIsNoRoomPeopleReadKeepTheirWordsAndGoOnByThemselves(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, withFlags(flags, "--personas", "2", "--statements", "1")...)
		metrics := "127.0.0.1:" + freePort(t)
		node := serve(t, withFlags(flags, "--metrics-listen", metrics)...)
		statement := forum.Statements[0]
		writer := script{t: t, base: node.URL, token: forum.Tokens[0]}
		thread := "/threads/" + writer.openThread(statement, "", "Before.")
		docket := consult(t, node.URL, statement, flags)
		member, sender, stranger, steward := visit(t, node.URL), visit(t, node.URL), visit(t, node.URL), visit(t, node.URL)
		code := member.enter(t, "member", "Mina", flags...).code()
		receipt := sender.say(docket, "Sent before.").submit().receipt()
		asking := sender.say(docket, "What I typed for an hour.")
		late := sender.open("/receipt").form("/receipt").fill("code", receipt).submit().form("/receipt/files")
		entering := stranger.open("/enter").form("/sessions").fill("code", code)
		link := strings.TrimSpace(mustMadang(t, withFlags(flags, "invite", "--role", "steward", "--base-url", node.URL)...))
		steward.open(link).form("/invitations"+tokenIn(link)).submit().mustBe(http.StatusOK, "code")
		open := edit(t, node.URL, forum.Tokens[0], statement)
		open.write(" saved before;")
		until(t, "it is saved", open.isSaved)

		makeRoom := dbtest.Fill(t, past(t, flags))
		const says = "no room left"
		open.write(" typed while there is no room;")
		if code := open.sentAway(); code != 1013 || open.refusal != "" {
			t.Errorf("the editor is sent away with %d, refused with %q", code, open.refusal)
		}
		comment := member.open(thread).mustBe(http.StatusOK).form(thread+"/comments").fill("body", "Said for nothing?").submit().mustBe(http.StatusServiceUnavailable, says, "Said for nothing?")
		asking = asking.submitFiles(attached{"map.txt", []byte("A map.")}).mustBe(http.StatusServiceUnavailable, says, "What I typed for an hour.", "map.txt").form("/submissions")
		late.submitFiles(attached{"late.txt", []byte("Late.")}).mustBe(http.StatusServiceUnavailable, says, "late.txt")
		entering.submit().mustBe(http.StatusServiceUnavailable, says)
		said := map[string]any{"id": "0193a6e2-5b1c-7c3e-9d4f-2a6b8c0d1e2f", "body": "By a program."}
		post := func() reply { return writer.call(http.MethodPost, "/api/v1"+thread+"/comments", said) }
		problem := post()
		if p := problem.refused(http.StatusServiceUnavailable, "storage.full"); !strings.HasPrefix(p.Input, "Nothing") || problem.header.Get("Retry-After") == "" {
			t.Errorf("a program is told %+v, to come again after %q", p, problem.header.Get("Retry-After"))
		}
		for _, path := range []string{"/", "/groups", "/statements/" + statement, "/statements/" + statement + "/draft", thread, docket} {
			member.open(path).mustBe(http.StatusOK)
		}
		if text := edit(t, node.URL, forum.Tokens[1], statement).text(); !strings.Contains(text, " saved before;") || strings.Contains(text, " typed while there is no room;") {
			t.Errorf("whoever opens the text reads\n%s", text)
		}

		until(t, "pages say so", func() bool { return member.open(thread).says("The forum has no room left") })
		member.open("/readyz").mustBe(http.StatusOK, "no room to write")
		steward.open("/steward").mustBe(http.StatusOK, "The database has no room left")
		if found := visit(t, "http://"+metrics).open("/metrics").text; !strings.Contains(found, `madang_health{area="database"} 2`) || strings.Contains(found, "madang_live_unsaved_total 0") {
			t.Errorf("nothing is to be seen in the metrics:\n%s", found)
		}
		if found, status := diagnose(t, withFlags(flags, "--json")...); status != 4 || !strings.Contains(found, `"code":"doctor.database.full"`) {
			t.Errorf("the doctor ends with %d and says\n%s", status, found)
		}
		if _, err := madang(t, withFlags(flags, "invite", "--role", "steward")...); err == nil || !strings.Contains(err.Error(), "Free space on its disk") {
			t.Errorf("a command ends with %v", err)
		}
		file := filepath.Join(t.TempDir(), "forum.backup")
		mustMadang(t, withFlags(flags, "backup", file)...)
		second := serve(t, flags...) // a node that is started now
		visit(t, second.URL).open(docket).mustBe(http.StatusOK)

		makeRoom()
		until(t, "pages are as always", func() bool { return !member.open(thread).says("no room left") })
		member.open("/readyz").mustBe(http.StatusOK, "ready")
		comment.form(thread+"/comments").submit().mustBe(http.StatusOK, "Said for nothing?")
		asking.submitFiles(attached{"map.txt", []byte("A map.")}).mustBe(http.StatusOK).receipt()
		late.submitFiles(attached{"late.txt", []byte("Late.")}).mustBe(http.StatusOK)
		entering.submit().mustBe(http.StatusOK)
		post().succeeded()
		post().succeeded()
		var list struct{ Items []struct{ Body string } }
		writer.call(http.MethodGet, "/api/v1"+thread+"/comments", nil).into(&list)
		if len(list.Items) != 3 {
			t.Errorf("the thread holds %v", list.Items)
		}
		sender.open(docket).mustCount("received", 2)
		again := edit(t, node.URL, forum.Tokens[0], statement)
		again.write(" and on;")
		until(t, "what is written is saved", again.isSaved)
		if found := visit(t, "http://"+metrics).open("/metrics").text; !strings.Contains(found, `madang_health{area="database"} 0`) {
			t.Errorf("the metrics stay ill:\n%s", found)
		}
		if info, err := os.Stat(file); err != nil || info.Size() == 0 {
			t.Errorf("of the backup there is %v, %v", info, err)
		}
		mustMadang(t, withFlags(flags, "drill", file)...)
	})
}
