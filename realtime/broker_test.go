package realtime

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/app"
	"madang/app/prose"
)

// redisServer is a Redis of the test's own, on a free port, that can be killed
// and started again.
type redisServer struct {
	t    *testing.T
	port string
	cmd  *exec.Cmd
}

func startRedis(t *testing.T) *redisServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	s := &redisServer{t: t, port: port}
	s.start()
	t.Cleanup(s.kill)
	return s
}

func (s *redisServer) url() string { return "redis://127.0.0.1:" + s.port + "/0" }

func (s *redisServer) start() {
	s.t.Helper()
	s.cmd = exec.Command("redis-server", "--port", s.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
	s.cmd.Dir = s.t.TempDir()
	output, err := os.Create(filepath.Join(s.cmd.Dir, "log"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.cmd.Stdout, s.cmd.Stderr = output, output
	if err := s.cmd.Start(); err != nil {
		s.t.Fatalf("these tests need redis-server: %v", err)
	}
	_ = output.Close()
	waitFor(s.t, "Redis to answer", func() bool {
		c, err := net.DialTimeout("tcp", "127.0.0.1:"+s.port, time.Second)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
}

func (s *redisServer) kill() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

func (s *redisServer) broker() Broker {
	s.t.Helper()
	b, err := NewRedisBroker(s.url(), slog.New(slog.NewTextHandler(s.t.Output(), nil)))
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

// twoNodes are two hubs on one log and one cast. slowly makes them look at the log
// so seldom that what is seen came by the broker.
func twoNodes(t *testing.T, broker func() Broker, follow time.Duration) (*forum, *forum) {
	t.Helper()
	cast := newCast()
	log := newMemoryLog(cast)
	set := func(c *Config) { c.Broker, c.Limits.Follow = broker(), follow }
	one, two := node(t, log, cast, set), node(t, log, cast, set)
	one.begin(prose.Doc{Blocks: []prose.Block{{Node: prose.Paragraph, CID: "caaaaaaaaaa"}}})
	two.doc = one.doc
	return one, two
}

// brokers are what nodes can be joined by.
func brokers(t *testing.T) map[string]func(t *testing.T) func() Broker {
	return map[string]func(t *testing.T) func() Broker{
		"memory": func(*testing.T) func() Broker {
			b := NewMemoryBroker()
			return func() Broker { return b }
		},
		"redis": func(t *testing.T) func() Broker {
			s := startRedis(t)
			return s.broker
		},
	}
}

func TestWordsAndPresenceReachTheOtherNode(t *testing.T) {
	for name, broker := range brokers(t) {
		t.Run(name, func(t *testing.T) {
			one, two := twoNodes(t, broker(t), time.Hour)
			amina, bo := one.join("amina"), two.join("bo")
			amina.shows(1, `{"cursor":{"anchor":1}}`)
			bo.await("Amina's caret", func() bool { return strings.Contains(bo.seen[amina.client], "anchor") })
			amina.types(0, "여기서 ")
			bo.awaitText("여기서 ")
			bo.types(0, "저기로")
			amina.awaitText("여기서 저기로")
			bo.awaitSaved()
			chidi := two.join("chidi")
			chidi.await("Amina", func() bool { return chidi.seen[amina.client] != "" })
			_ = amina.ws.Close()
			bo.await("Amina leaving", func() bool { return bo.seen[amina.client] == "null" })
			if a, b := one.text(), two.text(); a != b {
				t.Errorf("one node reads %q, the other %q", a, b)
			}
		})
	}
}

func TestARoleTakenAwayOnOneNodeEndsConnectionsOnTheOther(t *testing.T) {
	for name, broker := range brokers(t) {
		t.Run(name, func(t *testing.T) {
			one, two := twoNodes(t, broker(t), time.Hour)
			bo := two.join("bo")
			one.await("the nodes to hear each other", func() bool {
				one.hub.Announce(t.Context(), one.doc, 1)
				bo.mu.Lock()
				defer bo.mu.Unlock()
				return len(bo.told) > 0
			})
			one.cast.change("bo", "")
			one.hub.Revoked(persona("bo...."))
			bo.awaitClose(closeForbidden)
		})
	}
}

func TestRedisMayDieAndComeBack(t *testing.T) {
	server := startRedis(t)
	one, two := twoNodes(t, server.broker, 20*time.Millisecond)
	amina, bo := one.join("amina"), two.join("bo")
	want := ""
	for i := range 30 {
		switch i {
		case 10:
			server.kill()
		case 20:
			server.start()
		}
		word := fmt.Sprintf("%d ", i)
		want += word
		amina.types(0, word)
		bo.awaitText(want)
	}
	amina.awaitSaved()
	if one.hub.metrics.Behind.Load()+two.hub.metrics.Behind.Load() == 0 {
		t.Error("the log was never needed, though Redis was dead")
	}
	bo.types(0, "end")
	amina.awaitText(want + "end")
}

func TestThePersonWhoMovesToAnotherNodeKeepsTheirWords(t *testing.T) {
	broker := NewMemoryBroker()
	one, two := twoNodes(t, func() Broker { return broker }, 20*time.Millisecond)
	amina := one.join("amina")
	amina.types(0, "here, ")
	amina.awaitSaved()
	_ = amina.ws.Close()
	amina = two.connect("amina", amina.doc, amina.client, "")
	amina.types(0, "there")
	amina.awaitSaved()
	if got := one.text(); got != "here, there" {
		t.Errorf("the first node reads %q", got)
	}
}

func TestBothNodesTypingAtOnceAgreeInTheEnd(t *testing.T) {
	broker := NewMemoryBroker()
	one, two := twoNodes(t, func() Broker { return broker }, 20*time.Millisecond)
	amina, bo := one.join("amina"), two.join("bo")
	for range 40 {
		amina.types(0, "a")
		bo.types(0, "b")
	}
	amina.awaitSaved()
	bo.awaitSaved()
	amina.await("all letters", func() bool { return len(plain(read(amina.doc))) == 80 })
	bo.await("all letters", func() bool { return len(plain(read(bo.doc))) == 80 })
	if a, b := plain(read(amina.doc)), plain(read(bo.doc)); a != b || a != one.text() || a != two.text() {
		t.Errorf("Amina reads %q, Bo %q, the pages %q and %q", a, b, one.text(), two.text())
	}
}

func TestANoteIsReadAsItWasWritten(t *testing.T) {
	n := note{kind: noteUpdate, node: 7, about: app.NewID(), epoch: 1, first: 2, seq: 3, body: []byte("body")}
	got, err := parseNote(n.encode())
	if err != nil || fmt.Sprint(got) != fmt.Sprint(n) {
		t.Errorf("got %v, %v", got, err)
	}
	for i := range n.encode() {
		if _, err := parseNote(n.encode()[:i]); err == nil {
			t.Errorf("%d bytes of a note were taken for a whole one", i)
		}
	}
}

func TestOfTwoCollidingAmendmentsThatTwoNodesMakeAtOnceOneIsMade(t *testing.T) {
	for name, other := range map[string]struct {
		text, want string
		isStale    bool
	}{
		"colliding": {"All people may shout.", "", true},
		"apart":     {"All human beings may speak.", "All human beings may sing.", false},
	} {
		t.Run(name, func(t *testing.T) {
			broker := NewMemoryBroker()
			one, two := twoNodes(t, func() Broker { return broker }, time.Hour)
			amina, _ := one.cast.get("amina")
			const before = "All people may speak."
			amend := func(f *forum, text string) (Edited, error) {
				return f.hub.Edit(t.Context(), amina, f.doc, app.NewID(), []prose.Edit{{Kind: prose.Amend, Amendment: prose.Amendment{Name: text, Proposals: []prose.Proposal{
					{Kind: prose.ProposeText, CID: "caaaaaaaaaa", Base: before, Text: text},
				}}}})
			}
			if _, err := one.hub.Edit(t.Context(), amina, one.doc, app.NewID(), []prose.Edit{{Kind: prose.ReplaceText, CID: "caaaaaaaaaa", Text: before}}); err != nil {
				t.Fatal(err)
			}
			log := one.log.(*memoryLog)
			hold := make(chan struct{})
			log.mu.Lock()
			log.hold = hold
			log.mu.Unlock()
			var edited [2]Edited
			var fails [2]error
			var both sync.WaitGroup
			both.Go(func() { edited[0], fails[0] = amend(one, "All people may sing.") })
			both.Go(func() { edited[1], fails[1] = amend(two, other.text) })
			one.await("both to commit", func() bool {
				log.mu.Lock()
				defer log.mu.Unlock()
				return log.waiting == 2
			})
			log.mu.Lock()
			log.hold = nil
			log.mu.Unlock()
			close(hold)
			both.Wait()
			stale := 0
			for i := range edited {
				if fails[i] != nil {
					t.Fatal(fails[i])
				}
				stale += len(edited[i].Conflicts)
			}
			if isStale := stale == 1; isStale != other.isStale || stale > 1 {
				t.Errorf("%d are stale", stale)
			}
			text, err := two.hub.Read(t.Context(), two.doc)
			got := text.Doc.Blocks[0].PlainText()
			if err != nil || got != other.want && (!other.isStale || got != "All people may sing." && got != other.text) {
				t.Errorf("the text is %q, %v", got, err)
			}
		})
	}
}
