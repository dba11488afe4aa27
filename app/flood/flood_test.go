package flood

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"madang/app"
)

// entrance is a door with a clock that a test turns.
type entrance struct {
	*Door
	t   *testing.T
	at  time.Time
	of  app.ID
	seq int
}

func newEntrance(t *testing.T, common Counter, limits Limits) *entrance {
	e := &entrance{t: t, at: time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC), of: app.NewID()}
	e.Door = New([]byte("the secret of a test"), common, limits, func() time.Time { return e.at })
	return e
}

// send is somebody from a network of their own, with scripts or without.
func (e *entrance) send(hasScripts bool) Verdict {
	e.t.Helper()
	e.seq++
	asked := e.Challenge(e.of)
	v := Visit{Docket: e.of, Address: fmt.Sprintf("11.%d.%d.7", e.seq/250, e.seq%250), Challenge: asked.Text}
	if hasScripts {
		v.Number = asked.solve()
	}
	return e.Judge(e.t.Context(), v)
}

func TestOnAQuietDayNobodyWaitsAndNoWorkIsAskedFor(t *testing.T) {
	e := newEntrance(t, NewMemory(), Limits{})
	for n := range 200 {
		if asked := e.Challenge(e.of); asked.Bits != 0 {
			t.Fatalf("number %d is asked for %d bits", n, asked.Bits)
		}
		if v := e.send(false); v != (Verdict{}) {
			t.Fatalf("number %d: %+v", n, v)
		}
		e.at = e.at.Add(10 * time.Second)
	}
}

func TestInARushWhoeverHasNoScriptsWaitsAndTheOthersDoNot(t *testing.T) {
	e := newEntrance(t, NewMemory(), Limits{PerStretch: 20})
	for range 15 {
		e.send(false)
	}
	if asked := e.Challenge(e.of); asked.Bits != easiest {
		t.Errorf("asked for %d bits", asked.Bits)
	}
	if v := e.send(false); !v.IsSlow || v.Why != NoProof {
		t.Errorf("without scripts: %+v", v)
	}
	if v := e.send(true); v.IsSlow {
		t.Errorf("with scripts: %+v", v)
	}
	for range 300 {
		e.send(false)
	}
	if asked := e.Challenge(e.of); asked.Bits <= easiest || asked.Bits > hardest {
		t.Errorf("in a flood asked for %d bits", asked.Bits)
	}
}

func TestAnAnswerCountsForItsOwnQuestionAndOnce(t *testing.T) {
	e := newEntrance(t, NewMemory(), Limits{PerStretch: 2})
	for range 3 {
		e.send(false)
	}
	asked := e.Challenge(e.of)
	if asked.Bits == 0 {
		t.Fatal("nothing is asked for")
	}
	good := Visit{Docket: e.of, Challenge: asked.Text, Number: asked.solve()}
	for what, v := range map[string]Visit{
		"no answer":          {Docket: e.of, Challenge: asked.Text},
		"a wrong one":        {Docket: e.of, Challenge: asked.Text, Number: "no"},
		"no question":        {Docket: e.of, Number: good.Number},
		"another docket":     {Docket: app.NewID(), Challenge: asked.Text, Number: good.Number},
		"an easier question": {Docket: e.of, Challenge: "A" + asked.Text[1:], Number: good.Number},
		"a huge one":         {Docket: e.of, Challenge: asked.Text, Number: strings.Repeat("1", 1<<20)},
	} {
		if e.isPaid(t.Context(), v, e.at) {
			t.Errorf("%s is taken for work", what)
		}
	}
	if e.isPaid(t.Context(), good, e.at.Add(fresh+time.Second)) {
		t.Error("an old answer is taken for work")
	}
	if !e.isPaid(t.Context(), good, e.at) || e.isPaid(t.Context(), good, e.at) {
		t.Error("an answer doesn't count exactly once")
	}
}

func TestABurstBeginsAtOnceAndEndsByItself(t *testing.T) {
	e := newEntrance(t, NewMemory(), Limits{PerStretch: 20})
	for range 20 {
		if v := e.send(true); !v.Burst.Since.IsZero() {
			t.Fatalf("a burst too early: %+v", v)
		}
	}
	begun := e.at
	if v := e.send(true); !v.Burst.Since.Equal(begun) {
		t.Errorf("no burst: %+v", v)
	}
	for range 4 { // it goes on, a little less
		e.at = e.at.Add(stretch)
		for range 12 {
			e.send(true)
		}
	}
	if b := e.Burst(e.of); !b.Since.Equal(begun) {
		t.Errorf("it flickers: %+v", b)
	}
	e.at = e.at.Add(quiet - time.Second)
	if b := e.Burst(e.of); b.Since.IsZero() {
		t.Error("it ends too early")
	}
	e.at = e.at.Add(2 * time.Second)
	if b := e.Burst(e.of); !b.Since.IsZero() {
		t.Errorf("it doesn't end: %+v", b)
	}
	if v := e.send(false); v != (Verdict{}) {
		t.Errorf("after it: %+v", v)
	}
}

