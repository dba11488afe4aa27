package web

import (
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"madang/app"
	"madang/app/consultation"
	"madang/app/statement"
)

// docketText is what Chioma asks of the public about the rivers.
func (s *site) docketText() consultation.DocketText {
	return consultation.DocketText{
		Statement: s.text.ID, Title: "Rivers before everybody", Lang: "en", Notice: "Is this *right*?", Questions: []string{"Who owns a river?"},
		Opens: s.Clock.Now(), Closes: s.Clock.Now().Add(10 * 24 * time.Hour), Zone: "Asia/Seoul", Published: "Words.", Kept: "For ever.",
		Moderation: consultation.ModerationPre, Channels: []consultation.Channel{consultation.ChannelLetter},
	}
}

// consult lets Chioma put a version before the public, and somebody say one thing.
func (s *site) consult() app.ID {
	s.t.Helper()
	id := s.announce(s.docketText())
	receipt := s.submit(id, consultation.Words{Comment: "The sea too.", Kind: "general", As: consultation.AsIndividual, Name: "Mara", Publish: consultation.PublishAll, Lang: "en"})
	v, one, _, err := s.server.consultations.InboxOne(s.t.Context(), s.Chioma, id, receipt.Submission.No)
	if err == nil {
		err = s.server.consultations.Move(s.t.Context(), s.Chioma, v.ID, one.No, consultation.NewMove{ID: app.NewID(), To: consultation.Posted, Revision: 1})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *site) announce(text consultation.DocketText) app.ID {
	s.t.Helper()
	ctx, id := s.t.Context(), app.NewID()
	version, err := s.server.statements.MakeVersion(ctx, s.Eun, s.text.ID, statement.NewVersion{ID: app.NewID()})
	if app.KindOf(err) == app.KindConflict {
		version.No, err = 1, nil // it has this text already
	}
	if err == nil {
		_, err = s.server.consultations.Create(ctx, s.Chioma, s.Group.ID, id, text)
	}
	if err == nil {
		err = s.server.consultations.Do(ctx, s.Chioma, id, consultation.NewAct{ID: app.NewID(), Kind: consultation.Announced, Version: version.No})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

func (s *site) submit(docket app.ID, w consultation.Words) consultation.Receipt {
	s.t.Helper()
	receipt, err := s.server.consultations.Submit(s.t.Context(), consultation.NewSubmission{ID: app.NewID(), Docket: docket, Words: w})
	if err != nil {
		s.t.Fatal(err)
	}
	return receipt
}

// press fills in the form of a page that posts to an address, and presses a button of
// it; the browser has no cookies, and says nothing of where the form comes from.
func (s *site) press(page answer, action string, fields ...string) answer {
	s.t.Helper()
	form := formIn(s.t, page.text, action)
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := s.request("", http.MethodPost, action, form)
	r.Header.Del("Sec-Fetch-Site")
	return s.do(r)
}

// formIn reads the hidden fields and texts of the last form that posts to an address.
func formIn(t *testing.T, page, action string) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var form url.Values
	for node := range root.Descendants() {
		if node.Type != html.ElementNode || node.Data != "form" || attributeOf(node, "action") != action {
			continue
		}
		form = url.Values{}
		for field := range node.Descendants() {
			switch {
			case field.Data == "input" && attributeOf(field, "type") != "checkbox" && attributeOf(field, "type") != "radio":
				form.Set(attributeOf(field, "name"), attributeOf(field, "value"))
			case field.Data == "textarea" && field.FirstChild != nil:
				form.Set(attributeOf(field, "name"), field.FirstChild.Data)
			}
		}
	}
	if form == nil {
		t.Fatalf("no form posts to %s:\n%s", action, page)
	}
	return form
}

func attributeOf(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// answers goes through the pages of the form up to the last button.
func (s *site) answers(docket app.ID, comment string) answer {
	s.t.Helper()
	at := "/consultations/" + string(docket) + "/submissions/new"
	page := s.get("", at).mustBe(http.StatusOK)
	for _, answers := range [][]string{
		{"clauses", s.clause}, {"comment", comment}, {"proposed", "Every river."}, {"kind", "technical"}, {"as", "individual", "name", "Ari"}, {"publish", "all"},
	} {
		page = s.press(page, at, answers...).mustBe(http.StatusOK)
	}
	return page
}

var codeOnPage = regexp.MustCompile(`<p class="code" translate="no">([0-9 ]+)</p>`)

func receiptOn(a answer) string {
	a.t.Helper()
	found := codeOnPage.FindStringSubmatch(a.mustBe(http.StatusOK).text)
	if found == nil {
		a.t.Fatalf("no receipt on the page:\n%s", a.text)
	}
	return found[1]
}

func TestSomebodyWithoutAnAccountSubmitsAndFollowsIt(t *testing.T) {
	s := open(t)
	docket := s.announce(s.docketText())
	at := "/consultations/" + string(docket)
	s.get("", "/consultations").mustSay("Rivers before everybody", "10 days left")
	s.get("", at).mustSay("Is this <em>right</em>?", "Who owns a river?", "Asia/Seoul", "Open until").mustNotSay("Set-Cookie")
	s.get("", at+"/text").mustSay("The water belongs to all.", "/submissions/new?clause="+s.clause)

	last := s.answers(docket, "The <sea> too.")
	last.mustSay("Clause 1", "The &lt;sea&gt; too.", "Every river.", "Ari (A person)", "English")
	changed := s.press(last, at+"/submissions/new", "to", "change-comment").mustSay("What do you want to say?", "The &lt;sea&gt; too.</textarea>")
	last = s.press(changed, at+"/submissions/new", "comment", "The seas too.").mustSay("Check your answers", "The seas too.", "Ari")

	first := s.press(last, at+"/submissions")
	if len(first.Cookies()) > 0 {
		t.Errorf("cookies were set: %v", first.Cookies())
	}
	code := receiptOn(first)
	if again := receiptOn(s.press(last, at+"/submissions")); again != code {
		t.Errorf("the form sent again shows %s, and at first %s", again, code)
	}
	s.get("", at).mustSay(`data-count="received">1<`, `data-count="screening">1<`)
	s.get("", at+"/submissions").mustSay("Nothing is published yet")

	s.post("", "/receipt", "code", "1234").mustBe(http.StatusUnprocessableEntity).mustSay("a digit is wrong or missing")
	mine := s.post("", "/receipt", "code", code).mustBe(http.StatusOK).mustSay("The seas too.", "waits for somebody to look at it")
	s.press(mine, "/receipt/steps", "kind", "withdrawn").mustBe(http.StatusUnprocessableEntity).mustSay("can&#39;t be undone")
	s.press(mine, "/receipt/steps", "kind", "added", "sentence", "And the lakes.").mustBe(http.StatusOK).mustSay("It has been added.", "And the lakes.")
	gone := s.press(mine, "/receipt/steps", "kind", "withdrawn", "confirmed", "yes")
	gone.mustBe(http.StatusOK).mustSay("It has been withdrawn.").mustNotSay("The seas too.").mustNotSay("And the lakes.")
	s.get("", at).mustSay(`data-count="received">1<`, `data-count="withdrawn">1<`)
	if resent := receiptOn(s.press(last, at+"/submissions")); resent != code {
		t.Errorf("after the withdrawal the form shows %s", resent)
	}
}

func TestAFormWithoutItsProofIsTakenAndLookedAtFirst(t *testing.T) {
	s := open(t)
	text := s.docketText()
	text.Moderation = consultation.ModerationPost
	docket := s.announce(text)
	at := "/consultations/" + string(docket) + "/submissions"
	fresh, old := s.answers(docket, "Fresh words."), s.answers(docket, "Old words.")
	forged := s.answers(docket, "Forged words.")
	unsigned, _, _ := strings.Cut(formIn(t, forged.text, at).Get("form"), ".")
	receiptOn(s.press(fresh, at))
	receiptOn(s.press(forged, at, "form", unsigned+".forged"))
	s.Clock.Advance(13 * time.Hour)
	receiptOn(s.press(old, at))
	s.get("", at).mustSay("Fresh words.").mustNotSay("Old words.").mustNotSay("Forged words.")
	_, slow, err := s.server.consultations.Inbox(t.Context(), s.Chioma, docket, consultation.Filter{Flag: "slow"})
	if err != nil || len(slow) != 2 {
		t.Errorf("%d came the slow way, %v", len(slow), err)
	}
}

func TestWhoeverIsLateHasTheirWordsBackAndMaySendThemAsLate(t *testing.T) {
	s := open(t)
	docket := s.announce(s.docketText())
	at := "/consultations/" + string(docket) + "/submissions"
	last := s.answers(docket, "Just too late.")
	s.Clock.Advance(10 * 24 * time.Hour)
	asked := s.press(last, at).mustBe(http.StatusConflict).mustSay("It closed on 12 March 2026, 09:00 UTC", "Just too late.", "Send as late")
	s.get("", "/consultations/"+string(docket)).mustSay(`data-count="received">0<`)
	receiptOn(s.press(asked, at).mustSay("marked as late"))
	s.get("", "/consultations/"+string(docket)).mustSay(`data-count="received">1<`, "Closed on")
}

func TestNothingTypedIsLostWhateverIsWrongWithIt(t *testing.T) {
	s := open(t)
	docket := s.announce(s.docketText())
	at := "/consultations/" + string(docket) + "/submissions/new"
	page := s.press(s.get("", at), at)
	long := strings.Repeat("가", consultation.MaxComment+1)
	s.press(page, at, "comment", long).mustBe(http.StatusRequestEntityTooLarge).mustSay(long+"</textarea>", "20,000 is the most")
	s.press(page, at, "comment", "half \xff a word").mustBe(http.StatusUnprocessableEntity).mustSay("half � a word</textarea>")
	page = s.press(page, at, "comment", "Good words.").mustSay("Do you propose other words?")
	page = s.press(page, at).mustSay("What kind of comment")
	page = s.press(page, at).mustBe(http.StatusUnprocessableEntity).mustSay("Please choose what kind")
	page = s.press(page, at, "kind", "general")
	page = s.press(page, at, "as", "organisation").mustBe(http.StatusUnprocessableEntity).mustSay(`href="#name"`)
	page = s.press(page, at, "as", "organisation", "name", "The Mill <Inc>")
	s.press(page, at, "publish", "words").mustSay("The Mill &lt;Inc&gt; (An organisation)", "Good words.", "English")
	s.isAway = errAway
	s.press(page, at, "publish", "words").mustSay("Good words.")
}

func TestStaffKeyInLettersAndSeeWhatTheyMay(t *testing.T) {
	s := open(t)
	docket := s.announce(s.docketText())
	inbox := "/consultations/" + string(docket) + "/inbox"
	s.get("", inbox).mustBe(http.StatusUnauthorized)
	s.get(s.signIn(s.Minho), inbox).mustBe(http.StatusForbidden)
	s.get(s.signIn(s.Zoe), inbox).mustBe(http.StatusForbidden)
	s.Clock.Advance(11 * 24 * time.Hour) // the letters lie there, the period is over
	chioma := s.signIn(s.Chioma)
	s.get(chioma, inbox).mustSay("Nothing here")
	letter := []string{"nonce", string(app.NewID()), "channel", "letter", "comment", "By post.", "kind", "general", "as", "anonymous", "publish", "words", "lang", "en"}
	s.post(chioma, inbox, append(letter, "on", "2026-04-01")...).mustBe(http.StatusUnprocessableEntity).mustSay("By post.</textarea>", "today or before")
	code := receiptOn(s.post(chioma, inbox, append(letter, "on", "2026-03-12")...))
	if again := receiptOn(s.post(chioma, inbox, append(letter, "on", "2026-03-12")...)); again != code {
		t.Error("the letter was kept twice")
	}
	s.get(chioma, inbox+"/1").mustSay("By letter", "Keyed in by Chioma", "By post.").mustNotSay("Late")
	mo := s.signIn(s.Join(s.Group, app.RoleModerator, "Mo"))
	s.post(mo, inbox+"/1/moves", "nonce", string(app.NewID()), "revision", "1", "to", "withheld", "why", "spam").
		mustBe(http.StatusUnprocessableEntity)
	s.post(mo, inbox+"/1/moves", "nonce", string(app.NewID()), "revision", "1", "to", "withheld", "why", "spam", "reason", "It sells boats.").leadsTo()
	s.get("", "/consultations/"+string(docket)+"/submissions/1").mustBe(http.StatusNotFound)
	mine := s.post("", "/receipt", "code", code).mustSay("It sells boats.", "It is advertising", "Ask the chair to look again")
	s.press(mine, "/receipt/steps", "kind", "appealed", "sentence", "It doesn't.").mustSay("It waits for a chair who didn")
	s.get(chioma, inbox+"?flag=appealed").mustSay("2026-1-00001")
	posted := []string{"nonce", string(app.NewID()), "revision", "1", "to", "posted"}
	s.post(mo, inbox+"/1/moves", append(posted, "reason", "Oh.")...).mustBe(http.StatusForbidden)
	s.post(chioma, inbox+"/1/moves", posted...).mustBe(http.StatusUnprocessableEntity)
	s.post(chioma, inbox+"/1/moves", append(posted, "reason", "It is about the text.")...).leadsTo()
	s.get("", "/consultations/"+string(docket)+"/submissions/1").mustBe(http.StatusOK).mustSay("By post.", "By letter")
}

func TestAChairMakesAnnouncesExtendsAndWithdrawsADocket(t *testing.T) {
	s := open(t)
	chioma, group := s.signIn(s.Chioma), "/groups/"+string(s.Group.ID)+"/consultations"
	s.get(s.signIn(s.Eun), group+"/new").mustBe(http.StatusForbidden)
	s.get(s.signIn(s.Eun), group).mustSay("This group has put nothing before the public yet")
	fields := []string{
		"nonce", string(app.NewID()), "statement", string(s.text.ID), "title", "Rivers", "lang", "en", "notice", "Say <what> you think.", "questions", "One?\n\nTwo?",
		"published", "All.", "kept", "Long.", "opens", "2026-03-03T09:00", "closes", "2026-03-10T18:00", "moderation", "pre",
	}
	s.post(chioma, group, append(fields, "zone", "Nowhere/Land")...).mustBe(http.StatusUnprocessableEntity).mustSay("Say &lt;what&gt; you think.</textarea>", "no time zone")
	at := s.post(chioma, group, append(fields, "zone", "Asia/Seoul")...).leadsTo()
	s.get("", at).mustBe(http.StatusNotFound)
	s.get(s.signIn(s.Eun), at).mustSay("In preparation", "Two?")
	s.get(chioma, at+"/acts/new?kind=announced").mustSay("no version yet")
	if _, err := s.server.statements.MakeVersion(t.Context(), s.Eun, s.text.ID, statement.NewVersion{ID: app.NewID()}); err != nil {
		t.Fatal(err)
	}
	s.post(chioma, at+"/acts", "kind", "announced", "version", "7").mustBe(http.StatusUnprocessableEntity)
	s.post(chioma, at+"/acts", "kind", "announced", "version", "1").leadsTo()
	s.get("", at).mustSay("Opens on 3 March 2026, 09:00 (Asia/Seoul), which is 3 March 2026, 00:00 UTC")
	s.get("", at+"/submissions/new").mustBe(http.StatusConflict).mustSay("It opens on")
	s.post(chioma, at+"/notice", append(fields, "zone", "Asia/Seoul")...).mustBe(http.StatusConflict)
	s.post(chioma, at+"/acts", "kind", "extended", "closes", "2026-03-20T18:00").mustBe(http.StatusUnprocessableEntity).mustSay("2026-03-20T18:00")
	s.post(chioma, at+"/acts", "kind", "extended", "closes", "2026-03-20T18:00", "reason", "A holiday lies between.").leadsTo()
	s.get("", at).mustSay("A holiday lies between.", "20 March 2026, 18:00 (Asia/Seoul)")
	calendar := s.get("", "/consultations.ics").mustBe(http.StatusOK).mustSay("BEGIN:VCALENDAR\r\n", "DTEND:20260320T090000Z\r\n", "SEQUENCE:2\r\n", "STATUS:CONFIRMED")
	for line := range strings.SplitSeq(calendar.text, "\r\n") {
		if len(line) > octetsPerLine {
			t.Errorf("a line has %d octets: %s", len(line), line)
		}
	}
	s.get("", "/consultations.atom").mustBe(http.StatusOK).mustSay(`<feed xmlns="http://www.w3.org/2005/Atom">`, `<title xml:lang="en">Rivers</title>`)
	s.post(chioma, at+"/acts", "kind", "withdrawn", "reason", "The text will be another.").leadsTo()
	s.get("", at).mustSay("The text will be another.", "Withdrawn")
	s.get("", at+"/submissions/new").mustBe(http.StatusGone)
	s.get("", "/consultations.ics").mustSay("STATUS:CANCELLED")
}

func TestInAFloodEverybodyGetsAReceiptAndNothingIsPostedUnread(t *testing.T) {
	s := open(t)
	text := s.docketText()
	text.Moderation = consultation.ModerationPost
	docket := s.announce(text)
	public := "/consultations/" + string(docket)
	page := s.answers(docket, "The same words, again and again.")
	form := formIn(t, page.text, public+"/submissions")
	send := func(comment string) consultation.Submission {
		t.Helper()
		code := receiptOn(s.press(s.answers(docket, comment), public+"/submissions"))
		found, err := s.server.consultations.Follow(t.Context(), code)
		if err != nil {
			t.Fatal(err)
		}
		return found.Submission
	}
	if first := send("On a quiet morning."); first.Status != consultation.Posted {
		t.Fatalf("on a quiet morning it is %s", first.Status)
	}
	codes := map[string]bool{}
	for range 60 { // a script that makes a new form of each
		form.Del("form")
		form.Set("form", s.server.sealForm(docket, heldForm{
			Nonce: app.NewID(), Begun: s.Clock.Now().UnixMilli(),
			Words: consultation.Words{Comment: "The same words, again and again.", Kind: "general", As: consultation.AsAnonymous, Publish: consultation.PublishAll, Lang: "en"},
		}))
		r := s.request("", http.MethodPost, public+"/submissions", form)
		r.Header.Del("Sec-Fetch-Site")
		codes[receiptOn(s.do(r))] = true
	}
	if len(codes) != 60 {
		t.Errorf("60 were sent, and there are %d receipts", len(codes))
	}
	if honest := send("In the middle of it."); honest.Status != consultation.Received || !honest.IsSlow {
		t.Errorf("in a flood it is %s", honest.Status)
	}
	if !strings.Contains(s.get("", public).text, "Until it is calmer") {
		t.Error("the page doesn't say so")
	}
	s.Clock.Advance(16 * time.Minute)
	if later := send("When it is over."); later.Status != consultation.Posted {
		t.Errorf("afterwards it is %s", later.Status)
	}
	if strings.Contains(s.get("", public).text, "Until it is calmer") {
		t.Error("the page still says so")
	}
}

func TestWhileMuchComesInABrowserThatDidItsWorkIsNotLookedAtFirst(t *testing.T) {
	s := open(t)
	text := s.docketText()
	text.Moderation = consultation.ModerationPost
	docket := s.announce(text)
	public := "/consultations/" + string(docket)
	send := func(comment string, works bool) consultation.Submission {
		t.Helper()
		form := formIn(t, s.answers(docket, comment).text, public+"/submissions")
		for n := 0; works && form.Get("number") == ""; n++ {
			sum := sha256.Sum256([]byte(form.Get("challenge") + ":" + strconv.Itoa(n)))
			if binary.BigEndian.Uint32(sum[:])>>(32-14) == 0 {
				form.Set("number", strconv.Itoa(n))
			}
		}
		code := receiptOn(s.do(s.request("", http.MethodPost, public+"/submissions", form)))
		found, err := s.server.consultations.Follow(t.Context(), code)
		if err != nil {
			t.Fatal(err)
		}
		return found.Submission
	}
	if quiet := send("On a quiet morning.", false); quiet.Status != consultation.Posted {
		t.Fatalf("on a quiet morning it is %s", quiet.Status)
	}
	early := formIn(t, s.answers(docket, "Begun when it was quiet.").text, public+"/submissions")
	for i := range 20 {
		send("Much is said, "+strconv.Itoa(i), false)
	}
	if owing := send("Without scripts.", false); owing.Status != consultation.Received || !owing.IsSlow {
		t.Errorf("without an answer it is %s", owing.Status)
	}
	if worked := send("With scripts.", true); worked.Status != consultation.Posted {
		t.Errorf("with an answer it is %s", worked.Status)
	}
	code := receiptOn(s.do(s.request("", http.MethodPost, public+"/submissions", early)))
	if found, err := s.server.consultations.Follow(t.Context(), code); err != nil || found.Submission.Status != consultation.Posted {
		t.Errorf("begun before the rush it is %s, %v", found.Submission.Status, err)
	}
}

func TestAStatementGoesAlongWithItsDocketIfItCanAndTheChairLikes(t *testing.T) {
	s := open(t)
	chioma, at := s.signIn(s.Chioma), func(docket app.ID) string { return "/consultations/" + string(docket) }
	prepare := func(opens time.Duration) app.ID {
		t.Helper()
		id, text := app.NewID(), s.docketText()
		text.Opens = s.Clock.Now().Add(opens)
		if _, err := s.server.consultations.Create(t.Context(), s.Chioma, s.Group.ID, id, text); err != nil {
			t.Fatal(err)
		}
		return id
	}
	phase := func() app.Phase {
		t.Helper()
		course, err := s.server.statements.Course(t.Context(), s.Chioma, s.text.ID)
		if err != nil {
			t.Fatal(err)
		}
		return course.Statement.State
	}
	act := func(docket app.ID, kind string, fields ...string) answer {
		t.Helper()
		form := formIn(t, s.get(chioma, at(docket)+"/acts/new?kind="+kind).mustBe(http.StatusOK).text, at(docket)+"/acts")
		for i := 0; i+1 < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		var sent []string
		for key := range form {
			sent = append(sent, key, form.Get(key))
		}
		return s.get(chioma, s.post(chioma, at(docket)+"/acts", sent...).leadsTo())
	}
	if _, err := s.server.statements.MakeVersion(t.Context(), s.Eun, s.text.ID, statement.NewVersion{ID: app.NewID()}); err != nil {
		t.Fatal(err)
	}
	const goes, works = "The statement itself goes to public comment, too", "The statement itself goes on to work in"

	now := prepare(0)
	s.get(chioma, at(now)+"/acts/new?kind=announced").mustNotSay(goes) // from drafting it can't
	s.setPhase(app.PhaseReview)
	later := prepare(24 * time.Hour)
	s.get(chioma, at(later)+"/acts/new?kind=announced").mustSay(goes).mustNotSay("checked")
	s.get(chioma, at(now)+"/acts/new?kind=announced").mustSay(goes, "checked")
	act(later, "announced", "version", "1", "moves", "")
	if got := phase(); got != app.PhaseReview {
		t.Errorf("nobody asked for it, and the statement is in %s", got)
	}
	act(now, "announced", "version", "1", "moves", "yes").mustSay("It is announced")
	if got := phase(); got != app.PhasePublic {
		t.Errorf("the statement is in %s", got)
	}
	s.get(chioma, "/statements/"+string(s.text.ID)+"/state").mustSay("was announced.")

	s.get(chioma, at(now)+"/acts/new?kind=extended").mustNotSay(works)
	s.post(chioma, at(now)+"/acts", "kind", "closed_early", "moves", "yes", "step", "9").mustBe(http.StatusUnprocessableEntity).mustSay(works, "checked")
	act(now, "closed_early", "reason", "Enough.", "moves", "yes", "step", "1").mustSay("That is done. The statement itself went on meanwhile")
	if got := phase(); got != app.PhasePublic {
		t.Errorf("a step that isn't next was taken: %s", got)
	}
}
