package db_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/app"
	"madang/app/identity"
	"madang/app/prose"
	"madang/app/search"
	"madang/app/thread"
	"madang/db"
	"madang/db/dbtest"
)

// paper is a live text that stands in for the real one.
type paper struct {
	mu    sync.Mutex
	words []search.Words
	head  app.LiveHead
}

func (p *paper) Words(context.Context, app.ID) ([]search.Words, app.LiveHead, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.words), p.head, nil
}

// library is a desk in a forum that can be searched.
type library struct {
	desk
	*search.Service
	paper *paper
}

func newLibrary(t testing.TB, f *dbtest.Forum) library {
	t.Helper()
	l := library{desk: newDesk(t, f), paper: &paper{}}
	l.Service = search.New(db.SearchStore{DB: f.DB}, l.paper, f.Clock.Now)
	if _, err := f.Raw().Exec(`INSERT INTO documents (id, epoch, seq, created_at) VALUES ($1, 1, 0, 0)`, l.statement); err != nil {
		t.Fatal(err)
	}
	return l
}

func eachLibrary(t *testing.T, test func(t *testing.T, l library)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) { test(t, newLibrary(t, f)) })
}

// write gives the live text other words, as a commit does.
func (l library) write(t testing.TB, words ...search.Words) {
	t.Helper()
	l.paper.mu.Lock()
	defer l.paper.mu.Unlock()
	l.paper.words = words
	l.paper.head = app.LiveHead{Epoch: 1, Seq: l.paper.head.Seq + 1}
	if _, err := l.Raw().Exec(`UPDATE documents SET seq = $1 WHERE id = $2`, l.paper.head.Seq, l.statement); err != nil {
		t.Fatal(err)
	}
}

func (l library) look(t testing.TB) {
	t.Helper()
	if err := l.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// all are the hits of all pages.
func (l library) all(t testing.TB, who app.Actor, w search.Wish) []search.Hit {
	t.Helper()
	var hits []search.Hit
	for {
		page, err := l.Find(t.Context(), who, w)
		if err != nil {
			t.Fatal(err)
		}
		hits = append(hits, page.Hits...)
		if w.After = page.Next; page.Next == "" {
			return hits
		}
	}
}

func (l library) finds(t testing.TB, who app.Actor, text string) []string {
	t.Helper()
	var bodies []string
	for _, hit := range l.all(t, who, search.Wish{Text: text}) {
		bodies = append(bodies, hit.Body)
	}
	slices.Sort(bodies)
	return bodies
}

var vocabulary = strings.Fields("인권 권리 인간의 존엄은 누구나 가진다 북한 이산가족 상봉 human rights RIGHTS Rightly dignity of the separated families UN결의 제17조 conscience a 1 17")

func randomWords(random *rand.Rand) string {
	words := make([]string, 1+random.IntN(8))
	for i := range words {
		words[i] = vocabulary[random.IntN(len(vocabulary))]
	}
	return strings.Join(words, []string{" ", "", "\n", "-"}[random.IntN(4)])
}

// partOf is a few letters from the middle of a text, or letters that may be nowhere.
func partOf(text string, random *rand.Rand) string {
	letters := []rune(strings.NewReplacer("\n", " ", "-", " ").Replace(text))
	from := random.IntN(len(letters))
	part := letters[from:min(len(letters), from+1+random.IntN(7))]
	if random.IntN(4) == 0 {
		random.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
	}
	return string(part)
}

func TestPeopleFindExactlyTheTextsThatContainWhatTheyLookFor(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l library) {
		random := rand.New(rand.NewPCG(4, 2))
		texts := []string{"강의 권리", "첫 **의견**\n둘째 줄"}
		for range 250 {
			text := randomWords(random)
			texts = append(texts, text)
			l.post(t, l.Minho, text)
			l.Clock.Advance(time.Millisecond)
		}
		for range 150 {
			query := partOf(texts[random.IntN(len(texts))], random)
			want := containing(texts, query)
			if _, err := search.ParseQuery(query); err != nil {
				continue
			}
			if got := l.finds(t, l.Dani, query); !slices.Equal(got, want) {
				t.Fatalf("%q is found in %d texts, not in %d:\n%q\n%q", query, len(got), len(want), got, want)
			}
		}
	})
}

// containing is what a search must find, said without an index: the texts in which each
// word occurs, whatever the case.
func containing(texts []string, query string) []string {
	var list []string
	for _, text := range texts {
		isIn := true
		for _, word := range strings.Fields(query) {
			isIn = isIn && strings.Contains(strings.ToLower(text), strings.ToLower(word))
		}
		if isIn {
			list = append(list, text)
		}
	}
	slices.Sort(list)
	return list
}

// finder is somebody who asks for what only the group may read.
type finder struct {
	name string
	who  app.Actor
}

