package realtime

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"madang/app"
)

// Pages renders what changed on pages that people have open. A topic is
// "statement:ID", "thread:ID" or "amendment:ID"; the activity of a statement numbers the changes
// of all its topics. A page that is about none of them watches TopicNews.
type Pages interface {
	// Watch returns the statement a topic belongs to and the membership by which
	// the actor may read it; NotFound otherwise.
	Watch(ctx context.Context, actor app.Actor, topic string) (statement app.ID, by app.Membership, err error)
	// Head returns, in one query, the newest activity of each statement.
	Head(ctx context.Context, statements []app.ID) (map[app.ID]int64, error)
	// Fragments returns what changed in the topic after a number, in order, as
	// the actor may see it in the given language.
	Fragments(ctx context.Context, actor app.Actor, locale, topic string, after int64) ([]Fragment, error)
	// Followed returns the statements whose activity may be news to the actor, whatever
	// their page is about; News renders anew how much news there is. One without an ID is
	// not sent.
	Followed(ctx context.Context, actor app.Actor) ([]app.ID, error)
	News(ctx context.Context, actor app.Actor, locale string) (Fragment, error)
}

// Fragment is one changed part of a page.
type Fragment struct {
	ID   string `json:"id,omitempty"` // of the element it replaces, if the page has it
	HTML string `json:"html,omitempty"`
	Seq  int64  `json:"seq"`
	In   string `json:"in,omitempty"` // id of the list that a new element belongs to
	Kind string `json:"kind"`         // posted, revised, ...; "seq" marks how far the page has come
}

// TopicNews is that of a page which watches only how much news there is. All others do so
// as well.
const TopicNews = "news"

// maxTopics is how many topics one page may watch.
const maxTopics = 8

// watcher is one open page.
type watcher struct {
	*socket
	locale string
	topics []topic
	who    []app.ID
	// followed are further statements, which the page shows nothing of but that there is
	// news.
	followed []app.ID
	// By which they came.
	session, token app.ID

	guard      sync.Mutex
	actor      app.Actor
	newsDue    bool
	seen, head map[app.ID]int64 // activity of each statement: shown, and known of
	refreshing bool
}

// topic is one thing a page watches.
type topic struct {
	name      string
	statement app.ID
}

func (w *watcher) wire() *socket { return w.socket }

func (w *watcher) seats() []Seat {
	seats := make([]Seat, len(w.who))
	for i, p := range w.who {
		seats[i] = w.seatOf(p)
	}
	return seats
}

func (w *watcher) seatOf(persona app.ID) Seat {
	return Seat{Persona: persona, Session: w.session, Token: w.token}
}

// stand ends the page's connection once any of its memberships permits reading
// no longer, and lets the next fragments be rendered for those that stand. A page that
// shows nothing of any group may come back with those that are left.
func (w *watcher) stand(now Standings) {
	w.guard.Lock()
	defer w.guard.Unlock()
	for _, p := range w.who {
		if now.Over[w.seatOf(p)] {
			w.dismiss(closeSignIn, w.seatOf(p).isOver())
			return
		}
		if m, ok := now.Members[w.seatOf(p)]; !ok || !m.May(app.Read) {
			if len(w.topics) == 0 {
				w.dismiss(closeBusy, retryReason(2*time.Second))
			} else {
				w.dismiss(closeForbidden, "error.live.ended")
			}
			return
		}
	}
	memberships := slices.Clone(w.actor.Memberships)
	for i, m := range memberships {
		if known, ok := now.Members[w.seatOf(m.Persona)]; ok {
			memberships[i] = known
		}
	}
	w.actor.Memberships = memberships
}

// servePages lets a page's connection in, or says why not.
func (h *Hub) servePages(w http.ResponseWriter, r *http.Request) {
	defer h.recovered()
	s, actor := h.welcome(w, r, websocket.TextMessage)
	if s == nil {
		return
	}
	if err := h.watch(s, actor, r); err != nil {
		s.refuse(err)
	}
}

