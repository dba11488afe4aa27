package db_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madang/app"
	"madang/db"
	"madang/db/dbtest"
)

// document begins a live document of Dani's.
func document(t *testing.T, f *dbtest.Forum, log *db.LiveLog) app.ID {
	t.Helper()
	doc := app.NewID()
	first := changeBy(f, f.Dani, "first")
	first.Drawn = []uint64{1}
	if head, err := log.Create(t.Context(), doc, first); err != nil || head != (app.LiveHead{Epoch: 1, Seq: 1}) {
		t.Fatalf("%+v, %v", head, err)
	}
	return doc
}

func headOf(t *testing.T, log *db.LiveLog, doc app.ID) int64 {
	t.Helper()
	heads, err := log.Heads(t.Context(), []app.ID{doc})
	if err != nil {
		t.Fatal(err)
	}
	return heads[doc].Seq
}

func changeBy(f *dbtest.Forum, who app.Actor, update string) app.LiveChange {
	return app.LiveChange{
		By: f.Membership(who).Standing(), At: f.Clock.Now(), Update: []byte(update),
		Clauses: []string{"c0123456789", "cabcdefghij"}, Added: len(update),
	}
}

func texts(updates []app.LiveUpdate) []string {
	var list []string
	for _, u := range updates {
		list = append(list, fmt.Sprintf("%d %s", u.Seq, u.Update))
	}
	return list
}

func TestWhatIsAppendedIsLoadedInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log := db.NewLiveLog(f.DB)
		doc := document(t, f, log)
		second, third := changeBy(f, f.Eun, "둘째"), changeBy(f, f.Dani, "third")
		second.Clients = []uint64{1<<53 - 1}
		second.Authored = []app.LiveRun{{Client: 1<<53 - 1, Clock: 4, Length: 2, Persona: f.Membership(f.Dani).Persona}}
		commit, err := log.Append(t.Context(), doc, 1, []app.LiveChange{second, third})
		if err != nil || commit.Head.Seq != 3 || commit.Refused[0] != nil || commit.Refused[1] != nil {
			t.Fatalf("%+v, %v", commit, err)
		}
		stored, err := log.Load(t.Context(), doc)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(texts(stored.Tail), ", "); got != "1 first, 2 둘째, 3 third" {
			t.Errorf("loaded %s", got)
		}
		if stored.Clients[1] != f.Membership(f.Dani).Persona || stored.Clients[1<<53-1] != f.Membership(f.Eun).Persona {
			t.Errorf("clients %v", stored.Clients)
		}
		if !slices.Equal(stored.Runs, second.Authored) {
			t.Errorf("runs %v", stored.Runs)
		}
		since, err := log.Since(t.Context(), doc, 1, 1)
		if err != nil || len(since) != 2 {
			t.Errorf("%v, %v", texts(since), err)
		}
		_, err = log.Since(t.Context(), doc, 2, 1)
		wantCode(t, err, "live.epoch")
		_, err = log.Append(t.Context(), doc, 2, []app.LiveChange{third})
		wantCode(t, err, "live.epoch")
		_, err = log.Create(t.Context(), doc, third)
		wantCode(t, err, "live.exists")
		_, err = log.Load(t.Context(), app.NewID())
		wantCode(t, err, "not_found")
	})
}

func TestAChangeOfARevokedRoleIsRefusedAndTheOthersCommit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log := db.NewLiveLog(f.DB)
		doc := document(t, f, log)
		before := changeBy(f, f.Eun, "by an editor")
		f.SetRole(f.Chioma, f.Eun, app.RoleMember)
		commit, err := log.Append(t.Context(), doc, 1, []app.LiveChange{changeBy(f, f.Dani, "a"), before, changeBy(f, f.Dani, "b")})
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, commit.Refused[1], "role.changed")
		updates, err := log.Since(t.Context(), doc, 1, 1)
		if err != nil || strings.Join(texts(updates), ", ") != "2 a, 3 b" || commit.Head.Seq != 3 {
			t.Errorf("%v, %v, head %v", texts(updates), err, commit.Head)
		}
	})
}

func TestAnEditSentAgainIsCommittedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log := db.NewLiveLog(f.DB)
		doc, other := document(t, f, log), document(t, f, log)
		dani, eun := f.Membership(f.Dani).Persona, f.Membership(f.Eun).Persona
		edit := changeBy(f, f.Dani, "edit")
		edit.Edit = app.NewID()
		if done, err := log.IsDone(t.Context(), doc, edit.Edit, dani); done || err != nil {
			t.Fatalf("%v before it was made, %v", done, err)
		}
		theirs := changeBy(f, f.Eun, "with an id of somebody else's")
		theirs.Edit = edit.Edit
		commit, err := log.Append(t.Context(), doc, 1, []app.LiveChange{edit, edit, theirs, changeBy(f, f.Eun, "typed")})
		if err != nil || commit.Head.Seq != 3 {
			t.Fatalf("%+v, %v", commit, err)
		}
		wantCode(t, commit.Refused[1], "live.repeated")
		wantCode(t, commit.Refused[2], "id.taken")
		if done, err := log.IsDone(t.Context(), doc, edit.Edit, dani); !done || err != nil {
			t.Errorf("%v after it was made, %v", done, err)
		}
		_, err = log.IsDone(t.Context(), doc, edit.Edit, eun)
		wantCode(t, err, "id.taken")
		if done, err := log.IsDone(t.Context(), other, edit.Edit, dani); done || err != nil {
			t.Errorf("%v in another document, %v", done, err)
		}
	})
}

func TestAChangeThatWantsToComeRightBehindAnotherDoesOrIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log := db.NewLiveLog(f.DB)
		doc := document(t, f, log)
		upon := func(text string, seq int64) app.LiveChange {
			change := changeBy(f, f.Dani, text)
			change.Upon = seq
			return change
		}
		commit, err := log.Append(t.Context(), doc, 1, []app.LiveChange{upon("a", 1), upon("b", 1), upon("c", 2), changeBy(f, f.Dani, "d")})
		if err != nil || commit.Head.Seq != 4 {
			t.Fatalf("%+v, %v", commit, err)
		}
		wantCode(t, commit.Refused[1], "live.moved")
		updates, err := log.Since(t.Context(), doc, 1, 1)
		if err != nil || strings.Join(texts(updates), ", ") != "2 a, 3 c, 4 d" {
			t.Errorf("%v, %v", texts(updates), err)
		}
	})
}

// Two nodes append for Eun while Chioma takes the role away, at a moment that chance
// chooses. What committed did so before the role was gone: afterwards the document
// grows no more. MADANG_REVOCATIONS=N races N times on each database instead of 25.
// Programs of two builds work on one database while nodes are restarted one by one.
func TestTheOlderProgramCommitsNothingUponATextOfTheNewer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log := db.NewLiveLog(f.DB)
		doc := document(t, f, log)
		newer, older := changeBy(f, f.Dani, "newer"), changeBy(f, f.Dani, "older")
		newer.Schema, newer.Knows, older.Knows = 2, 3, 1
		for _, c := range []app.LiveChange{older, newer} {
			if _, err := log.Append(t.Context(), doc, 1, []app.LiveChange{c}); err != nil {
				t.Fatal(err)
			}
		}
		_, err := log.Append(t.Context(), doc, 1, []app.LiveChange{older})
		wantCode(t, err, "live.newer")
		older.Knows = 2
		if _, err := log.Append(t.Context(), doc, 1, []app.LiveChange{older}); err != nil {
			t.Errorf("a program that knows enough is refused: %v", err)
		}
		stored, err := log.Load(t.Context(), doc)
		if err != nil || stored.Schema != 2 || stored.Head.Seq != 4 {
			t.Errorf("%+v, %v", stored, err)
		}
		since, err := log.Since(t.Context(), doc, 1, 1)
		if err != nil || since[0].Schema != 1 || since[1].Schema != 2 || since[2].Schema != 1 {
			t.Errorf("%+v, %v", since, err)
		}
	})
}

