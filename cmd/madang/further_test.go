package main

import (
	"net/http"
	"strings"
	"testing"
)

func TestAnAmendmentToAnAmendmentIsAdoptedByItsAuthorWithoutScripts(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		editor, member, drafter, chair := visit(t, node.URL), visit(t, node.URL), visit(t, node.URL), visit(t, node.URL)
		editor.enter(t, "editor", "Eun", flags...)
		member.enter(t, "member", "Minho", flags...)
		drafter.enter(t, "drafter", "Dani", flags...)
		chair.enter(t, "chair", "Chioma", flags...)
		statement := "/statements/" + forum.Statements[0]
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		cid, words := s.aClause(forum.Statements[0])
		before := words + " Always."

		whole := member.open(statement+"/amendments/new?clause="+cid).form("/amendments").
			fill("text", before).fill("reason", "It holds always.").submit().form("/steps").submit().mustBe(200, "Nobody proposes to change the amendment itself").at.Path
		sign := chair.open(whole).form("/signatures")
		sign.fields.Set("signs", "yes") // its button
		sign.submit().mustBe(200, "Minho, Chioma", "Signed by Chioma")
		member.open("/notices").mustBe(200, "Amendment 1 was signed by one more", "1 new")
		chair.open("/notices").mustBe(200, "Amendment 1 was tabled").mustNotSay("was signed")

		// A drafter proposes other words for it; nobody sees them before they are tabled.
		form := drafter.open(whole+"/amendments/new").mustBe(200, "Whoever wrote it decides").form("/amendments")
		form.submit().mustBe(http.StatusUnprocessableEntity, "changes nothing yet")
		wish := form.fill("text", before+" And everywhere.").fill("reason", "It holds <b>everywhere</b>.")
		draft := wish.submit().mustBe(200, "To amendment 1", "Only you see it", "[added:", "And everywhere")
		if again := wish.submit(); again.at.Path != draft.at.Path {
			t.Errorf("sent again it became %s, not %s", again.at, draft.at)
		}
		member.open(draft.at.Path).mustBe(http.StatusNotFound)
		member.open(whole).mustBe(200, "Nobody proposes to change the amendment itself")
		drafter.open(draft.at.Path+"/text").mustBe(200, "Whoever wrote it decides").form("/text").fill("text", before+" And there.").submit().mustBe(200, "And there")
		page := watch(t, node.URL, forum.Tokens[0], "amendment:"+strings.TrimPrefix(whole, "/amendments/"))
		further := draft.form("/steps").submit().mustBe(200, "Amendment 2", "To amendment 1").at.Path
		until(t, "the open page of the amendment shows it", func() bool { return page.shows("And there") })
		member.open("/notices").mustBe(200, "Amendment 2 was tabled")
		member.open(statement+"/amendments").mustBe(200, "Amendments to it: Amendment 2")
		member.open(further+"/amendments/new").mustBe(http.StatusUnprocessableEntity, "goes no deeper")
		editor.open(statement+"/clauses/"+cid).mustBe(200, "Amendment 1").mustNotSay("And there")
		editor.open(statement+"/acceptances/new?a="+strings.TrimPrefix(further, "/amendments/")).mustBe(http.StatusUnprocessableEntity, "Whoever wrote that amendment decides")
		plan := editor.open(statement+"/acceptances/new?a="+strings.TrimPrefix(whole, "/amendments/")).mustBe(200, "1 amendment to it is still open").form("/acceptances")
		editor.open(further + "/steps/new?to=accepted").mustBe(http.StatusForbidden)

		// Its author adopts them. Who signed is asked again, and what an editor had before
		// them isn't accepted any more.
		signing := drafter.open(whole).form("/signatures")
		yes := member.open(further+"/steps/new?to=accepted").mustBe(200, "Adopt it", "is asked again", "And there").form("/steps")
		yes.submit().mustBe(http.StatusUnprocessableEntity)
		yes.fill("reason", "Right.").submit().mustBe(200, "Adopted", "Adopted by Minho", "Right.")
		until(t, "the open page of the amendment shows its new words", func() bool { return page.shows("One earlier wording") })
		chair.open("/notices").mustBe(200, "Amendment 1 has got other words")
		member.open("/notices").mustNotSay("has got other words")
		signing.fields.Set("signs", "yes")
		signing.submit().mustBe(http.StatusConflict, "has got other words meanwhile")
		plan.fill("reason", "Agreed.").submit().mustBe(http.StatusConflict, "has got other words meanwhile", "Agreed.", "And there")
		chair.open(whole).mustBe(200, "Your name doesn't stand below the new ones", "Signed an earlier wording: Chioma", "And there", "One earlier wording").
			press("/signatures", "Sign the new words too", "signs", "yes").mustBe(200, "Minho, Chioma").mustNotSay("Signed an earlier wording")
		editor.open(statement+"/acceptances/new?a="+strings.TrimPrefix(whole, "/amendments/")).form("/acceptances").fill("reason", "Agreed.").
			submit().mustBe(200, "The words are in the text")
		if _, text := s.aClause(forum.Statements[0]); text != before+" And there." {
			t.Errorf("the text is %q", text)
		}
		form.fill("text", before+" Too late.").fill("reason", "I tried.").submit().mustBe(http.StatusConflict, "Too late.", "has been decided about")
	})
}

