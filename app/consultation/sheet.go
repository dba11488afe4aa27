package consultation

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/unicode"

	"madang/app"
	"madang/app/prose"
)

// Sheet is a table of submissions as an office keeps it: comma-separated values (RFC
// 4180), with semicolons or tabs too, in UTF-8, UTF-16 with its mark, or EUC-KR with its
// extension CP949, which are what spreadsheets write.
type Sheet struct {
	// Columns names the columns by Columns; what is none is empty.
	Columns []string
	Records []Record
}

// Record is one row. Line is where in the file it begins, from 1.
type Record struct {
	Line   int
	Fields []string
	// Err says that it couldn't be read.
	Err error
}

// Columns are the columns that a sheet may have. Those without a name here are passed
// over; the first three and the permission have to be there.
var Columns = []string{"reference", "channel", "on", "comment", "proposed", "clauses", "kind", "as", "name", "stakeholder", "publish", "lang"}

var neededColumns = []string{"reference", "channel", "on", "comment", "publish"}

// columnNames are other names of the columns, and values other names of what stands in
// them, as Korean offices would write them.
var (
	columnNames = map[string]string{
		"번호": "reference", "경로": "channel", "받은 날": "on", "의견": "comment", "제안": "proposed", "조항": "clauses", "종류": "kind", "자격": "as",
		"이름": "name", "집단": "stakeholder", "공개": "publish", "언어": "lang",
	}
	valueNames = map[string]string{
		"편지": "letter", "우편": "letter", "전자우편": "mail", "전화": "telephone", "모임": "meeting", "일반": "general", "내용": "technical", "표현": "editorial",
		"개인": "individual", "단체": "organisation", "익명": "anonymous", "모두": "all", "글만": "words", "비공개": "none", "한국어": "ko", "영어": "en",
	}
)

// Limits of a sheet.
const (
	MaxSheet = 12 << 20 // bytes
	// recordMax bounds one row, in bytes: a comment and words proposed, of the longest,
	// in three bytes a letter, and what goes around them.
	recordMax = 3*(MaxComment+MaxProposed) + 8<<10
	// maxBroken is how many rows may be no rows before the file is taken for no sheet.
	maxBroken = 1_000
)

// TooLargeSheet refuses a file of more than MaxSheet bytes.
func TooLargeSheet() *app.Error { return app.TooLarge("table.large", "max", MaxSheet>>20).On("file") }

// ReadSheet reads a table. A row that is broken, by a quotation mark left open or by too
// many or too few columns, costs itself and no other. A file that is no table, lacks a
// needed column, or has more rows than MaxRows is refused as a whole.
func ReadSheet(file []byte) (Sheet, error) {
	if len(file) > MaxSheet {
		return Sheet{}, TooLargeSheet()
	}
	text, err := decode(file)
	if err != nil {
		return Sheet{}, err
	}
	head, _, _ := bytes.Cut(text, []byte("\n"))
	comma := commaOf(head)
	header, rest, err := recordAt(text, comma)
	if err != nil {
		return Sheet{}, app.Invalid("table.header").On("file")
	}
	s := Sheet{Columns: make([]string, len(header))}
	for i, name := range header {
		s.Columns[i] = columnOf(name)
	}
	for _, needed := range neededColumns {
		if !slices.Contains(s.Columns, needed) {
			return s, app.Invalid("table.column", "column", needed).On("file")
		}
	}
	return s, s.read(text, rest, comma)
}

