package main

import (
	"net/http"
	"testing"
)

func TestAClauseIsTranslatedReviewedAndGoesOutOfDate(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		interpreter, drafter, reader := visit(t, node.URL), visit(t, node.URL), visit(t, node.URL)
		interpreter.enter(t, "interpreter", "Ines", flags...)
		drafter.enter(t, "drafter", "Dani", flags...)
		reader.enter(t, "member", "Minho", flags...)
		statement := "/statements/" + forum.Statements[0]
		cid, words := script{t: t, base: node.URL, token: forum.Tokens[0]}.aClause(forum.Statements[0])
		box := statement + "/clauses/" + cid + "/languages/ko"

		page := reader.open(reader.open(statement).linkTo("/languages/ko")).mustBe(200, "Not translated", words)
		if page.says("Translate:") {
			t.Error("a member is offered what is refused")
		}
		reader.open(box).mustBe(http.StatusForbidden)
		reader.open(statement + "/languages/en").mustBe(http.StatusNotFound) // its own
		reader.open(statement + "/languages/fr").mustBe(http.StatusNotFound)

		late := drafter.open(box).form("/languages/ko")
		first := interpreter.open(box).form("/languages/ko")
		first.fill("text", " ").submit().mustBe(http.StatusUnprocessableEntity)
		first.fill("text", "누구나 고칠 수 있다.").submit().mustBe(200, "The translation is saved", "누구나 고칠 수 있다.", "Draft")
		first.submit().mustBe(200, "누구나 고칠 수 있다.") // sent again
		conflict := late.fill("text", "모두가 바꾼다.").submit().mustBe(http.StatusConflict, "Nothing is lost", "누구나 고칠 수 있다.", "모두가 바꾼다.")
		conflict.form("/languages/ko").fill("text", "누구나 함께 고칠 수 있다.").submit().mustBe(200, "누구나 함께 고칠 수 있다.")

		if drafter.open(statement + "/languages/ko").says("It is right") {
			t.Error("a translator reviews themself")
		}
		review := interpreter.open(statement+"/languages/ko").formWith("/reviews", "token")
		translation := script{t: t, base: node.URL, token: forum.Tokens[0]}.translation(forum.Statements[0], cid)
		review.choose("translation", translation).submit().mustBe(200, "Found right by Ines", "Reviewed")
		drafter.open(statement+"/clauses/"+cid+"/text").form("/text").fill("text", words+" Again.").submit().mustBe(200, "Saved")
		interpreter.open(statement+"/languages/ko").mustBe(200, "Out of date")
		interpreter.open(box).mustBe(200, "What has changed in the clause since it was translated is marked", "[added:")
		review.choose("translation", translation).submit().mustBe(http.StatusConflict)
	})
}

// translation is the id of the Korean translation of a clause.
func (s script) translation(statement, cid string) string {
	s.t.Helper()
	var list struct {
		Items []struct{ CID, ID, State string }
	}
	s.call("GET", "/api/v1/statements/"+statement+"/languages/ko", nil).into(&list)
	for _, item := range list.Items {
		if item.CID == cid {
			return item.ID
		}
	}
	s.t.Fatalf("no clause %s in %+v", cid, list)
	return ""
}

func TestAProgramTranslates(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		cid, words := s.aClause(forum.Statements[0])
		path := "/api/v1/statements/" + forum.Statements[0] + "/languages/ko"
		made := s.call("POST", path, map[string]any{"cid": cid, "text": "누구나 고친다.", "source": words})
		if made.status != http.StatusCreated {
			t.Fatalf("%d %s", made.status, made.body)
		}
		s.call("POST", path, map[string]any{"cid": cid, "text": "모두가 바꾼다.", "source": words}).refused(http.StatusConflict, "translation.changed")
		s.call("POST", path, map[string]any{"cid": "cnotthere00", "text": "x", "source": ""}).refused(http.StatusNotFound, "not_found")
		s.call("POST", path, map[string]any{"cid": cid, "text": "x", "id": "1"}).refused(http.StatusUnprocessableEntity, "api.id")
		if s.translation(forum.Statements[0], cid) == "" {
			t.Error("it isn't there")
		}
	})
}
