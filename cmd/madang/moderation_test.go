package main

import (
	"net/http"
	"strings"
	"testing"
)

func TestWhatAModeratorTakesOutIsGoneFromEveryPageAndOpensForTwo(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		one, two := serve(t, flags...), serve(t, flags...)
		docket := consult(t, one.URL, forum.Statements[0], flags)
		sender, mo, ann, reader := visit(t, one.URL), visit(t, two.URL), visit(t, one.URL), visit(t, two.URL)
		code := sender.say(docket, "Call canaryvoice at 010-1234-5678.").submit().receipt()
		mo.enter(t, "moderator", "Mo", flags...)
		ann.enter(t, "moderator", "Ann", flags...)

		mo.open(docket+"/names").form("/names").fill("names", "canaryvoice").submit().mustBe(200, "The list has been kept")
		list := mo.open(docket+"/inbox").mustBe(200, "[redacted]")
		list.mustNotSay("canaryvoice", "010-1234-5678")
		cover := mo.open(docket+"/inbox/1").formWhere("takes words out", func(f form) bool { return f.fields.Get("to") == "posted_redacted" })
		if got := strings.Join(cover.fields["spans"], " "); got != "comment:5-16 comment:20-33" {
			t.Errorf("proposed are %s", got)
		}
		cover.fill("phrases", "no such words").submit().mustBe(http.StatusUnprocessableEntity, "no such words")
		cover.fill("phrases", "").submit().mustBe(200, "Done.")
		reader.open(docket+"/submissions/1").mustBe(200, "Call [redacted] at [redacted].")
		mine := sender.open("/receipt").form("/receipt").fill("code", code).submit().mustBe(200, "Something that identifies people was taken out")
		for _, p := range []page{mine, reader.open(docket + "/submissions"), ann.open(docket + "/inbox/1"), ann.open(docket + "/inbox")} {
			p.mustNotSay("canaryvoice", "010-1234-5678")
		}
		reader.open(docket).mustCount("redacted", 1).mustCount("screening", 0)

		original := docket + "/inbox/1/original"
		mo.open(original).mustBe(http.StatusForbidden)
		mo.open(docket+"/inbox/1").form("/openings").fill("reason", "Its author asked us to.").submit().mustBe(200)
		mo.open(original).mustBe(http.StatusForbidden)
		agree := ann.open(docket+"/inbox/1").mustBe(200, "Its author asked us to.").form("/openings")
		agree.fields.Set("agreed", "yes")
		agree.submit().mustBe(200)
		for _, v := range []*visitor{mo, ann} {
			v.open(original).mustBe(200, "Call canaryvoice at 010-1234-5678.")
		}
		sender.open("/receipt").form("/receipt").fill("code", code).submit().mustBe(200, "two people read what was taken out", "Its author asked us to.")
		for _, word := range []string{"canaryvoice", "010-1234-5678", "Its author asked"} {
			if strings.Contains(one.notes.text()+two.notes.text(), word) {
				t.Errorf("the log holds %q", word)
			}
		}
	})
}