func TestNothingOfARevokedRoleCommitsLate(t *testing.T) {
	races := revocations(t)
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		nodes := []*db.LiveLog{db.NewLiveLog(f.DB), db.NewLiveLog(f.Another())}
		doc := document(t, f, nodes[0])
		committed, refused := 0, 0
		for race := range races {
			f.Eun = f.Refresh(f.Eun)
			before, after := revoke(t, f, nodes, doc)
			committed, refused = committed+before, refused+after
			if t.Failed() {
				t.Fatalf("race %d", race)
			}
			f.SetRole(f.Chioma, f.Eun, app.RoleEditor)
		}
		t.Logf("%d races: %d changes committed in time, %d were refused", races, committed, refused)
		if committed == 0 || refused == 0 {
			t.Errorf("no race: %d changes committed, %d were refused", committed, refused)
		}
	})
}

func revocations(t *testing.T) int {
	t.Helper()
	value := os.Getenv("MADANG_REVOCATIONS")
	if value == "" {
		return 25
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		t.Fatalf("MADANG_REVOCATIONS: %v", err)
	}
	return n
}

// revoke runs one race and counts the changes that committed and those that didn't.
func revoke(t *testing.T, f *dbtest.Forum, nodes []*db.LiveLog, doc app.ID) (committed, refused int) {
	t.Helper()
	change := changeBy(f, f.Eun, "by an editor")
	var done atomic.Int64
	var wait sync.WaitGroup
	var mu sync.Mutex
	for _, log := range nodes {
		wait.Go(func() {
			for denied, tries := 0, 0; denied < 2 && tries < 5000; tries++ {
				commit, err := log.Append(t.Context(), doc, 1, []app.LiveChange{change})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if commit.Refused[0] == nil {
					committed++
				} else {
					wantCode(t, commit.Refused[0], "role.changed")
					refused, denied = refused+1, denied+1
				}
				mu.Unlock()
				done.Add(1)
			}
		})
	}
	for moment := int64(rand.IntN(12)); done.Load() < moment && !t.Failed(); {
		runtime.Gosched()
	}
	f.SetRole(f.Chioma, f.Eun, app.RoleMember)
	last := headOf(t, nodes[0], doc)
	wait.Wait()
	if now := headOf(t, nodes[1], doc); now != last {
		t.Errorf("%d changes committed after the role was gone", now-last)
	}
	return committed, refused
}

func TestAClientIDBelongsToOnePersona(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log := db.NewLiveLog(f.DB)
		doc := document(t, f, log)
		danis, euns := changeBy(f, f.Dani, "mine"), changeBy(f, f.Eun, "not mine")
		danis.Clients, euns.Clients = []uint64{7}, []uint64{7, 8}
		again := changeBy(f, f.Dani, "drawn twice")
		again.Drawn = []uint64{7}
		commit, err := log.Append(t.Context(), doc, 1, []app.LiveChange{danis, euns, again})
		if err != nil || commit.Refused[0] != nil {
			t.Fatalf("%+v, %v", commit, err)
		}
		wantCode(t, commit.Refused[1], "live.client_foreign")
		wantCode(t, commit.Refused[2], "live.client_foreign")
		clients, _, err := log.Authors(t.Context(), doc, 1)
		if err != nil || clients[8] != "" || clients[7] != f.Membership(f.Dani).Persona {
			t.Errorf("%v, %v", clients, err)
		}
	})
}

