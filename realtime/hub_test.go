package realtime

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"madang/app"
	"madang/realtime/yjs"
)

// handshake tries to connect with the given headers and returns the status.
func (f *forum) handshake(header http.Header) int {
	f.t.Helper()
	ws, resp, err := websocket.DefaultDialer.DialContext(f.t.Context(), f.url(""), header)
	if err == nil {
		_ = ws.Close()
	}
	if resp == nil {
		f.t.Fatal(err)
	}
	return resp.StatusCode
}

func TestAForeignOriginIsTurnedAwayBeforeTheUpgrade(t *testing.T) {
	f := newForum(t)
	token := func(h http.Header) http.Header { h.Set("Authorization", "Bearer amina"); return h }
	for what, c := range map[string]struct {
		header http.Header
		status int
	}{
		"a program with a token":           {token(http.Header{}), http.StatusSwitchingProtocols},
		"our own page":                     {token(http.Header{"Origin": {f.server.URL}}), http.StatusSwitchingProtocols},
		"somebody else's page":             {token(http.Header{"Origin": {"http://evil.example"}}), http.StatusForbidden},
		"our name on another port":         {token(http.Header{"Origin": {"http://127.0.0.1:1"}}), http.StatusForbidden},
		"a page without an address":        {token(http.Header{"Origin": {"null"}}), http.StatusForbidden},
		"two origins":                      {token(http.Header{"Origin": {f.server.URL, "http://evil.example"}}), http.StatusForbidden},
		"no origin and a cookie at most":   {http.Header{"Cookie": {"s=stolen"}}, http.StatusForbidden},
		"our name as the start of another": {token(http.Header{"Origin": {f.server.URL + ".evil.example"}}), http.StatusForbidden},
	} {
		if got := f.handshake(c.header); got != c.status {
			t.Errorf("%s gets %d, not %d", what, got, c.status)
		}
	}
}

func TestAnOrdinaryRequestIsNoHandshake(t *testing.T) {
	f := newForum(t)
	req, _ := http.NewRequestWithContext(t.Context(), "GET", f.server.URL+"/live/statements/"+string(f.doc), nil)
	req.Header.Set("Authorization", "Bearer amina")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("got %d", resp.StatusCode)
	}
}

// sentAway connects and returns the close code it meets.
func (f *forum) sentAway(name, query string, code int) {
	f.t.Helper()
	p := f.connect(name, yjs.NewDoc(), freshClient(), query)
	p.awaitClose(code)
}

func TestEveryRefusalHasItsCloseCode(t *testing.T) {
	f := newForum(t)
	f.sentAway("eun", "", closeNotFound)
	f.sentAway("amina", "?schema=1", closeSchema)
	f.sentAway("amina", "?epoch=7", closeEpoch)
	f.sentAway("", "", closeSignIn)
	amina := f.connect("amina", yjs.NewDoc(), freshClient(), upToDate+"&epoch=1")
	amina.await("her role and the epoch", func() bool { return amina.role == "writer" && amina.epoch == 1 })
	exists := f.doc
	f.doc = app.NewID()
	f.sentAway("amina", "", closeNotFound)
	f.doc = "no-id-at-all"
	f.sentAway("amina", "", closeNotFound)
	f.doc = exists
}

func TestNobodyHoldsMoreThanFiveConnections(t *testing.T) {
	f := newForum(t)
	for range 5 {
		f.join("amina")
	}
	f.sentAway("amina", "", closeBusy)
	f.join("bo")
}

func TestWhoSaysNothingAfterTheHandshakeIsSentAway(t *testing.T) {
	f := newForum(t, func(c *Config) { c.Limits.FirstMessage = 50 * time.Millisecond })
	ws := dial(t, f.url(""), "amina")
	defer ws.Close()
	for {
		if _, _, err := ws.ReadMessage(); err != nil {
			return
		}
	}
}

func TestWhoLosesTheirRoleHearsNothingMore(t *testing.T) {
	f := newForum(t)
	amina, bo := f.join("amina"), f.join("bo")
	bo.types(0, "half a sent")
	amina.awaitText("half a sent")
	f.cast.change("bo", "")
	f.hub.Revoked(persona("bo...."))
	bo.awaitClose(closeForbidden)
	amina.types(0, " secret")
	amina.awaitSaved()
	if got := plain(read(bo.doc)); got != "half a sent" {
		t.Errorf("Bo still read %q", got)
	}
	f.sentAway("bo", "", closeNotFound)
}

func TestNoWriteCommitsAfterTheRevocation(t *testing.T) {
	f := newForum(t, func(c *Config) { c.Limits.Follow = time.Hour })
	amina, bo := f.join("amina"), f.join("bo")
	f.cast.change("bo", "")
	bo.types(0, "too late")
	bo.awaitClose(closeRebuild)
	if bo.refused != "live.role" {
		t.Errorf("Bo was told %q", bo.refused)
	}
	amina.types(0, "next")
	amina.awaitSaved()
	if got := f.text(); got != "next" {
		t.Errorf("the page reads %q", got)
	}
}

func TestAnEditorTurnedReaderIsToldAndKeepsReading(t *testing.T) {
	f := newForum(t)
	amina, bo := f.join("amina"), f.join("bo")
	f.cast.change("bo", app.RoleMember)
	bo.await("her new role", func() bool { return bo.role == "reader" })
	amina.types(0, "for all readers")
	bo.awaitText("for all readers")
	f.refusedWith(bo, "live.role", bo.edit(typing(0, "?")))
}

