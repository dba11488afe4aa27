package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/app"
)

// floodOf is how many equal posts come; MADANG_FLOOD=5000 is what "make flood" tries.
func floodOf() int {
	if n, err := strconv.Atoi(os.Getenv("MADANG_FLOOD")); err == nil {
		return n
	}
	return 300
}

// pace is over how long the posts come, MADANG_PACE=1h for instance; 0 is as fast as four
// senders can.
func pace(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("MADANG_PACE")
	if text == "" {
		return 0
	}
	over, err := time.ParseDuration(text)
	if err != nil || over < 0 {
		t.Fatalf("MADANG_PACE=%q is no length of time: it takes the form 1h or 90s", text)
	}
	return over
}

// beat is ready so many times within a length of time; always if that is 0.
func beat(t *testing.T, times int, over time.Duration) <-chan time.Time {
	t.Helper()
	if over == 0 {
		always := make(chan time.Time)
		close(always)
		return always
	}
	ticker := time.NewTicker(over / time.Duration(times))
	t.Cleanup(ticker.Stop)
	return ticker.C
}

// formLetters are the words of all equal posts: long enough to be found to be a campaign.
const formLetters = "We demand the same as everybody who sent this, word by word, and have nothing of our own to add to it."

// pour posts the same words under a new id each time, as a script does that knows how the
// form travels but not the secret it is signed with. It returns the receipts.
func pour(t *testing.T, base, docket string, times int, turn <-chan time.Time) map[string]bool {
	t.Helper()
	var mu sync.Mutex
	receipts := map[string]bool{}
	var wait sync.WaitGroup
	client := http.Client{Timeout: patience}
	for worker := range 4 {
		wait.Go(func() {
			for n := worker; n < times; n += 4 {
				<-turn
				form := fmt.Sprintf(`{"nonce":%q,"begun":%d,"Comment":%q,"Kind":"general","As":"anonymous","Publish":"words","Lang":"en"}`,
					app.NewID(), time.Now().UnixMilli(), formLetters)
				answer, err := client.PostForm(base+docket+"/submissions", url.Values{"form": {base64.RawURLEncoding.EncodeToString([]byte(form)) + ".AAAA"}})
				if err != nil {
					t.Error(err)
					return
				}
				text, err := io.ReadAll(answer.Body)
				_ = answer.Body.Close()
				found := receiptCode.FindSubmatch(text)
				if err != nil || answer.StatusCode != http.StatusOK || found == nil {
					t.Errorf("refused with status %d, %v: %s", answer.StatusCode, err, text)
					return
				}
				mu.Lock()
				receipts[string(found[1])] = true
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return receipts
}

// ownWords are what the nth honest person writes, unlike what any other does.
func ownWords(n int) string {
	random := rand.New(rand.NewPCG(uint64(n), 7))
	words := strings.Fields("river water fish upstream children elders winter boats drink pay rule court dry season herders map border names promise twice spring never village road bridge night school market")
	random.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	return fmt.Sprintf("Number %d says: %s.", n, strings.Join(words[:18], " "))
}

// honestPeople are those who write honestly while the flood comes; watch keeps how long they wait.
type honestPeople struct {
	base, docket string
	watch        stopwatch
	wrote        int
}

// write has one more of them send what they say and look at their receipt.
func (p *honestPeople) write(t *testing.T, when string) {
	t.Helper()
	comment := ownWords(p.wrote)
	sender := visit(t, p.base)
	sender.looked = func(req *http.Request, took time.Duration) { p.watch.stop(when, p.docket, req, took) }
	sender.open(p.docket).mustBe(200)
	code := sender.say(p.docket, comment).submit().mustBe(200, "We have received it").receipt()
	sender.open("/receipt").form("/receipt").fill("code", code).submit().mustBe(200, comment)
	p.wrote++
}

func TestInAFloodOfEqualPostsNothingIsRefusedOrLostAndHonestPeopleGetThrough(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		over := pace(t)
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		server := serve(t, flags...)
		docket := consult(t, server.URL, forum.Statements[0], flags)
		honest := honestPeople{base: server.URL, docket: docket, watch: stopwatch{}}
		for range quietOnes() {
			honest.write(t, before)
		}
		done, posts, turn := make(chan map[string]bool, 1), beat(t, floodOf(), over), beat(t, honestOnes, over)
		go func() {
			defer close(done)
			done <- pour(t, server.URL, docket, floodOf(), posts)
		}()
		t.Cleanup(func() {
			for range done { // until it has ended, whatever happens
			}
		})
		var receipts map[string]bool
		for receipts == nil {
			select {
			case receipts = <-done:
			case <-turn:
				honest.write(t, during)
			}
		}
		if len(receipts) != floodOf() {
			t.Errorf("%d were sent, and there are %d receipts", floodOf(), len(receipts))
		}
		show := visit(t, server.URL).open(docket)
		all := floodOf() + honest.wrote
		if received := show.mustBalance(); received != all {
			t.Errorf("%d of %d were received:\n%s", received, all, textOf(show.root))
		}
		if all > 200 && !show.says("Until it is calmer") {
			t.Error("the page doesn't say that it is a rush")
		}
		moderator := visit(t, server.URL)
		moderator.enter(t, "moderator", "Mo", flags...)
		moderator.mustFindOneCampaign(docket, floodOf(), honest.wrote)
		if os.Getenv("MADANG_FLOOD") != "" {
			t.Logf("%d equal posts in %v, %d honest people\n%s", floodOf(), over, honest.wrote, honest.watch)
		}
	})
}

// mustFindOneCampaign wants all equal posts to be one, and everybody else outside of it.
func (v *visitor) mustFindOneCampaign(docket string, equal, others int) {
	v.t.Helper()
	var told struct {
		Submissions, Wordings, Waiting int
		Items                          []struct{ Members []int }
	}
	for told.Waiting = 1; told.Waiting > 0; { // each visit sorts some more
		before := told.Submissions
		if err := json.Unmarshal([]byte(v.open("/api/v1"+docket+"/campaigns").mustBe(200).text), &told); err != nil {
			v.t.Fatal(err)
		}
		if told.Submissions == before {
			v.t.Fatalf("nothing is sorted any more: %d of %d", before, equal+others)
		}
	}
	if told.Submissions != equal+others || told.Wordings != 1+others || len(told.Items) != 1 || len(told.Items[0].Members) != equal {
		v.t.Errorf("of %d equal posts and %d others: %d submissions in %d wordings, %d campaigns", equal, others, told.Submissions, told.Wordings, len(told.Items))
	}
}

// honestOnes is how many people write while a flood comes that has a pace.
const honestOnes = 720

// quietOnes is how many people write before the flood: enough to tell how long their pages
// take, if that is what is asked for.
func quietOnes() int {
	if os.Getenv("MADANG_FLOOD") != "" {
		return 60
	}
	return 1
}

// When an honest person looked at a page.
const (
	before = "before"
	during = "during"
)

// stopwatch keeps how long pages of each kind took, before the flood and during it.
type stopwatch map[[2]string][]time.Duration

var watched = []string{"docket", "form", "sending", "receipt"}

func (w stopwatch) stop(when, docket string, req *http.Request, took time.Duration) {
	kind := map[string]string{docket: "docket", docket + "/submissions/new": "form", docket + "/submissions": "sending", "/receipt": "receipt"}[req.URL.Path]
	w[[2]string{when, kind}] = append(w[[2]string{when, kind}], took)
}

// String is a table of milliseconds, and of how many times as long it took during the flood.
func (w stopwatch) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-8s %22s %22s %17s\n", "ms", "before p50 p95 max", "during p50 p95 max", "ratio p50 p95")
	for _, kind := range watched {
		calm, rush := w.of(before, kind), w.of(during, kind)
		fmt.Fprintf(&b, "%-8s %8.1f %6.1f %6.1f %8.1f %6.1f %6.1f %10.1f %6.1f\n", kind,
			calm[0], calm[1], calm[2], rush[0], rush[1], rush[2], rush[0]/calm[0], rush[1]/calm[1])
	}
	return b.String()
}

// of are the median, the 95th percentile and the longest, in milliseconds.
func (w stopwatch) of(when, kind string) [3]float64 {
	list := slices.Sorted(slices.Values(w[[2]string{when, kind}]))
	at := func(part float64) float64 { return float64(list[int(part*float64(len(list)-1))].Microseconds()) / 1000 }
	return [3]float64{at(0.5), at(0.95), at(1)}
}
