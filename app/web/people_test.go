package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"madang/app"
	"madang/app/statement"
)

func TestAStewardMakesAGroupAndInvitesItsChair(t *testing.T) {
	s := open(t)
	session := s.signIn(s.Steward)
	s.get(session, "/groups/new").mustBe(http.StatusOK)

	s.post(session, "/groups", "name", "Forest Group", "charter", "Trees <first>.", "languages", "ko",
		"stakeholder-0-name", "", "stakeholder-1-required", "yes").
		mustBe(http.StatusUnprocessableEntity).mustSay("Forest Group", "Trees &lt;first&gt;.", `href="#stakeholders"`)

	group := s.post(session, "/groups", "name", "Forest Group", "languages", "ko", "languages", "en",
		"stakeholder-0-name", "Foresters", "stakeholder-0-required", "yes", "stakeholder-3-name", "Neighbours", "stakeholder-3-sensitive", "yes").leadsTo()
	page := s.get(session, group).mustBe(http.StatusOK).mustSay("Forest Group", "Foresters", "Neighbours", `href="`+group+`/invitations"`)
	stakeholder := regexp.MustCompile(`<option value="([^"]+)"[^>]*>Foresters`).FindStringSubmatch(s.get(session, group+"/invitations").text)[1]
	page.mustNotSay(group + "/statements/new")

	s.post(session, group+"/invitations", "role", "member", "stakeholder", stakeholder).
		mustBe(http.StatusForbidden).mustSay("A steward invites the chair")
	link := linkIn(s, session, group, s.post(session, group+"/invitations", "role", "chair", "stakeholder", stakeholder))
	s.get("", link).mustBe(http.StatusOK).mustSay("Forest Group", "Foresters").mustNotSay(link + `" name="to"`)
	s.get("", link).mustBe(http.StatusOK) // looking uses nothing up

	s.post("", link, "name", " ").mustBe(http.StatusUnprocessableEntity).mustSay(`name="name"`)
	entered := s.post("", link, "name", "Ash")
	chair, _ := entered.cookie(plainCookie)
	if code := codeIn(s, chair, entered); len(code) != codeDigits {
		t.Errorf("the code is %q", code)
	}
	s.get(chair, group).mustBe(http.StatusOK).mustSay("Ash", "First steps", group+"/statements/new")
	s.get("", link).mustBe(http.StatusGone)
	s.post("", link, "name", "Elm").mustBe(http.StatusGone).mustSay("Elm")
}

// linkIn reads the link of an invitation, and that it is shown only once.
func linkIn(s *site, session, group string, made answer) (path string) {
	s.t.Helper()
	sealed, _ := made.cookie(linkCookie)
	if to := made.leadsTo(); to != group+"/invitations" {
		s.t.Fatalf("it leads to %s", to)
	}
	r := s.request(session, http.MethodGet, group+"/invitations", nil)
	r.AddCookie(&http.Cookie{Name: linkCookie, Value: sealed})
	page := s.do(r).mustBe(http.StatusOK)
	if kept, found := page.cookie(linkCookie); !found || kept != "" {
		s.t.Error("the link would be shown again")
	}
	return regexp.MustCompile(`value="http://forum.test(/invitations/[^"]+)"`).FindStringSubmatch(page.text)[1]
}

