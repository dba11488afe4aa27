package main

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// submitZeros sends the form with a file of so many zeros, as it goes.
func (f form) submitZeros(field, name string, size int64) page {
	t := f.page.v.t
	t.Helper()
	var head bytes.Buffer
	parts := multipart.NewWriter(&head)
	for field, values := range f.fields {
		for _, value := range values {
			if err := parts.WriteField(field, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := parts.CreateFormFile(field, name); err != nil {
		t.Fatal(err)
	}
	end := "\r\n--" + parts.Boundary() + "--\r\n"
	body := io.MultiReader(bytes.NewReader(head.Bytes()), io.LimitReader(zeros{}, size), strings.NewReader(end))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.action, body)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = int64(head.Len()) + size + int64(len(end))
	req.Header.Set("Content-Type", parts.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return f.page.v.do(req)
}

func TestAFileThatIsFarTooLargeCostsNoWordOfAnyForm(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		docket := consult(t, node.URL, forum.Statements[0], flags)
		chair, mo, sender := visit(t, node.URL), visit(t, node.URL), visit(t, node.URL)
		chair.enter(t, "chair", "Haneul the Second", flags...)
		mo.enter(t, "moderator", "Mo", flags...)
		const tooMuch = 413
		before := node.memory(t)

		answers := sender.say(docket, "What I typed for an hour.")
		for _, size := range []int64{13 << 20, 1 << 30} {
			again := answers.submitZeros("files", "holiday.mp4", size).mustBe(tooMuch, "What I typed for an hour.", "holiday.mp4", "have more than")
			answers = again.form("/submissions")
		}
		code := answers.submit().mustBe(200).receipt()
		receipt := sender.open("/receipt").form("/receipt").fill("code", code).submit().form("/receipt/files")
		receipt = receipt.submitZeros("files", "later.mp4", 13<<20).mustBe(tooMuch, "What I typed for an hour.", "later.mp4").form("/receipt/files")
		receipt.submitFiles(attached{"small.txt", []byte("Small enough.")}).mustBe(200, "What I typed for an hour.")

		keyed := mo.open(docket+"/inbox/new").form("/inbox").choose("channel", "letter").fill("on", "2026-03-02").fill("comment", "Keyed in from a letter.").fill("proposed", "")
		keyed = keyed.submitZeros("files", "scan.pdf", 13<<20).mustBe(tooMuch, "Keyed in from a letter.", "scan.pdf").form("/inbox")
		keyed.submit().mustBe(200).receipt()
		paper := chair.open(docket+"/documents").form("/documents").fill("title", "The map of the delta")
		paper = paper.submitZeros("files", "map.pdf", 13<<20).mustBe(tooMuch, "have more than").form("/documents")
		mo.open(docket+"/tables/new").form("/tables").submitZeros("file", "letters.csv", 14<<20).mustBe(tooMuch, "larger than 12")

		group := regexp.MustCompile(`/groups/[0-9a-f-]{36}`).FindString(chair.open("/groups").text)
		begun := chair.open(group+"/statements/new").form("/statements").fill("title", "Seas and lakes").fill("text", "Typed beside the file.")
		begun = begun.submitZeros("file", "seas.docx", 13<<20).mustBe(tooMuch, "Typed beside the file.", "document is too large").form("/statements")
		for typed, kept := range map[string]string{"2026-03-02": keyed.fields.Get("on"), "letter": keyed.fields.Get("channel"), "The map of the delta": paper.fields.Get("title"), "Seas and lakes": begun.fields.Get("title")} {
			if kept != typed {
				t.Errorf("%q was typed, and %q comes back", typed, kept)
			}
		}
		chair.open("/statements/"+forum.Statements[0]+"/copies/new").form("/copies/new").submitZeros("file", "seas.md", 2<<20).mustBe(tooMuch, "The text is too large")

		sender.open(docket).mustCount("received", 2)
		if grown := node.memory(t) - before; grown > 100<<20 {
			t.Errorf("the forum took %d MiB more", grown>>20)
		}
		if notes := node.notes.text(); strings.Contains(notes, "holiday") {
			t.Error("the log tells the names of files")
		}
	})
}
