package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

func TestTwoAmendmentsToOneClauseAreMergedWithOneCollisionWithoutScripts(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		editor, member, drafter, moderator := visit(t, node.URL), visit(t, node.URL), visit(t, node.URL), visit(t, node.URL)
		editor.enter(t, "editor", "Eun", flags...)
		member.enter(t, "member", "Minho", flags...)
		drafter.enter(t, "drafter", "Dani", flags...)
		moderator.enter(t, "moderator", "Mo", flags...)
		statement := "/statements/" + forum.Statements[0]
		live := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
		cid, words := script{t: t, base: node.URL, token: forum.Tokens[0]}.aClause(forum.Statements[0])
		clause := statement + "/clauses/" + cid
		most := words[:strings.LastIndex(words, " ")+1] // all but the last word

		// A member proposes, looks at what changes, corrects it, and tables it.
		member.open(clause).mustBe(200, "No amendment to this clause is open", "Propose a change")
		wish := member.open(statement+"/amendments/new?clause="+cid).form("/amendments").fill("text", most+"sing <b>!")
		wish.submit().mustBe(http.StatusUnprocessableEntity, most+"sing <b>!") // without a reason
		draft := wish.fill("reason", "It is <b>stronger</b>.").submit().mustBe(200, "Only you see it", "[added:", "sing <b>!", "It is <b>stronger</b>.")
		if again := wish.submit(); again.at.Path != draft.at.Path {
			t.Errorf("sent again it became %s, not %s", again.at, draft.at)
		}
		editor.open(draft.at.Path).mustBe(http.StatusNotFound)
		draft = member.open(draft.at.Path+"/text").form("/text").fill("text", most+"sing!").submit().mustBe(200, "sing!")
		first := draft.form("/steps").submit().mustBe(200, "Everybody in the group can read it", "Amendment 1").at.Path
		moderator.open(first).mustBe(200, "Amendment 1", "Minho")
		moderator.open(statement + "/amendments/new?clause=" + cid).mustBe(http.StatusForbidden)

		// A drafter proposes something else for the end, and more at the beginning.
		second := drafter.open(statement+"/amendments/new?clause="+cid).form("/amendments").
			fill("text", "Always "+most+"shout!").fill("reason", "It is louder.").submit().form("/steps").submit().mustBe(200, "Amendment 2").at.Path
		third := drafter.open(statement+"/amendments/new?kind=deletion&clause="+cid).form("/amendments").
			fill("reason", "It says nothing.").submit().form("/steps").submit().mustBe(200, "Amendment 3", "[removed:").at.Path
		editor.open(clause).mustBe(200, "Amendment 1", "Amendment 2", "[added:")
		sign := drafter.open(first).form("/signatures")
		sign.fields.Set("signs", "yes") // its button
		sign.submit().mustBe(200, "Minho, Dani")
		drafter.open(first + "/steps/new?to=withdrawn").mustBe(http.StatusForbidden)

		// The editor rejects one with a reason and accepts the others together.
		editor.open(first).form("/steps").submit().mustBe(200, "Under discussion")
		no := editor.open(third + "/steps/new?to=rejected").form("/steps")
		no.submit().mustBe(http.StatusUnprocessableEntity)
		no.fill("reason", "It says a lot.").submit().mustBe(200, "Rejected by Eun", "It says a lot.")
		ids := "a=" + strings.TrimPrefix(first, "/amendments/") + "&a=" + strings.TrimPrefix(second, "/amendments/")
		member.open(statement + "/acceptances/new?" + ids).mustBe(http.StatusForbidden)
		plan := editor.open(statement+"/acceptances/new?"+ids).mustBe(200, "Accept 2 amendments together", "1 place to decide about", "Amendment 1:", "Amendment 2:")
		yes := plan.form("/acceptances").fill("reason", "Both are right.")
		yes.submit().mustBe(http.StatusUnprocessableEntity, "Please choose what becomes of every place", "Both are right.")
		yes.fields.Set("choice-0", "own")
		yes.fill("text", "sing and shout!")
		done := yes.submit().mustBe(200, "The words are in the text", "sing!", "shout!", "sing and shout!", "Both are right.", "Accepted with changes")
		yes.submit().mustBe(200, "sing and shout!") // sent again
		until(t, "the open editor shows the words once", func() bool { return strings.Count(live.text(), "Always "+most+"sing and shout!") == 1 })
		member.open(first).mustBe(200, "Accepted with changes by Eun", "Both are right.")
		member.open(done.at.Path).mustBe(200, "shout!")
		editor.open(first + "/steps/new?to=rejected").mustBe(http.StatusConflict)
		member.open(statement+"/amendments?show=decided").mustBe(200, "Amendment 1", "Amendment 2", "Amendment 3")
		member.open(statement+"/amendments").mustBe(200, "There is no such amendment")

		// What is proposed for a clause that goes away says so, and keeps its words.
		late := member.open(statement+"/amendments/new?clause="+cid).form("/amendments").fill("text", "Too late?").fill("reason", "I tried.")
		last := late.fill("text", "In time?").submit().form("/steps").submit().at.Path
		editor.open(clause+"/deletion").form("/deletion").submit().mustBe(200, "removed")
		late.fill("text", "Too late?").submit().mustBe(http.StatusGone, "Too late?", "I tried.", "isn't in the text any more")
		member.open(last).mustBe(200, "The clause isn't in the text any more", "In time?")
		editor.open(statement+"/acceptances/new?a="+strings.TrimPrefix(last, "/amendments/")).mustBe(200, "can't be accepted as it is", "In time?")
	})
}