func TestAChairChangesRolesAndEndsMemberships(t *testing.T) {
	s := open(t)
	session, group := s.signIn(s.Chioma), "/groups/"+string(s.Group.ID)
	minho := "/members/" + string(s.Membership(s.Minho).Persona)
	s.get(session, group+"/members").mustSay("민호", group+minho+"/role")
	s.get(s.signIn(s.Minho), group+"/members").mustSay("Dani").mustNotSay("/role")

	s.post(session, group+minho+"/role", "role", "drafter", "version", "99").
		mustBe(http.StatusConflict).mustSay(`href="#member-`)
	s.post(session, group+minho+"/role", "role", "drafter", "version", "1").leadsTo()
	if role := s.Membership(s.Refresh(s.Minho)).Role; role != app.RoleDrafter {
		t.Errorf("the role is %s", role)
	}
	s.get(session, group+minho+"/deletion").mustBe(http.StatusOK).mustSay("민호")
	s.post(session, group+minho+"/deletion").leadsTo()
	s.get(session, group+"/members?done=ended").mustSay("1 former member", `role="status"`)
	s.get(s.signIn(s.Minho), group).mustBe(http.StatusNotFound)

	chioma := "/members/" + string(s.Membership(s.Chioma).Persona)
	s.post(session, group+chioma+"/role", "role", "member", "version", "1").
		mustBe(http.StatusConflict).mustSay("A group needs a chair")
}

func TestAMemberLeavesWithoutTheirName(t *testing.T) {
	s := open(t)
	session, group := s.signIn(s.Minho), "/groups/"+string(s.Group.ID)
	s.get(session, group+"/departure").mustSay("민호")
	s.post(session, group+"/departure", "name-stays", "no").leadsTo()
	s.get(s.signIn(s.Dani), "/threads/"+string(s.talk.ID)).mustSay("former member").mustNotSay("민호")
	s.post(s.signIn(s.Chioma), group+"/departure").mustBe(http.StatusConflict).mustSay("A group needs a chair")
}

func TestAChairChangesTheCharter(t *testing.T) {
	s := open(t)
	session, group := s.signIn(s.Chioma), "/groups/"+string(s.Group.ID)
	first := s.Group.Stakeholders[0]
	s.get(session, group+"/charter").mustSay(`value="`+string(first.ID)+`"`, "We write together.")
	s.post(session, group+"/charter", "name", s.Group.Name, "charter", "Rivers **first**.", "languages", "en",
		"stakeholder-0-id", string(first.ID), "stakeholder-0-name", "Researchers",
		"stakeholder-1-id", string(s.Group.Stakeholders[1].ID), "stakeholder-1-name", "Civil society", "observers", "read").leadsTo()
	s.get(session, group).mustSay("Rivers <strong>first</strong>.", "Researchers")
	s.get(s.signIn(s.Olga), "/statements/"+string(s.text.ID)).mustBe(http.StatusOK)
	s.get(s.signIn(s.Minho), group+"/charter").mustBe(http.StatusForbidden)
}

func TestPeopleLookAfterTheirOwnSignIns(t *testing.T) {
	s := open(t)
	session, other := s.signIn(s.Minho), s.signIn(s.Minho)
	end := regexp.MustCompile(`/me/sign-ins/[^"]+/deletion`).FindString(s.get(session, "/me").text)
	s.get(other, "/me").mustBe(http.StatusOK)
	s.post(session, end).leadsTo()
	s.post(session, "/me/sign-ins/deletion").leadsTo()
	s.get(other, "/me").mustBe(http.StatusUnauthorized)
	if _, found := s.post(session, "/departures").cookie(plainCookie); !found {
		t.Error("the browser keeps its session")
	}
	s.get(session, "/me").mustBe(http.StatusUnauthorized)
}

func TestPeopleChooseHowTheyRead(t *testing.T) {
	s := open(t)
	session := s.signIn(s.Minho)
	chosen := s.post(session, "/me/reading", "lang", "ko", "size", "largest")
	r := s.request(session, http.MethodGet, "/me", nil)
	for _, c := range chosen.Cookies() {
		r.AddCookie(c)
	}
	s.do(r).mustSay(`<html lang="ko" data-size="largest"`)
}

func TestAStatementIsImportedFromAFile(t *testing.T) {
	s := open(t)
	session := s.signIn(s.Dani)
	at := s.upload(session, "# Seas\n\n1. Salt.\n").leadsTo()
	s.get(session, at).mustSay("Salt.", `data-node="clause"`)
	s.upload(session, "broken \xff").mustBe(http.StatusUnprocessableEntity).mustSay("Seas and lakes", "UTF-8")
	s.upload(session, strings.Repeat("word ", statement.MaxMarkdown/5+1)).mustBe(http.StatusRequestEntityTooLarge).mustSay("Seas and lakes")
}

