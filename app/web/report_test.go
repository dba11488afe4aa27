package web

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"madang/app"
	"madang/app/consultation"
)

func TestAChairWhosePublishedReportCouldNotBeCountedIsToldSo(t *testing.T) {
	s := open(t)
	var away error
	s.server.answers.OnPublish(func(context.Context, app.ID) error { return away })
	chioma := s.signIn(s.Chioma)
	over := func() string {
		t.Helper()
		docket := s.announce(s.docketText())
		if err := s.server.consultations.Do(t.Context(), s.Chioma, docket, consultation.NewAct{ID: app.NewID(), Kind: consultation.ClosedEarly, Reason: "Enough."}); err != nil {
			t.Fatal(err)
		}
		return "/consultations/" + string(docket) + "/report"
	}
	fields := func() []string {
		return []string{"body", "Nobody wrote.", "confirmed", "1", "nonce", string(app.NewID())}
	}
	const said, isMissing = "Every receipt shows its answer now.", "be counted yet"
	s.get(chioma, s.post(chioma, over(), fields()...).leadsTo()).mustBe(http.StatusOK).mustSay(said).mustNotSay(isMissing)

	away = errors.New("the database is away")
	report, sent := over(), fields()
	s.get(chioma, s.post(chioma, report, sent...).leadsTo()).mustBe(http.StatusOK).mustSay(said, isMissing, `/influence">Whose words moved the text`)
	s.get(chioma, s.post(chioma, report, sent...).leadsTo()).mustSay(isMissing)
	token, body := s.issue(s.Chioma), `{"id":"`+string(app.NewID())+`","summary":"Nobody wrote.","confirmed":true}`
	byProgram := "/api/v1" + over()
	s.ask(token, http.MethodPost, byProgram, body).mustBe(http.StatusCreated).mustSay(`"counted":false`)

	away = nil
	s.get(chioma, s.post(chioma, report, sent...).leadsTo()).mustSay(said).mustNotSay(isMissing)
	s.ask(token, http.MethodPost, byProgram, body).mustBe(http.StatusCreated).mustSay(`"counted":true`)
}
