package main

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"madang/app/prose/docx"
)

// submitWith sends the form with a file, as a browser does.
func (f form) submitWith(name string, file []byte) page {
	f.page.v.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for field, values := range f.fields {
		for _, value := range values {
			if err := parts.WriteField(field, value); err != nil {
				f.page.v.t.Fatal(err)
			}
		}
	}
	w, err := parts.CreateFormFile("file", name)
	if err == nil {
		_, err = w.Write(file)
	}
	if err != nil {
		f.page.v.t.Fatal(err)
	}
	parts.Close()
	req, err := http.NewRequestWithContext(f.page.v.t.Context(), http.MethodPost, f.action, &body)
	if err != nil {
		f.page.v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", parts.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return f.page.v.do(req)
}

// word reads the document that the page is.
func (p page) word() docx.Document {
	p.v.t.Helper()
	d, err := docx.Read(strings.NewReader(p.text), int64(len(p.text)))
	if err != nil || p.status != http.StatusOK {
		p.v.t.Fatalf("%d %v", p.status, err)
	}
	return d
}

func TestATextGoesToWordAndComesBackWithoutScripts(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		editor := visit(t, node.URL)
		editor.enter(t, "editor", "Eun", flags...)
		at := "/statements/" + forum.Statements[0]
		writer := script{t: t, base: node.URL, token: forum.Tokens[0]}
		cid, _ := writer.aClause(forum.Statements[0])
		writer.openThread(forum.Statements[0], cid, "왜 이 낱말입니까?")
		editor.open(at+"/versions/new").form("/versions").submit().mustBe(200, "The version has been made")

		sent := editor.open(at + ".docx?comments=open").word()
		if len(sent.Comments) == 0 || sent.Comments[0].CID != cid || sent.Comments[0].Text != "왜 이 낱말입니까?" || len(sent.Text.Blocks) < 3 {
			t.Fatalf("%+v", sent)
		}
		version := editor.open(at + "/versions/1.docx")
		if !reflect.DeepEqual(version.word().Text, sent.Text) {
			t.Error("the version has another text")
		}
		group := writer.group()
		form := editor.open("/groups/"+group+"/statements/new").mustBe(200, ".docx").form("/statements").fill("title", sent.Title)
		refused := form.submitWith("half.docx", []byte(version.text[:len(version.text)/2]))
		refused.mustBe(http.StatusUnprocessableEntity, "damaged or incomplete", "Nothing was imported")
		if kept := refused.form("/statements").fields.Get("title"); kept != sent.Title {
			t.Errorf("of the form came back the title %q", kept)
		}
		imported := form.submitWith("whole.docx", []byte(version.text))
		imported.mustBe(200, "The text of the document has been imported", "Headers and footers were left out")
		again := editor.open(imported.at.Path + ".docx").word()
		if !reflect.DeepEqual(again.Text, sent.Text) || again.Title != sent.Title {
			t.Errorf("%+v\nbecame\n%+v", sent.Text, again.Text)
		}
	})
}