func TestAnAmendmentAddsAClauseOfTheKindThatItsAuthorChose(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		editor, member := visit(t, node.URL), visit(t, node.URL)
		editor.enter(t, "editor", "Eun", flags...)
		member.enter(t, "member", "Minho", flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		statement := "/statements/" + forum.Statements[0]
		cid, _ := s.aClause(forum.Statements[0])

		draft := member.open(statement+"/amendments/new?kind=clause&clause="+cid).mustBe(200, "Definition (D1)", "Note in the text", "Preambular paragraph (PP1)").
			form("/amendments").fill("node", "definition.1").fill("text", "A river is what flows.").fill("reason", "So that it is clear.").
			submit().mustBe(200, ": Definition", "A river is what flows.")
		if chosen := member.open(draft.at.Path + "/text").form("/text").fields.Get("node"); chosen != "definition.1" {
			t.Errorf("the form that changes the draft has chosen %q", chosen)
		}
		at := draft.form("/steps").submit().mustBe(200, "Amendment 1").at.Path
		editor.open(statement+"/acceptances/new?a="+strings.TrimPrefix(at, "/amendments/")).
			form("/acceptances").fill("reason", "Yes.").submit().mustBe(200, "The words are in the text")
		note := s.tabled("/api/v1"+statement, map[string]any{"kind": "clause", "after": "^", "node": "clause", "clause_kind": "note", "level": 1, "text": "It is read aloud."})
		s.call("POST", "/api/v1"+statement+"/acceptances", map[string]any{"amendments": []string{note}, "reason": "Yes."}).succeeded()
		var clauses struct {
			Items []struct{ Number, Text, Kind string }
		}
		s.call("GET", "/api/v1"+statement+"/clauses", nil).into(&clauses)
		found := map[string]string{}
		for _, c := range clauses.Items {
			found[c.Text] = c.Kind + c.Number
		}
		if found["A river is what flows."] != "definitionD1" || found["It is read aloud."] != "note" {
			t.Errorf("%+v", found)
		}
	})
}

func TestAnAmendmentToATextThatStandsStillWaitsUntilItIsWrittenAgain(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		chair, drafter := visit(t, node.URL), visit(t, node.URL)
		chair.enter(t, "chair", "Chioma", flags...)
		drafter.enter(t, "drafter", "Dani", flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		statement := "/statements/" + forum.Statements[0]
		cid, words := s.aClause(forum.Statements[0])
		id := s.tabled("/api/v1"+statement, map[string]any{"kind": "text", "cid": cid, "base": words, "text": words + " More."})
		plan := chair.open(statement+"/acceptances/new?a="+id).form("/acceptances").fill("reason", "We agreed.")

		answerForAll(t, drafter, s, statement)
		chair.open(statement+"/state").form("/steps").fill("reason", "To be read.").submit().mustBe(200, "To be read.")
		plan.submit().mustBe(http.StatusForbidden, "stands still", "We agreed.")
		s.call("POST", "/api/v1"+statement+"/acceptances", map[string]any{"amendments": []string{id}, "reason": "So."}).refused(http.StatusForbidden, "phase.draft")
		s.tabled("/api/v1"+statement, map[string]any{"kind": "deletion", "cid": cid, "base": words})
		if _, text := s.aClause(forum.Statements[0]); text != words {
			t.Errorf("the text is %q", text)
		}

		chair.open(statement+"/state").form("/steps").choose("to", "drafting").fill("reason", "Go on.").submit().mustBe(200, "Go on.")
		plan.submit().mustBe(200, "The words are in the text")
	})
}

