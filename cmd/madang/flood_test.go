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
		quiet := timed(t, server.URL, docket, 5)
		done := make(chan map[string]bool, 1)
		go func() {
			defer close(done)
			done <- pour(t, server.URL, docket, floodOf())
		}()
		t.Cleanup(func() {
			for range done { // until it has ended, whatever happens
			}
		})
		honest, pages := 0, []time.Duration(nil)
		var receipts map[string]bool
		for receipts == nil {
			comment := fmt.Sprintf("Somebody's own words, number %d.", honest)
			sender := visit(t, server.URL)
			begun := time.Now()
			code := sender.say(docket, comment).submit().mustBe(200, "We have received it").receipt()
			pages = append(pages, time.Since(begun)/8) // eight pages each
			sender.open("/receipt").form("/receipt").fill("code", code).submit().mustBe(200, comment)
			honest++
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
		t.Logf("%d equal posts, %d honest people; p95 of a page %v in the flood, %v before", floodOf(), honest, p95(pages), p95(quiet))
	})
}

// timed is how long pages of the docket take.
func timed(t *testing.T, base, docket string, times int) []time.Duration {
	var list []time.Duration
	reader := visit(t, base)
	for range times {
		begun := time.Now()
		reader.open(docket).mustBe(200)
		list = append(list, time.Since(begun))
	}
	return list
}

func p95(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)*95/100].Round(time.Millisecond)
}
