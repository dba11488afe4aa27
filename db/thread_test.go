package db_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"madang/app"
	"madang/app/thread"
	"madang/db"
	"madang/db/dbtest"
)

// desk is a statement with one open thread of Minho's.
type desk struct {
	*dbtest.Forum
	db.ThreadStore
	statement, thread, first app.ID
}

func newDesk(t testing.TB, f *dbtest.Forum) desk {
	t.Helper()
	made := statementBy(f, f.Dani, "강의 권리")
	if _, err := (db.StatementStore{DB: f.DB}).Create(t.Context(), f.Membership(f.Dani).Standing(), made); err != nil {
		t.Fatal(err)
	}
	d := desk{Forum: f, ThreadStore: db.ThreadStore{DB: f.DB}, statement: made.ID, thread: app.NewID(), first: app.NewID()}
	act := d.act(f.Minho, thread.Opened, d.first)
	if seq, err := d.Open(t.Context(), act, "cabcdefghij", nil, "첫 **의견**\n둘째 줄"); err != nil || seq != 1 {
		t.Fatalf("%d, %v", seq, err)
	}
	return d
}

func (d desk) act(who app.Actor, kind thread.Kind, comment app.ID) thread.Act {
	return thread.Act{
		By: d.Membership(who).Standing(), At: d.Clock.Now(), Statement: d.statement,
		Kind: kind, Thread: d.thread, Comment: comment,
	}
}

func (d desk) post(t testing.TB, who app.Actor, body string) app.ID {
	t.Helper()
	id := app.NewID()
	if _, err := d.Post(t.Context(), d.act(who, thread.Posted, id), d.first, body); err != nil {
		t.Fatal(err)
	}
	return id
}

func reader(f *dbtest.Forum, who app.Actor) app.ID { return f.Membership(who).Persona }

func eachDesk(t *testing.T, test func(t *testing.T, d desk)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) { test(t, newDesk(t, f)) })
}

func TestAThreadIsReadAsItWasWritten(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		d.post(t, d.Chioma, "An answer.")
		found, err := d.Thread(t.Context(), d.thread, reader(d.Forum, d.Minho))
		if err != nil {
			t.Fatal(err)
		}
		if found.Clause != "cabcdefghij" || !found.Open || found.OpenedBy.Name != "민호" || found.Comments != 2 || found.Unread != 1 ||
			found.Excerpt != "첫 **의견** 둘째 줄" || found.Seq != 2 || found.Group != d.Group.ID {
			t.Errorf("%+v", found)
		}
		comments, err := d.Comments(t.Context(), d.thread, reader(d.Forum, d.Minho), 0, 10, false)
		if err != nil || len(comments) != 2 || comments[0].Body != "첫 **의견**\n둘째 줄" || comments[0].Unread || !comments[1].Unread || comments[1].Parent != d.first {
			t.Errorf("%+v, %v", comments, err)
		}
	})
}

func TestActivityIsNumberedWithoutAGapWhoeverPostsAtOnce(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		people := []app.Actor{d.Chioma, d.Eun, d.Dani, d.Minho}
		nodes := []db.ThreadStore{d.ThreadStore, {DB: d.Another()}}
		var wait sync.WaitGroup
		for i := range 8 {
			wait.Go(func() {
				for n := range 5 {
					act := d.act(people[i%4], thread.Posted, app.NewID())
					if _, err := nodes[i%2].Post(t.Context(), act, "", fmt.Sprint(i, n)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		happened, err := d.Activities(t.Context(), d.statement, 0)
		if err != nil || len(happened) != 41 {
			t.Fatalf("%d, %v", len(happened), err)
		}
		for i, a := range happened {
			if a.Seq != int64(i+1) {
				t.Errorf("number %d at place %d", a.Seq, i+1)
			}
		}
		heads, err := d.Heads(t.Context(), []app.ID{d.statement, app.NewID()})
		if err != nil || len(heads) != 1 || heads[d.statement] != 41 {
			t.Errorf("%v, %v", heads, err)
		}
	})
}

func TestNothingIsAddedToAThreadThatWasResolvedMeanwhile(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		if _, err := d.Settle(t.Context(), d.act(d.Eun, thread.Resolved, ""), "합의했습니다."); err != nil {
			t.Fatal(err)
		}
		_, err := d.Post(t.Context(), d.act(d.Minho, thread.Posted, app.NewID()), "", "Too late?")
		wantCode(t, err, "thread.resolved")
		_, err = d.Settle(t.Context(), d.act(d.Chioma, thread.Resolved, ""), "again")
		wantCode(t, err, "thread.resolved")
		if _, err := d.Settle(t.Context(), d.act(d.Chioma, thread.Reopened, ""), "Not yet."); err != nil {
			t.Fatal(err)
		}
		_, err = d.Settle(t.Context(), d.act(d.Chioma, thread.Reopened, ""), "again")
		wantCode(t, err, "thread.open")
		found, err := d.Thread(t.Context(), d.thread, "")
		if err != nil || len(found.Settlements) != 2 || found.Settlements[0].Reason != "합의했습니다." || found.Settlements[0].By.Name != "은" || !found.Settlements[1].Open {
			t.Errorf("%+v, %v", found.Settlements, err)
		}
		if found.Seq != 3 {
			t.Errorf("what was refused took a number: the last is %d", found.Seq)
		}
	})
}

func TestWhoeverLostTheirRoleSaysNothingMore(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		stale := d.act(d.Minho, thread.Posted, app.NewID())
		d.SetRole(d.Chioma, d.Minho, app.RoleObserver)
		_, err := d.Post(t.Context(), stale, "", "still here")
		wantCode(t, err, "role.changed")
		stale.Comment = d.first
		_, err = d.Revise(t.Context(), stale, "other words", 1)
		wantCode(t, err, "role.changed")
		_, err = d.Delete(t.Context(), stale)
		wantCode(t, err, "role.changed")
	})
}