func TestOfTwoCollidingAmendmentsAcceptedAtOnceOnTwoNodesOneIsInTheText(t *testing.T) {
	one, two, forum := twoNodes(t, startRedis(t))
	here, there := script{t: t, base: one.URL, token: forum.Tokens[0]}, script{t: t, base: two.URL, token: forum.Tokens[1]}
	statement := "/api/v1/statements/" + forum.Statements[0]
	for round := range 5 {
		cid, words := there.aClause(forum.Statements[0])
		most := words[strings.Index(words, " "):]
		texts := []string{fmt.Sprint("Singing", round, most), fmt.Sprint("Shouting", round, most)}
		var ids [2]string
		var replies [2]reply
		for i, s := range []script{here, there} {
			ids[i] = s.tabled(statement, map[string]any{"kind": "text", "cid": cid, "base": words, "text": texts[i]})
		}
		var both sync.WaitGroup
		for i, s := range []script{here, there} {
			both.Go(func() {
				replies[i] = s.call("POST", statement+"/acceptances", map[string]any{"amendments": ids[i : i+1], "reason": "So."})
			})
		}
		both.Wait()
		won, lost := 0, 1
		if replies[1].status == http.StatusCreated {
			won, lost = 1, 0
		}
		replies[won].succeeded()
		replies[lost].refused(http.StatusConflict, "amendment.stale")
		if _, text := there.aClause(forum.Statements[0]); text != texts[won] {
			t.Fatalf("the text is %q instead of %q", text, texts[won])
		}
		var kept struct {
			State string
			Stale []struct{ Kind string }
		}
		here.call("GET", "/api/v1/amendments/"+ids[lost], nil).into(&kept)
		if kept.State != "tabled" || len(kept.Stale) != 1 || kept.Stale[0].Kind != "words" {
			t.Errorf("%+v", kept)
		}
	}
}

// tabled proposes changes for the script's person, and tables them.
func (s script) tabled(statement string, proposals ...any) string {
	s.t.Helper()
	var made struct{ ID string }
	s.call("POST", statement+"/amendments", map[string]any{"reason": "So.", "proposals": proposals}).into(&made)
	s.call("POST", "/api/v1/amendments/"+made.ID+"/steps", map[string]any{"to": "tabled"}).succeeded()
	return made.ID
}

func TestAProgramSettlesACollision(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		statement := "/api/v1/statements/" + forum.Statements[0]
		cid, words := s.aClause(forum.Statements[0])
		reworded := s.tabled(statement, map[string]any{"kind": "text", "cid": cid, "base": words, "text": words + " More."},
			map[string]any{"kind": "clause", "after": cid, "node": "paragraph", "text": "A new one."})
		removed := s.tabled(statement, map[string]any{"kind": "deletion", "cid": cid, "base": words})
		var plan struct {
			Seen       string
			Collisions []struct {
				Kind     string
				Wordings []map[string]any
			}
		}
		s.call("GET", statement+"/acceptances/new?a="+reworded+"&a="+removed, nil).into(&plan)
		if len(plan.Collisions) != 1 || plan.Collisions[0].Kind != "deletion" || len(plan.Collisions[0].Wordings) != 2 {
			t.Fatalf("%+v", plan)
		}
		wish := map[string]any{"id": "0193a6e2-0000-7000-8000-00000000000b", "amendments": []string{reworded, removed}, "reason": "So."}
		s.call("POST", statement+"/acceptances", wish).refused(http.StatusConflict, "amendment.collides")
		wish["seen"], wish["settled"] = plan.Seen, []any{map[string]any{"text": words + " More."}}
		for range 2 { // sent again
			var done struct {
				Amendments map[string]string
				Collisions []struct{ Outcome struct{ Text string } }
			}
			s.call("POST", statement+"/acceptances", wish).into(&done)
			if done.Amendments[reworded] != "accepted" || done.Amendments[removed] != "superseded" || done.Collisions[0].Outcome.Text != words+" More." {
				t.Errorf("%+v", done)
			}
		}
		if _, text := s.aClause(forum.Statements[0]); text != words+" More." {
			t.Errorf("the text is %q", text)
		}
		s.call("POST", "/api/v1/amendments/"+removed+"/steps", map[string]any{"to": "rejected", "reason": "No."}).refused(http.StatusConflict, "amendment.decided")
	})
}

