package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"madang/app"
	"madang/app/upkeep"
	"madang/db"
)

func TestAStewardSeesHowTheForumIsAndNothingOfWhatPeopleWrite(t *testing.T) {
	s := open(t)
	store := db.UpkeepStore{DB: s.DB}
	for _, deed := range []upkeep.Deed{
		{ID: app.NewID(), Task: upkeep.Backup, At: s.Clock.Now(), Took: time.Second, Bytes: 4096},
		{ID: app.NewID(), Task: upkeep.Drill, At: s.Clock.Now().Add(time.Minute), Problem: "backup.damaged"},
	} {
		if err := store.Note(t.Context(), deed); err != nil {
			t.Fatal(err)
		}
	}
	log := db.NewLiveLog(s.DB)
	for _, doc := range []app.ID{s.text.ID, app.NewID()} {
		err := log.Quarantine(t.Context(), app.LiveRefusal{Document: doc, Persona: s.Membership(s.Dani).Persona, At: s.Clock.Now(), Code: "live.large", Update: []byte("canary words")})
		if err != nil {
			t.Fatal(err)
		}
	}
	s.findings = []upkeep.Finding{
		{Area: "database", Fact: "SQLite"}, upkeep.Bad("drill", upkeep.Warning, "drill.none"), upkeep.Disk("data", 1<<20),
	}
	page := s.get(s.signIn(s.Steward), "/steward")
	page.mustSay("Today", "Soon", "On the disk of the data folder 1 MiB are left", "not sealed", "This backup is damaged", "The River Group", "1 statement",
		"The Listening Circle", "its size is not shown", "of a test", "SQLite", "0 wait to be sent")
	body := page.text
	if strings.Index(body, "On the disk") > strings.Index(body, "No backup has ever been brought back") {
		t.Error("what can wait comes first")
	}
	for _, secret := range []string{"canary", s.text.Title, "Dani", string(s.Membership(s.Dani).Persona)} {
		if strings.Contains(body, secret) {
			t.Errorf("the steward is shown %q", secret)
		}
	}
}

func TestNobodyButAStewardSeesHowTheForumIs(t *testing.T) {
	s := open(t)
	for _, who := range []app.Actor{s.Chioma, s.Minho, s.Farid} {
		if page := s.get(s.signIn(who), "/steward"); page.StatusCode != http.StatusNotFound {
			t.Errorf("status %d", page.StatusCode)
		}
	}
}
