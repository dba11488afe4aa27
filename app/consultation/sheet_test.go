package consultation

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/unicode"

	"madang/app/prose"
)

func mustSheet(t *testing.T, file string) Sheet {
	t.Helper()
	s, err := ReadSheet([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const columns = "reference,channel,on,comment,publish\n"

func TestABrokenRowCostsItselfAndNoOther(t *testing.T) {
	s := mustSheet(t, "\ufeff"+columns+
		"1,letter,2026-03-01,\"Two\nlines, \"\"quoted\"\"\",words\r\n"+
		"\n"+
		"2,letter,2026-03-01,\"left open,words\n"+
		"3,letter,2026-03-01,\"Good.\",words\n"+
		"4,letter,too,many,columns,here\n"+
		"5,letter,2026-03-01,a \"bare\" mark,words\n"+
		"6,letter,2026-03-01,Good.,words")
	var told []string
	for _, r := range s.Records {
		told = append(told, fmt.Sprint(r.Line, r.Err == nil, strings.SplitN(s.Field(r, "reference"), ",", 2)[0]))
	}
	if got := strings.Join(told, "; "); got != "2 true1; 5 false2; 6 true3; 7 false4; 8 false5; 9 true6" {
		t.Error(got)
	}
	if got := s.Field(s.Records[0], "comment"); got != "Two\nlines, \"quoted\"" {
		t.Errorf("%q", got)
	}
}

func TestATableIsReadInTheLettersOfAnySpreadsheet(t *testing.T) {
	text := "번호;경로;받은 날;의견;공개;메모\n편지-1;편지;2026-03-02;강물은 모두의 것입니다.;글만;x\n"
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(text, ";", "\t"))
	if err != nil {
		t.Fatal(err)
	}
	old, err := korean.EUCKR.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{text, wide, old} {
		s := mustSheet(t, file)
		r := s.Records[0]
		if got := s.Field(r, "reference") + s.Field(r, "channel") + s.Field(r, "publish") + s.Field(r, "comment"); got != "편지-1letterwords강물은 모두의 것입니다." {
			t.Errorf("%q", got)
		}
	}
}

func TestWhatIsNoTableIsRefusedAsAWhole(t *testing.T) {
	for code, file := range map[string]string{
		"table.encoding": "\xff\x00\xfe\x81",
		"table.header":   "",
		"table.column":   "reference,channel,on,comment\n1,letter,2026-03-02,x\n",
		"table.none":     columns + strings.Repeat("no row\n", maxBroken+1),
		"table.rows":     columns + strings.Repeat("1,letter,2026-03-02,x,words\n", MaxRows+1),
		"table.large":    columns + strings.Repeat("x", MaxSheet),
	} {
		_, err := ReadSheet([]byte(file))
		wantCode(t, err, code)
	}
	long := mustSheet(t, columns+"1,letter,2026-03-02,"+strings.Repeat("x", recordMax)+",words\n2,letter,2026-03-02,Good.,words\n")
	if len(long.Records) != 2 || long.Records[0].Err == nil || long.Records[1].Err != nil {
		t.Errorf("%d records", len(long.Records))
	}
}

func TestNoCellIsTakenForAFormulaAndNoneIsChangedByThat(t *testing.T) {
	for _, text := range []string{"=1+1", "-3", "+82", "@a", "plain", "'quoted'", "", "'", "＝1+1"} {
		safe := prose.Cell(text)
		if safe != "" && strings.ContainsRune("=+-@", rune(safe[0])) {
			t.Errorf("%q", safe)
		}
		s := Sheet{Columns: []string{"comment"}}
		if got := s.Field(Record{Fields: []string{safe}}, "comment"); got != text {
			t.Errorf("%q comes back as %q", text, got)
		}
	}
}
