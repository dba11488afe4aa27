package web

import (
	"net/http"
	"net/url"
	"testing"

	"madang/app"
	"madang/app/consultation"
)

func TestWhoeverHasTheReceiptAddsFilesWhileThePeriodIsOpen(t *testing.T) {
	s := open(t)
	docket := s.announce(s.docketText())
	receipt := s.submit(docket, consultation.Words{Comment: "See the map.", Kind: "general", As: consultation.AsAnonymous, Publish: consultation.PublishWords, Lang: "en"})
	mine := s.post("", "/receipt", "code", receipt.Code).mustBe(http.StatusOK).mustSay("Add files")
	form := formIn(t, mine.text, "/receipt/files")
	for range 2 { // sent again
		s.send("", offered{route: "/receipt/files", action: "/receipt/files", values: form, file: "files"}).mustBe(http.StatusOK).
			mustSay("The files have been added", "notes.md", "its author added files").mustNotSay("File 2")
	}
	s.send("", offered{action: "/receipt/files", values: url.Values{"code": {"1234"}}, file: "files"}).mustBe(http.StatusUnprocessableEntity)
	body := `{"code":"` + receipt.Code + `","id":"` + string(app.NewID()) + `"}`
	s.send("", offered{action: "/api/v1/receipts/files", values: url.Values{"receipt": {body}}, file: "files"}).mustBe(http.StatusCreated).mustSay(`"name":"notes.md"`)

	if err := s.server.consultations.Do(t.Context(), s.Chioma, docket, consultation.NewAct{ID: app.NewID(), Kind: consultation.ClosedEarly, Reason: "Enough."}); err != nil {
		t.Fatal(err)
	}
	form.Set("nonce", string(app.NewID()))
	s.send("", offered{action: "/receipt/files", values: form, file: "files"}).mustBe(http.StatusConflict).mustSay("it isn&#39;t open now", "notes.md")
	s.post("", "/receipt", "code", receipt.Code).mustNotSay("Add files")
}