// watch admits a page to each of its topics and has it listen. An error means
// that it was not let in.
func (h *Hub) watch(s *socket, actor app.Actor, r *http.Request) error {
	query := r.URL.Query()
	w := &watcher{
		socket: s, actor: actor, locale: query.Get("lang"), session: actor.Session, token: actor.Token,
		seen: map[app.ID]int64{}, head: map[app.ID]int64{},
	}
	err := w.admit(strings.Split(query.Get("watch"), ","))
	if err != nil {
		return err
	}
	if w.followed, err = h.pages.Followed(w.ctx, actor); err != nil {
		return err
	}
	if err := w.begin(query.Get("after")); err != nil {
		return err
	}
	if err := h.enter(w); err != nil {
		return err
	}
	h.spawn(w.stay)
	return nil
}

// stay keeps a page's connection until it closes.
func (w *watcher) stay() {
	defer w.hub.leave(w)
	w.hub.follow(w, 1)
	defer w.hub.follow(w, -1)
	w.refresh()
	w.ws.SetReadLimit(1024)
	_ = w.expectMore()
	w.drain()
}

// admit asks for each topic by which membership it may be read.
func (w *watcher) admit(names []string) error {
	if len(names) > maxTopics {
		return app.NotFound()
	}
	for _, name := range names {
		if name == TopicNews {
			if err := w.admitAll(); err != nil {
				return err
			}
			continue
		}
		statement, m, err := w.hub.pages.Watch(w.ctx, w.actor, name)
		if err != nil {
			return err
		}
		w.topics = append(w.topics, topic{name, statement})
		if !slices.Contains(w.who, m.Persona) {
			w.who = append(w.who, m.Persona)
		}
	}
	return nil
}

// admitAll lets a page watch what is new in all groups that the actor may read in.
func (w *watcher) admitAll() error {
	for _, m := range w.actor.Memberships {
		if m.May(app.Read) && !slices.Contains(w.who, m.Persona) {
			w.who = append(w.who, m.Persona)
		}
	}
	if len(w.who) == 0 {
		return app.NotFound()
	}
	return nil
}

// begin finds where the page's statements stand. The page has shown what came
// before after; one that doesn't say is taken to be up to date.
func (w *watcher) begin(after string) error {
	heads, err := w.hub.pages.Head(w.ctx, w.statements())
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(after, 10, 64)
	for statement, head := range heads {
		w.head[statement], w.seen[statement] = head, head
		if err == nil && n >= 0 && w.shows(statement) {
			w.seen[statement] = min(n, head)
		}
	}
	w.newsDue = true // what came since the page was made
	return nil
}

// shows reports whether the page shows something of a statement.
func (w *watcher) shows(statement app.ID) bool {
	return slices.ContainsFunc(w.topics, func(t topic) bool { return t.statement == statement })
}

func (w *watcher) statements() []app.ID {
	var ids []app.ID
	for _, t := range w.topics {
		if !slices.Contains(ids, t.statement) {
			ids = append(ids, t.statement)
		}
	}
	for _, statement := range w.followed {
		if !slices.Contains(ids, statement) {
			ids = append(ids, statement)
		}
	}
	return ids
}

// follow counts the page in or out for each of its statements.
func (h *Hub) follow(w *watcher, delta int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, statement := range w.statements() {
		if delta > 0 {
			h.line.Follow(statement)
		} else {
			h.line.Unfollow(statement)
		}
		if h.watched[statement] += delta; h.watched[statement] == 0 {
			delete(h.watched, statement)
		}
	}
}

// followPages looks where the watched statements stand, in one query, for what
// no hint told.
func (h *Hub) followPages(ctx context.Context) {
	h.mu.Lock()
	statements := slices.Collect(maps.Keys(h.watched))
	h.mu.Unlock()
	if len(statements) == 0 {
		return
	}
	heads, err := h.pages.Head(ctx, statements)
	if err != nil {
		h.logger.Warn("activity unknown, pages wait", "err", err)
		return
	}
	h.wakePages(heads)
}

