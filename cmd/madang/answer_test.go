package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// docketWithWords is a closed docket to which words were posted; it returns the receipt
// codes in their order.
func docketWithWords(t *testing.T, base, statement string, flags []string, words ...string) (docket string, codes []string) {
	t.Helper()
	docket = consult(t, base, statement, flags)
	for _, said := range words {
		codes = append(codes, visit(t, base).say(docket, said).submit().receipt())
	}
	moderator := visit(t, base)
	moderator.enter(t, "moderator", "Mo", flags...)
	for i := range words {
		post := moderator.open(docket + "/inbox/" + string(rune('1'+i))).form("/moves")
		post.fields.Set("to", "posted")
		post.submit().mustBe(200)
	}
	return docket, codes
}

var ticks = regexp.MustCompile(`name="piece" value="([^"]+)"`)

// tick marks the n-th sentence of a submission on the page that shows it.
func (p page) tick(n int) form {
	p.v.t.Helper()
	found := ticks.FindAllStringSubmatch(p.text, -1)
	if len(found) <= n {
		p.v.t.Fatalf("there are %d sentences to tick:\n%s", len(found), p.text)
	}
	f := p.form("/excerpts")
	f.fields.Set("piece", found[n][1])
	return f
}

func (f form) press(name, value string) page {
	f.fields.Set(name, value) // its button
	return f.submit()
}

func TestWhatThePublicSaidIsAnsweredFromPassageToReceiptWithoutScripts(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		docket, codes := docketWithWords(t, node.URL, forum.Statements[0], flags,
			"=HYPERLINK(1). Rivers should be named here.", "I like it. Rivers should be named here, I think.", "Nothing to change.")
		editor, chair, public := visit(t, node.URL), visit(t, node.URL), visit(t, node.URL)
		editor.enter(t, "editor", "Eun", flags...)
		chair.enter(t, "chair", "Chioma", flags...)
		chair.open(docket+"/acts/new?kind=closed_early").form("/acts").fill("reason", "Enough.").submit().mustBe(200)
		public.open(docket + "/answers").mustBe(http.StatusUnauthorized)
		public.open(docket + "/report").mustBe(http.StatusNotFound)
		public.open(docket + "/matrix.csv").mustBe(http.StatusForbidden)

		// The chair gives the submissions to readers; the editor marks passages.
		shelf := chair.open(docket+"/answers/submissions").mustBe(200, "Without a reader")
		shelf.form("/readers").fill("from", "1").fill("to", "").submit().mustBe(200, "They have been assigned")
		reading := editor.open(docket+"/answers/submissions/1").mustBe(200, "Rivers should be named here.")
		reading.form("/excerpts").submit().mustBe(http.StatusUnprocessableEntity, "Tick at least one sentence")
		cid, words := script{t: t, base: node.URL, token: forum.Tokens[0]}.aClause(forum.Statements[0])
		mark := reading.tick(1).fill("title", "Should rivers be named?").fill("clause", cid).fill("kind", "technical")
		for range 2 { // sent again
			mark.submit().mustBe(200, "The passage has been marked", "Should rivers be named?")
		}
		formula := reading.tick(0).fill("title", "").fill("clause", "")
		formula.submit().mustBe(200, "Marked passages")
		editor.open(docket+"/answers/submissions/2").tick(1).fill("clause", cid).submit().mustBe(200)
		issue := editor.open(docket+"/issues/1").mustBe(200, "Similar passages", "Rivers should be named here, I think.")
		group := issue.formWhere("groups", func(f form) bool { return strings.HasSuffix(f.path(), "/groupings") && f.fields.Get("issue") != "" })
		group.fields.Set("excerpt", regexp.MustCompile(`type="checkbox" name="excerpt" value="([^"]+)"`).FindStringSubmatch(issue.text)[1])
		group.submit().mustBe(200, "Grouped", "2 passages")

		// An amendment that comes of the issue waits for the answer.
		wish := editor.open("/statements/"+forum.Statements[0]+"/amendments/new?clause="+cid).form("/amendments").
			fill("text", words+" Rivers.").fill("reason", "As people said.")
		amendment := wish.submit().form("/steps").submit().mustBe(200, "Amendment 1").at.Path
		link := editor.open(docket + "/issues/1").form("/amendments")
		link.submit().mustBe(200, "Amendment 1").press("/amendments", "Undo this link", "linked", "no").
			mustBe(200, "no longer comes of this issue", "No amendment comes of it so far")
		link.submit().mustBe(200, "Amendment 1")
		plan := "/statements/" + forum.Statements[0] + "/acceptances/new?a=" + strings.TrimPrefix(amendment, "/amendments/")
		accept := editor.open(plan).mustBe(200, "isn't answered yet", "Should rivers be named?").form("/acceptances").fill("reason", "Yes.")
		accept.submit().mustBe(http.StatusConflict, "hasn't been answered yet", "Yes.")

		// The editor answers, and can't be the second reader.
		answer := editor.open(docket+"/issues/1").form("/answers").fill("code", "incorporated").fill("reason", "They are named now.")
		for range 2 {
			answer.submit().mustBe(200, "waits for a second reader", "They are named now.")
		}
		if editor.open(docket + "/issues/1").says("Does this answer hold?") {
			t.Error("an author is asked to look over their own answer")
		}
		chair.open(docket+"/issues/1").form("/verdicts").press("verdict", "returned").mustBe(http.StatusUnprocessableEntity)
		chair.open(docket+"/issues/1").form("/verdicts").press("verdict", "agreed").mustBe(200, "Your verdict has been kept")
		accept.submit().mustBe(200)
		editor.open(docket+"/issues/1").mustBe(200, "Amendment 1").mustNotSay("Undo this link")

		// The report waits until everything was read and grouped.
		chair.open(docket+"/report/new").mustBe(200, "Something is missing", "3 submissions", "1 passage is under no issue")
		for _, no := range []string{"1", "2", "3"} {
			chair.open(docket+"/answers/submissions/"+no).form("/readings").submit().mustBe(200, "Marked as read")
		}
		chair.open(docket+"/answers/submissions/1").formWhere("drops the first", func(f form) bool {
			return strings.HasSuffix(f.path(), "/groupings") && f.fields.Get("issue") == ""
		}).fill("issue", regexp.MustCompile(`<option value="([0-9a-f-]{36})"`).FindStringSubmatch(chair.open(docket + "/answers/submissions/1").text)[1]).submit().mustBe(200, "Grouped")
		chair.open(docket+"/report/new").mustBe(200, "Issue 1 has no answer")
		editor.open(docket + "/issues/1").form("/answers").submit().mustBe(200)
		chair.open(docket+"/issues/1").form("/verdicts").press("verdict", "agreed").mustBe(200)
		report := chair.open(docket+"/report/new").form("/report").fill("body", "We *read* everything.")
		report.submit().mustBe(http.StatusUnprocessableEntity, "We *read* everything.")
		follower, other := visit(t, node.URL), visit(t, node.URL)
		follower.enter(t, "member", "Following", flags...)
		other.enter(t, "member", "Elsewhere", flags...)
		follower.open(docket).form("/follows").press("follow", "yes").mustBe(200, "Stop following this consultation")
		follower.open("/follows").mustBe(200, "Consultation")
		report.press("confirmed", "yes").mustBe(200, "The report is published", "They are named now.")
		told := follower.open("/notices").mustBe(200, "The report on what the public said is out")
		follower.open(told.linkTo("/report")).mustBe(200, "They are named now.")
		for _, v := range []*visitor{other, chair} {
			v.open("/notices").mustNotSay("The report on what the public said is out")
		}
		mustKnow(t, public, editor, docket, codes)
	})
}

