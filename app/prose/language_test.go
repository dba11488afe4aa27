package prose_test

import (
	"testing"

	"madang/app/prose"
)

func TestWhatSomebodyWroteTellsItsLanguageByItsLetters(t *testing.T) {
	for text, want := range map[string]string{
		"당사자의 뜻을 먼저 물어야 합니다.": "ko",
		"Ask them first.":                                 "en",
		"Rome Statute 제7조를 보십시오":                          "ko",
		"The word 마당 means a yard where people meet.":     "en",
		"**굵게** [링크](https://example.org/a-long-address)": "ko",
		"그 보고서는 OHCHR와 ICC에서 나왔습니다: A/HRC/25/63":          "ko",
		"ㅋㅋ OK":          "ko",
		"ᄒᆞᆫ글":           "ko", // letters that aren't composed
		"42 %, 7!":       prose.Undetermined,
		"":               prose.Undetermined,
		"Права человека": prose.Undetermined, // no language of this group
	} {
		if got := prose.Language(text, "en", "ko"); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

func TestOfLanguagesInTheSameLettersItIsTheFirst(t *testing.T) {
	for _, c := range []struct {
		among []string
		text  string
		want  string
	}{
		{[]string{"fr", "en", "ko"}, "Ask them first.", "fr"},
		{[]string{"pt-BR", "ko-KR"}, "먼저 물어보세요", "ko-KR"},
		{[]string{"ko", "ja"}, "被害者の声を聞く", "ja"},
		{nil, "Ask them first.", prose.Undetermined},
	} {
		if got := prose.Language(c.text, c.among...); got != c.want {
			t.Errorf("%q among %v is %s, want %s", c.text, c.among, got, c.want)
		}
	}
}
