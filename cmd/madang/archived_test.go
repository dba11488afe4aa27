package main

import (
	"net/http"
	"testing"
)

// The chair archives the group while somebody is in the middle of a sentence.
func TestAGroupThatIsArchivedIsReadAndNotWrittenByAnyDoor(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		chair, drafter, invited := visit(t, node.URL), visit(t, node.URL), visit(t, node.URL)
		group := chair.enter(t, "chair", "Chioma", flags...).form("/welcome").submit().at.Path
		drafter.enter(t, "drafter", "Dani", flags...)
		statement := "/statements/" + forum.Statements[0]
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		live := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
		watched := watch(t, node.URL, forum.Tokens[1], "statement:"+forum.Statements[0])
		cid, words := s.aClause(forum.Statements[0])
		s.openThread(forum.Statements[0], cid, "Said in time.")
		half := drafter.open(statement+"/clauses/"+cid+"/text").mustBe(200).form("/text").fill("text", words+" Half a sentence")
		link := chair.open(group + "/invitations").form("/invitations").submit().invitationLink()

		docket := consult(t, node.URL, forum.Statements[0], flags)
		public := script{t: t, base: node.URL}
		public.call("POST", "/api/v1"+docket+"/submissions", map[string]any{"comment": "Mine.", "kind": "general", "as": "individual", "name": "Ari", "publish": "words"}).succeeded()
		chair.open(group+"/acts/new").mustBe(200, "What stands in the way", "Before everybody", "open, or soon to be")
		archive := map[string]any{"kind": "archived", "reason": "Done."}
		s.call("POST", "/api/v1"+group+"/acts", archive).refused(http.StatusConflict, "group.owes")
		chair.open(docket+"/acts/new?kind=closed_early").form("/acts").fill("reason", "Enough.").submit().mustBe(200)
		chair.open(group+"/acts/new").mustBe(200, "What stands in the way", "closed: publish the report")
		s.call("POST", "/api/v1"+group+"/acts", archive).refused(http.StatusConflict, "group.owes")
		chair.open(docket+"/acts/new?kind=withdrawn").form("/acts").fill("reason", "Not now.").submit().mustBe(200)

		form := chair.open(group+"/acts/new").mustBe(200, "What stops", "What stays")
		form.form("/acts").submit().mustBe(http.StatusUnprocessableEntity)
		form.form("/acts").fill("reason", "글이 채택되었습니다.").submit().mustBe(200, "The group has been archived", "글이 채택되었습니다.", "Chioma")

		until(t, "the open page says so", func() bool { return watched.shows("This group was archived on") })
		until(t, "the open editor reads only", func() bool { return live.roleNow() == "reader" })
		live.write("late")
		live.awaitRefusal("live.role")
		half.submit().mustBe(http.StatusForbidden, "This group is archived", "Half a sentence")
		for _, path := range []string{statement, statement + "/draft", group, group + "/members", statement + "/threads"} {
			page := drafter.open(path).mustBe(200, "This group was archived on", "글이 채택되었습니다.")
			if page.says("Write together") || page.says("New statement") {
				t.Errorf("%s offers to write", path)
			}
		}
		drafter.open(statement+"/title").mustBe(http.StatusForbidden, "This group is archived")
		drafter.open("/notices").mustBe(200, "The group was archived")
		drafter.open("/groups").mustBe(200, "1 archived group")
		invited.open(link).mustBe(http.StatusGone)
		s.call("PATCH", "/api/v1"+statement+"/clauses/"+cid, map[string]any{"base": words, "text": "No."}).refused(http.StatusForbidden, "group.archived")
		s.call("POST", "/api/v1"+statement+"/threads", map[string]any{"clause": cid, "comment": map[string]any{"body": "Late."}}).refused(http.StatusForbidden, "group.archived")

		chair.open(group+"/acts/new").mustBe(200, "Begin again").form("/acts").fill("reason", "There is more to say.").submit().mustBe(200, "The group works again", "There is more to say.")
		until(t, "the open page says so", func() bool { return watched.shows(`<div id="group-state"></div>`) })
		again := edit(t, node.URL, forum.Tokens[0], forum.Statements[0])
		again.write("in time")
		again.awaitSaved(0)
	})
}
