package web

import (
	"net/http"
	"net/url"
	"testing"

	"madang/app"
	"madang/app/consultation"
)

func TestSomebodyContestsTheirNameWithoutAnAccountAndHearsWhatWasDecided(t *testing.T) {
	s := open(t)
	at := "/consultations/" + string(s.consult())
	page := s.get("", at+"/submissions/1").mustSay("Mara", at+"/submissions/1/contests/new")
	form := s.get("", at+"/submissions/1/contests/new").mustBe(http.StatusOK).mustSay("signed with “Mara”", "The words stay readable")
	sent := s.press(form, at+"/submissions/1/contests", "reason", "I was <abroad>.")
	code := receiptOn(sent.mustSay("Moderators have not decided yet.", "I was &lt;abroad&gt;."))
	if again := receiptOn(s.press(form, at+"/submissions/1/contests", "reason", "I was <abroad>.")); again != code || len(sent.Cookies()) > 0 {
		t.Errorf("sent again it shows %s, at first %s; cookies %v", again, code, sent.Cookies())
	}
	if now := s.get("", at+"/submissions/1"); now.text != page.text {
		t.Error("before anybody decided, the public page is another")
	}
	chair := s.signIn(s.Chioma)
	s.get(chair, "/groups/"+string(s.Group.ID)+"/moderation").mustSay("Name contested")
	desk := s.get(chair, at+"/inbox/1").mustSay("is the name right?", "I was &lt;abroad&gt;.")
	decision := formIn(t, desk.text, at+"/inbox/1/namings")
	decision.Set("kind", string(consultation.StepNameTaken))
	decision.Set("reason", "")
	s.do(s.request(chair, http.MethodPost, at+"/inbox/1/namings", decision)).mustBe(http.StatusUnprocessableEntity)
	decision.Set("reason", "They wrote to us.")
	s.do(s.request(chair, http.MethodPost, at+"/inbox/1/namings", decision)).leadsTo()
	s.get("", at+"/submissions/1").mustSay("The sea too.", "Moderators took it away", "They wrote to us.").mustNotSay("Mara").mustNotSay("abroad")
	s.get("", at+"/submissions").mustSay("The sea too.", "Name taken away").mustNotSay("Mara")
	s.get("", "/api/v1"+at+"/submissions/1").mustSay("The sea too.", "They wrote to us.").mustNotSay("Mara")
	s.get("", at+"/submissions/1/contests/new").mustBe(http.StatusNotFound)
	s.post("", "/receipt", "code", code).mustBe(http.StatusOK).mustSay("doesn&#39;t stand there any more", "They wrote to us.", "I was &lt;abroad&gt;.").mustNotSay("Mara")
	s.press(form, at+"/submissions/1/contests", "reason", "Others say so, too.").mustBe(http.StatusNotFound).mustSay("Others say so, too.")
}

func TestAContestWithoutItsProofIsTakenAndMarked(t *testing.T) {
	s := open(t)
	docket := s.consult()
	at := "/consultations/" + string(docket) + "/submissions/1/contests"
	form := s.get("", at+"/new")
	receiptOn(s.press(form, at, "reason", "Fresh."))
	receiptOn(s.press(form, at, "reason", "Forged.", "begun", "1.AAAA"))
	receiptOn(s.do(s.request("", http.MethodPost, at, url.Values{"reason": {"Bare."}})))
	_, found, _, err := s.server.consultations.InboxOne(t.Context(), s.Chioma, docket, 1)
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.server.consultations.Contests(t.Context(), s.Chioma, found)
	if err != nil || len(list) != 3 || list[0].IsSlow || !list[1].IsSlow || !list[2].IsSlow {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := s.server.consultations.Contests(t.Context(), s.Eun, found); app.KindOf(err) != app.KindForbidden {
		t.Errorf("a member reads what was said: %v", err)
	}
}
