package web

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"io/fs"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/app/prose/docx"
	"madang/app/statement"
	"madang/app/thread"
)

// word reads the document that an answer is.
func (a answer) word() docx.Document {
	a.t.Helper()
	a.mustBe(http.StatusOK)
	if kind := a.Header.Get("Content-Type"); kind != mimeWord {
		a.t.Errorf("it is %s", kind)
	}
	d, err := docx.Read(strings.NewReader(a.text), int64(len(a.text)))
	if err != nil {
		a.t.Fatal(err)
	}
	return d
}

// part is a part of that document.
func (a answer) part(name string) string {
	a.t.Helper()
	z, err := zip.NewReader(strings.NewReader(a.text), int64(len(a.text)))
	if err != nil {
		a.t.Fatal(err)
	}
	content, err := fs.ReadFile(z, name)
	if err != nil {
		a.t.Fatal(err)
	}
	return string(content)
}

func TestATextGoesOutAsAWordDocument(t *testing.T) {
	s := open(t)
	minho, at := s.signIn(s.Minho), "/statements/"+string(s.text.ID)
	file := s.get(minho, at+".docx")
	if d := file.word(); !reflect.DeepEqual(d.Text, s.draft.texts[s.text.ID].Doc) || d.Title != "Rivers" || len(d.Comments) != 0 {
		t.Errorf("%+v", d)
	}
	if name := file.Header.Get("Content-Disposition"); !strings.Contains(name, string(s.text.ID)+".docx") || strings.Contains(name, "Rivers") {
		t.Errorf("it is called %s", name)
	}
	if kept := file.Header.Get("Cache-Control"); kept != "no-store" {
		t.Errorf("Cache-Control is %q", kept)
	}
	s.get(minho, at).mustSay("Download as Word", at+"/word")
	s.get(minho, at+"/word").mustSay("Open comments", "tracked changes")
	for _, path := range []string{at + ".docx", at + ".docx?comments=open", at + "/versions/1.docx"} {
		s.get(s.signIn(s.Zoe), path).mustBe(http.StatusNotFound)
	}
	r := s.request(minho, http.MethodGet, "/api/v1"+at+"?format=docx", nil)
	s.do(r).word()
}

func TestOpenCommentsGoAlongIfAskedFor(t *testing.T) {
	s := open(t)
	settled, _, err := s.server.threads.Open(t.Context(), s.Minho, thread.NewThread{
		ID: app.NewID(), Comment: app.NewID(), Statement: s.text.ID, Body: "Settled long ago.",
	})
	if err != nil {
		t.Fatal(err)
	}
	s.post(s.signIn(s.Eun), "/threads/"+string(settled.ID)+"/settlements", "reason", "Agreed.", "open", "false").leadsTo()
	d := s.get(s.signIn(s.Dani), "/statements/"+string(s.text.ID)+".docx?comments=open").word()
	if want := []docx.Comment{{CID: s.clause, Text: "To *all* of whom?"}}; !reflect.DeepEqual(d.Comments, want) {
		t.Errorf("%+v", d.Comments)
	}
}

func TestAVersionGoesOutWithWhatItCanBeCitedBy(t *testing.T) {
	s := open(t)
	made, err := s.server.statements.MakeVersion(t.Context(), s.Eun, s.text.ID, statement.NewVersion{ID: app.NewID()})
	if err != nil {
		t.Fatal(err)
	}
	at := "/statements/" + string(s.text.ID) + "/versions/1"
	minho := s.signIn(s.Minho)
	s.get(minho, at).mustSay("Download as Word", at+".docx")
	file := s.get(minho, at+".docx")
	if d := file.word(); d.Title != made.Title || !reflect.DeepEqual(d.Text, s.draft.texts[s.text.ID].Doc) {
		t.Errorf("%+v", d)
	}
	footer := file.part("word/footer1.xml")
	for _, words := range []string{"Rivers, Version 1, ", hex.EncodeToString(made.Root[:]), "http://forum.test" + at + "<"} {
		if !strings.Contains(footer, words) {
			t.Errorf("at the foot is no %s: %s", words, footer)
		}
	}
	if again := s.get(minho, at+".docx"); again.text != file.text {
		t.Error("the same version is another file")
	}
	s.get(minho, "/statements/"+string(s.text.ID)+"/versions/2.docx").mustBe(http.StatusNotFound)
	s.do(s.request(minho, http.MethodGet, "/api/v1"+at+"?format=docx", nil)).word()
}

