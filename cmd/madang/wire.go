package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"madang/app"
	"madang/app/attachment"
	"madang/app/campaign"
	"madang/app/consultation"
	"madang/app/disposition"
	"madang/app/flood"
	"madang/app/identity"
	"madang/app/notice"
	"madang/app/prose"
	"madang/app/search"
	"madang/app/statement"
	"madang/app/thread"
	"madang/app/trace"
	"madang/app/web"
	programview "madang/app/web/view/program"
	"madang/db"
	"madang/realtime"
)

// forum is the whole product, wired. Rooms don't know each other: each says in its
// own words what it needs, and here stands who answers.
//
//	identity.Store  <- db           statement.Draft   <- realtime (draft)
//	statement.Store <- db           thread.Gate       <- statement
//	thread.Store    <- db           thread.Places     <- statement (places)
//	realtime.Log    <- db           thread.Announcer  <- realtime
//	thread.Text     <- realtime (text)
//	search.Store    <- db           search.Draft      <- realtime (draft)
//	consultation.Store <- db        consultation.Statements <- statement (frozen)
//	consultation.Comparer <- campaign (alike)
//	consultation.Inspector <- attachment (inspected)
//	disposition.Store <- db         disposition.Consultations <- consultation (dockets)
//	statement.Answers <- disposition (owed)      identity.Promises <- consultation, disposition (promises)
//	trace.Store, Tally, disclosure.Store <- db    trace.Texts <- statement (traced)
//	trace.Inputs, Dockets <- consultation, disposition (inputs)
//	notice.Gate     <- statement    notice.Clauses    <- statement (places)
//	notice.Store, Letters <- db     notice.Readers <- identity, notice (newsOf)
//	notice.Carrier  <- mailer       notice.FeedStore, VisitStore <- db   notice.People <- identity
//	statement.Brake <- realtime (brake)     statement.Codes <- identity
//	realtime.Doorman <- identity, statement (doorman)
//	realtime.Pages   <- web (pages), by the components its pages are made of
type forum struct {
	db         *db.DB
	secret     []byte
	metrics    *realtime.Metrics
	identity   *identity.Service
	statements *statement.Service
	threads    *thread.Service
	search     *search.Service
	notices    *notice.Service
	post       *notice.Post
	feeds      *notice.Feeds
	visits     *notice.Visits
	hub        *realtime.Hub
	pages      *web.Pages // once there is a server

	consultations *consultation.Service
	answers       *disposition.Service
	traces        *trace.Service
	flood         *flood.Door
	upkeep        db.UpkeepStore
}

// wishes are what serving adds to a forum. The zero value suits a command that
// does one errand.
type wishes struct {
	redisURL string
	limits   realtime.Limits // zero: the defaults
	log      *slog.Logger
	mailer   *mailer // nil: nobody is written to
}

// open opens the database, brings it to this program's schema, and wires the rooms.
func open(ctx context.Context, p place, w wishes) (*forum, error) {
	if w.log == nil {
		w.log = discard
	}
	secret, err := openSecret(p.secretPath())
	if err != nil {
		return nil, err
	}
	broker, err := newBroker(w)
	if err != nil {
		return nil, err
	}
	common, err := newCounter(w)
	if err != nil {
		return nil, err
	}
	database, _, err := migrate(ctx, p)
	if err != nil {
		return nil, err
	}
	f := &forum{db: database, secret: secret, metrics: &realtime.Metrics{}}
	if err := f.compareSecret(ctx, w.log); err != nil {
		return nil, errors.Join(err, database.Close())
	}
	f.wire(broker, common, w)
	return f, nil
}

// migrate opens the database and brings it to this program's schema.
func migrate(ctx context.Context, p place) (database *db.DB, applied int, err error) {
	database, err = db.Open(ctx, db.Config{URL: p.DatabaseURL, Data: p.Data})
	if err != nil {
		return nil, 0, err
	}
	applied, err = database.Migrate(ctx)
	if err != nil {
		return nil, 0, errors.Join(err, database.Close())
	}
	return database, applied, nil
}

func newBroker(w wishes) (realtime.Broker, error) {
	if w.redisURL == "" {
		return realtime.NewMemoryBroker(), nil
	}
	return realtime.NewRedisBroker(w.redisURL, w.log)
}

// newCounter counts what all nodes see together.
func newCounter(w wishes) (flood.Counter, error) {
	if w.redisURL == "" {
		return flood.NewMemory(), nil
	}
	return flood.NewShared(w.redisURL)
}