func TestAnAmendmentIsDiscussedInItsOwnThreadWhileItsPageIsOpen(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		author, editor := script{t: t, base: node.URL, token: forum.Tokens[1]}, script{t: t, base: node.URL, token: forum.Tokens[0]}
		statement := "/api/v1/statements/" + forum.Statements[0]
		cid, words := author.aClause(forum.Statements[0])
		var draft struct{ ID string }
		proposal := map[string]any{"kind": "text", "cid": cid, "base": words, "text": words + " More."}
		author.call("POST", statement+"/amendments", map[string]any{"reason": "So.", "proposals": []any{proposal}}).into(&draft)
		at := "/api/v1/amendments/" + draft.ID

		// A draft is its author's own: revised by a program, spoken about by nobody.
		proposal["text"] = words + " Much more."
		var revised struct{ Proposals []struct{ Text string } }
		author.call("PUT", at, map[string]any{"reason": "Better.", "proposals": []any{proposal}}).into(&revised)
		if len(revised.Proposals) != 1 || revised.Proposals[0].Text != words+" Much more." {
			t.Fatalf("%+v", revised)
		}
		editor.call("PUT", at, map[string]any{"reason": "Mine.", "proposals": []any{proposal}}).refused(http.StatusNotFound, "not_found")
		editor.call("POST", at+"/comments", map[string]any{"body": "Well."}).refused(http.StatusNotFound, "not_found")
		author.call("POST", at+"/comments", map[string]any{"body": "Well."}).refused(http.StatusConflict, "amendment.untabled")
		author.call("POST", at+"/steps", map[string]any{"to": "tabled"}).succeeded()

		page, list := watch(t, node.URL, forum.Tokens[1], "amendment:"+draft.ID), watch(t, node.URL, forum.Tokens[1], "statement:"+forum.Statements[0])
		visitor := visit(t, node.URL)
		visitor.enter(t, "drafter", "Dani", flags...)
		visitor.open("/amendments/"+draft.ID).mustBe(200, "Nobody has said anything about it yet.").
			form("/comments").fill("body", "Is *much* more too much?").submit().mustBe(200, "too much?", "Amendment 1", "See the amendment")
		editor.call("POST", at+"/comments", map[string]any{"body": "No."}).succeeded()
		editor.call("POST", at+"/signatures", map[string]any{"signs": true}).succeeded()
		editor.call("POST", at+"/steps", map[string]any{"to": "discussed"}).succeeded()
		until(t, "the open page shows the thread and the step", func() bool { return page.shows("2 comments") && page.shows("Under discussion") })
		until(t, "the open list of threads shows it", func() bool { return list.shows("Amendment 1") && list.shows("2 comments") })
		var shown struct {
			Thread  string
			Authors []any
		}
		author.call("GET", at, nil).into(&shown)
		var thread struct {
			Amendment string
			Comments  int
		}
		author.call("GET", "/api/v1/threads/"+shown.Thread, nil).into(&thread)
		if thread.Amendment != draft.ID || thread.Comments != 2 || len(shown.Authors) != 2 {
			t.Errorf("%+v, %+v", shown, thread)
		}
		visitor.open("/amendments/"+draft.ID).mustBe(200, "2 comments", "much")
		visitor.open("/statements/"+forum.Statements[0]+"/threads").mustBe(200, "Amendment 1")
	})
}
