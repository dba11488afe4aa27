package main

import (
	"net/http"
	"strings"
	"testing"

	"madang/realtime/yjs"
)

// remove deletes the first n blocks of the statement in one update.
func (e *editor) remove(n int) {
	e.t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	effect, err := e.doc.Transact(e.client, func(txn *yjs.Txn) error {
		return txn.DeleteChildren(e.doc.XMLFragment("prosemirror"), 0, n)
	})
	if err != nil {
		e.t.Fatal(err)
	}
	e.unsettled = append(e.unsettled, "")
	if err := e.send(syncMessage(2, effect.Update())); err != nil {
		e.t.Fatal(err)
	}
}

// awaitRefusal waits until the editor's document was refused with a code.
func (e *editor) awaitRefusal(code string) {
	e.t.Helper()
	until(e.t, "the refusal "+code, func() bool { return e.farewell() != nil })
	e.mu.Lock()
	refusal := e.refusal
	e.mu.Unlock()
	if away := e.sentAway(); refusal != code || away != 4409 {
		e.t.Fatalf("refused with %q and closed with %d", refusal, away)
	}
}

func TestALargeDeletionWaitsForASecondPerson(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "3", "--statements", "2"}, flags...)...)
		node := serve(t, flags...)
		second := visit(t, node.URL)
		second.enter(t, "editor", "Dani", flags...)

		t.Run("who declines", func(t *testing.T) {
			statement := forum.Statements[0]
			innocent := edit(t, node.URL, forum.Tokens[1], statement)
			before := innocent.text()
			hasty := edit(t, node.URL, forum.Tokens[2], statement)
			hasty.remove(9)
			hasty.awaitRefusal("live.held")

			list := second.open("/statements/"+statement).mustBe(200, "A large deletion waits for your decision")
			held := second.open(list.linkTo("/holds")).mustBe(200, "Waits for a decision").linkToHold(statement)
			page := second.open(held).mustBe(200, "Clause 1 says")
			page.form("/dismissal").submit().mustBe(http.StatusUnprocessableEntity, "Please say why")
			page.form("/dismissal").fill("reason", "We agreed to keep these.").submit().
				mustBe(200, "We agreed to keep these.")
			page.form("/release").submit().mustBe(http.StatusConflict, "Somebody else has decided")

			innocent.write(" Still here.")
			until(t, "the innocent one's words are saved", innocent.isSaved)
			if !strings.HasPrefix(innocent.text(), strings.TrimSpace(before)) {
				t.Errorf("the text is %q", innocent.text())
			}
			again := edit(t, node.URL, forum.Tokens[2], statement)
			again.write(" Sorry.")
			until(t, "the hasty one's words are saved", again.isSaved)
		})
		t.Run("who releases", func(t *testing.T) {
			statement := forum.Statements[1]
			innocent := edit(t, node.URL, forum.Tokens[1], statement)
			hasty := edit(t, node.URL, forum.Tokens[2], statement)
			hasty.remove(9)
			hasty.awaitRefusal("live.held")
			innocent.write(" Written meanwhile.")
			until(t, "the words are saved", innocent.isSaved)

			held := second.open("/statements/" + statement + "/holds").linkToHold(statement)
			second.open(held).form("/release").submit().mustBe(200, "The change is in the text now.")
			until(t, "the innocent one sees it", func() bool { return strings.Count(innocent.text(), "\n") == 1 })
			if !strings.Contains(innocent.text(), "Written meanwhile.") {
				t.Errorf("the text is %q", innocent.text())
			}
			second.open("/statements/"+statement+"/versions").mustBe(200, "Kept by the forum before a large change")
			second.open("/statements/"+statement+"/versions/1").mustBe(200, "Clause 1 says", "Written meanwhile.")
		})
	})
}

// linkToHold is the address of the hold on a page that lists one.
func (p page) linkToHold(statement string) string {
	p.v.t.Helper()
	prefix := "/statements/" + statement + "/holds/"
	for node := range p.root.Descendants() {
		if node.Data == "a" && strings.HasPrefix(attribute(node, "href"), prefix) {
			return attribute(node, "href")
		}
	}
	p.v.t.Fatalf("no hold on %s:\n%s", p.at, p.text)
	return ""
}
