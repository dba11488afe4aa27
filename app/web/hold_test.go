package web

import (
	"net/http"
	"testing"

	"madang/app"
)

func TestTheOnlyPersonWhoMayEditReleasesTheirOwnDeletionByTheirCode(t *testing.T) {
	s := open(t)
	hold := s.holdBack(s.Chioma)
	page := "/statements/" + string(s.text.ID) + "/holds/" + string(hold)
	chioma := s.signIn(s.Chioma)
	s.get(chioma, page).mustBe(http.StatusOK).mustSay("somebody else who may edit the text has to let it in")
	s.post(chioma, page+"/release").mustBe(http.StatusForbidden)

	s.SetRole(s.Chioma, s.Eun, app.RoleMember)
	s.SetRole(s.Chioma, s.Dani, app.RoleMember)
	code, err := s.Identity.NewCode(t.Context(), s.Chioma)
	if err != nil {
		t.Fatal(err)
	}
	s.get(chioma, page).mustBe(http.StatusOK).mustSay("You are the only one who may edit this text")
	s.post(chioma, page+"/release", "code", "1234 5678 9012 3456").mustBe(http.StatusUnprocessableEntity).mustSay("return code isn&#39;t right")
	if len(s.draft.released) > 0 {
		t.Fatal("released with a wrong code")
	}
	s.post(chioma, page+"/release", "code", code).mustBe(http.StatusSeeOther)
	if len(s.draft.released) != 1 || s.draft.released[0] != hold {
		t.Errorf("released is %v", s.draft.released)
	}
}

func TestAnotherPersonsCodeReleasesNothing(t *testing.T) {
	s := open(t)
	code, err := s.Identity.NewCode(t.Context(), s.Minho)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Identity.Confirm(t.Context(), s.Chioma, code); app.KindOf(err) != app.KindInvalid {
		t.Errorf("Minho's code was taken for Chioma's: %v", err)
	}
}

func TestWhoMayNotEditNeitherSeesNorDecidesWhatIsHeld(t *testing.T) {
	s := open(t)
	page := "/statements/" + string(s.text.ID) + "/holds"
	for who, status := range map[*app.Actor]int{&s.Minho: http.StatusForbidden, &s.Zoe: http.StatusNotFound, &s.Steward: http.StatusNotFound} {
		session := s.signIn(*who)
		s.get(session, page).mustBe(status)
		s.get(session, page+"/"+string(s.hold)).mustBe(status)
		s.post(session, page+"/"+string(s.hold)+"/release").mustBe(status)
		s.post(session, page+"/"+string(s.hold)+"/dismissal", "reason", "No.").mustBe(status)
	}
	if len(s.draft.released) > 0 {
		t.Error("it was released")
	}
}