func TestWhoMayNotReadFindsNothingAndCountsNothing(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l library) {
		for i := range 2*search.MaxPage + 1 {
			l.post(t, l.Minho, fmt.Sprint("비밀 secret ", i))
		}
		l.write(t, search.Words{CID: "cabcdefghij", Text: "비밀 clause"})
		l.look(t)
		stale, removed, demoted := l.Minho, l.Eun, l.Dani
		if err := l.Identity.EndMembership(t.Context(), l.Chioma, l.Group.ID, l.Membership(removed).Persona); err != nil {
			t.Fatal(err)
		}
		l.SetRole(l.Chioma, demoted, app.RoleObserver)
		if n := len(l.finds(t, stale, "비밀")); n != 2*search.MaxPage+2 {
			t.Fatalf("a member finds %d", n)
		}
		for _, f := range []finder{
			{"somebody from another group", l.Zoe}, {"somebody from the circle", l.Sook}, {"an observer without leave", l.Olga},
			{"the steward", l.Steward}, {"the public", app.Actor{}},
			{"a removed member", l.Refresh(removed)}, {"a member who was removed since the request began", removed},
			{"a drafter who became an observer since the request began", demoted},
			{"an observer who claims to have leave", withLeave(l.Olga)},
		} {
			for _, w := range []search.Wish{
				{Text: "비밀"}, {Text: "비"}, {Text: "secret", Limit: 1}, {Text: "강의", Kind: search.Statement}, {Text: "비밀", Group: l.Group.ID},
				{Text: "비밀", Statement: l.statement, Mine: true},
			} {
				page, err := l.Find(t.Context(), f.who, w)
				nothing, e := l.Find(t.Context(), f.who, search.Wish{Text: "nobody wrote this"})
				if err != nil || e != nil || len(page.Hits) != 0 || page.Next != nothing.Next || page.Hits != nil || nothing.Hits != nil {
					t.Errorf("%s gets %+v for %+v, %v, %v", f.name, page, w, err, e)
				}
			}
		}
	})
}

func withLeave(observer app.Actor) app.Actor {
	observer.Memberships = slices.Clone(observer.Memberships)
	observer.Memberships[0].Terms.ObserversRead = true
	return observer
}

func TestAnObserverFindsWhatTheCharterLetsThemRead(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l library) {
		draft := identity.GroupDraft{Name: l.Group.Name, Charter: "Observers read.", Languages: l.Group.Languages, ObserversRead: true}
		for _, s := range l.Group.Stakeholders {
			draft.Stakeholders = append(draft.Stakeholders, identity.StakeholderDraft{ID: s.ID, Name: s.Name, Required: s.Required, Sensitive: s.Sensitive})
		}
		if _, err := l.Identity.ReviseGroup(t.Context(), l.Chioma, l.Group.ID, draft); err != nil {
			t.Fatal(err)
		}
		if n := len(l.finds(t, l.Refresh(l.Olga), "의견")); n != 1 {
			t.Errorf("%d", n)
		}
	})
}

func TestWhatIsChangedIsFoundInItsNewWordsAndWhatIsDeletedNowhere(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l library) {
		id := l.post(t, l.Minho, "처음 낱말")
		if _, err := l.Revise(t.Context(), l.act(l.Minho, thread.Revised, id), "나중 표현", 1); err != nil {
			t.Fatal(err)
		}
		if old, fresh := l.finds(t, l.Dani, "낱말"), l.finds(t, l.Dani, "표현"); len(old) != 0 || len(fresh) != 1 {
			t.Errorf("%q, %q", old, fresh)
		}
		if _, err := l.Delete(t.Context(), l.act(l.Minho, thread.Deleted, id)); err != nil {
			t.Fatal(err)
		}
		if err := (db.StatementStore{DB: l.Forum.DB}).Rename(t.Context(), l.Membership(l.Dani).Standing(), l.statement, "물의 권리"); err != nil {
			t.Fatal(err)
		}
		if gone, old, fresh := l.finds(t, l.Dani, "표현"), l.finds(t, l.Dani, "강의"), l.finds(t, l.Dani, "물의"); len(gone)+len(old) != 0 || len(fresh) != 1 {
			t.Errorf("%q, %q, %q", gone, old, fresh)
		}
		var kept int
		if err := l.Raw().Get(&kept, `SELECT COUNT(*) FROM search_texts WHERE body LIKE '%표현%' OR body LIKE '%강의%'`); err != nil || kept != 0 {
			t.Errorf("%d are left, %v", kept, err)
		}
	})
}

