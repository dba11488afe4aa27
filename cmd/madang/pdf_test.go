package main

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// printed is what a PDF says, and what it says of itself.
type printed struct {
	text, lang, title string
	isTagged          bool
}

var (
	pdfObject  = regexp.MustCompile(`(?s)(\d+) 0 obj\n(.*?)\nendobj`)
	pdfStream  = regexp.MustCompile(`(?s)^(.*?)stream\r?\n(.*?)\r?\nendstream`)
	pdfLang    = regexp.MustCompile(`/Lang \(([^)]*)\)`)
	pdfTitle   = regexp.MustCompile(`/Title (\([^)]*\)|<[0-9A-Fa-f]*>)`)
	pdfUnicode = regexp.MustCompile(`/ToUnicode (\d+) 0 R`)
	pdfFont    = regexp.MustCompile(`/(F\d+) (\d+) 0 R`)
	pdfShown   = regexp.MustCompile(`/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj|(?s)\[(.*?)\] TJ|(?s)\((.*?[^\\])\) Tj`)
	pdfHex     = regexp.MustCompile(`<([0-9A-Fa-f]+)>`)
	cmapPart   = regexp.MustCompile(`(?s)beginbf(char|range)(.*?)endbf`)
	cmapWidth  = regexp.MustCompile(`begincodespacerange\s*<([0-9A-Fa-f]+)>`)
)

// readPDF reads what Chromium prints: a PDF without object streams, whose fonts say which
// letters their codes stand for (PDF 32000-1:2008, section 9.10).
func readPDF(t *testing.T, file []byte) printed {
	t.Helper()
	p := printed{isTagged: bytes.Contains(file, []byte("/Marked true")) && bytes.Contains(file, []byte("/StructTreeRoot"))}
	if found := pdfLang.FindSubmatch(file); found != nil {
		p.lang = string(found[1])
	}
	if found := pdfTitle.FindSubmatch(file); found != nil {
		p.title = string(found[1])
	}
	objects := map[string][]byte{}
	for _, o := range pdfObject.FindAllSubmatch(file, -1) {
		objects[string(o[1])] = o[2]
	}
	fonts := map[string]cmap{}
	for _, body := range objects {
		for _, f := range pdfFont.FindAllSubmatch(body, -1) {
			if unicode := pdfUnicode.FindSubmatch(objects[string(f[2])]); unicode != nil {
				fonts[string(f[1])] = readCMap(t, inflated(objects[string(unicode[1])]))
			}
		}
	}
	var out strings.Builder
	for _, o := range pdfObject.FindAllSubmatch(file, -1) {
		if content := inflated(o[2]); bytes.Contains(content, []byte(" Tf")) {
			showText(t, &out, content, fonts)
		}
	}
	p.text = out.String()
	return p
}

func showText(t *testing.T, out *strings.Builder, content []byte, fonts map[string]cmap) {
	var font cmap
	for _, shown := range pdfShown.FindAllSubmatch(content, -1) {
		switch {
		case len(shown[1]) > 0:
			font = fonts[string(shown[1])]
		case len(shown[2]) > 0:
			out.WriteString(font.read(t, string(shown[2])))
		default:
			for _, part := range pdfHex.FindAllSubmatch(shown[3], -1) {
				out.WriteString(font.read(t, string(part[1])))
			}
		}
	}
	out.WriteByte('\n')
}

func inflated(object []byte) []byte {
	stream := pdfStream.FindSubmatch(object)
	if stream == nil {
		return nil
	}
	if !bytes.Contains(stream[1], []byte("FlateDecode")) {
		return stream[2]
	}
	reader, err := zlib.NewReader(bytes.NewReader(stream[2]))
	if err != nil {
		return nil
	}
	content, _ := io.ReadAll(reader)
	return content
}

// cmap says which letters the codes of a font stand for; a code is so many hexadecimal
// digits.
type cmap struct {
	digits  int
	letters map[string]string
}

func (m cmap) read(t *testing.T, codes string) string {
	t.Helper()
	var out strings.Builder
	for m.digits > 0 && len(codes) >= m.digits {
		out.WriteString(m.letters[strings.ToUpper(codes[:m.digits])])
		codes = codes[m.digits:]
	}
	return out.String()
}

func readCMap(t *testing.T, source []byte) cmap {
	t.Helper()
	m := cmap{letters: map[string]string{}}
	if width := cmapWidth.FindSubmatch(source); width != nil {
		m.digits = len(width[1])
	}
	for _, part := range cmapPart.FindAllSubmatch(source, -1) {
		values := pdfHex.FindAllSubmatch(part[2], -1)
		step := map[string]int{"char": 2, "range": 3}[string(part[1])]
		for i := 0; i+step <= len(values); i += step {
			from := unhex(t, string(values[i][1]))
			to := unhex(t, string(values[i+step-2][1]))
			letters := utf16.Decode(unitsOf(unhex(t, string(values[i+step-1][1]))))
			for code, n := valueOfCode(from), rune(0); code <= valueOfCode(to) && len(letters) > 0; code, n = code+1, n+1 {
				last := slices.Clone(letters)
				last[len(last)-1] += n
				m.letters[strings.ToUpper(hexOf(code, m.digits))] = string(last)
			}
		}
	}
	return m
}

func unhex(t *testing.T, digits string) []byte {
	t.Helper()
	content, err := hex.DecodeString(digits)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func unitsOf(content []byte) []uint16 {
	var list []uint16
	for i := 0; i+1 < len(content); i += 2 {
		list = append(list, uint16(content[i])<<8|uint16(content[i+1]))
	}
	return list
}

func valueOfCode(content []byte) int {
	n := 0
	for _, b := range content {
		n = n<<8 | int(b)
	}
	return n
}

func hexOf(code, digits int) string {
	text := hex.EncodeToString([]byte{byte(code >> 8), byte(code)})
	return text[len(text)-digits:]
}

// spaceless leaves out what line breaks and justification may change.
func spaceless(text string) string { return strings.Join(strings.Fields(text), "") }