// compareSecret warns a node whose secret isn't that of the node which came first.
func (f *forum) compareSecret(ctx context.Context, log *slog.Logger) error {
	own := fingerprint(f.secret)
	first, err := f.db.Remember(ctx, "secret", own)
	if err == nil && first != own {
		log.Warn("this node's secret is not that of the forum: return codes made with the one don't work with the other; give every node the same secret file")
	}
	return err
}

// wire lets the rooms know who answers their questions. Realtime and the others ask
// each other; nobody is asked before all are there.
func (f *forum) wire(broker realtime.Broker, common flood.Counter, w wishes) {
	f.upkeep = db.UpkeepStore{DB: f.db}
	f.identity = identity.New(db.IdentityStore{DB: f.db}, f.secret, app.SystemClock)
	f.hub = realtime.New(realtime.Config{
		Log:     db.NewLiveLog(f.db),
		Doorman: doorman{f},
		Pages:   pages{f},
		Broker:  broker,
		Schema:  prose.Table(),
		Limits:  w.limits,
		Logger:  w.log,
		Metrics: f.metrics,
	})
	f.statements = statement.New(db.StatementStore{DB: f.db}, draft{f.hub}, brake{f.hub}, f.identity, app.SystemClock)
	f.threads = thread.New(db.ThreadStore{DB: f.db}, f.statements, places{f.statements}, text{f.hub}, f.hub, f.secret, app.SystemClock)
	f.search = search.New(db.SearchStore{DB: f.db}, draft{f.hub}, app.SystemClock)
	f.flood = flood.New(f.secret, common, flood.Limits{}, app.SystemClock)
	f.consultations = consultation.New(db.ConsultationStore{DB: f.db}, frozen{f.statements}, alike{}, inspected{attachment.NewInspector()}, f.secret, app.SystemClock)
	f.answers = disposition.New(db.DispositionStore{DB: f.db}, dockets{f.consultations}, f.secret, app.SystemClock)
	f.statements.Heed(owed{f.answers})
	f.identity.Mind(promises{f.consultations, f.answers})
	said := inputs{f.consultations, f.answers}
	f.traces = trace.New(db.TraceStore{DB: f.db}, db.DisclosureStore{DB: f.db}, traced{f.statements}, said, said, app.SystemClock)
	// What the ledger counts is fixed with the report, and not by whoever looks first. Where
	// that fails, the first look counts; whoever publishes is told so.
	f.answers.OnPublish(func(ctx context.Context, docket app.ID) error {
		_, err := f.traces.Influence(ctx, docket)
		if err != nil {
			w.log.Error("the influence of a docket isn't counted with its report", "err", err)
		}
		return err
	})
	f.notices = notice.New(db.NoticeStore{DB: f.db}, f.statements, places{f.statements})
	var carrier notice.Carrier
	if w.mailer != nil {
		carrier = w.mailer
	}
	f.post = notice.NewPost(db.NoticeStore{DB: f.db}, newsOf{f}, carrier, f.secret, app.SystemClock)
	f.feeds = notice.NewFeeds(db.NoticeStore{DB: f.db}, f.identity, f.notices, app.SystemClock)
	f.visits = notice.NewVisits(db.NoticeStore{DB: f.db}, f.statements, app.SystemClock)
	f.identity.OnChange(f.hub.Revoked)
	f.statements.OnStep(f.hub.Revoked)
}

// close ends what open began.
func (f *forum) close(ctx context.Context) error {
	return errors.Join(f.hub.Shutdown(ctx), f.db.Close())
}

// doorman answers realtime who comes and what they may.
type doorman struct{ *forum }

func (d doorman) Identify(r *http.Request) (app.Actor, error) {
	if token := web.BearerOf(r.Header); token != "" {
		return d.identity.Bearer(r.Context(), token)
	}
	actor, err := d.identity.Actor(r.Context(), web.SessionOf(r))
	if err == nil && !web.IsMeant(r, d.secret, actor) {
		return app.Actor{}, app.SignIn()
	}
	return actor, err
}

func (d doorman) Admit(ctx context.Context, actor app.Actor, doc app.ID) (app.Membership, error) {
	m, _, err := d.statements.Admit(ctx, actor, doc)
	return m, err
}

func (d doorman) Standings(ctx context.Context, seats []realtime.Seat) (realtime.Standings, error) {
	members, err := d.identity.Standings(ctx, each(seats, func(s realtime.Seat) app.ID { return s.Persona }))
	if err != nil {
		return realtime.Standings{}, err
	}
	stages, err := d.statements.Stages(ctx, each(seats, func(s realtime.Seat) app.ID { return s.Document }))
	if err != nil {
		return realtime.Standings{}, err
	}
	open, err := d.identity.Passes(ctx,
		each(seats, func(s realtime.Seat) app.ID { return s.Session }), each(seats, func(s realtime.Seat) app.ID { return s.Token }))
	if err != nil {
		return realtime.Standings{}, err
	}
	now := realtime.Standings{Members: map[realtime.Seat]app.Membership{}, Over: map[realtime.Seat]bool{}}
	for _, seat := range seats {
		only, isOpen := open[cmp.Or(seat.Session, seat.Token)]
		m, stands := members[seat.Persona]
		switch {
		case !isOpen:
			now.Over[seat] = true
		case stands:
			m.Only = only
			now.Members[seat] = m.At(stages[seat.Document])
		}
	}
	return now, nil
}

