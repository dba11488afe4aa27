package locale

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// files is a small catalogue, with changes.
func files(changes map[string]string) fstest.MapFS {
	all := map[string]string{
		"en/a.json": `{"hello":"Hello {name}","apples":{"one":"{count} apple","other":"{count} apples"}}`,
		"ko/a.json": `{"hello":"{name|은/는} 여기","apples":{"other":"사과 {count}개"}}`,
	}
	for name, text := range changes {
		all[name] = text
	}
	out := fstest.MapFS{}
	for name, text := range all {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func mustLoad(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load(files(nil))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACatalogueWithHolesIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		changes map[string]string
		says    string
	}{
		"missing in one language": {map[string]string{"en/b.json": `{"only":"here"}`}, "only"},
		"another placeholder":     {map[string]string{"ko/a.json": `{"hello":"{nom|은/는}","apples":{"other":"{count}"}}`}, "hello"},
		"twice":                   {map[string]string{"en/b.json": `{"hello":"again"}`}, "another file"},
		"no plural":               {map[string]string{"en/a.json": `{"hello":{"one":"x"}}`}, "plural"},
		"no JSON":                 {map[string]string{"en/a.json": `hello`}, "a.json"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Load(files(c.changes)); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("told %v", err)
			}
		})
	}
}

func TestAMissingSentenceIsReportedAndNotShown(t *testing.T) {
	c, told := mustLoad(t), ""
	c.OnMissing = func(key string) { told = key }
	if said := c.In("ko").T("no.such"); said != "…" || told != "no.such" {
		t.Errorf("said %q, told %q", said, told)
	}
}

func TestNumbersTakeTheirPlural(t *testing.T) {
	c := mustLoad(t)
	for n, want := range map[int]string{0: "0 apples", 1: "1 apple", 2: "2 apples", 12_345: "12,345 apples"} {
		if got := c.In("en").T("apples", "count", n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	if got := c.In("ko").T("apples", "count", 1); got != "사과 1개" {
		t.Errorf("Korean: %q", got)
	}
}

func TestParticlesFollowTheLastSound(t *testing.T) {
	topic, to := particle{"은", "는"}, particle{"으로", "로"}
	for word, want := range map[string]string{
		"민호": "는", "은": "은", "하늘": "은", "Kim": "은", "Carl": "은", "Bo": "는", "제3조": "는", "조항 3": "은", "조항 2": "는",
		"10": "은", "1.1": "은", "“강”": "은", "(하나)": "는", "Ж": "은(는)", "": "은(는)", "!": "은(는)",
	} {
		if got := topic.after(word); got != want {
			t.Errorf("%s%s, want %s", word, got, want)
		}
	}
	for word, want := range map[string]string{"서울": "로", "부산": "으로", "제주": "로", "조항 7": "로", "조항 3": "으로"} {
		if got := to.after(word); got != want {
			t.Errorf("%s%s, want %s", word, got, want)
		}
	}
	if got := mustLoad(t).In("ko").T("hello", "name", "민호"); got != "민호는 여기" {
		t.Errorf("in a sentence: %q", got)
	}
}

func TestTimesAreThoseOfTheReader(t *testing.T) {
	c, at := mustLoad(t), time.Date(2026, 11, 24, 20, 5, 0, 0, time.UTC)
	for lang, want := range map[string][2]string{
		"ko": {"2026년 11월 25일", "2026년 11월 25일 05:05"},
		"en": {"24 November 2026", "24 November 2026, 20:05 UTC"},
		"fr": {"24 November 2026", "24 November 2026, 20:05 UTC"},
	} {
		if got := [2]string{c.In(lang).Date(at), c.In(lang).Moment(at)}; got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

func TestAScriptIsGivenItsSentencesAsTheyAreWritten(t *testing.T) {
	c := mustLoad(t)
	if got := c.In("ko").JSON("hel"); got != `{"hello":"{name|은/는} 여기"}` {
		t.Errorf("got %s", got)
	}
	if got := c.In("en").JSON("app"); got != `{"apples":{"one":"{count} apple","other":"{count} apples"}}` {
		t.Errorf("got %s", got)
	}
}