func (h *Hub) wakePages(heads map[app.ID]int64) {
	for _, g := range h.everyGuest() {
		if w, ok := g.(*watcher); ok {
			w.hear(heads)
		}
	}
}

func (w *watcher) hear(heads map[app.ID]int64) {
	w.guard.Lock()
	for statement, seen := range w.head {
		w.head[statement] = max(seen, heads[statement])
	}
	w.guard.Unlock()
	w.refresh()
}

// refresh brings the page up to date, in a goroutine that exists only while
// there is something to show.
func (w *watcher) refresh() {
	w.guard.Lock()
	defer w.guard.Unlock()
	if w.refreshing || !w.isBehind() {
		return
	}
	w.refreshing = true
	w.hub.spawn(w.showAll)
}

func (w *watcher) showAll() {
	for {
		if err := w.show(); !w.goOn(err) {
			return
		}
	}
}

// goOn reports whether there is more to show. After a failure the next look at
// the activity tries again.
func (w *watcher) goOn(err error) bool {
	if err != nil {
		w.fail(err)
	}
	w.guard.Lock()
	defer w.guard.Unlock()
	w.refreshing = err == nil && w.isBehind()
	return w.refreshing
}

func (w *watcher) isBehind() bool {
	if w.newsDue {
		return true
	}
	for statement, head := range w.head {
		if w.seen[statement] < head {
			return true
		}
	}
	return false
}

// show sends what the page lacks.
func (w *watcher) show() error {
	ctx, cancel := context.WithTimeout(w.ctx, w.hub.limits.Lease)
	defer cancel()
	for _, statement := range w.statements() {
		if err := w.showStatement(ctx, statement); err != nil {
			return err
		}
	}
	return w.showNews(ctx)
}

// showNews says how much news there is. It counts what came up to now, so that what comes
// later makes it due again.
func (w *watcher) showNews(ctx context.Context) error {
	w.guard.Lock()
	actor := w.actor
	w.newsDue = false
	w.guard.Unlock()
	news, err := w.hub.pages.News(ctx, actor, w.locale)
	if err == nil && news.ID != "" {
		w.sendFragment(news)
	}
	return err
}

func (w *watcher) fail(err error) {
	if w.ctx.Err() != nil {
		return
	}
	if f := farewellFor(err); f.code != closeBusy {
		w.dismiss(f.code, f.reason)
		return
	}
	w.hub.logger.Warn("page not refreshed", "err", err)
}

func (w *watcher) showStatement(ctx context.Context, statement app.ID) error {
	w.guard.Lock()
	actor, seen, head := w.actor, w.seen[statement], w.head[statement]
	w.guard.Unlock()
	if seen >= head {
		return nil
	}
	if w.shows(statement) {
		if err := w.showTopics(ctx, actor, statement, seen, head); err != nil {
			return err
		}
	}
	w.guard.Lock()
	defer w.guard.Unlock()
	w.seen[statement] = head
	return nil
}

func (w *watcher) showTopics(ctx context.Context, actor app.Actor, statement app.ID, seen, head int64) error {
	for _, t := range w.topics {
		if t.statement != statement {
			continue
		}
		fragments, err := w.hub.pages.Fragments(ctx, actor, w.locale, t.name, seen)
		if err != nil {
			return err
		}
		for _, f := range fragments {
			if f.Seq <= head { // what came since is shown with the next look, in all topics
				w.sendFragment(f)
			}
		}
	}
	w.sendFragment(Fragment{Kind: "seq", Seq: head})
	return nil
}

func (w *watcher) sendFragment(f Fragment) {
	frame, err := json.Marshal(f)
	if err == nil {
		w.send(frame)
	}
}
