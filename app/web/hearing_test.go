package web

import (
	"net/http"
	"testing"

	"madang/app"
	"madang/app/consultation"
	"madang/app/thread"
)

func TestEverybodyWhomItConcernsReadsThatNobodyMayHearAnAppealYet(t *testing.T) {
	s := open(t)
	chioma := s.signIn(s.Chioma)
	draft := app.NewID()
	if _, err := s.server.consultations.Create(t.Context(), s.Chioma, s.Group.ID, draft, s.docketText()); err != nil {
		t.Fatal(err)
	}
	s.get(chioma, "/consultations/"+string(draft)+"/acts/new?kind=announced").mustBe(http.StatusOK).mustNotSay("This group has one chair")
	docket := s.announce(s.docketText())
	s.get(chioma, "/consultations/"+string(draft)+"/acts/new?kind=announced").mustSay("This group has one chair", "/invitations\">Invite another chair")

	receipt := s.submit(docket, consultation.Words{Comment: "The sea too.", Kind: "general", As: consultation.AsAnonymous, Publish: consultation.PublishAll, Lang: "en"})
	err := s.server.consultations.Move(t.Context(), s.Chioma, docket, 1, consultation.NewMove{ID: app.NewID(), To: consultation.Withheld, Revision: 1, Reason: "spam", Sentence: "It is."})
	if err != nil {
		t.Fatal(err)
	}
	follow := func() answer { return s.post("", "/receipt", "code", receipt.Code).mustBe(http.StatusOK) }
	follow().mustNotSay("You asked a chair")
	s.post("", "/receipt/steps", "code", receipt.Code, "kind", "appealed", "sentence", "It isn't.", "nonce", string(app.NewID())).mustBe(http.StatusOK).mustSay("It waits for a chair who didn", "there is no other chair yet")
	queue, desk := "/groups/"+string(s.Group.ID)+"/moderation", "/consultations/"+string(docket)+"/inbox/1"
	s.get(chioma, queue).mustSay("Nobody may hear it yet", "This group has one chair", "Invite another chair")
	s.get(chioma, desk).mustSay("Nobody may decide about this appeal yet")
	s.post(chioma, desk+"/moves", "to", "posted", "revision", "1", "reason", "Well.", "nonce", string(app.NewID())).mustBe(http.StatusForbidden)

	late := s.signIn(s.Join(s.Group, app.RoleChair, "Haneul"))
	s.get(late, queue).mustSay("Appealed").mustNotSay("Nobody may hear it yet", "This group has one chair")
	s.get(late, desk).mustNotSay("Nobody may decide about this appeal yet")
	follow().mustSay("Nobody has decided yet").mustNotSay("there is no other chair yet")
	s.post(late, desk+"/moves", "to", "posted", "revision", "1", "reason", "Well.", "nonce", string(app.NewID())).leadsTo()
	follow().mustNotSay("You asked a chair")
}

func TestWhoseCommentTheOnlyChairTookDownReadsThatTheirAppealWaits(t *testing.T) {
	s := open(t)
	ctx, comment := t.Context(), s.comment.ID
	err := s.server.threads.Decide(ctx, s.Chioma, comment, thread.NewVerdict{ID: app.NewID(), To: thread.CaseTakenDown, Why: thread.ReportReasons[0], Sentence: "It is."})
	if err == nil {
		err = s.server.threads.Appeal(ctx, s.Minho, comment, app.NewID(), "It isn't.")
	}
	if err != nil {
		t.Fatal(err)
	}
	minho, chioma, at := s.signIn(s.Minho), s.signIn(s.Chioma), "/comments/"+string(comment)+"/case"
	s.get(minho, at).mustSay("there is no other chair yet")
	s.get(chioma, at).mustSay("Nobody may decide about this appeal yet")
	s.get(chioma, "/groups/"+string(s.Group.ID)+"/moderation").mustSay("Nobody may hear it yet")
	late := s.signIn(s.Join(s.Group, app.RoleChair, "Haneul"))
	s.get(minho, at).mustSay("Nobody has decided yet").mustNotSay("there is no other chair yet")
	s.get(late, at).mustNotSay("Nobody may decide about this appeal yet")
}
