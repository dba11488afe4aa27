package web

import (
	"net/http"
	"strings"
	"testing"

	"madang/app"
	"madang/app/consultation"
	"madang/app/identity"
)

func TestProgramsOfModeratorsDoWhatTheirPagesDo(t *testing.T) {
	s := open(t)
	docket := s.consult()
	at := "/api/v1/consultations/" + string(docket)
	chair, eun := s.issue(s.Chioma, identity.Scopes...), s.issue(s.Eun, identity.Scopes...)
	ask := func(token, method, path, body string) answer {
		t.Helper()
		a := s.ask(token, method, path, body)
		a.t = t
		return a
	}
	id := func() string { return `"id":"` + string(app.NewID()) + `"` }

	sent := `{` + id() + `,"sentence":"We never wrote this."}`
	code := ask("", "POST", at+"/submissions/1/contests", sent).mustBe(http.StatusCreated)
	if again := ask("", "POST", at+"/submissions/1/contests", sent).mustBe(http.StatusCreated); again.text != code.text {
		t.Errorf("sent again it is answered with %s, at first with %s", again.text, code.text)
	}
	ask(chair, "GET", "/api/v1/groups/"+string(s.Group.ID)+"/moderation", "").mustBe(http.StatusOK).mustSay(`"contested":1`)
	ask(chair, "GET", at+"/inbox/1/contests", "").mustBe(http.StatusOK).mustSay("We never wrote this.", `"slow":true`)
	ask(eun, "GET", at+"/inbox/1/contests", "").mustBe(http.StatusForbidden)
	ask(chair, "POST", at+"/inbox/1/namings", `{`+id()+`,"kind":"name_taken","sentence":"They wrote to us.","up_to":1}`).mustBe(http.StatusCreated)
	ask("", "GET", at+"/submissions/1", "").mustSay("They wrote to us.").mustNotSay("Mara")
	ask(chair, "PUT", at+"/names", `{"names":["Ari Kim"," Bo  Lee "]}`).mustBe(http.StatusOK).mustSay(`["Ari Kim","Bo Lee"]`)
	ask(eun, "GET", at+"/names", "").mustBe(http.StatusForbidden)

	if err := s.server.consultations.Move(t.Context(), s.Chioma, docket, 1, consultation.NewMove{ID: app.NewID(), To: consultation.Redacted, Revision: 1, Phrases: []string{"sea"}}); err != nil {
		t.Fatal(err)
	}
	mo := s.Join(s.Group, app.RoleModerator, "Mo")
	other := s.issue(mo, identity.Scopes...)
	ask(chair, "POST", at+"/inbox/1/openings", `{`+id()+`,"reason":"Its author asks."}`).mustBe(http.StatusCreated)
	ask(chair, "GET", at+"/inbox/1/original", "").mustBe(http.StatusForbidden)
	ask(other, "POST", at+"/inbox/1/openings", `{`+id()+`,"agreed":true}`).mustBe(http.StatusCreated)
	ask(chair, "GET", at+"/inbox/1/original", "").mustBe(http.StatusOK).mustSay("The sea too.")
	ask(other, "POST", at+"/inbox/1/recusals", `{`+id()+`}`).mustBe(http.StatusCreated)
	ask(other, "POST", at+"/inbox/1/moves", `{`+id()+`,"to":"withheld","revision":2,"reason":"spam","sentence":"So."}`).mustBe(http.StatusForbidden)

	comment := "/api/v1/comments/" + string(s.comment.ID)
	ask(chair, "POST", comment+"/case/recusals", `{`+id()+`}`).mustBe(http.StatusNotFound) // there is no case yet
	ask(s.issue(s.Eun, identity.ScopeRead), "POST", comment+"/reports", `{`+id()+`,"why":"endangers"}`).mustBe(http.StatusForbidden).mustSay(`"code":"token.report"`, `"scope":"comment"`)
	ask(eun, "POST", comment+"/reports", `{`+id()+`,"why":"endangers","sentence":"It names a village."}`).mustBe(http.StatusCreated)
	ask(eun, "GET", comment+"/case", "").mustBe(http.StatusNotFound)
	ask(eun, "POST", comment+"/case/verdicts", `{`+id()+`,"to":"kept","steps":1}`).mustBe(http.StatusForbidden)
	ask(chair, "GET", comment+"/case", "").mustBe(http.StatusOK).mustSay("It names a village.", `"state":"reported"`)
	down := ask(chair, "POST", comment+"/case/verdicts", `{`+id()+`,"to":"taken_down","why":"endangers","sentence":"It does.","steps":1}`).mustBe(http.StatusCreated)
	if down.mustSay(`"state":"taken_down"`); strings.Contains(down.text, s.comment.Body) {
		t.Errorf("what was taken down is told: %s", down.text)
	}
	author := s.issue(s.Minho, identity.Scopes...)
	ask(s.issue(s.Minho, identity.ScopeRead), "POST", comment+"/case/appeals", `{`+id()+`,"reason":"It was a quotation."}`).mustBe(http.StatusForbidden).mustSay(`"code":"token.report"`)
	ask(author, "POST", comment+"/case/appeals", `{`+id()+`,"reason":"It was a quotation."}`).mustBe(http.StatusCreated).mustSay(`"appealed":true`).mustNotSay("It names a village.")
}