// each are the ids that seats have, each once.
func each(seats []realtime.Seat, of func(realtime.Seat) app.ID) []app.ID {
	var ids []app.ID
	for _, seat := range seats {
		if id := of(seat); id != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// protocol tells people who write programs how realtime speaks.
func protocol(l realtime.Limits) programview.Protocol {
	told := programview.Protocol{Refusals: realtime.Refusals, Limits: programview.Limits{
		Frame: l.Frame, FirstReply: l.FirstReply, Text: l.Text, Rate: l.Rate, Burst: l.Burst, Sockets: l.Sockets,
		FirstMessage: l.FirstMessage, Ping: l.Ping, Lease: l.Lease,
	}}
	for _, m := range realtime.Messages {
		told.Messages = append(told.Messages, programview.Message(m))
	}
	for _, c := range realtime.Closings {
		told.Closings = append(told.Closings, programview.Closing(c))
	}
	return told
}

// pages answers realtime what changed on pages people have open.
type pages struct{ *forum }

func (p pages) Watch(ctx context.Context, actor app.Actor, topic string) (app.ID, app.Membership, error) {
	return p.pages.Watch(ctx, actor, topic)
}

func (p pages) Head(ctx context.Context, statements []app.ID) (map[app.ID]int64, error) {
	return p.threads.Heads(ctx, statements)
}

func (p pages) Fragments(ctx context.Context, actor app.Actor, locale, topic string, after int64) ([]realtime.Fragment, error) {
	drawn, err := p.pages.Fragments(ctx, actor, locale, topic, after)
	fragments := make([]realtime.Fragment, len(drawn))
	for i, f := range drawn {
		fragments[i] = realtime.Fragment(f)
	}
	return fragments, err
}

func (p pages) Followed(ctx context.Context, actor app.Actor) ([]app.ID, error) {
	return p.pages.Followed(ctx, actor)
}

func (p pages) News(ctx context.Context, actor app.Actor, locale string) (realtime.Fragment, error) {
	drawn, err := p.pages.News(ctx, actor, locale)
	return realtime.Fragment(drawn), err
}

// draft answers statement and search for the live text.
type draft struct{ hub *realtime.Hub }

func (d draft) Begin(ctx context.Context, by app.Membership, doc app.ID, first prose.Doc) (statement.Text, error) {
	text, err := d.hub.Begin(ctx, by, doc, first)
	return statement.Text(text), err
}

func (d draft) Read(ctx context.Context, doc app.ID) (statement.Text, error) {
	text, err := d.hub.Read(ctx, doc)
	return statement.Text(text), err
}

func (d draft) At(ctx context.Context, doc app.ID, head app.LiveHead) (statement.Text, error) {
	text, err := d.hub.At(ctx, doc, head)
	return statement.Text(text), err
}

func (d draft) Edit(ctx context.Context, by app.Membership, doc, id app.ID, edits []prose.Edit) (statement.Edited, error) {
	return d.Credit(ctx, by, doc, id, edits, nil)
}

func (d draft) Credit(ctx context.Context, by app.Membership, doc, id app.ID, edits []prose.Edit, authors [][]app.LiveAuthored) (statement.Edited, error) {
	edited, err := d.hub.Edit(ctx, by, doc, id, edits, authors...)
	return statement.Edited{Text: statement.Text(edited.Text), Conflicts: edited.Conflicts, Merged: edited.Merged}, err
}

func (d draft) Authors(ctx context.Context, doc app.ID) (statement.Text, [][]app.LiveAuthored, error) {
	text, authors, err := d.hub.Authors(ctx, doc)
	return statement.Text(text), authors, err
}

// Words answers search what a live text says.
func (d draft) Words(ctx context.Context, doc app.ID) ([]search.Words, app.LiveHead, error) {
	text, err := d.hub.Read(ctx, doc)
	words := make([]search.Words, len(text.Doc.Blocks))
	for i, block := range text.Doc.Blocks {
		words[i] = search.Words{CID: block.CID, Text: block.PlainText()}
	}
	return words, app.LiveHead{Epoch: text.Epoch, Seq: text.Seq}, err
}

// brake answers statement for changes of the live text that are held.
type brake struct{ hub *realtime.Hub }

func (b brake) Release(ctx context.Context, by app.Membership, held app.LiveHold) error {
	return b.hub.Release(ctx, by, held)
}

func (brake) Compare(held app.LiveHold) (before, after prose.Doc, err error) {
	return realtime.HeldTexts(held)
}

func (brake) Words(update []byte) []string { return realtime.WordsOf(update) }

// places answers thread and notice which clauses a statement has.
type places struct{ statements *statement.Service }

func (p places) Places(ctx context.Context, on app.ID) ([]thread.Place, error) {
	found, err := p.statements.Places(ctx, on)
	list := make([]thread.Place, len(found))
	for i, place := range found {
		list[i] = thread.Place(place)
	}
	return list, err
}

// HasClause answers notice.
func (p places) HasClause(ctx context.Context, statement app.ID, cid string) (bool, error) {
	found, err := p.statements.Places(ctx, statement)
	for _, place := range found {
		if place.CID == cid {
			return true, nil
		}
	}
	return false, err
}

func (p places) Relatives(ctx context.Context, on app.ID) (map[string][]string, error) {
	return p.statements.Relatives(ctx, on)
}

// text answers thread what a statement says, and where words of it went.
type text struct{ hub *realtime.Hub }

func (t text) Anchor(ctx context.Context, on app.ID, choose func(prose.Doc) (prose.Anchor, error)) (prose.Anchor, error) {
	return t.hub.Anchor(ctx, on, choose)
}

func (t text) Follow(ctx context.Context, on app.ID, anchors []prose.Anchor) (prose.Doc, []prose.Live, error) {
	read, live, err := t.hub.Follow(ctx, on, anchors)
	return read.Doc, live, err
}

// newsOf answers notice what there is to tell somebody by letter.
type newsOf struct{ *forum }

func (n newsOf) News(ctx context.Context, account app.ID, since time.Time, withSensitive bool) (int, error) {
	actor, err := n.identity.Of(ctx, account)
	if err != nil {
		return 0, err
	}
	page, err := n.notices.List(ctx, notice.Outside(actor, withSensitive), "")
	count := 0
	for _, news := range page.Notices {
		if news.IsUnread && !news.At.Before(since) {
			count++
		}
	}
	return count, err
}

// inspected answers consultation what a file is.
type inspected struct{ *attachment.Inspector }

func (i inspected) Inspect(ctx context.Context, f consultation.NewFile) (consultation.FileText, []byte, error) {
	found, err := i.Inspector.Inspect(ctx, f.Name, f.Content)
	text := consultation.FileText{Name: found.Name, Format: consultation.Format(found.Format), Width: found.Width, Height: found.Height}
	for _, remark := range found.Remarks {
		text.Remarks = append(text.Remarks, consultation.Remark(remark))
	}
	return text, found.Content, err
}

// alike answers consultation which texts many sent.
type alike struct{}

func (alike) Index() consultation.Index { return sortedTexts{campaign.NewIndex()} }

func (alike) Passages(template, member string) []consultation.Passage {
	found := campaign.Passages(template, member)
	list := make([]consultation.Passage, len(found))
	for i, p := range found {
		list[i] = consultation.Passage(p)
	}
	return list
}

type sortedTexts struct{ *campaign.Index }

func (x sortedTexts) Campaigns() [][]app.ID {
	var list [][]app.ID
	for _, c := range x.Index.Campaigns() {
		list = append(list, append([]app.ID{c.Template}, c.Members...))
	}
	return list
}

// frozen answers consultation what is put before the public.
type frozen struct{ statements *statement.Service }

func (f frozen) GroupOf(ctx context.Context, actor app.Actor, id app.ID) (app.ID, error) {
	found, _, err := f.statements.Find(ctx, actor, id)
	return found.Group, err
}

func (f frozen) Version(ctx context.Context, actor app.Actor, of app.ID, no int) (consultation.FrozenText, error) {
	view, err := f.statements.Version(ctx, actor, of, no)
	return frozenText(view.Version, view.VersionText), err
}

func (f frozen) Frozen(ctx context.Context, version app.ID) (consultation.FrozenText, error) {
	v, text, err := f.statements.Frozen(ctx, version)
	return frozenText(v, text), err
}

func frozenText(v statement.Version, text statement.VersionText) consultation.FrozenText {
	return consultation.FrozenText{
		Frozen: consultation.Frozen{Version: v.ID, Statement: v.Statement, No: v.No, Title: v.Title, Lang: v.Lang},
		Doc:    text.Doc, Gaps: text.Gaps(),
	}
}
