package campaign

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"madang/app"
)

// The crowd writes in made-up words, which follow each other by chance as the words of a
// language do: a few are in every sentence, most are rare. So two honest texts about one
// draft share words and turns of phrase, and no sentences.

var hangul = []rune("가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호구누두루무부수우주추쿠투푸후기니디리미비시이지치키티피히인권리법문화사회국민안전보호조사기록증언가족정보접근협력교육")

type tongue struct {
	words []string
	ends  string
}

func learn(random *rand.Rand, isKorean bool) tongue {
	t := tongue{ends: ". "}
	for range 3000 {
		var word strings.Builder
		for range 2 + random.IntN(3+random.IntN(4)) {
			if isKorean {
				word.WriteRune(hangul[random.IntN(len(hangul))])
			} else {
				word.WriteByte("bcdfghjklmnprstvw"[random.IntN(17)])
				word.WriteByte("aeiou"[random.IntN(5)])
			}
		}
		t.words = append(t.words, word.String())
	}
	return t
}

// word is any, the first ones most often.
func (t tongue) word(random *rand.Rand) string {
	return t.words[int(float64(len(t.words))*random.Float64()*random.Float64()*random.Float64())]
}

func (t tongue) sentence(random *rand.Rand) string {
	var list []string
	for range 6 + random.IntN(12) {
		list = append(list, t.word(random))
	}
	return strings.Join(list, " ") + t.ends
}

func (t tongue) text(random *rand.Rand, sentences int) string {
	var b strings.Builder
	for range sentences {
		b.WriteString(t.sentence(random))
	}
	return b.String()
}

// sent is a text of the crowd. campaign is which it belongs to, -1 for an honest one; own is
// what its sender added.
type sent struct {
	id       app.ID
	words    string
	campaign int
	own      string
}

// crowd makes up n texts: 60 in 100 belong to one of five campaigns. Of those half are sent
// as they are, some with other spacing and punctuation, some with a word or three changed,
// some with a passage added in front, behind or between. Of the honest ones every tenth
// quotes a sentence of the draft, as many others do, and every twentieth is very short.
func crowd(n int, seed uint64) []sent {
	random := rand.New(rand.NewPCG(seed, 11))
	tongues := []tongue{learn(random, true), learn(random, false)}
	var templates []string
	var draft [2]string
	for c := range 5 {
		templates = append(templates, tongues[c%2].text(random, 8+random.IntN(10)))
	}
	for l := range draft {
		draft[l] = tongues[l].sentence(random)
	}
	list := make([]sent, n)
	for i := range list {
		s := sent{id: app.ID(fmt.Sprintf("%08d", i)), campaign: -1}
		if lang := random.IntN(2); random.IntN(10) < 4 {
			s.words = honest(random, tongues[lang], draft[lang])
		} else {
			s.campaign = random.IntN(len(templates))
			s.words, s.own = sign(random, tongues[s.campaign%2], templates[s.campaign])
		}
		list[i] = s
	}
	return list
}

func honest(random *rand.Rand, t tongue, draft string) string {
	switch random.IntN(20) {
	case 0:
		return t.words[0] + " " + t.words[random.IntN(3)] + "."
	case 1, 2:
		return draft + t.text(random, 2+random.IntN(6))
	}
	return t.text(random, 2+random.IntN(12))
}

func sign(random *rand.Rand, t tongue, template string) (words, own string) {
	switch random.IntN(10) {
	case 0, 1, 2, 3, 4:
		return template, ""
	case 5:
		return strings.ToUpper(strings.ReplaceAll(template, ". ", " !\n")), ""
	case 6, 7:
		list := strings.Fields(template)
		for range 1 + random.IntN(3) {
			list[random.IntN(len(list))] = t.word(random)
		}
		return strings.Join(list, " "), ""
	}
	own = strings.TrimSuffix(t.sentence(random), ". ")
	switch sentences := strings.SplitAfter(template, ". "); random.IntN(3) {
	case 0:
		return own + ". " + template, own
	case 1:
		return template + own + ".", own
	default:
		at := 1 + random.IntN(len(sentences)-2)
		return strings.Join(sentences[:at], "") + own + ". " + strings.Join(sentences[at:], ""), own
	}
}
