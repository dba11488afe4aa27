package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func TestAReportedCommentWaitsInTheQueueOfSubmissionsAndIsTakenDownAndBroughtBack(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		one, two := serve(t, flags...), serve(t, flags...)
		docket := consult(t, one.URL, forum.Statements[0], flags)
		author, reader, mo, chair := visit(t, one.URL), visit(t, two.URL), visit(t, two.URL), visit(t, one.URL)
		author.enter(t, "member", "Ari", flags...)
		reader.enter(t, "member", "Rea", flags...)
		mo.enter(t, "moderator", "Mo", flags...)
		chair.enter(t, "chair", "Bora", flags...)
		visit(t, one.URL).say(docket, "A submission that waits.").submit().receipt()
		clause := regexp.MustCompile(`/statements/[0-9a-f-]{36}/clauses/c[a-z0-9]+`).FindString(author.open("/statements/" + forum.Statements[0]).text)
		compose := author.open(clause).form("/threads")
		thread := compose.fill("body", "canarywords about somebody").submit().mustBe(200, "canarywords")
		comment := regexp.MustCompile(`/comments/[0-9a-f-]{36}`).FindString(thread.text)

		group := regexp.MustCompile(`/groups/[0-9a-f-]{36}`).FindString(mo.open("/groups").text)
		report := reader.open(comment+"/reports/new").mustBe(200, "canarywords").form("/reports")
		report.submit().mustBe(http.StatusUnprocessableEntity, "Choose what is wrong with it")
		report.choose("why", "endangers").fill("reason", "It names a village.").submit().mustBe(200, "Nobody else learns that it was you")
		reader.open(group + "/moderation").mustBe(http.StatusForbidden)
		author.open(comment + "/case").mustBe(http.StatusNotFound)
		queue := mo.open(group+"/moderation").mustBe(200, "A reported comment", "It may put somebody in danger", "Submission ")
		queue.mustNotSay("canarywords", "A submission that waits")

		at := mo.open(comment+"/case").mustBe(200, "It names a village.", "Rea", "canarywords")
		down := at.formWhere("takes it down", func(f form) bool { return f.fields.Get("to") == "taken_down" })
		down.submit().mustBe(http.StatusUnprocessableEntity)
		down.fill("why", "endangers").fill("reason", "A village has one teacher.").submit().mustBe(200, "Taken down").mustNotSay("canarywords")
		for _, v := range []*visitor{reader, mo, chair} {
			v.open(thread.at.Path).mustBe(200, "Moderators took this comment down: It may put somebody in danger").mustNotSay("canarywords")
			v.open("/search?q=canarywords").mustNotSay("canarywords about")
		}
		mo.open(group + "/moderation").mustNotSay("A reported comment")
		mine := author.open(comment+"/case").mustBe(200, "A village has one teacher.", "canarywords")
		mine.mustNotSay("Rea", "It names a village.")
		mine.form("/appeals").fill("reason", "There are three.").submit().mustBe(200, "Nobody has decided yet")
		mo.open(comment+"/case").mustBe(200, "The words are sealed").mustNotSay("canarywords")
		chair.open(group+"/moderation").mustBe(200, "A reported comment")
		keep := chair.open(comment+"/case").mustBe(200, "canarywords", "There are three.").formWhere("brings it back", func(f form) bool { return f.fields.Get("to") == "kept" })
		keep.fill("reason", "There are.").submit().mustBe(200, "it came back")
		reader.open(thread.at.Path).mustBe(200, "canarywords about somebody")
		if logs := one.notes.text() + two.notes.text(); strings.Contains(logs, "canary") || strings.Contains(logs, "village") {
			t.Error("the log holds what was said")
		}
	})
}