func TestOneNetworkThatSendsVeryMuchWaitsAndTheNextOneDoesNot(t *testing.T) {
	e := newEntrance(t, NewMemory(), Limits{PerNetwork: 3, PerStretch: 1000})
	judge := func(address string) Verdict {
		return e.Judge(t.Context(), Visit{Docket: e.of, Address: address})
	}
	for _, address := range []string{"192.0.2.1", "192.0.2.2", "::ffff:192.0.2.3"} {
		if v := judge(address); v.IsSlow {
			t.Errorf("%s: %+v", address, v)
		}
	}
	if v := judge("192.0.2.9"); v.Why != Often {
		t.Errorf("the fourth of a network: %+v", v)
	}
	if v := judge("192.0.3.9"); v.IsSlow {
		t.Errorf("the first of another: %+v", v)
	}
	for range 10 { // nobody can be told from anybody else
		for _, address := range []string{"127.0.0.1", "::1", "::ffff:10.1.2.3", "fd00::1", "0.0.0.0", "", "no address"} {
			if v := judge(address); v.IsSlow {
				t.Errorf("%q: %+v", address, v)
			}
		}
	}
	e.at = e.at.Add(time.Hour)
	if v := judge("192.0.2.9"); v.IsSlow {
		t.Errorf("an hour later: %+v", v)
	}
}

func TestUnderWhichKeyAnAddressWasCountedIsForgottenAfterAnHour(t *testing.T) {
	at := time.Date(2026, time.May, 4, 9, 59, 0, 0, time.UTC)
	var k, elsewhere keeper
	first := k.of("2001:db8:1:2::3", at)
	if first == "" || first != k.of("2001:db8:1:ffff::4", at) || first == k.of("2001:db8:2::3", at) {
		t.Error("a network is not counted as one")
	}
	if first == elsewhere.of("2001:db8:1:2::3", at) {
		t.Error("two processes have the same key")
	}
	k.of("192.0.2.1", at.Add(time.Minute))
	if first == k.of("2001:db8:1:2::3", at) {
		t.Error("the key of the hour before is still there")
	}
}

func TestNodesCountTogetherAndWithoutRedisEachForItself(t *testing.T) {
	port := freePort(t)
	server := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
	server.Dir = t.TempDir()
	said, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		t.Fatalf("this test needs redis-server: %v", err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	lines := bufio.NewScanner(said)
	for lines.Scan() && !strings.Contains(lines.Text(), "Ready to accept connections") {
	}
	if err := lines.Err(); err != nil || !strings.Contains(lines.Text(), "Ready to accept connections") {
		t.Fatalf("Redis didn't start: %v", err)
	}
	client := func() *redis.Client {
		c := redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + port, MaxRetries: -1})
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	at := time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
	node := func() *Shared {
		s, err := NewShared("redis://127.0.0.1:" + port + "/0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	one, two := node(), node()
	// Redis may be slow on a busy machine; then a node answers for itself, and counts on.
	until := func(s *Shared, isEnough func(all, own int) bool) {
		t.Helper()
		for range 1000 {
			all := s.Add(context.Background(), "docket", stretch, at)
			if isEnough(all, s.own.counts["docket"].n) {
				return
			}
		}
		t.Fatal("they never count together")
	}
	until(one, func(all, _ int) bool { return all >= 3 })
	until(two, func(all, own int) bool { return all > own })
	keys, err := client().Keys(t.Context(), "*").Result()
	if err != nil || len(keys) == 0 {
		t.Fatalf("%v, %v", keys, err)
	}
	for _, key := range keys {
		if left := client().TTL(t.Context(), key).Val(); left <= 0 || left > stretch {
			t.Errorf("%s is kept for %v", key, left)
		}
	}
	_ = server.Process.Kill()
	_ = server.Wait()
	before := one.own.counts["docket"].n
	if n := one.Add(t.Context(), "docket", stretch, at); n != before+1 {
		t.Errorf("without Redis there are %d after %d", n, before)
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func TestWhatIsOverIsForgotten(t *testing.T) {
	m, at := NewMemory(), time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
	for n := range 1000 {
		m.Add(t.Context(), fmt.Sprint(n), stretch, at)
	}
	m.Add(t.Context(), "later", stretch, at.Add(stretch))
	if len(m.counts) != 1 {
		t.Errorf("%d are remembered", len(m.counts))
	}
}

// BenchmarkJudge tells what a submission costs at the door, in a flood.
func BenchmarkJudge(b *testing.B) {
	d := New([]byte("secret"), NewMemory(), Limits{}, app.SystemClock)
	of := app.NewID()
	for n := 0; b.Loop(); n++ {
		d.Judge(b.Context(), Visit{Docket: of, Address: fmt.Sprintf("11.%d.%d.1", n/256%256, n%256), Challenge: "x.y", Number: "1"})
	}
}
