package realtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"madang/app"
)

// page is an open page that watches the statement.
func (f *forum) page(name, query string) *websocket.Conn {
	f.t.Helper()
	ws := dial(f.t, "ws"+strings.TrimPrefix(f.server.URL, "http")+"/live/pages?"+query, name)
	f.t.Cleanup(func() { _ = ws.Close() })
	return ws
}

func next(t *testing.T, ws *websocket.Conn) Fragment {
	t.Helper()
	_, frame, err := ws.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	var f Fragment
	if err := json.Unmarshal(frame, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func closeCode(t *testing.T, ws *websocket.Conn) int {
	t.Helper()
	for {
		if _, _, err := ws.ReadMessage(); err != nil {
			var closed *websocket.CloseError
			if !errors.As(err, &closed) {
				t.Fatal(err)
			}
			return closed.Code
		}
	}
}

func TestANewCommentReachesAnOpenPageInItsLanguage(t *testing.T) {
	pages := &fakePages{}
	f := newForum(t, func(c *Config) { c.Pages = pages })
	ws := f.page("dana", "lang=ko&watch=statement:"+string(f.doc))
	f.await("the page to be open", func() bool { return len(f.hub.everyGuest()) == 1 })
	f.hub.Announce(t.Context(), f.doc, pages.post())
	if got := next(t, ws); got.ID != "comment-1" || got.HTML != "ko for dana" || got.Kind != "posted" {
		t.Errorf("the page was sent %+v", got)
	}
	if got := next(t, ws); got.Kind != "seq" || got.Seq != 1 {
		t.Errorf("then %+v", got)
	}
	pages.post() // nobody tells; the next look finds it
	if got := next(t, ws); got.ID != "comment-2" {
		t.Errorf("without a hint the page was sent %+v", got)
	}
}

func TestAPageLearnsWhatHappenedWhileItWasAway(t *testing.T) {
	pages := &fakePages{}
	pages.post()
	pages.post()
	f := newForum(t, func(c *Config) { c.Pages = pages })
	ws := f.page("dana", "lang=en&after=1&watch=statement:"+string(f.doc))
	if got := next(t, ws); got.ID != "comment-2" || got.Seq != 2 {
		t.Errorf("the page was sent %+v", got)
	}
}

func TestPagesAreForThoseWhoMayRead(t *testing.T) {
	f := newForum(t)
	watch := "watch=statement:" + string(f.doc)
	if got := closeCode(t, f.page("eun", watch)); got != closeNotFound {
		t.Errorf("Eun was sent away with %d", got)
	}
	if got := closeCode(t, f.page("amina", watch+",other:thing")); got != closeNotFound {
		t.Errorf("an unknown topic ends with %d", got)
	}
	if got := closeCode(t, f.page("amina", watch+strings.Repeat(",statement:x", 9))); got != closeNotFound {
		t.Errorf("too many topics end with %d", got)
	}
	ws := f.page("dana", watch)
	f.await("the page to be open", func() bool { return len(f.hub.everyGuest()) == 1 })
	f.cast.change("dana", "")
	f.hub.Revoked(persona("dana.."))
	if got := closeCode(t, ws); got != closeForbidden {
		t.Errorf("Dana was sent away with %d", got)
	}
}

// hastyPages have something happen whenever somebody has looked at one topic.
type hastyPages struct {
	fakePages
	times int
}

func (p *hastyPages) Fragments(ctx context.Context, actor app.Actor, locale, topic string, after int64) ([]Fragment, error) {
	fragments, err := p.fakePages.Fragments(ctx, actor, locale, topic, after)
	for i := range fragments {
		fragments[i].ID = topic + fragments[i].ID
	}
	if p.times--; p.times >= 0 {
		p.post()
	}
	return fragments, err
}

func TestWhatHappensBetweenTwoLooksIsShownInBothTopics(t *testing.T) {
	pages := &hastyPages{times: 1}
	pages.post()
	f := newForum(t, func(c *Config) { c.Pages = pages })
	one := "statement:" + string(f.doc)
	ws := f.page("dana", "lang=en&after=0&watch="+one+","+one)
	seen := map[string]int{}
	for len(seen) < 2 || seen[one+"comment-2"] < 2 {
		seen[next(t, ws).ID]++
	}
}

func TestAnyPageLearnsHowMuchNewsThereIs(t *testing.T) {
	pages := &fakePages{followed: []app.ID{"another"}}
	f := newForum(t, func(c *Config) { c.Pages = pages })
	for _, watch := range []string{"statement:" + string(f.doc), TopicNews} {
		ws := f.page("dana", "lang=en&watch="+watch)
		before := next(t, ws) // what came since the page was made
		if before.ID != "news" || before.Kind != "news" {
			t.Errorf("on %s the page was sent %+v", watch, before)
		}
		f.hub.Announce(t.Context(), "another", pages.post())
		for got := next(t, ws); got.HTML != fmt.Sprintf("en: %d for dana", pages.head); got = next(t, ws) {
			if got.ID == "news" && got.HTML != before.HTML {
				t.Fatalf("on %s the page was sent %+v", watch, got)
			}
		}
	}
}

func TestAPageOfNewsComesBackWithTheGroupsThatAreLeft(t *testing.T) {
	f := newForum(t, func(c *Config) { c.Pages = &fakePages{followed: []app.ID{"another"}} })
	ws := f.page("dana", "watch="+TopicNews)
	f.await("the page to be open", func() bool { return len(f.hub.everyGuest()) == 1 })
	f.cast.change("dana", "")
	f.hub.Revoked(persona("dana.."))
	if got := closeCode(t, ws); got != closeBusy {
		t.Errorf("Dana was sent away with %d", got)
	}
	if got := closeCode(t, f.page("dana", "watch="+TopicNews)); got != closeNotFound {
		t.Errorf("without any group Dana was sent away with %d", got)
	}
}
