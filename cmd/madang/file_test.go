package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"madang/app/consultation"
)

// attached is a file that a visitor chooses.
type attached struct {
	name    string
	content []byte
}

// formData is what a browser sends for a form with files.
func formData(t testing.TB, fields map[string][]string, files []attached) (body *bytes.Buffer, kind string) {
	t.Helper()
	body = &bytes.Buffer{}
	parts := multipart.NewWriter(body)
	for field, values := range fields {
		for _, value := range values {
			if err := parts.WriteField(field, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, f := range files {
		w, err := parts.CreateFormFile("files", f.name)
		if err == nil {
			_, err = w.Write(f.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := parts.Close(); err != nil {
		t.Fatal(err)
	}
	return body, parts.FormDataContentType()
}

// submitFiles sends the form with files, as a browser does.
func (f form) submitFiles(files ...attached) page {
	f.page.v.t.Helper()
	body, kind := formData(f.page.v.t, f.fields, files)
	req, err := http.NewRequestWithContext(f.page.v.t.Context(), http.MethodPost, f.action, body)
	if err != nil {
		f.page.v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return f.page.v.do(req)
}

// photo is a small picture as a phone takes it, with where it was taken.
func photo(t testing.TB) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 40, 20))
	picture.Set(3, 3, color.RGBA{200, 0, 0, 255})
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00 canaryplace "
	return append([]byte("\xff\xd8\xff\xe1\x00"+string(rune(len(exif)+2))+exif), out.Bytes()[2:]...)
}

// hugePicture says that it is 50,000 pixels square, in a few bytes.
func hugePicture() []byte {
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), 50_000)
	head = append(binary.BigEndian.AppendUint32(head, 50_000), 8, 6, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return append(binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head)), "\x00\x00\x00\x00IDAT\x00\x00\x00\x00"...)
}

const paper = "%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\nxref\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"

func TestAFileIsSeenByNobodyOutsideBeforeItWasLookedAt(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		one, two := serve(t, flags...), serve(t, flags...)
		docket := consult(t, one.URL, forum.Statements[0], flags)
		sender, mo, reader := visit(t, one.URL), visit(t, two.URL), visit(t, two.URL)
		mo.enter(t, "moderator", "Mo", flags...)
		answers := sender.say(docket, "The map shows where.")
		files := []attached{{"canaryname 1.jpg", photo(t)}, {"b.pdf", []byte(paper)}}
		taken := answers.submitFiles(files...).mustBe(200, "File 1: JPEG picture", "canaryname 1.jpg", "File 2: PDF")
		code := taken.receipt()
		if again := answers.submitFiles(files...).mustBe(200).receipt(); again != code {
			t.Error("sent again it is another receipt")
		}
		at := docket + "/submissions/1"
		for no := range 3 {
			reader.open(at + "/files/" + strconv.Itoa(no)).mustBe(http.StatusNotFound)
		}
		desk := mo.open(docket+"/inbox/1").mustBe(200, "canaryname 1.jpg", "That finds what ordinary programs write")
		mo.open(docket+"/inbox?flag=files").mustBe(200, "Files to look at")
		seen := mo.open(docket + "/inbox/1/files/1").mustBe(200)
		mustBeSavedOnly(t, seen, "image/jpeg", `attachment; filename="canaryname 1.jpg"`)
		shown, err := jpeg.Decode(strings.NewReader(seen.text))
		if err != nil || shown.Bounds().Dx() != 20 || strings.Contains(seen.text, "canary") {
			t.Errorf("the picture is %v, %v", shown.Bounds(), err)
		}
		desk.form("/files/1/decisions").submit().mustBe(200, "Done.")
		reader.open(at + "/files/1").mustBe(http.StatusNotFound)
		mo.open(docket+"/inbox/1").formWhere("posts it", func(f form) bool { return strings.HasSuffix(f.path(), "/moves") && f.fields.Get("to") == "" }).
			press("to", "posted").mustBe(200, "Done.")
		no := mo.open(docket+"/inbox/1").formWhere("withholds the second", func(f form) bool {
			return strings.HasSuffix(f.path(), "/files/2/decisions") && f.fields.Get("to") == "withheld"
		})
		no.fill("why", "personal").submit().mustBe(http.StatusUnprocessableEntity)
		no.fill("reason", "It names a neighbour.").submit().mustBe(200, "Done.")

		public := reader.open(at).mustBe(200, "File 1: JPEG picture")
		public.mustNotSay("canaryname", "File 2")
		number := regexp.MustCompile(`\d{4}-\d+-\d{5}`).FindString(public.text)
		mustBeSavedOnly(t, reader.open(at+"/files/1").mustBe(200), "image/jpeg", `attachment; filename=`+number+`-1.jpg`)
		reader.open(at + "/files/2").mustBe(http.StatusNotFound)
		mine := sender.open("/receipt").form("/receipt").fill("code", code).submit().mustBe(200, "Shown with the submission", "It names a neighbour.")
		leave := mine.formWhere("takes it back", func(f form) bool { return f.fields.Get("kind") == "withdrawn" })
		leave.fields.Set("confirmed", "yes")
		leave.submit().mustBe(200)
		reader.open(at + "/files/1").mustBe(http.StatusNotFound)
		mo.open(docket + "/inbox/1/files/1").mustBe(http.StatusNotFound)
		if logs := one.notes.text() + two.notes.text(); strings.Contains(logs, "canary") {
			t.Error("the log holds what a file is called")
		}
	})
}