func TestARevisedCommentKeepsItsHistoryAndADeletedOneNothing(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		act := d.act(d.Minho, thread.Revised, d.first)
		if _, err := d.Revise(t.Context(), act, "second secret words", 1); err != nil {
			t.Fatal(err)
		}
		_, err := d.Revise(t.Context(), act, "from another window", 1)
		wantCode(t, err, "comment.changed")
		_, err = d.Revise(t.Context(), d.act(d.Eun, thread.Revised, d.first), "not hers", 2)
		wantCode(t, err, "comment.changed")
		history, err := d.Revisions(t.Context(), d.first)
		if err != nil || len(history) != 2 || !strings.HasPrefix(history[0].Body, "첫") || history[1].Body != "second secret words" {
			t.Fatalf("%+v, %v", history, err)
		}
		if _, err := d.Delete(t.Context(), d.act(d.Minho, thread.Deleted, d.first)); err != nil {
			t.Fatal(err)
		}
		_, err = d.Delete(t.Context(), d.act(d.Minho, thread.Deleted, d.first))
		wantCode(t, err, "comment.changed")
		gone, err := d.Comment(t.Context(), d.first, "")
		if err != nil || !gone.Deleted || gone.Body != "" {
			t.Errorf("%+v, %v", gone, err)
		}
		if history, err := d.Revisions(t.Context(), d.first); err != nil || len(history) != 0 {
			t.Errorf("%+v, %v", history, err)
		}
		d.mustNotHold(t, "secret words", "첫")
	})
}

// mustNotHold looks for words in every text of every thread table.
func (d desk) mustNotHold(t *testing.T, words ...string) {
	t.Helper()
	raw := d.Raw()
	for _, query := range []string{"SELECT body FROM comments", "SELECT body FROM comment_revisions", "SELECT reason FROM settlements"} {
		var texts []string
		if err := raw.Select(&texts, query); err != nil {
			t.Fatal(err)
		}
		for _, word := range words {
			if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, word) }) {
				t.Errorf("%s still holds %q", query, word)
			}
		}
	}
}

func TestACommentSentTwiceIsKeptOnce(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		act := d.act(d.Chioma, thread.Posted, app.NewID())
		if _, err := d.Post(t.Context(), act, "", "Once."); err != nil {
			t.Fatal(err)
		}
		_, err := d.Post(t.Context(), act, "", "Once.")
		wantCode(t, err, "id.taken")
		act.Kind = thread.Opened
		_, err = d.Open(t.Context(), act, "", nil, "Another thread of that id.")
		wantCode(t, err, "id.taken")
		if heads, err := d.Heads(t.Context(), []app.ID{d.statement}); err != nil || heads[d.statement] != 2 {
			t.Errorf("refused acts took numbers: %v, %v", heads, err)
		}
	})
}

func TestCommentsComeInPages(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		for n := range 6 {
			d.post(t, d.Eun, fmt.Sprint(n))
		}
		read := func(newest bool) []string {
			var bodies []string
			after := int64(0)
			for {
				page, err := d.Comments(t.Context(), d.thread, "", after, 3, newest)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range page {
					bodies = append(bodies, c.Body)
				}
				if len(page) < 3 {
					return bodies
				}
				after = page[2].Seq
			}
		}
		if got := strings.Join(read(false)[1:], ""); got != "012345" {
			t.Errorf("oldest first: %s", got)
		}
		if got := strings.Join(read(true)[:6], ""); got != "543210" {
			t.Errorf("newest first: %s", got)
		}
	})
}

func TestReadingGoesForwardOnly(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		d.post(t, d.Eun, "two")
		d.post(t, d.Eun, "three")
		chioma := reader(d.Forum, d.Chioma)
		unread := func() int {
			tallies, err := d.Tallies(t.Context(), d.statement, chioma)
			if err != nil || len(tallies) != 1 || tallies[0].Clause != "cabcdefghij" {
				t.Fatalf("%+v, %v", tallies, err)
			}
			return tallies[0].Unread
		}
		if unread() != 3 {
			t.Errorf("%d unread at first", unread())
		}
		for _, step := range []struct {
			upTo int64
			left int
		}{{2, 1}, {1, 1}, {3, 0}} {
			if err := d.MarkRead(t.Context(), d.thread, chioma, step.upTo); err != nil {
				t.Fatal(err)
			}
			if unread() != step.left {
				t.Errorf("%d unread after reading up to %d, want %d", unread(), step.upTo, step.left)
			}
		}
	})
}