func TestAVersionIsFoundByWhatItsMakerSaidAboutIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		l := newLibrary(t, f)
		store, of, text := versioned(t, f)
		sealed := prose.Seal(text, prose.NewSalt)
		if _, err := store.AddVersion(t.Context(), f.Membership(f.Eun).Standing(), versionBy(f, f.Eun, of.ID, sealed.Root()), whole(text, sealed)); err != nil {
			t.Fatal(err)
		}
		hits := l.all(t, f.Minho, search.Wish{Text: "모두 새로", Kind: search.Version})
		if len(hits) != 1 || hits[0].Place != "1" || hits[0].Author != "은" || hits[0].Title != "강의 권리" || hits[0].GroupName != f.Group.Name {
			t.Errorf("%+v", hits)
		}
	})
}

func TestTheIndexFollowsTheLiveTextWithoutReadingItAtEveryKeystroke(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l library) {
		first, second := search.Words{CID: "caaaaaaaaaa", Text: "평화를 누릴 권리"}, search.Words{CID: "cbbbbbbbbbb", Text: "이동의 자유"}
		l.write(t, first, second, search.Words{CID: "ccccccccccc"})
		l.look(t) // new texts don't wait
		if hits := l.all(t, l.Dani, search.Wish{Text: "자유"}); len(hits) != 1 || hits[0].ID != second.CID || hits[0].Kind != search.Clause {
			t.Fatalf("%+v", hits)
		}
		for i := range 4 { // somebody writes on
			first.Text += "!"
			l.write(t, first)
			l.look(t)
			l.Clock.Advance(2 * time.Second)
			if n := len(l.finds(t, l.Dani, "자유")); n != 1 {
				t.Errorf("after %d looks %d", i, n)
			}
		}
		l.look(t) // they paused
		if gone, there := l.finds(t, l.Dani, "자유"), l.finds(t, l.Dani, "권리!!!!"); len(gone) != 0 || len(there) != 1 {
			t.Errorf("%q, %q", gone, there)
		}
		for range 6 { // and write without a pause
			first.Text += "?"
			l.write(t, first)
			l.look(t)
			l.Clock.Advance(2 * time.Second)
		}
		if n := len(l.finds(t, l.Dani, "평화를")); n != 1 || strings.Count(l.finds(t, l.Dani, "평화를")[0], "?") < 5 {
			t.Errorf("after ten seconds: %q", l.finds(t, l.Dani, "평화를"))
		}
	})
}

func TestAnIndexOfAnotherTokenizerIsMadeAnew(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l library) {
		l.write(t, search.Words{CID: "caaaaaaaaaa", Text: "평화를 누릴 권리"})
		for i := range 120 { // more than one step
			l.post(t, l.Minho, fmt.Sprint("의견 번호 ", i))
		}
		deleted := l.post(t, l.Minho, "의견 없음")
		if _, err := l.Delete(t.Context(), l.act(l.Minho, thread.Deleted, deleted)); err != nil {
			t.Fatal(err)
		}
		l.look(t)
		raw := l.Raw()
		for _, query := range []string{`UPDATE search_heads SET tokenizer = -1`, l.emptied()} {
			if _, err := raw.Exec(query); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(l.finds(t, l.Dani, "의견")); n != 0 {
			t.Fatalf("the old index has %d", n)
		}
		l.look(t)
		if comments, clauses, titles := l.finds(t, l.Dani, "의견"), l.finds(t, l.Dani, "평화를"), l.finds(t, l.Dani, "강의"); len(comments) != 121 || len(clauses) != 1 || len(titles) != 1 {
			t.Errorf("%d comments, %d clauses, %d titles", len(comments), len(clauses), len(titles))
		}
		if again, err := (db.SearchStore{DB: l.Forum.DB}).Behind(t.Context(), 10); err != nil || len(again) != 0 {
			t.Errorf("%+v, %v", again, err)
		}
	})
}

// emptied is the statement that leaves no gram in the index.
func (l library) emptied() string {
	if l.Config().URL != "" {
		return `DELETE FROM search_grams`
	}
	return `INSERT INTO search_grams (search_grams) VALUES ('delete-all')`
}

func TestANodeThatDiedWhileIndexingIsOvertakenAndOneThatLivesIsNot(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l library) {
		store := db.SearchStore{DB: l.Forum.DB}
		l.write(t, search.Words{CID: "caaaaaaaaaa", Text: "평화를 누릴 권리"})
		died := search.Claim{Statement: l.statement, ID: app.NewID(), At: l.Clock.Now()}
		if mine, err := store.Claim(t.Context(), died, died.At); err != nil || !mine {
			t.Fatalf("%v, %v", mine, err)
		}
		l.look(t)
		if n := len(l.finds(t, l.Dani, "평화를")); n != 0 {
			t.Errorf("two nodes index at once: %d", n)
		}
		l.Clock.Advance(time.Minute)
		l.look(t)
		if n := len(l.finds(t, l.Dani, "평화를")); n != 1 {
			t.Errorf("%d", n)
		}
		late := store.IndexClauses(t.Context(), died, []search.Words{{CID: "caaaaaaaaaa", Text: "오래된 말"}}, nil)
		wantCode(t, late, "search.claimed")
		wantCode(t, store.Indexed(t.Context(), died, app.LiveHead{Epoch: 1, Seq: 9}), "search.claimed")
	})
}

