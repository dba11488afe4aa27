package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/thread"
)

// comesBack lets Minho look at the statement, and come back hours later.
func comesBack(t *testing.T) (s *site, minho string) {
	t.Helper()
	s = open(t)
	minho = s.signIn(s.Minho)
	s.get(minho, s.page("")).mustBe(http.StatusOK).mustNotSay("since your last visit on")
	return s, s.later(s.Minho)
}

// later lets somebody sign in again hours later.
func (s *site) later(who app.Actor) (session string) {
	s.Clock.Advance(2 * time.Hour)
	return s.signIn(who)
}

// page is the address of a page of the statement.
func (s *site) page(rest string) string { return "/statements/" + string(s.text.ID) + rest }

func (s *site) rewrite(who app.Actor, cid, text string) {
	s.t.Helper()
	block, _, _ := s.draft.texts[s.text.ID].Doc.Find(cid)
	edited, err := s.server.statements.EditClause(s.t.Context(), who, s.text.ID, statement.ClauseEdit{ID: app.NewID(), CID: cid, Base: block.PlainText(), Text: text})
	if err != nil || len(edited.Conflicts) > 0 {
		s.t.Fatal(err, edited.Conflicts)
	}
}

func (s *site) adds(who app.Actor, body string) thread.Comment {
	s.t.Helper()
	said, err := s.server.threads.Post(s.t.Context(), who, thread.NewComment{ID: app.NewID(), Thread: s.talk.ID, Body: body})
	if err != nil {
		s.t.Fatal(err)
	}
	return said
}

func TestWhoeverComesBackSeesWhatOthersDidMeanwhile(t *testing.T) {
	s, minho := comesBack(t)
	s.rewrite(s.Dani, s.clause, "The clear water belongs to all.")
	_, _, err := s.server.statements.AddClause(t.Context(), s.Dani, s.text.ID, statement.NewClause{ID: app.NewID(), After: s.clause, Node: prose.Clause, Level: 1, Text: "So does the sea."})
	if err != nil {
		t.Fatal(err)
	}
	said := s.adds(s.Eun, "Of everybody.")
	s.adds(s.Minho, "My own words.")
	s.amend()

	s.get(minho, s.page("")).mustBe(http.StatusOK).mustSay("Others have done something here since your last visit on 2 March 2026", `href="`+s.page("/changes")+`"`)
	for range 2 { // however often they look
		s.get(minho, s.page("/changes")).mustBe(http.StatusOK).mustSay(
			"Since 2 March 2026, when you were last here", "Clause 1</a>", " clear<span", "<ins>", "So does the sea.", ">New</li>",
			"To all of whom?", "1 new comment</li>", "/comments/"+string(said.ID), "Amendment 1 was accepted").mustNotSay("Nobody owns a river", "Nothing has changed", "Amendment 1 was tabled")
		s.Clock.Advance(20 * time.Minute)
	}
	korean := s.request(minho, http.MethodGet, s.page("/changes"), nil)
	korean.Header.Set("Accept-Language", "ko")
	s.do(korean).mustBe(http.StatusOK).mustSay("지난번에 보신 2026년 3월 2일 이후", "조항 1</a>", "새 의견 1개", "새로 들어옴")

	// Who did all that isn't told of it, but of what others did.
	eun := s.signIn(s.Eun)
	s.get(eun, s.page("/changes")).mustSay("This is your first visit to this statement")

	minho = s.later(s.Minho)
	s.get(minho, s.page("/changes")).mustSay("Nothing has changed since 2 March 2026").mustNotSay("<ins>")
	s.get(minho, s.page("")).mustNotSay("since your last visit on")
}

func TestOnAFirstVisitThereIsTheNewestVersionToCompareWith(t *testing.T) {
	s := open(t)
	minho := s.signIn(s.Minho)
	s.get(minho, s.page("/changes")).mustBe(http.StatusOK).mustSay("This is your first visit").mustNotSay("/comparison?")
	if _, err := s.server.statements.MakeVersion(t.Context(), s.Eun, s.text.ID, statement.NewVersion{ID: app.NewID()}); err != nil {
		t.Fatal(err)
	}
	s.get(minho, s.page("/changes")).mustSay("This is your first visit", "Changes since version 1", s.page("/comparison?from=1&amp;to=draft"))
	minho = s.later(s.Minho)
	s.get(minho, s.page("/changes")).mustSay("Nothing has changed since", "Changes since version 1")
}

