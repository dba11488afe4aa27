package words

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestAReaderSeesWholeWordsChange(t *testing.T) {
	got := Between("동의를 얻어 공개한다.", "당사자의 동의를 먼저 얻어 공개합니다.")
	var marked strings.Builder
	for _, c := range got {
		switch c.Kind {
		case Kept:
			marked.WriteString(c.Text)
		case Removed:
			marked.WriteString("[-" + c.Text + "-]")
		case Added:
			marked.WriteString("[+" + c.Text + "+]")
		}
	}
	if want := "[+당사자의 +]동의를 [+먼저 +]얻어 [-공개한다-][+공개합니다+]."; marked.String() != want {
		t.Errorf("got %q, want %q", marked.String(), want)
	}
}

func TestNoWordIsLostOrInvented(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("가나 ab.\n\u0301")), 0, 60, -1)
	rapid.Check(t, func(t *rapid.T) {
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		assertLeads(t, before, after)
	})
}

func TestMoreDistinctWordsThanFitBelowTheSurrogates(t *testing.T) {
	var text strings.Builder
	for code := rune(0x4E00); code < 0x4E00+300; code++ {
		for next := rune(0xAC00); next < 0xAC00+200; next++ {
			text.WriteRune(code)
			text.WriteRune(next)
			text.WriteByte(' ')
		}
	}
	assertLeads(t, text.String(), text.String()+"끝")
}

func assertLeads(t interface{ Fatalf(string, ...any) }, before, after string) {
	var a, b strings.Builder
	for _, c := range Between(before, after) {
		if c.Kind != Added {
			a.WriteString(c.Text)
		}
		if c.Kind != Removed {
			b.WriteString(c.Text)
		}
	}
	if a.String() != before || b.String() != after {
		t.Fatalf("the changes lead from %d runes to %d, not from %d to %d",
			utf8.RuneCountInString(a.String()), utf8.RuneCountInString(b.String()),
			utf8.RuneCountInString(before), utf8.RuneCountInString(after))
	}
}
