package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/app"
)

// crowd are people who send their forms to a docket again and again until they hold a
// receipt, whatever becomes of the forum meanwhile.
type crowd struct {
	t      *testing.T
	docket string

	mu       sync.Mutex
	base     string
	receipts map[int]string // by form
	answered chan struct{}
}

// send sends one form until it is answered.
func (c *crowd) send(n int, id app.ID) {
	words := fmt.Sprintf(`{"nonce":%q,"begun":%d,"Comment":"What number %d has to say of it.","Kind":"general","As":"anonymous","Publish":"words","Lang":"en"}`,
		id, time.Now().UnixMilli(), n)
	fields := url.Values{"form": {base64.RawURLEncoding.EncodeToString([]byte(words)) + ".AAAA"}}
	code, again := c.try(fields), time.NewTicker(10*time.Millisecond)
	defer again.Stop()
	for tries := 0; code == ""; tries++ {
		<-again.C
		if code = c.try(fields); code == "" && tries == 3000 {
			c.t.Errorf("form %d is never answered", n)
			code = "never answered"
		}
	}
	c.mu.Lock()
	c.receipts[n] = code
	c.mu.Unlock()
	c.answered <- struct{}{}
}

// try is empty if the forum was gone before its answer was read.
func (c *crowd) try(fields url.Values) string {
	c.mu.Lock()
	address := c.base + c.docket + "/submissions"
	c.mu.Unlock()
	client := http.Client{Timeout: patience}
	answer, err := client.PostForm(address, fields)
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return ""
	}
	if found := receiptCode.FindSubmatch(text); found != nil {
		return string(found[1])
	}
	c.t.Errorf("refused with status %d: %s", answer.StatusCode, text)
	return "refused"
}

var countShown = regexp.MustCompile(`data-count="(\w+)">([\d,]+)<`)

// balance reads the balance on the docket's page.
func (p page) balance() map[string]int {
	p.v.t.Helper()
	counts := map[string]int{}
	for _, found := range countShown.FindAllStringSubmatch(p.text, -1) {
		n, err := strconv.Atoi(strings.ReplaceAll(found[2], ",", ""))
		if err != nil {
			p.v.t.Fatal(err)
		}
		counts[found[1]] = n
	}
	return counts
}

// mustBalance wants each that was received to be somewhere, and returns how many were.
func (p page) mustBalance() (received int) {
	p.v.t.Helper()
	counts := p.balance()
	received, sum := counts["received"], 0
	for name, n := range counts {
		if name != "received" {
			sum += n
		}
	}
	if received == 0 || received != sum {
		p.v.t.Errorf("%d were received, and they are %d: %v", received, sum, counts)
	}
	return received
}

// MADANG_CRASHES=50 is what "make crashes" tries, from MADANG_SEED on.
func TestTheBalanceHoldsHoweverOftenTheForumIsKilled(t *testing.T) {
	const senders = 6
	crashes, seed := numberFrom(t, "MADANG_CRASHES", 3), numberFrom(t, "MADANG_SEED", 1)
	eachDatabase(t, func(t *testing.T, flags []string) {
		random := rand.New(rand.NewPCG(uint64(seed), 9))
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		server := serve(t, flags...)
		c := &crowd{t: t, docket: consult(t, server.URL, forum.Statements[0], flags), base: server.URL, receipts: map[int]string{}, answered: make(chan struct{}, senders)}
		sent := 0
		for crash := range crashes {
			var wait sync.WaitGroup
			for range senders {
				n, id := sent, app.NewID()
				wait.Go(func() { c.send(n, id) })
				sent++
			}
			for range random.IntN(senders) { // the others are on their way, or about to be
				<-c.answered
			}
			server.kill()
			server = serve(t, flags...)
			c.mu.Lock()
			c.base = server.URL
			c.mu.Unlock()
			wait.Wait()
			for len(c.answered) > 0 {
				<-c.answered
			}
			reader := visit(t, server.URL)
			if received := reader.open(c.docket).mustBalance(); received != sent {
				t.Fatalf("after crash %d of seed %d: %d forms were sent, %d received", crash+1, seed, sent, received)
			}
			if t.Failed() {
				t.FailNow()
			}
			c.moves(server, flags, sent-senders, sent)
		}
		codes := map[string]bool{}
		for _, code := range c.receipts {
			codes[code] = true
		}
		if len(codes) != sent {
			t.Errorf("%d forms have %d receipts", sent, len(codes))
		}
		t.Logf("%d crashes, %d forms, seed %d: %v", crashes, sent, seed, visit(t, server.URL).open(c.docket).balance())
	})
}

// moves lets a moderator publish one submission of the last few, and somebody take one back.
func (c *crowd) moves(server *node, flags []string, first, last int) {
	c.t.Helper()
	moderator, sender := visit(c.t, server.URL), visit(c.t, server.URL)
	moderator.enter(c.t, "moderator", fmt.Sprintf("Mo %d", last), flags...)
	post := moderator.open(fmt.Sprintf("%s/inbox/%d", c.docket, last)).form("/moves")
	post.fields.Set("to", "posted")
	post.submit().mustBe(200, "Done.")
	mine := sender.open("/receipt").form("/receipt").fill("code", c.receipts[first]).submit().mustBe(200)
	mine.formWhere("withdraws", func(f form) bool { return f.fields.Get("kind") == "withdrawn" }).
		choose("confirmed", "yes").submit().mustBe(200, "It has been withdrawn")
	counts := sender.open(c.docket)
	counts.mustBalance()
	counts.mustCount("withdrawn", last/(last-first))
}