// mustBeSavedOnly looks at how a file is handed out.
func mustBeSavedOnly(t *testing.T, p page, media, disposition string) {
	t.Helper()
	for header, want := range map[string]string{
		"Content-Type": media, "Content-Disposition": disposition, "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
		"Content-Security-Policy": "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	} {
		if got := p.header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
}

func TestAFileThatCannotBeTakenCostsNoWordOfWhatWasTyped(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		docket := consult(t, node.URL, forum.Statements[0], flags)
		sender := visit(t, node.URL)
		answers := sender.say(docket, "What I typed for an hour.")
		for what, c := range map[string]struct {
			status int
			file   attached
			says   string
		}{
			"a huge picture":      {413, attached{"huge.png", hugePicture()}, "too large a picture"},
			"half a picture":      {422, attached{"half.jpg", photo(t)[:200]}, "damaged or incomplete"},
			"a program":           {422, attached{"a.exe", []byte("MZ\x00\x01")}, "of a kind that isn&#39;t taken"},
			"a page":              {422, attached{"a.html", []byte("<script>")}, "what its ending .html says"},
			"a PDF with programs": {422, attached{"a.pdf", []byte(strings.Replace(paper, "Catalog", "JavaScript", 1))}, "holds programs"},
			"a broken document":   {422, attached{"a.docx", []byte("PK\x03\x04")}, "damaged or incomplete"},
			"a very long text":    {413, attached{"a.txt", bytes.Repeat([]byte("word "), 1_100_000)}, "more than 5 MB"},
		} {
			again := answers.submitFiles(attached{"first.txt", []byte("fine")}, c.file)
			if again.status != c.status || !strings.Contains(again.text, c.says) || !strings.Contains(again.text, "choose these again") ||
				!strings.Contains(again.text, "first.txt") || !strings.Contains(again.text, "What I typed for an hour.") {
				t.Errorf("%s: %d %.3000s", what, again.status, again.text)
				continue
			}
			answers = again.form("/submissions")
		}
		answers.submitFiles(make([]attached, 0)...).mustBe(200).receipt()
		sender.open(docket).mustCount("received", 1)
	})
}

