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
	publish := func() string {
		t.Helper()
		docket := s.announce(s.docketText())
		if err := s.server.consultations.Do(t.Context(), s.Chioma, docket, consultation.NewAct{ID: app.NewID(), Kind: consultation.ClosedEarly, Reason: "Enough."}); err != nil {
			t.Fatal(err)
		}
		return s.post(chioma, "/consultations/"+string(docket)+"/report", "body", "Nobody wrote.", "confirmed", "1", "nonce", string(app.NewID())).leadsTo()
	}
	const said, isMissing = "Every receipt shows its answer now.", "be counted yet"
	s.get(chioma, publish()).mustBe(http.StatusOK).mustSay(said).mustNotSay(isMissing)
	away = errors.New("the database is away")
	s.get(chioma, publish()).mustBe(http.StatusOK).mustSay(said, isMissing, `/influence">Whose words moved the text`)
}