func TestWhatIsDeletedOrTakenDownIsNoChangeForWhoeverComesBack(t *testing.T) {
	s, minho := comesBack(t)
	said := s.adds(s.Eun, "Of everybody.")
	if _, err := s.server.threads.Delete(t.Context(), s.Eun, said.ID); err != nil {
		t.Fatal(err)
	}
	s.get(minho, s.page("")).mustNotSay("since your last visit on")
	s.get(minho, s.page("/changes")).mustSay("Nothing has changed since").mustNotSay("/comments/")
}

func TestErasedWordsAreNotReadByWhoeverComesBack(t *testing.T) {
	s := open(t)
	if _, err := s.server.statements.MakeVersion(t.Context(), s.Eun, s.text.ID, statement.NewVersion{ID: app.NewID()}); err != nil {
		t.Fatal(err)
	}
	minho := s.signIn(s.Minho)
	s.get(minho, s.page(""))
	minho = s.later(s.Minho)
	s.rewrite(s.Dani, s.clause, "It is everybody's.")
	if _, err := s.server.statements.Erase(t.Context(), s.Chioma, s.text.ID, statement.NewErasure{
		ID: app.NewID(), Places: []statement.Erased{{Version: 1, CID: s.clause}}, Newest: 1, Reason: "A name.", Confirmed: true,
	}); err != nil {
		t.Fatal(err)
	}
	s.get(minho, s.page("/changes")).mustBe(http.StatusOK).mustSay("Clause 1</a>", "What it said before isn’t shown", "erratum 1").
		mustNotSay("water belongs")
}

func TestATextThatIsKnownNoMoreIsComparedWithAVersionAndThePageSaysSo(t *testing.T) {
	s := open(t)
	minho := s.signIn(s.Minho)
	if _, err := s.server.statements.MakeVersion(t.Context(), s.Eun, s.text.ID, statement.NewVersion{ID: app.NewID()}); err != nil {
		t.Fatal(err)
	}
	s.rewrite(s.Dani, s.clause, "The clear water belongs to all.")
	s.get(minho, s.page(""))
	minho = s.later(s.Minho)
	s.rewrite(s.Dani, s.clause, "The clear cold water belongs to all.")
	s.draft.former[s.text.ID] = nil
	if _, err := s.Raw().Exec(`INSERT INTO live_updates (document_id, epoch, seq, persona_id, at, clauses, added, removed) VALUES ($1, 1, 9, $2, 0, $3, 1, 0)`,
		s.text.ID, s.Membership(s.Dani).Persona, s.clause); err != nil {
		t.Fatal(err)
	}
	s.get(minho, s.page("/changes")).mustBe(http.StatusOK).mustSay("What the text said on 2 March 2026 is no longer kept", "compared with version 1, made on 2 March 2026", " clear cold<span", "<ins>")
	if _, err := s.Raw().Exec(`UPDATE versions SET seq = 99`); err != nil { // made later
		t.Fatal(err)
	}
	s.get(minho, s.page("/changes")).mustSay("there is no version from before", "These clauses have been changed since:", "Clause 1</a>").mustNotSay("clear cold", "<ins>")
}

func TestAProgramIsToldWhatChangedAndThatIsNoVisit(t *testing.T) {
	s, minho := comesBack(t)
	s.rewrite(s.Dani, s.clause, "The clear water belongs to all.")
	said := s.adds(s.Eun, "Of everybody.")
	var found changesJSON
	for range 2 {
		found = changesJSON{}
		answered := s.get(minho, apiBase+s.page("/changes")).mustBe(http.StatusOK)
		if err := json.Unmarshal([]byte(answered.text), &found); err != nil {
			t.Fatal(err)
		}
		if found.Since == nil || !found.Exact || len(found.Clauses) != 1 || found.Clauses[0].CID != s.clause || strings.Join(found.Clauses[0].Changes, " ") != "reworded" {
			t.Errorf("%s", answered.text)
		}
		if want := (changedThreadJSON{s.talk.ID, false, 1, said.ID, ""}); len(found.Threads) != 1 || found.Threads[0] != want {
			t.Errorf("%s", answered.text)
		}
		minho = s.later(s.Minho)
	}
	eun := s.signIn(s.Eun)
	s.get(eun, apiBase+s.page("/changes")).mustBe(http.StatusOK).mustSay(`"exact":false`, `"clauses":[]`).mustNotSay(`"since"`)
}
