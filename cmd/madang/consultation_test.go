package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"madang/db/dbtest"
)

// consult lets a chair put the first statement before the public for a day, and returns
// its address.
func consult(t *testing.T, base, statement string, flags []string) string {
	t.Helper()
	chair := visit(t, base)
	chair.enter(t, "chair", "Haneul", flags...)
	chair.open("/statements/" + statement + "/versions/new").form("/versions").submit().mustBe(200)
	group := regexp.MustCompile(`/groups/[0-9a-f-]{36}`).FindString(chair.open("/groups").text)
	now := time.Now().UTC()
	made := chair.open(group+"/consultations/new").form("/consultations").
		fill("title", "Before everybody").fill("notice", "What do you think?").fill("zone", "UTC").
		fill("opens", now.Add(-time.Hour).Format("2006-01-02T15:04")).fill("closes", now.Add(24*time.Hour).Format("2006-01-02T15:04")).
		submit().mustBe(200, "In preparation")
	chair.open(made.at.Path+"/acts/new?kind=announced").form("/acts").submit().mustBe(200, "It is announced", "apart from the version that the public reads")
	return made.at.Path
}

// say answers page after page, up to the last button.
func (v *visitor) say(docket, comment string) form {
	v.t.Helper()
	page := v.open(docket+"/submissions/new").mustBe(200, "Nothing is stored")
	page = page.form("/submissions/new").submit()
	page = page.form("/submissions/new").fill("comment", comment).submit()
	page = page.form("/submissions/new").submit()
	for _, answer := range []string{"kind=general", "as=anonymous", "publish=words"} {
		name, value, _ := strings.Cut(answer, "=")
		page = page.form("/submissions/new").choose(name, value).submit().mustBe(200)
	}
	return page.mustBe(200, "Check your answers", comment).form("/submissions")
}

var receiptCode = regexp.MustCompile(`<p class="code" translate="no">([0-9 ]{19})</p>`)

func (p page) receipt() string {
	p.v.t.Helper()
	found := receiptCode.FindStringSubmatch(p.text)
	if found == nil {
		p.v.t.Fatalf("no receipt (status %d):\n%s", p.status, p.text)
	}
	return found[1]
}

// mustCount looks into the balance on a docket's page.
func (p page) mustCount(name string, count int) page {
	p.v.t.Helper()
	if want := fmt.Sprintf(`data-count="%s">%d<`, name, count); !strings.Contains(strings.ReplaceAll(p.text, ",", ""), want) {
		p.v.t.Fatalf("the page doesn't say %s:\n%.4000s", want, p.text)
	}
	return p
}

func TestAReceiptSurvivesTheDeathOfTheNodeThatMadeItOut(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		first := serve(t, flags...)
		docket := consult(t, first.URL, forum.Statements[0], flags)
		sender := visit(t, first.URL)
		last := sender.say(docket, "The answer got lost.")
		code := last.submit().receipt()
		first.kill()
		second := serve(t, flags...)
		last.action = second.URL + docket + "/submissions"
		again := last.submit().mustBe(200, "We have received it")
		if again.receipt() != code {
			t.Errorf("the form sent again shows %s, and at first %s", again.receipt(), code)
		}
		reader := visit(t, second.URL)
		reader.open(docket).mustCount("received", 1).mustCount("screening", 1)
		mine := reader.open("/receipt").form("/receipt").fill("code", code).submit().mustBe(200, "The answer got lost.")
		if len(reader.browser.Jar.Cookies(mine.at)) > 0 {
			t.Error("whoever has no account was given a cookie")
		}
		for _, said := range []string{"The answer got lost", strings.ReplaceAll(code, " ", ""), code} {
			if strings.Contains(first.notes.text()+second.notes.text(), said) {
				t.Errorf("the log holds %q", said)
			}
		}
	})
}

func TestWithdrawnWordsAreGoneOnTheOtherNodeToo(t *testing.T) {
	flags := []string{"--data", t.TempDir(), "--database-url", dbtest.NewDatabase(t).String()}
	forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
	one, two := serve(t, flags...), serve(t, flags...)
	docket := consult(t, one.URL, forum.Statements[0], flags)
	sender, moderator, reader := visit(t, one.URL), visit(t, two.URL), visit(t, two.URL)
	code := sender.say(docket, "Words to withdraw.").submit().receipt()
	moderator.enter(t, "moderator", "Mo", flags...)
	post := moderator.open(docket + "/inbox/1").form("/moves")
	post.fields.Set("to", "posted")
	post.submit().mustBe(200, "Done.")
	posted := reader.open(docket+"/submissions").mustBe(200, "Words to withdraw.")
	reader.open(docket+"/submissions/1").mustBe(200, "Words to withdraw.")
	if strings.Contains(posted.text, code) {
		t.Error("the public list holds a receipt code")
	}
	mine := sender.open("/receipt").form("/receipt").fill("code", code).submit()
	withdrawal := mine.formWhere("withdraws", func(f form) bool { return f.fields.Get("kind") == "withdrawn" }).choose("confirmed", "yes")
	withdrawal.submit().mustBe(200, "It has been withdrawn")
	reader.open(docket + "/submissions/1").mustBe(http.StatusNotFound)
	for _, page := range []page{reader.open(docket + "/submissions"), moderator.open(docket + "/inbox/1"), moderator.open(docket + "/inbox")} {
		if page.says("Words to withdraw.") {
			t.Errorf("%s still shows the words", page.at)
		}
	}
	reader.open(docket).mustCount("received", 1).mustCount("withdrawn", 1)
}

