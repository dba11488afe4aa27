package web

import (
	"net/http"
	"testing"

	"madang/app"
	"madang/db"
)

func TestAChairSeesEverybodysRefusedEditsAndOthersTheirOwn(t *testing.T) {
	s := open(t)
	page := "/statements/" + string(s.text.ID) + "/refused"
	s.get(s.signIn(s.Chioma), page).mustBe(http.StatusOK).mustSay("Nothing was refused.")
	log := db.NewLiveLog(s.DB)
	for who, words := range map[*app.Actor]string{&s.Dani: "Dani's words", &s.Eun: "Eun's words"} {
		err := log.Quarantine(t.Context(), app.LiveRefusal{
			Document: s.text.ID, Persona: s.Membership(*who).Persona, At: s.Clock.Now(), Code: "live.large", Update: []byte(words),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	s.get(s.signIn(s.Chioma), page).mustBe(http.StatusOK).mustSay("Dani&#39;s words", "Eun&#39;s words", "too much at once")
	s.get(s.signIn(s.Dani), page).mustBe(http.StatusOK).mustSay("Dani&#39;s words").mustNotSay("Eun&#39;s words")
	s.get(s.signIn(s.Minho), page).mustBe(http.StatusOK).mustSay("Nothing was refused.")
	s.get(s.signIn(s.Zoe), page).mustBe(http.StatusNotFound)
	s.get(s.signIn(s.Steward), page).mustBe(http.StatusNotFound)
	s.Clock.Advance(31 * 24 * 60 * 60 * 1e9)
	s.get(s.signIn(s.Chioma), page).mustBe(http.StatusOK).mustSay("Nothing was refused.")
}