func TestAPersonaCannotUseUpClientIDs(t *testing.T) {
	f := dbtest.OnSQLite(t)
	log := db.NewLiveLog(f.DB)
	doc := document(t, f, log)
	greedy := changeBy(f, f.Eun, "greedy")
	for client := range uint64(100) {
		greedy.Clients = append(greedy.Clients, 1000+client)
	}
	commit, err := log.Append(t.Context(), doc, 1, []app.LiveChange{greedy})
	if err != nil || commit.Refused[0] != nil {
		t.Fatalf("%+v, %v", commit, err)
	}
	more := changeBy(f, f.Eun, "more")
	more.Clients = []uint64{5000}
	commit, err = log.Append(t.Context(), doc, 1, []app.LiveChange{more})
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, commit.Refused[0], "live.clients")
	f.Clock.Advance(24 * time.Hour)
	more.At = f.Clock.Now()
	if commit, err = log.Append(t.Context(), doc, 1, []app.LiveChange{more}); err != nil || commit.Refused[0] != nil {
		t.Errorf("the next day: %+v, %v", commit, err)
	}
}

func TestNodesNumberTheirUpdatesWithoutAGap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		nodes := []*db.LiveLog{db.NewLiveLog(f.DB), db.NewLiveLog(f.Another())}
		docs := []app.ID{document(t, f, nodes[0]), document(t, f, nodes[0]), document(t, f, nodes[0])}
		const writers, each = 6, 20
		var wait sync.WaitGroup
		for writer := range writers {
			wait.Go(func() {
				for n := range each {
					doc := docs[(writer+n)%len(docs)]
					change := changeBy(f, f.Dani, fmt.Sprintf("%d.%d", writer, n))
					if commit, err := nodes[writer%2].Append(t.Context(), doc, 1, []app.LiveChange{change}); err != nil || commit.Refused[0] != nil {
						t.Errorf("%+v, %v", commit, err)
					}
				}
			})
		}
		wait.Wait()
		seen := map[string]bool{}
		for _, doc := range docs {
			stored, err := nodes[1].Load(t.Context(), doc)
			if err != nil {
				t.Fatal(err)
			}
			for i, u := range stored.Tail {
				if u.Seq != int64(i+1) {
					t.Errorf("number %d is at place %d", u.Seq, i+1)
				}
				seen[string(u.Update)] = true
			}
			if stored.Head.Seq != int64(len(stored.Tail)) {
				t.Errorf("head %d after %d updates", stored.Head.Seq, len(stored.Tail))
			}
		}
		if len(seen) != writers*each+1 {
			t.Errorf("%d different updates were kept, want %d", len(seen), writers*each+1)
		}
	})
}

func TestCompactionDropsBytesAndKeepsWhoChangedWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log := db.NewLiveLog(f.DB)
		doc := document(t, f, log)
		f.Clock.Advance(48 * time.Hour)
		if _, err := log.Append(t.Context(), doc, 1, []app.LiveChange{changeBy(f, f.Eun, "recent"), changeBy(f, f.Eun, "after")}); err != nil {
			t.Fatal(err)
		}
		head := app.LiveHead{Epoch: 1, Seq: 2}
		if err := log.Compact(t.Context(), doc, head, []byte("state of two"), f.Clock.Now().Add(-24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		stored, err := log.Load(t.Context(), doc)
		if err != nil || string(stored.State) != "state of two" || strings.Join(texts(stored.Tail), "") != "3 after" {
			t.Errorf("%q, %v, %v", stored.State, texts(stored.Tail), err)
		}
		if recent, err := log.Since(t.Context(), doc, 1, 1); err != nil || len(recent) != 2 {
			t.Errorf("a follower that is a little behind got %v, %v", texts(recent), err)
		}
		_, err = log.Since(t.Context(), doc, 1, 0)
		wantCode(t, err, "live.epoch")

		if err := log.Compact(t.Context(), doc, app.LiveHead{Epoch: 1, Seq: 1}, []byte("an older state"), f.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		if stored, err = log.Load(t.Context(), doc); err != nil || string(stored.State) != "state of two" {
			t.Errorf("an older state took over: %q, %v", stored.State, err)
		}
		var kept int
		if err := f.Raw().Get(&kept, `SELECT COUNT(*) FROM live_updates WHERE document_id = $1 AND clauses = 'c0123456789 cabcdefghij' AND added > 0 AND persona_id <> ''`, doc); err != nil || kept != 3 {
			t.Errorf("%d rows tell who changed what (%v)", kept, err)
		}
	})
}