func TestAfterARestoreNothingIsFoundThatTheBackupHasNot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		l := newLibrary(t, f)
		kept := backup(t, f.DB)
		l.post(t, l.Minho, "나중에 쓴 말")
		if err := f.DB.Restore(t.Context(), bytes.NewReader(kept), time.Unix(2, 0), quietly); err != nil {
			t.Fatal(err)
		}
		l.look(t)
		if late, before := l.finds(t, l.Dani, "나중에"), l.finds(t, l.Dani, "의견"); len(late) != 0 || len(before) != 1 {
			t.Errorf("%q, %q", late, before)
		}
	})
}

func TestASearchIsNarrowedToAGroupAStatementAKindAndOnesOwnWords(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l library) {
		l.post(t, l.Minho, "물 하나")
		l.post(t, l.Dani, "물 둘")
		l.write(t, search.Words{CID: "caaaaaaaaaa", Text: "물 셋"})
		l.look(t)
		other := statementBy(l.Forum, l.Dani, "물 넷")
		if _, err := (db.StatementStore{DB: l.Forum.DB}).Create(t.Context(), l.Membership(l.Dani).Standing(), other); err != nil {
			t.Fatal(err)
		}
		for want, w := range map[string]search.Wish{
			"물 넷 물 둘 물 셋 물 하나": {}, "물 둘 물 하나": {Kind: search.Comment}, "물 셋": {Kind: search.Clause},
			"물 넷": {Statement: other.ID}, "물 둘 물 셋 물 하나": {Statement: l.statement, Group: l.Group.ID}, "물 넷 물 둘": {Mine: true}, "": {Group: l.Circle.ID},
		} {
			w.Text = "물"
			var got []string
			for _, hit := range l.all(t, l.Dani, w) {
				got = append(got, hit.Body)
			}
			if slices.Sort(got); strings.Join(got, " ") != want {
				t.Errorf("%+v: %q, not %q", w, got, want)
			}
		}
		_, err := l.Find(t.Context(), l.Dani, search.Wish{Text: "물", Kind: "everything"})
		wantCode(t, err, "search.kind")
		_, err = l.Find(t.Context(), l.Dani, search.Wish{Text: "물", After: "-1"})
		wantCode(t, err, "search.page")
	})
}

// BenchmarkSearch30000 looks for words of all kinds in 30,000 comments.
func BenchmarkSearch30000(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *dbtest.Forum{"SQLite": dbtest.OnSQLite, "PostgreSQL": dbtest.OnPostgres} {
		b.Run(name, func(b *testing.B) {
			l := newLibrary(b, open(b))
			fillLibrary(b, l, 30_000)
			for _, query := range []string{"이산가족", "인권", "권", "rights", "qualified", "존엄은 누구나", "없는말"} {
				b.Run(query, func(b *testing.B) {
					for b.Loop() {
						if _, err := l.Find(b.Context(), l.Dani, search.Wish{Text: query}); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}

// fillLibrary writes comments past their store and lets the index be made of them.
func fillLibrary(b *testing.B, l library, n int) {
	b.Helper()
	random := rand.New(rand.NewPCG(4, 2))
	begun, err := l.Raw().Beginx()
	if err != nil {
		b.Fatal(err)
	}
	for i := range n {
		var words []string
		for range 8 {
			words = append(words, randomWords(random), syllables(random), syllables(random))
		}
		if i%1000 == 0 {
			words = append(words, "qualified")
		}
		if _, err := begun.Exec(`
			INSERT INTO comments (id, thread_id, persona_id, body, at, seq) VALUES ($1, $2, $3, $4, $5, $6)`,
			app.NewID(), l.thread, l.Membership(l.Minho).Persona, strings.Join(words, " "), 1_700_000_000_000+i, 10+i); err != nil {
			b.Fatal(err)
		}
	}
	if err := begun.Commit(); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	l.look(b)
	b.Logf("%d texts indexed in %s", n, time.Since(began).Round(time.Millisecond))
	if _, err := l.Raw().Exec(`ANALYZE`); err != nil { // as the databases do by themselves, later
		b.Fatal(err)
	}
}

// syllables are a word that nobody knows.
func syllables(random *rand.Rand) string {
	word := make([]rune, 2+random.IntN(3))
	for i := range word {
		word[i] = 0xAC00 + random.Int32N(11_172)
	}
	return string(word)
}