// mustKnow checks what everybody can find out once the report is published.
func mustKnow(t *testing.T, public, editor *visitor, docket string, codes []string) {
	t.Helper()
	public.open(docket).mustBe(200, "The report is there")
	public.open(docket+"/report").mustBe(200, "Should rivers be named?", "Incorporated", "They are named now.")
	shown := public.open(docket+"/issues/1").mustBe(200, "Rivers should be named here.")
	if shown.says("Eun") || shown.says("Chioma") {
		t.Error("the public is told who of the group wrote the answer")
	}
	mine := public.open("/receipt").form("/receipt").fill("code", codes[1]).submit().mustBe(200, "What became of my words", "They are named now.")
	mine.form("/replies").press("reply", "not_satisfied").mustBe(200, "Thank you", "doesn't satisfy you")
	public.open("/receipt").form("/receipt").fill("code", codes[2]).submit().mustBe(200, "Nothing in it asked for a change")
	for who, columns := range map[*visitor]int{public: 6, editor: 7} { // who answers is told of stakeholder groups
		if head, _, _ := strings.Cut(who.open(docket+"/matrix.csv").text, "\r\n"); strings.Count(head, ",")+1 != columns {
			t.Errorf("the columns are %s, want %d", head, columns)
		}
	}
	file := public.open(docket + "/matrix.csv?order=number")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.text, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 4 || len(rows[0]) != 6 || rows[1][3] != "'=HYPERLINK(1)." || rows[2][2] != "te" {
		t.Errorf("%q, %v", rows, err)
	}
	var list struct {
		Items []struct{ Words, Code, Hl7 string }
	}
	if err := json.Unmarshal([]byte(public.open(docket+"/matrix.json?code=incorporated").text), &list); err != nil || len(list.Items) != 3 || list.Items[0].Hl7 != "affi" {
		t.Errorf("%+v, %v", list, err)
	}
	word := []byte(public.open(docket + "/matrix.docx").text)
	z, err := zip.NewReader(bytes.NewReader(word), int64(len(word)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(body)
	if err != nil || !strings.Contains(string(text), "They are named now.") {
		t.Errorf("the Word document says %.200s, %v", text, err)
	}
	public.open(docket+"/matrix?"+url.Values{"code": {"noted"}}.Encode()).mustBe(200, "Nothing here")
}
