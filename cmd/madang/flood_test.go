package main

import (
	"encoding/base64"
	"fmt"
	"io"
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

// pour posts the same words under a new id each time, as a script does that knows how the
// form travels but not the secret it is signed with. It returns the receipts.
func pour(t *testing.T, base, docket string, times int) map[string]bool {
	t.Helper()
	var mu sync.Mutex
	receipts := map[string]bool{}
	var wait sync.WaitGroup
	client := http.Client{Timeout: patience}
	for worker := range 4 {
		wait.Go(func() {
			for n := worker; n < times; n += 4 {
				form := fmt.Sprintf(`{"nonce":%q,"begun":%d,"Comment":"We demand the same as everybody who sent this.","Kind":"general","As":"anonymous","Publish":"words","Lang":"en"}`,
					app.NewID(), time.Now().UnixMilli())
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

func TestInAFloodOfEqualPostsNothingIsRefusedOrLostAndHonestPeopleGetThrough(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		server := serve(t, flags...)
		docket := consult(t, server.URL, forum.Statements[0], flags)
		times := stopwatch{}
		honest := 0
		beHonest := func(when string) {
			comment := fmt.Sprintf("Somebody's own words, number %d.", honest)
			sender := visit(t, server.URL)
			sender.looked = func(req *http.Request, took time.Duration) { times.stop(when, docket, req, took) }
			sender.open(docket).mustBe(200)
			code := sender.say(docket, comment).submit().mustBe(200, "We have received it").receipt()
			sender.open("/receipt").form("/receipt").fill("code", code).submit().mustBe(200, comment)
			honest++
		}
		for range quietOnes() {
			beHonest(before)
		}
		done := make(chan map[string]bool, 1)
		go func() {
			defer close(done)
			done <- pour(t, server.URL, docket, floodOf())
		}()
		t.Cleanup(func() {
			for range done { // until it has ended, whatever happens
			}
		})
		var receipts map[string]bool
		for receipts == nil {
			beHonest(during)
			select {
			case receipts = <-done:
			default:
			}
		}
		if len(receipts) != floodOf() {
			t.Errorf("%d were sent, and there are %d receipts", floodOf(), len(receipts))
		}
		show := visit(t, server.URL).open(docket)
		all := floodOf() + honest
		if !strings.Contains(strings.ReplaceAll(show.text, ",", ""), fmt.Sprintf(`data-count="received">%d<`, all)) {
			t.Errorf("not all of %d were received:\n%s", all, textOf(show.root))
		}
		if all > 200 && !show.says("Until it is calmer") {
			t.Error("the page doesn't say that it is a rush")
		}
		if os.Getenv("MADANG_FLOOD") != "" {
			t.Logf("%d equal posts, %d honest people\n%s", floodOf(), honest, times)
		}
	})
}

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