func TestThreadsAreListedByStateAndOrder(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		older := d.thread
		d.thread = app.NewID()
		newer := d.thread
		if _, err := d.Open(t.Context(), d.act(d.Eun, thread.Opened, app.NewID()), "", nil, "On the whole."); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Settle(t.Context(), d.act(d.Eun, thread.Resolved, ""), "done"); err != nil {
			t.Fatal(err)
		}
		d.thread = older
		d.post(t, d.Eun, "Said last.")
		for _, want := range []struct {
			options thread.ListOptions
			ids     []app.ID
		}{
			{thread.ListOptions{Sort: thread.SortNewest, State: thread.StateAll}, []app.ID{older, newer}},
			{thread.ListOptions{Sort: thread.SortOldest, State: thread.StateAll}, []app.ID{older, newer}},
			{thread.ListOptions{State: thread.StateOpen}, []app.ID{older}},
			{thread.ListOptions{State: thread.StateResolved}, []app.ID{newer}},
			{thread.ListOptions{Clause: "cabcdefghij"}, []app.ID{older}},
		} {
			list, err := d.Threads(t.Context(), d.statement, "", want.options)
			var ids []app.ID
			for _, found := range list {
				ids = append(ids, found.ID)
			}
			if err != nil || !slices.Equal(ids, want.ids) {
				t.Errorf("%+v: %v, %v", want.options, ids, err)
			}
		}
	})
}

func TestAListBeginsInTheLanguageAskedFor(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		d.post(t, d.Eun, "An answer, whose translation is in no list.")
		list := func(read string) thread.Thread {
			t.Helper()
			found, err := d.Threads(t.Context(), d.statement, "", thread.ListOptions{State: thread.StateAll, Read: read})
			if err != nil || len(found) != 1 {
				t.Fatalf("%+v, %v", found, err)
			}
			return found[0]
		}
		translate := func(who app.Actor, body string, revision int, base app.ID) app.ID {
			t.Helper()
			id := app.NewID()
			if _, err := d.Translate(t.Context(), d.act(who, thread.Translated, d.first), thread.NewTranslation{ID: id, Lang: "en", Body: body, Revision: revision, Base: base}); err != nil {
				t.Fatal(err)
			}
			return id
		}
		if found := list("en"); found.Excerpt != "첫 **의견** 둘째 줄" || found.Translation != "" {
			t.Errorf("nobody translated it: %+v", found)
		}
		made := translate(d.Eun, "A first\nremark", 1, "")
		for read, want := range map[string]thread.Thread{
			"":   {Excerpt: "첫 **의견** 둘째 줄"},
			"fr": {Excerpt: "첫 **의견** 둘째 줄"},
			"en": {Excerpt: "A first remark", Lang: "en", Translation: thread.TranslationDraft},
		} {
			if found := list(read); found.Excerpt != want.Excerpt || found.Translation != want.Translation || want.Lang != "" && found.Lang != want.Lang {
				t.Errorf("%q: %+v", read, found)
			}
		}
		translate(d.Minho, "What I meant", 1, made)
		if found := list("en"); found.Excerpt != "What I meant" || found.Translation != thread.TranslationConfirmed {
			t.Errorf("its author put it so: %+v", found)
		}
		if _, err := d.Delete(t.Context(), d.act(d.Minho, thread.Deleted, d.first)); err != nil {
			t.Fatal(err)
		}
		if found := list("en"); found.Excerpt != "" || found.Translation != "" {
			t.Errorf("the comment was deleted: %+v", found)
		}
	})
}

func TestAFormerMemberWhoChoseSoIsUnnamed(t *testing.T) {
	eachDesk(t, func(t *testing.T, d desk) {
		if err := d.Identity.Leave(t.Context(), d.Minho, d.Group.ID, false); err != nil {
			t.Fatal(err)
		}
		c, err := d.Comment(t.Context(), d.first, "")
		if err != nil || c.Author.Name != "" || c.Body == "" {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

func BenchmarkCommentsOfALongThread(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *dbtest.Forum{"SQLite": dbtest.OnSQLite, "PostgreSQL": dbtest.OnPostgres} {
		b.Run(name, func(b *testing.B) {
			d := newDesk(b, open(b))
			for n := range 500 {
				d.post(b, d.Eun, fmt.Sprintf("Comment %d. %s", n, strings.Repeat("말 ", 60)))
			}
			reader := reader(d.Forum, d.Minho)
			for b.Loop() {
				if _, err := d.Comments(context.Background(), d.thread, reader, 0, 500, false); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