func TestAProgramReadsWhatIsBeforeThePublicAndSubmitsWithoutAToken(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		chair, public := script{t: t, base: node.URL, token: forum.Tokens[0]}, script{t: t, base: node.URL}
		statement := "/api/v1/statements/" + forum.Statements[0]
		var about struct{ Group string }
		chair.call("GET", statement, nil).into(&about)
		chair.call("POST", statement+"/versions", map[string]any{}).succeeded()
		now := time.Now().UTC()
		draft := map[string]any{
			"statement": forum.Statements[0], "title": "Before everybody", "lang": "en", "notice": "Well?", "opens": now.Add(-time.Hour), "closes": now.Add(time.Hour),
			"zone": "Asia/Seoul", "published": "Words.", "kept": "Long.", "moderation": "pre",
		}
		var docket struct{ ID, State string }
		chair.call("POST", "/api/v1/groups/"+about.Group+"/consultations", draft).into(&docket)
		at := "/api/v1/consultations/" + docket.ID
		public.call("GET", at, nil).refused(http.StatusNotFound, "not_found")
		public.call("POST", at+"/acts", map[string]any{"kind": "announced", "version": 1}).refused(http.StatusForbidden, "cross_site")
		chair.call("POST", at+"/acts", map[string]any{"kind": "announced", "version": 1}).into(&docket)
		if docket.State != "open" {
			t.Errorf("it is %s", docket.State)
		}

		words := map[string]any{"id": "0193a6e2-0000-7000-8000-00000000000b", "comment": "By a program.", "kind": "general", "as": "individual", "name": "Ari", "publish": "words"}
		var first, again struct{ Tracking, Code, State string }
		public.call("POST", at+"/submissions", words).into(&first)
		public.call("POST", at+"/submissions", words).into(&again)
		if first != again || first.State != "received" || len(first.Code) != 16 {
			t.Errorf("%+v, %+v", first, again)
		}
		words["comment"] = "Other words."
		public.call("POST", at+"/submissions", words).refused(http.StatusConflict, "id.taken")
		public.call("POST", at+"/submissions", map[string]any{"comment": "x"}).refused(http.StatusUnprocessableEntity, "submission.kind")
		public.call("GET", at+"/submissions/1", nil).refused(http.StatusNotFound, "not_found")
		public.call("GET", at+"/inbox", nil).refused(http.StatusUnauthorized, "sign_in")

		move := map[string]any{"id": "0193a6e2-0000-7000-8000-00000000000c", "to": "posted", "revision": 1}
		for range 2 { // sent again
			chair.call("POST", at+"/inbox/1/moves", move).succeeded()
		}
		posted := public.call("GET", at+"/submissions", nil)
		posted.succeeded()
		if text := string(posted.body); !strings.Contains(text, "By a program.") || strings.Contains(text, "Ari") || strings.Contains(text, first.Code) || strings.Contains(text, "00000000000b") {
			t.Errorf("the public is told %s", text)
		}
		var mine struct{ State, Comment string }
		public.call("POST", "/api/v1/receipts", map[string]any{"code": first.Code}).into(&mine)
		if mine.State != "posted" || mine.Comment != "By a program." {
			t.Errorf("%+v", mine)
		}
		public.call("POST", "/api/v1/receipts", map[string]any{"code": "0000"}).refused(http.StatusUnprocessableEntity, "receipt.mistyped")
		var balance struct{ Balance map[string]int }
		public.call("GET", at, nil).into(&balance)
		if balance.Balance["received"] != 1 || balance.Balance["posted"] != 1 {
			t.Errorf("%+v", balance)
		}

		letter := map[string]any{"comment": "By letter.", "kind": "editorial", "as": "anonymous", "publish": "words", "channel": "letter", "on": "yesterday"}
		chair.call("POST", at+"/inbox", letter).refused(http.StatusUnprocessableEntity, "submission.day")
		letter["on"] = now.AddDate(0, 0, -1).Format(time.DateOnly)
		var keyed struct{ Code, State string }
		chair.call("POST", at+"/inbox", letter).into(&keyed)
		step := map[string]any{"code": keyed.Code, "kind": "added", "revision": 1, "sentence": "And by hand."}
		var added struct {
			Comment  string
			Revision int
		}
		public.call("POST", "/api/v1/receipts/steps", step).into(&added)
		if added.Revision != 2 || !strings.HasSuffix(added.Comment, "And by hand.") {
			t.Errorf("%+v", added)
		}
		public.call("POST", "/api/v1/receipts/steps", map[string]any{"code": keyed.Code, "kind": "withdrawn"}).refused(http.StatusUnprocessableEntity, "receipt.unconfirmed")
		var gone struct{ State, Comment string }
		public.call("POST", "/api/v1/receipts/steps", map[string]any{"code": keyed.Code, "kind": "withdrawn", "confirmed": true}).into(&gone)
		public.call("GET", at, nil).into(&balance)
		if gone.State != "withdrawn" || gone.Comment != "" || balance.Balance["received"] != 2 || balance.Balance["withdrawn"] != 1 {
			t.Errorf("%+v, %+v", gone, balance)
		}
		if clauses := public.call("GET", at+"/clauses", nil); !strings.Contains(string(clauses.body), "Clause 1 says") {
			t.Errorf("the text is %s", clauses.body)
		}
	})
}
