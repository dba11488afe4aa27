package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

const formLetter = "We ask you to keep the river open for everybody who lives beside it, and to write down who decides when it is closed."

func TestALetterThatManySendStandsOnceWithWhatEachAdds(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		srv := serve(t, flags...)
		docket := consult(t, srv.URL, forum.Statements[0], flags)
		var codes []string
		send := func(comment string) {
			codes = append(codes, visit(t, srv.URL).say(docket, comment).submit().receipt())
		}
		for range 4 {
			send(formLetter)
		}
		send("Something else altogether: the second clause should speak of wells as well as of rivers, for we have no river.")
		send(strings.Replace(formLetter, "everybody", "everybody, herders too,", 1))
		send(strings.ToUpper(formLetter))

		reader := visit(t, srv.URL)
		reader.open(docket+"/campaigns").mustCount("submissions", 0).mustBe(200, "No text was sent by five or more")
		moderator := visit(t, srv.URL)
		moderator.enter(t, "moderator", "Mo", flags...)
		moderator.open(docket+"/campaigns").mustCount("submissions", 7).mustCount("wordings", 2).mustBe(200, "6 submissions in these words", "1 of them adds")
		for no := range 7 {
			post := moderator.open(fmt.Sprintf("%s/inbox/%d", docket, no+1)).form("/moves")
			post.fields.Set("to", "posted")
			post.submit().mustBe(200, "Done.")
		}
		reader.open(docket+"/campaigns").mustCount("submissions", 7).mustCount("wordings", 2).mustBe(200, "6 submissions in these words", "neither is a vote")
		one := reader.open(docket+"/campaigns/1").mustBe(200, formLetter, "herders too,")
		if strings.Contains(one.text, "00005") {
			t.Error("somebody who wrote in words of their own is counted among those who sent the letter")
		}
		reader.open(docket + "/campaigns/5").mustBe(404)
		var told struct {
			Submissions, Wordings int
			Items                 []struct {
				Members []int
				Own     []struct {
					No       int
					Passages []struct{ Own string }
				}
			}
		}
		if err := json.Unmarshal([]byte(reader.open("/api/v1"+docket+"/campaigns").text), &told); err != nil {
			t.Fatal(err)
		}
		if told.Submissions != 7 || told.Wordings != 2 || len(told.Items) != 1 || len(told.Items[0].Members) != 6 || len(told.Items[0].Own) != 1 ||
			told.Items[0].Own[0].No != 6 || told.Items[0].Own[0].Passages[0].Own != "herders too," {
			t.Errorf("programs are told %+v", told)
		}

		mine := reader.open("/receipt").form("/receipt").fill("code", codes[1]).submit()
		mine.formWhere("contests", func(f form) bool { return f.fields.Get("kind") == "contested" }).submit().mustBe(200)
		reader.open(docket+"/campaigns").mustCount("submissions", 6).mustCount("wordings", 2).mustBe(200, "5 submissions in these words")
		mine = reader.open("/receipt").form("/receipt").fill("code", codes[2]).submit()
		mine.formWhere("withdraws", func(f form) bool { return f.fields.Get("kind") == "withdrawn" }).choose("confirmed", "yes").submit().mustBe(200)
		reader.open(docket+"/campaigns").mustCount("submissions", 5).mustCount("wordings", 5).mustBe(200, "No text was sent by five or more")
	})
}