// read reads the rows after the header, from an offset in the text.
func (s *Sheet) read(text []byte, at int, comma rune) error {
	line, broken := 1+bytes.Count(text[:at], []byte("\n")), 0
	for at < len(text) {
		fields, size, err := recordAt(text[at:], comma)
		if err == io.EOF {
			return nil // only empty lines are left
		}
		r := Record{Line: line + leading(text[at:]), Fields: fields}
		if err == nil && len(fields) != len(s.Columns) {
			err = csv.ErrFieldCount
		}
		if err != nil {
			// Nobody knows where such a row ends: the next one begins on the next line.
			skip := leading(text[at:])
			size = lineEnd(text[at:], skip)
			r.Fields, r.Err = []string{strings.TrimSpace(string(text[at : at+size]))}, app.Invalid("table.broken")
			if broken++; broken > maxBroken {
				return app.Invalid("table.none", "line", r.Line).On("file")
			}
		}
		line += bytes.Count(text[at:at+size], []byte("\n"))
		at += size
		if s.Records = append(s.Records, r); len(s.Records) > MaxRows {
			return app.TooLarge("table.rows", "max", MaxRows).On("file")
		}
	}
	return nil
}

// recordAt reads the row with which a text begins, and says how long it is in bytes. One
// longer than recordMax is no row.
func recordAt(text []byte, comma rune) (fields []string, size int, err error) {
	part := text[:min(len(text), recordMax)]
	r := csv.NewReader(bytes.NewReader(part))
	r.Comma, r.FieldsPerRecord = comma, -1
	if fields, err = r.Read(); err != nil {
		return nil, 0, err
	}
	size = int(r.InputOffset())
	if size == len(part) && len(part) < len(text) {
		return nil, 0, errors.New("consultation: a row is too long")
	}
	return fields, size, nil
}

// leading counts the empty lines with which a text begins; the reader passes over them.
func leading(text []byte) int {
	n := 0
	for len(text) > 0 {
		line, rest, more := bytes.Cut(text, []byte("\n"))
		if len(bytes.TrimSuffix(line, []byte("\r"))) > 0 || !more {
			break
		}
		text = rest
		n++
	}
	return n
}

// lineEnd is where the line after some others ends.
func lineEnd(text []byte, skip int) int {
	end := 0
	for range skip + 1 {
		next := bytes.IndexByte(text[end:], '\n')
		if next < 0 {
			return len(text)
		}
		end += next + 1
	}
	return end
}

// decode makes UTF-8 of what a spreadsheet wrote; Invalid "table.encoding" if it is none
// of the encodings known.
func decode(file []byte) ([]byte, error) {
	text, isMarked := bytes.CutPrefix(file, []byte("\ufeff"))
	switch {
	case isMarked, utf8.Valid(file):
	case bytes.HasPrefix(file, []byte{0xff, 0xfe}), bytes.HasPrefix(file, []byte{0xfe, 0xff}):
		text, _ = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(file)
	default:
		text, _ = korean.EUCKR.NewDecoder().Bytes(file)
	}
	if !utf8.Valid(text) || bytes.ContainsRune(text, utf8.RuneError) || bytes.IndexByte(text, 0) >= 0 {
		return nil, app.Invalid("table.encoding").On("file")
	}
	return text, nil
}

// commaOf is what separates the columns: what the header has most of.
func commaOf(head []byte) rune {
	best, most := ',', 0
	for _, r := range []rune{',', ';', '\t'} {
		if n := bytes.Count(head, []byte(string(r))); n > most {
			best, most = r, n
		}
	}
	return best
}

func columnOf(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if other, ok := columnNames[name]; ok {
		return other
	}
	if slices.Contains(Columns, name) {
		return name
	}
	return ""
}

// Field is what stands in a column, tidied: without the apostrophe that keeps a
// spreadsheet from taking it for a formula, and by the usual name if it has another.
func (s Sheet) Field(r Record, column string) string {
	at := slices.Index(s.Columns, column)
	if at < 0 || at >= len(r.Fields) {
		return ""
	}
	text := strings.TrimSpace(prose.UnCell(strings.TrimSpace(r.Fields[at])))
	if other, ok := valueNames[text]; ok && slices.Contains([]string{"channel", "kind", "as", "publish", "lang"}, column) {
		return other
	}
	return text
}