func TestAnEditorTurnsReaderWhenTheTextIsToStandStill(t *testing.T) {
	f := newForum(t)
	amina, bo := f.join("amina"), f.join("bo")
	bo.types(0, "settled")
	amina.awaitText("settled")
	f.cast.step(app.PhaseReview)
	f.hub.Revoked(f.doc)
	bo.await("her new role", func() bool { return bo.role == "reader" })
	amina.await("hers", func() bool { return amina.role == "reader" })
	f.refusedWith(bo, "live.role", bo.edit(typing(0, "?")))
	f.cast.step(app.PhaseDisposition)
	amina.await("her old role", func() bool { return amina.role == "writer" })
	amina.types(0, ", then not")
	amina.awaitSaved()
	if got := f.text(); got != "settled, then not" {
		t.Errorf("the page reads %q", got)
	}
}

// The node has not heard of the step when the words arrive: the log has.
func TestNoWriteCommitsAfterThePhaseHasEnded(t *testing.T) {
	f := newForum(t, func(c *Config) { c.Limits.Follow = time.Hour })
	amina, bo := f.join("amina"), f.join("bo")
	f.cast.step(app.PhaseReview)
	bo.types(0, "too late")
	bo.awaitClose(closeRebuild)
	if bo.refused != "live.role" {
		t.Errorf("Bo was told %q", bo.refused)
	}
	if got := f.text(); got != "" {
		t.Errorf("the page reads %q", got)
	}
	// A step that leaves the text open costs nobody a word.
	f.cast.step(app.PhaseDisposition)
	amina.types(0, "in time")
	amina.awaitSaved()
	if got := f.text(); got != "in time" {
		t.Errorf("the page reads %q", got)
	}
}

func TestAPromotionInMidSentenceLosesNothing(t *testing.T) {
	f := newForum(t, func(c *Config) { c.Limits.Follow = time.Hour })
	amina, bo := f.join("amina"), f.join("bo")
	f.cast.change("bo", app.RoleEditor)
	bo.types(0, "drafter, now editor")
	bo.awaitSaved()
	amina.awaitText("drafter, now editor")
}

func TestWhileNobodyKnowsWhoMayReadNobodyIsSentWords(t *testing.T) {
	f := newForum(t, func(c *Config) { c.Limits.Lease = 200 * time.Millisecond })
	amina, bo := f.join("amina"), f.join("bo")
	amina.awaitSaved()
	f.cast.breakDown(errors.New("database gone"))
	bo.awaitClose(closeBusy)
	amina.awaitClose(closeBusy)
	f.cast.breakDown(nil)
	f.join("bo")
}

// Somebody sets the machine's clock, or a time server does, while people write.
func TestAClockThatIsSetLengthensNoLeaseAndCutsNobodyOff(t *testing.T) {
	for what, jump := range map[string]time.Duration{"back": -24 * time.Hour, "forward": 24 * time.Hour} {
		t.Run(what, func(t *testing.T) {
			var set, passed atomic.Int64
			f := newForum(t, func(c *Config) {
				c.Clock = func() time.Time { return time.Now().Add(time.Duration(set.Load())) }
				c.Steady = func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
				c.Limits.Follow = time.Hour // nobody renews anything unless the test does
			})
			amina, bo := f.join("amina"), f.join("bo")
			set.Store(int64(jump))
			amina.types(0, "written on ")
			bo.awaitText("written on ")
			f.hub.renewLeases(t.Context())
			f.cast.breakDown(errors.New("database gone"))
			passed.Store(int64(2 * f.hub.limits.Lease))
			f.hub.renewLeases(t.Context())
			amina.awaitClose(closeBusy)
			bo.awaitClose(closeBusy)
		})
	}
}

func TestAClientIsAskedForASignOfLifeWhateverTheClockIsSetTo(t *testing.T) {
	var set, passed atomic.Int64
	f := newForum(t, func(c *Config) {
		c.Clock = func() time.Time { return time.Now().Add(time.Duration(set.Load())) }
		c.Steady = func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }
	})
	amina := f.join("amina")
	pinged := make(chan struct{}, 1)
	amina.ws.SetPingHandler(func(string) error {
		select {
		case pinged <- struct{}{}:
		default:
		}
		return nil
	})
	set.Store(int64(-24 * time.Hour))
	passed.Store(int64(f.hub.limits.Ping))
	f.hub.renewLeases(t.Context())
	select {
	case <-pinged:
	case <-time.After(10 * time.Second):
		t.Error("nobody asked")
	}
}

func TestMembershipsAreAskedForOnceForAll(t *testing.T) {
	f := newForum(t, func(c *Config) { c.Limits.Follow = time.Hour })
	for _, name := range []string{"amina", "bo", "chidi", "dana"} {
		f.join(name)
	}
	f.hub.renewLeases(t.Context())
	f.cast.mu.Lock()
	defer f.cast.mu.Unlock()
	if f.cast.asked != 1 {
		t.Errorf("asked %d times", f.cast.asked)
	}
}

func TestTooManyFramesAreReadSlowlyAndNoneIsLost(t *testing.T) {
	f := newForum(t, func(c *Config) { c.Limits.Rate, c.Limits.Burst = 400, 5 })
	bo := f.join("bo")
	start := time.Now()
	for range 60 {
		bo.types(0, "x")
	}
	bo.await("61 acknowledgements", func() bool { return len(bo.acks) == 61 })
	if took := time.Since(start); took < 130*time.Millisecond {
		t.Errorf("60 frames at 400 a second took %v", took)
	}
	if got := f.text(); got != strings.Repeat("x", 60) {
		t.Errorf("the page reads %q", got)
	}
}

func TestEditorsHearThatTheThreadsChanged(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	f.hub.Announce(t.Context(), f.doc, 7)
	amina.await("the announcement", func() bool { return len(amina.told) == 1 && amina.told[0] == 7 })
}