func TestRefusedUpdatesAreKeptForThirtyDays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log := db.NewLiveLog(f.DB)
		doc := document(t, f, log)
		refuse := func(code string) {
			refusal := app.LiveRefusal{Document: doc, Persona: f.Membership(f.Dani).Persona, At: f.Clock.Now(), Code: code, Update: []byte("refused")}
			if err := log.Quarantine(t.Context(), refusal); err != nil {
				t.Fatal(err)
			}
		}
		refuse("live.schema")
		f.Clock.Advance(29 * 24 * time.Hour)
		refuse("live.clock")
		f.Clock.Advance(2 * 24 * time.Hour)
		refuse("live.large")
		var codes []string
		if err := f.Raw().Select(&codes, `SELECT code FROM live_refusals ORDER BY at`); err != nil || !slices.Equal(codes, []string{"live.clock", "live.large"}) {
			t.Errorf("%v, %v", codes, err)
		}
		store := db.StatementStore{DB: f.DB}
		edits, err := store.RefusedEdits(t.Context(), doc, f.Membership(f.Dani).Persona, f.Clock.Now().Add(-24*time.Hour), 9)
		if err != nil || len(edits) != 1 || edits[0].Name != "Dani" || edits[0].Code != "live.large" || string(edits[0].Update) != "refused" {
			t.Errorf("%+v, %v", edits, err)
		}
		if edits, err = store.RefusedEdits(t.Context(), doc, f.Membership(f.Eun).Persona, time.Time{}, 9); err != nil || len(edits) > 0 {
			t.Errorf("somebody else is shown %+v, %v", edits, err)
		}
		if edits, err = store.RefusedEdits(t.Context(), doc, "", time.Time{}, 1); err != nil || len(edits) != 1 {
			t.Errorf("of all, one was asked for: %+v, %v", edits, err)
		}
	})
}

func TestWhatWasAppendedSurvivesANewConnection(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		doc := document(t, f, db.NewLiveLog(f.DB))
		stored, err := db.NewLiveLog(f.Another()).Load(t.Context(), doc)
		if err != nil || len(stored.Tail) != 1 {
			t.Errorf("%v, %v", texts(stored.Tail), err)
		}
	})
}

func BenchmarkLogAppend(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *dbtest.Forum{"SQLite": dbtest.OnSQLite, "PostgreSQL": dbtest.OnPostgres} {
		for _, writers := range []int{1, 8} {
			b.Run(fmt.Sprintf("%s/%d", name, writers), func(b *testing.B) {
				f := open(b)
				log := db.NewLiveLog(f.DB)
				doc := app.NewID()
				change := changeBy(f, f.Dani, strings.Repeat("x", 40))
				if _, err := log.Create(b.Context(), doc, change); err != nil {
					b.Fatal(err)
				}
				b.SetParallelism(writers)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if _, err := log.Append(b.Context(), doc, 1, []app.LiveChange{change}); err != nil {
							b.Error(err)
						}
					}
				})
			})
		}
	}
}

func TestADocumentIsLoadedWhileAnotherNodeCompactsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		log, other := db.NewLiveLog(f.DB), db.NewLiveLog(f.Another())
		doc := document(t, f, log)
		done := make(chan struct{})
		var compacting sync.WaitGroup
		compacting.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				change := changeBy(f, f.Dani, "more")
				commit, err := other.Append(context.Background(), doc, 1, []app.LiveChange{change, change, change})
				if err == nil {
					err = other.Compact(context.Background(), doc, commit.Head, []byte("state"), change.At.Add(time.Hour))
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
		for range 300 {
			if _, err := log.Load(t.Context(), doc); err != nil {
				t.Error(err)
				break
			}
		}
		close(done)
		compacting.Wait()
	})
}
