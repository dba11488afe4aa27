package campaign

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"madang/app"
)

func sort(list []sent) *Index {
	x := NewIndex()
	for _, s := range list {
		x.Add(s.id, s.words)
	}
	return x
}

func TestFormLettersAreFoundAndHonestWordsStayApart(t *testing.T) {
	for seed := range uint64(3) {
		list := crowd(10_000, seed)
		of := map[app.ID]sent{}
		inCampaigns, inHonest := 0, 0
		for _, s := range list {
			of[s.id] = s
			if s.campaign >= 0 {
				inCampaigns++
			} else {
				inHonest++
			}
		}
		found, wrong, mixed := 0, 0, 0
		known := map[int]bool{}
		for _, c := range sort(list).Campaigns() {
			which := of[c.Template].campaign
			for _, id := range c.Members {
				switch {
				case of[id].campaign < 0:
					wrong++
				case of[id].campaign != which || known[which]:
					mixed++
				default:
					found++
				}
			}
			known[which] = true
		}
		recall, inside := float64(found)/float64(inCampaigns), float64(wrong)/float64(inHonest)
		t.Logf("seed %d: recall %.4f of %d, honest inside %.4f of %d", seed, recall, inCampaigns, inside, inHonest)
		if recall < 0.95 || inside > 0.01 || mixed > 0 {
			t.Errorf("seed %d: recall %.4f, honest inside %.4f, in another campaign or a part of one %d", seed, recall, inside, mixed)
		}
	}
}

func TestEverythingAMemberAddedIsKeptToBeRead(t *testing.T) {
	list := crowd(3_000, 4)
	of := map[app.ID]sent{}
	for _, s := range list {
		of[s.id] = s
	}
	added := 0
	for _, c := range sort(list).Campaigns() {
		template := of[c.Template].words
		for _, id := range c.Members {
			s := of[id]
			passages := Passages(template, s.words)
			if s.own == "" {
				continue
			}
			added++
			var own strings.Builder
			for _, p := range passages {
				own.WriteString(p.Own + " ")
			}
			for _, word := range strings.Fields(s.own) {
				if strings.Count(own.String()+" "+template, word) < strings.Count(s.words, word) {
					t.Fatalf("%q of %q isn't among %q", word, s.own, passages)
				}
			}
		}
	}
	if added < 200 {
		t.Errorf("only %d added anything", added)
	}
}

func TestAWordChangedOrLeftOutIsShownInWholeWords(t *testing.T) {
	template := "우리는 이 초안을 지지하지 않습니다. We do not support clause 3, and ask for more time."
	for _, c := range []struct {
		member string
		want   []Passage
	}{
		{template, nil},
		{"우리는 이 초안을 지지하지않습니다!! we do not SUPPORT clause 3 and ask for more time", nil},
		{strings.Replace(template, "do not support", "do support", 1), []Passage{{"", "not"}}},
		{strings.Replace(template, "지지하지 않습니다", "지지합니다", 1), []Passage{{"지지합니다.", "지지하지 않습니다."}}},
		{template + " 제 어머니는 아직 그곳에 있습니다.", []Passage{{"제 어머니는 아직 그곳에 있습니다.", ""}}},
		{"As a nurse, I add this. " + template, []Passage{{"As a nurse, I add this.", ""}}},
	} {
		if got := Passages(template, c.member); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s\n got %q\nwant %q", c.member, got, c.want)
		}
	}
}

func TestPeopleWhoWroteAFewWordsAlikeAreNoCampaign(t *testing.T) {
	x := NewIndex()
	for n := range 50 {
		x.Add(app.ID(fmt.Sprint(n)), "이 초안에 찬성합니다. I agree.")
	}
	if found := x.Campaigns(); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}

func TestSomebodyWhoDidNotSendThisIsNotCounted(t *testing.T) {
	x := NewIndex()
	letter := crowd(1, 1)[0].words + strings.Repeat("a letter that many sign ", 3)
	for n := range Least + 1 {
		x.Add(app.ID(fmt.Sprint(n)), letter)
	}
	x.Leave("0")
	found := x.Campaigns()
	if len(found) != 1 || len(found[0].Members) != Least || found[0].Template != "1" {
		t.Fatalf("%+v", found)
	}
	x.Leave("3")
	if found := x.Campaigns(); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}

func TestTheSameTextsMakeTheSameCampaignsAndComingTwiceChangesNothing(t *testing.T) {
	list := crowd(2_000, 9)
	first := sort(list).Campaigns()
	again := NewIndex()
	for _, s := range list {
		again.Add(s.id, s.words)
		again.Add(s.id, "something else under the same id")
	}
	if got := again.Campaigns(); len(got) == 0 || !reflect.DeepEqual(got, first) {
		t.Errorf("%d campaigns, then %d", len(first), len(got))
	}
}

// BenchmarkIndex tells the time a text takes among 1,000, 10,000 and 100,000, nearly the
// same, and with what power of their number the whole grows from one to the next.
func BenchmarkIndex(b *testing.B) {
	var before float64 // nanoseconds for a tenth as many
	for _, n := range []int{1_000, 10_000, 100_000} {
		list := crowd(n, 1)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				sort(list).Campaigns()
			}
			took := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			b.ReportMetric(took/float64(n)/1000, "µs/text")
			if before > 0 {
				b.ReportMetric(math.Log10(took/before), "exponent")
			}
			before = took
		})
	}
}