func TestAProgramAmendsAnAmendment(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		author, other := script{t: t, base: node.URL, token: forum.Tokens[0]}, script{t: t, base: node.URL, token: forum.Tokens[1]}
		statement := "/api/v1/statements/" + forum.Statements[0]
		cid, words := author.aClause(forum.Statements[0])
		whole := author.tabled(statement, map[string]any{"kind": "text", "cid": cid, "base": words, "text": words + " More."},
			map[string]any{"kind": "clause", "after": cid, "node": "paragraph", "text": "A new one."})
		var shown struct {
			Proposals []struct{ Kind, CID, Text string }
			Parent    string
			State     string
			Further   []string
			Wording   int
			Former    []struct{ Adopted string }
			Authors   []struct{ Wording int }
			Stale     []struct{ Kind string }
		}
		author.call("GET", "/api/v1/amendments/"+whole, nil).into(&shown)
		added := shown.Proposals[1].CID
		further := func(proposal map[string]any) string {
			var made struct{ ID string }
			other.call("POST", "/api/v1/amendments/"+whole+"/amendments", map[string]any{"reason": "So.", "proposals": []any{proposal}}).into(&made)
			other.call("POST", "/api/v1/amendments/"+made.ID+"/steps", map[string]any{"to": "tabled"}).succeeded()
			return made.ID
		}
		gone := further(map[string]any{"kind": "deletion", "cid": added, "base": "A new one."})
		less := further(map[string]any{"kind": "text", "cid": cid, "base": words + " More.", "text": words + " Less."})
		none := further(map[string]any{"kind": "text", "cid": cid, "base": words + " More.", "text": words + " None."})
		yes := map[string]any{"to": "accepted", "reason": "Yes."}
		other.call("POST", "/api/v1/amendments/"+less+"/steps", yes).refused(http.StatusForbidden, "amendment.not_parents")
		author.call("POST", "/api/v1/amendments/"+gone+"/steps", yes).succeeded()
		author.call("POST", "/api/v1/amendments/"+less+"/steps", yes).succeeded()
		author.call("POST", "/api/v1/amendments/"+none+"/steps", yes).refused(http.StatusConflict, "amendment.stale")
		author.call("GET", "/api/v1/amendments/"+none, nil).into(&shown)
		if shown.Parent != whole || len(shown.Stale) != 1 || shown.Stale[0].Kind != "words" {
			t.Errorf("%+v", shown)
		}
		shown.Parent = ""
		author.call("GET", "/api/v1/amendments/"+whole, nil).into(&shown)
		if len(shown.Proposals) != 1 || shown.Proposals[0].Text != words+" Less." || shown.Wording != 2 || len(shown.Former) != 2 || len(shown.Further) != 3 || shown.Parent != "" {
			t.Errorf("%+v", shown)
		}
		other.call("POST", "/api/v1/amendments/"+whole+"/signatures", map[string]any{"signs": true}).refused(http.StatusConflict, "amendment.reworded")
		other.call("POST", "/api/v1/amendments/"+whole+"/signatures", map[string]any{"signs": true, "wording": 2}).succeeded()
		deep := map[string]any{"reason": "So.", "proposals": []any{map[string]any{"kind": "text", "cid": cid, "base": words + " None.", "text": "x"}}}
		author.call("POST", "/api/v1/amendments/"+none+"/amendments", deep).refused(http.StatusUnprocessableEntity, "amendment.deep")
		author.call("POST", statement+"/acceptances", map[string]any{"amendments": []string{whole}, "reason": "So."}).refused(http.StatusConflict, "amendment.reworded")

		// With the amendment, those that amend it are closed.
		author.call("POST", "/api/v1/amendments/"+whole+"/steps", map[string]any{"to": "withdrawn"}).succeeded()
		author.call("GET", "/api/v1/amendments/"+none, nil).into(&shown)
		if shown.State != "superseded" {
			t.Errorf("%+v", shown)
		}
		other.call("POST", "/api/v1/amendments/"+whole+"/amendments", deep).refused(http.StatusConflict, "amendment.parent_decided")
	})
}