func TestFloodsOfLargeBodiesAreTurnedAwayAtTheirHead(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		docket := consult(t, node.URL, forum.Statements[0], flags)
		const most = consultation.MaxFilesSize + 3<<19
		for _, c := range []struct {
			path string
			size int64
		}{
			{docket + "/submissions", 1 << 30}, {docket + "/submissions", most + 1}, {docket + "/submissions/new", 3<<19 + 1}, {docket + "/moves", most}, {"/receipt", most},
			{"/api/v1" + docket + "/submissions", 1 << 30},
		} {
			if got := announceBody(t, node.URL, c.path, "", c.size); got != http.StatusRequestEntityTooLarge {
				t.Errorf("%d bytes to %s: %d", c.size, c.path, got)
			}
		}
		// Files of two dozen people at once, each as large as may be, are looked into one after
		// the other; whoever comes beyond is told so, and nobody's words are lost.
		before := node.memory(t)
		answers := make([]form, 24)
		for i := range answers {
			answers[i] = visit(t, node.URL).say(docket, "Said by number "+strconv.Itoa(i)+".")
		}
		large := attached{"large.txt", bytes.Repeat([]byte("0123456789abcde\n"), 5<<20/16)}
		var wg sync.WaitGroup
		statuses, pages := make([]int, len(answers)), make([]string, len(answers))
		for i, form := range answers {
			wg.Go(func() { statuses[i], pages[i] = form.tryFiles(large, large) })
		}
		wg.Wait()
		taken := 0
		for _, status := range statuses {
			if status == http.StatusOK {
				taken++
			}
		}
		if taken == 0 {
			t.Errorf("nobody's were taken: %v", statuses)
		}
		for i, form := range answers {
			if statuses[i] == http.StatusOK {
				continue
			}
			if said := "Said by number " + strconv.Itoa(i) + "."; !strings.Contains(pages[i], said) || !strings.Contains(pages[i], "Very many files are coming in") {
				t.Errorf("%d, and the page doesn't say %q:\n%s", statuses[i], said, pages[i])
			}
			form.submit().mustBe(200).receipt()
		}
		visit(t, node.URL).open(docket).mustCount("received", len(answers))
		if grown := node.memory(t) - before; grown > 400<<20 {
			t.Errorf("the forum took %d MiB more", grown>>20)
		}
	})
}

// tryFiles sends the form with files and returns the status and the page. It may be called
// in any goroutine.
func (f form) tryFiles(files ...attached) (int, string) {
	body, kind := formData(f.page.v.t, f.fields, files)
	res, err := f.page.v.browser.Post(f.action, kind, body)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(text)
}

// memory is the most that the process ever held, in bytes (proc(5), VmHWM).
func (n *node) memory(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/" + strconv.Itoa(n.process.Pid) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		t.Fatalf("no figure in %s", status)
	}
	size, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return size << 10
}

func TestProgramsSendFilesAndChairsAddTheirsToADocket(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		docket := consult(t, node.URL, forum.Statements[0], flags)
		words, err := json.Marshal(map[string]any{
			"id": "0192f0c1-0000-7000-8000-000000000001", "comment": "By a program.", "kind": "general", "as": "anonymous", "publish": "words",
		})
		if err != nil {
			t.Fatal(err)
		}
		post := func(files ...attached) (int, string) {
			body, kind := formData(t, map[string][]string{"submission": {string(words)}}, files)
			res, err := http.Post(node.URL+"/api/v1"+docket+"/submissions", kind, body)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			var answer struct{ Code string }
			if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
				t.Fatal(err)
			}
			return res.StatusCode, answer.Code
		}
		status, code := post(attached{"a.txt", []byte("one")})
		if again, same := post(attached{"a.txt", []byte("one")}); status != 201 || again != 201 || same != code || code == "" {
			t.Errorf("%d %q, then %d %q", status, code, again, same)
		}
		if status, refused := post(attached{"a.txt", []byte("two")}); status != http.StatusConflict || refused != "id.taken" {
			t.Errorf("%d %s", status, refused)
		}
		if status, refused := post(attached{"a.exe", []byte("MZ\x00")}); status != http.StatusUnprocessableEntity || refused != "attachment.format" {
			t.Errorf("%d %s", status, refused)
		}

		chair, reader := visit(t, node.URL), visit(t, node.URL)
		chair.enter(t, "chair", "Bora", flags...)
		add := chair.open(docket+"/documents").mustBe(200, "There are none yet").form("/documents")
		if again := add.fill("title", "Why we ask").submitFiles().mustBe(http.StatusUnprocessableEntity, "Choose a file."); !strings.Contains(again.text, `value="Why we ask"`) {
			t.Error("the title is lost")
		}
		add.submitFiles(attached{"배경.pdf", []byte(paper)}).mustBe(200, "The file has been added", "Why we ask (PDF")
		reader.open(docket).mustBe(200, "Why we ask (PDF")
		mustBeSavedOnly(t, reader.open(docket+"/documents/1").mustBe(200), "application/pdf", "attachment; filename*=utf-8''%EB%B0%B0%EA%B2%BD.pdf")
		reader.open(docket + "/documents").mustBe(http.StatusUnauthorized)
		reader.open(docket + "/documents/2").mustBe(http.StatusNotFound)
	})
}
