package main

import (
	"net/http"
	"testing"

	"madang/app"
)

// The chair lets the group review the text while somebody is in the middle of a sentence,
// at another node.
func TestATextThatStandsStillIsReadOnlyByEveryDoor(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		chair, drafter := visit(t, node.URL), visit(t, node.URL)
		chair.enter(t, "chair", "Chioma", flags...)
		drafter.enter(t, "drafter", "Dani", flags...)
		statement := "/statements/" + forum.Statements[0]
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		live := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
		watched := watch(t, node.URL, forum.Tokens[1], "statement:"+forum.Statements[0])
		cid, words := s.aClause(forum.Statements[0])
		half := drafter.open(statement+"/clauses/"+cid+"/text").mustBe(200).form("/text").fill("text", words+" Half a sentence")

		editor := script{t: t, base: node.URL, token: forum.Tokens[1]}
		editor.call("POST", "/api/v1"+statement+"/steps", map[string]any{"no": 1, "to": "group_review", "reason": "Now."}).
			refused(http.StatusForbidden, "role.govern")
		chair.open(statement+"/state").mustBe(200, "Before the text leaves drafting", "rest on no universal instrument yet")
		answerForAll(t, drafter, s, statement)

		form := chair.open(statement+"/state").mustBe(200, "Next phase").form("/steps")
		form.submit().mustBe(http.StatusUnprocessableEntity, "Please say why")
		gone := form.fill("reason", "모두 읽을 때입니다.")
		gone.submit().mustBe(200, "The statement has gone on", "모두 읽을 때입니다.", "Chioma")
		gone.submit().mustBe(200, "모두 읽을 때입니다.") // sent again

		until(t, "the open page says so", func() bool { return watched.shows("The text stands still while the group reviews it") })
		until(t, "the open editor reads only", func() bool { return live.roleNow() == "reader" })
		live.write("late")
		live.awaitRefusal("live.role")
		half.submit().mustBe(http.StatusForbidden, "stands still", "Half a sentence")
		if drafter.open(statement).mustBe(200, "The text stands still while the group reviews it").says("Write together") {
			t.Error("a drafter is offered an editor that is closed")
		}
		drafter.open(statement+"/title").mustBe(http.StatusForbidden, "stands still")
		s.call("PATCH", "/api/v1"+statement+"/clauses/"+cid, map[string]any{"base": words, "text": "No."}).
			refused(http.StatusForbidden, "phase.draft")
		s.openThread(forum.Statements[0], cid, "Comments go on.")

		chair.open(statement+"/state").form("/steps").choose("to", "drafting").fill("reason", "Still to write.").submit().mustBe(200, "Still to write.")
		again := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
		again.write("in time")
		again.awaitSaved(0)
		var steps struct {
			Items []struct {
				No       int64
				From, To app.Phase
				Reason   string
			}
		}
		s.call("GET", "/api/v1"+statement+"/steps", nil).into(&steps)
		if len(steps.Items) != 2 || steps.Items[0].To != app.PhaseDrafting || steps.Items[1].No != 1 {
			t.Errorf("%+v", steps)
		}
	})
}

// answerForAll gives every numbered clause of a statement a universal instrument.
func answerForAll(t *testing.T, drafter *visitor, s script, statement string) {
	t.Helper()
	var clauses struct {
		Items []struct{ CID, Number string }
	}
	s.call("GET", "/api/v1"+statement+"/clauses", nil).into(&clauses)
	for _, c := range clauses.Items {
		if c.Number != "" {
			drafter.open(statement+"/clauses/"+c.CID+"/universality").form("/references").choose("article", "udhr.19").submit().mustBe(200)
		}
	}
}