// upload begins a statement from a file.
func (s *site) upload(session, text string) answer {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"title": "Seas and lakes", "lang": "en", "text": ""} {
		if err := form.WriteField(name, value); err != nil {
			s.t.Fatal(err)
		}
	}
	file, err := form.CreateFormFile("file", "seas.md")
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := file.Write([]byte(text)); err != nil {
		s.t.Fatal(err)
	}
	form.Close()
	r := httptest.NewRequest(http.MethodPost, "/groups/"+string(s.Group.ID)+"/statements", &body)
	r.Host = "forum.test"
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.AddCookie(&http.Cookie{Name: plainCookie, Value: session})
	return s.do(r)
}

func TestTwoPlainBoxesOnOneClauseLoseNeitherText(t *testing.T) {
	s := open(t)
	box := "/statements/" + string(s.text.ID) + "/clauses/" + s.clause + "/text"
	base := "The water belongs to all."
	s.get(s.signIn(s.Eun), box).mustSay(base)
	s.post(s.signIn(s.Eun), box, "base", base, "text", "The water belongs to everybody.").leadsTo()
	s.post(s.signIn(s.Dani), box, "base", base, "text", "The water belongs to nobody.").
		mustBe(http.StatusConflict).mustSay("belongs to nobody.</textarea>", "<ins>", "everybody")
	merged := s.post(s.signIn(s.Dani), box, "base", base, "text", "All the water belongs to all.").leadsTo()
	if !strings.HasSuffix(merged, "?done=merged") {
		t.Errorf("it leads to %s", merged)
	}
	s.get(s.signIn(s.Minho), "/statements/"+string(s.text.ID)).mustSay("All the water belongs to everybody.")
}

func TestAThreadIsArguedAndSettledWithoutScripts(t *testing.T) {
	s := open(t)
	talk := "/threads/" + string(s.talk.ID)
	dani, minho := s.signIn(s.Dani), s.signIn(s.Minho)
	s.get(dani, talk).mustSay("To <em>all</em> of whom?", "1 new")
	reply := s.post(dani, talk+"/comments", "body", "To whoever is thirsty.", "parent", string(s.comment.ID)).leadsTo()
	s.get(minho, strings.Split(reply, "#")[0]).mustSay("thirsty", `id="replies-`+string(s.comment.ID)+`"`)

	own := "/comments/" + string(s.comment.ID)
	s.get(dani, own+"/text").mustBe(http.StatusNotFound)
	s.post(minho, own+"/text", "body", "To all of us?", "revision", "1").leadsTo()
	s.get(dani, own+"/history").mustSay(
		`<del><span class="visually-hidden">[removed: </span>whom<span class="visually-hidden"> :removed] </span></del>` +
			`<ins><span class="visually-hidden">[added: </span>us<span class="visually-hidden"> :added] </span></ins>?`)
	s.post(minho, own+"/deletion").leadsTo()
	s.get(dani, talk).mustSay("This comment was deleted.", "thirsty").mustNotSay("To all of us")

	s.post(dani, talk+"/settlements", "reason", "Fine.", "open", "false").mustBe(http.StatusForbidden).mustSay("Fine.")
	s.post(s.signIn(s.Eun), talk+"/settlements", "reason", "", "open", "false").mustBe(http.StatusUnprocessableEntity)
	s.post(s.signIn(s.Eun), talk+"/settlements", "reason", "Agreed: to all.", "open", "false").leadsTo()
	s.get(dani, talk).mustSay("Agreed: to all.").mustNotSay(`action="` + talk + `/comments"`)
	s.post(dani, talk+"/comments", "body", "Wait!").mustBe(http.StatusConflict).mustSay("Wait!")
}
