package realtime

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"madang/app"
)

func TestACaretIsDrawnUnderThePersonasName(t *testing.T) {
	f := newForum(t)
	amina, bo := f.join("amina"), f.join("bo")
	bo.shows(1, `{"user":{"name":"Amina","color":"red"},"cursor":{"anchor":{"x":1},"head":{"x":2}},"extra":"canary"}`)
	amina.await("Bo's caret", func() bool { return amina.seen[bo.client] != "" })
	var state struct {
		User   publicUser
		Cursor map[string]map[string]int
		Extra  string
	}
	if err := json.Unmarshal([]byte(amina.seen[bo.client]), &state); err != nil {
		t.Fatal(err)
	}
	if state.User.Name != "bo" || state.User.Persona != persona("bo....") || state.User.Color == "red" || state.Extra != "" {
		t.Errorf("Amina sees %+v", state)
	}
	if state.Cursor["anchor"]["x"] != 1 || state.Cursor["head"]["x"] != 2 {
		t.Errorf("the caret stands at %v", state.Cursor)
	}
	if len(bo.seen) != 0 {
		t.Errorf("Bo is shown himself: %v", bo.seen)
	}
}

func TestWhoLeavesIsSeenLeavingAndWhoJoinsSeesWhoIsThere(t *testing.T) {
	f := newForum(t)
	amina, bo := f.join("amina"), f.join("bo")
	bo.shows(1, `{"cursor":null}`)
	amina.await("Bo", func() bool { return strings.Contains(amina.seen[bo.client], `"bo"`) })
	chidi := f.join("chidi")
	chidi.await("Bo", func() bool { return strings.Contains(chidi.seen[bo.client], `"bo"`) })
	_ = bo.ws.Close()
	chidi.await("Bo leaving", func() bool { return chidi.seen[bo.client] == "null" })
	chidi.send([]byte{msgQueryAwareness})
	chidi.types(0, "still on")
	chidi.awaitSaved()
}

func TestNobodySpeaksForAnotherClient(t *testing.T) {
	f := newForum(t)
	amina, bo := f.join("amina"), f.join("bo")
	amina.shows(1, `{"cursor":null}`)
	bo.await("Amina", func() bool { return bo.seen[amina.client] != "" })
	bo.shows(1, `{"cursor":null}`)
	amina.await("Bo", func() bool { return amina.seen[bo.client] != "" })
	before := bo.seen[amina.client]
	bo.send(awarenessFrame(encodeAwareness([]entry{
		{amina.client, 1 << 50, []byte("null")}, {bo.client, 3, []byte(`{"cursor":{"anchor":null,"head":null}}`)},
	})))
	amina.await("Bo's caret", func() bool { return strings.Contains(amina.seen[bo.client], "anchor") })
	chidi := f.join("chidi")
	chidi.await("both", func() bool { return chidi.seen[amina.client] != "" && chidi.seen[bo.client] != "" })
	if chidi.seen[amina.client] != before {
		t.Errorf("Amina became %q", chidi.seen[amina.client])
	}
}

func TestInASensitiveGroupNobodyIsShown(t *testing.T) {
	f := newForum(t)
	for name, m := range f.cast.members {
		m.Sensitive = true
		f.cast.members[name] = m
	}
	amina, bo := f.join("amina"), f.join("bo")
	bo.shows(1, `{"cursor":null}`)
	bo.send([]byte{msgQueryAwareness})
	bo.types(0, "a word")
	amina.awaitText("a word")
	bo.awaitSaved()
	r := f.hub.resident(f.doc)
	if err := r.visit(t.Context(), func() error { r.tellPresence(); return nil }); err != nil {
		t.Fatal(err)
	}
	amina.types(0, ".")
	bo.awaitText("a word.")
	if len(amina.seen)+len(bo.seen) != 0 {
		t.Errorf("Amina sees %v, Bo sees %v", amina.seen, bo.seen)
	}
}

func TestOversizedPresenceIsIgnored(t *testing.T) {
	f := newForum(t)
	amina, bo := f.join("amina"), f.join("bo")
	bo.shows(1, `{"cursor":{"anchor":"`+strings.Repeat("x", 3<<10)+`"}}`)
	bo.types(0, "unharmed")
	amina.awaitText("unharmed")
	if len(amina.seen) != 0 {
		t.Errorf("Amina sees %v", amina.seen)
	}
}

func TestTheClockOfAStateNeverFallsBehind(t *testing.T) {
	p := newPresence()
	now := time.UnixMilli(5_000)
	p.set(7, nil, absent, now)
	p.set(7, nil, absent, now)
	p.set(7, nil, absent, now.Add(-time.Hour))
	if got := p.states[7].clock; got != 5_002 {
		t.Errorf("the clock is %d", got)
	}
}

func TestAnotherNodesPeopleFadeWhenItFallsSilent(t *testing.T) {
	p := newPresence()
	now := time.UnixMilli(1_000_000)
	p.hear([]entry{{7, 5, []byte(`{"user":{"persona":"p"}}`)}}, now)
	if p.personaOf(7) != app.ID("p") {
		t.Error("nobody knows whose the client is")
	}
	p.expire(now.Add(silentFor - 1))
	if len(p.present()) != 1 {
		t.Error("faded too early")
	}
	p.expire(now.Add(silentFor))
	if len(p.present()) != 0 || len(p.ours(p.dirty)) != 0 {
		t.Error("never faded")
	}
	p.expire(now.Add(2 * silentFor))
	if len(p.states) != 0 {
		t.Error("never forgotten")
	}
}