func TestAStatementIsImportedFromAWordDocument(t *testing.T) {
	s := open(t)
	session := s.signIn(s.Dani)
	text, err := prose.ParseMarkdown([]byte("1. Salt. {#c000000000a}\n\n- a\n- b\n"))
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	said := []docx.Comment{{CID: "c000000000a", Author: "Kim", Text: "A secret remark."}}
	if err := docx.Write(&file, docx.Document{Title: "Oceans & more", Text: text, Comments: said}); err != nil {
		t.Fatal(err)
	}
	at := s.upload(session, file.String()).leadsTo()
	s.get(session, at).mustSay("The text of the document has been imported", "Comments were left out", "Names of authors",
		"Salt.", `id="c000000000a"`, "Oceans &amp; more").mustNotSay("secret remark")
	s.get(session, strings.ReplaceAll(at, "without=names", "without=%3Cb%3E")).mustNotSay("Names of authors")
	s.get(session, strings.Split(at, "?")[0]).mustNotSay("left out")
}

func TestADocumentThatCannotBeReadMakesNoStatement(t *testing.T) {
	s := open(t)
	session := s.signIn(s.Dani)
	before := s.get(session, "/groups/"+string(s.Group.ID)).text
	for file, sentence := range map[string]string{
		"PK\x03\x04 and then nothing":                               "damaged or incomplete",
		"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and then nothing":         "the old format of Word",
		"PK\x03\x04" + strings.Repeat("x", statement.MaxMarkdown+1): "too large",
	} {
		a := s.upload(session, file).mustSay("Seas and lakes", sentence, `id="file-error"`, "choose the file once more")
		if a.StatusCode != http.StatusUnprocessableEntity && a.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d", sentence, a.StatusCode)
		}
	}
	if after := s.get(session, "/groups/"+string(s.Group.ID)).text; after != before {
		t.Error("something was made")
	}
}

func TestOpenAmendmentsGoAlongAsTrackedChangesIfAskedFor(t *testing.T) {
	s := open(t)
	s.amend()
	at := "/statements/" + string(s.text.ID) + ".docx?amendments=open"
	file := s.get(s.signIn(s.Dani), at)
	d := file.word()
	block, _, _ := d.Text.Find(s.clause)
	if d.Before == nil || !reflect.DeepEqual(*d.Before, s.draft.texts[s.text.ID].Doc) || !strings.HasPrefix(block.PlainText(), "So: ") || !d.Origin.IsAmended {
		t.Errorf("%+v", d)
	}
	if body := file.part("word/document.xml"); !strings.Contains(body, `w:author="민호 (Amendment 2)"`) {
		t.Error(body)
	}
	s.get(s.signIn(s.Zoe), at).mustBe(http.StatusNotFound)
}

func TestInAFileMembersOfASensitiveGroupAreNotNamed(t *testing.T) {
	s := open(t)
	s.Raw().MustExec(`UPDATE stakeholders SET sensitive = $1 WHERE id IN (SELECT stakeholder_id FROM memberships WHERE persona_id = $2)`, true, s.Membership(s.Minho).Persona)
	s.amend()
	file := s.get(s.signIn(s.Dani), "/statements/"+string(s.text.ID)+".docx?amendments=open&comments=open")
	file.word()
	for _, part := range []string{"word/document.xml", "word/comments.xml"} {
		if content := file.part(part); strings.Contains(content, "민호") || !strings.Contains(content, "a member") {
			t.Errorf("%s: %s", part, content)
		}
	}
}
