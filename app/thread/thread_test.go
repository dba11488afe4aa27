package thread_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"madang/app"
	"madang/app/thread"
	"madang/db"
	"madang/db/dbtest"
)

// room is the service on a real database, with a statement of two clauses in the
// group of the cast.
type room struct {
	*dbtest.Forum
	*thread.Service
	t         *testing.T
	statement app.ID
	told      *[]int64
	text      *paper
}

// gate lets the members of the group speak, about the clauses there are.
type gate struct {
	group app.ID
	on    app.ID
}

func (g gate) MayComment(_ context.Context, actor app.Actor, on app.Ref) (app.Membership, error) {
	if on.Kind == app.RefAmendment && on.Part != g.amendment() {
		return app.Membership{}, app.Conflict("amendment.untabled")
	}
	if on.ID != g.on || on.Kind == app.RefClause && on.Part != "cfirst00000" && on.Part != "csecond0000" {
		return app.Membership{}, app.NotFound()
	}
	return actor.MemberWho(app.Comment, g.group)
}

// amendment is the one that was tabled.
func (g gate) amendment() string { return string(g.group) }

func (g gate) MayRead(_ context.Context, actor app.Actor, statement app.ID) (app.Membership, error) {
	if statement != g.on {
		return app.Membership{}, app.NotFound()
	}
	return actor.MemberWho(app.Read, g.group)
}

func (g gate) Places(context.Context, app.ID) ([]thread.Place, error) {
	return []thread.Place{{CID: "cfirst00000"}, {CID: "csecond0000"}}, nil
}

// Relatives tells of a clause that was split off from the first one.
func (g gate) Relatives(context.Context, app.ID) (map[string][]string, error) {
	return map[string][]string{"cfirst00000": {"cthird00000"}}, nil
}

type ear struct{ told *[]int64 }

func (e ear) Announce(_ context.Context, _ app.ID, seq int64) { *e.told = append(*e.told, seq) }

func eachRoom(t *testing.T, test func(t *testing.T, r room)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) { test(t, newRoom(t, f)) })
}

func newRoom(t *testing.T, f *dbtest.Forum) room {
	t.Helper()
	r := room{Forum: f, t: t, statement: app.NewID(), told: new([]int64), text: &paper{}}
	f.Raw().MustExec(`
		INSERT INTO statements (id, group_id, title, lang, state, created_by, created_at) VALUES ($1, $2, 'T', 'ko', 'drafting', $3, 1)`,
		r.statement, f.Group.ID, f.Membership(f.Dani).Persona)
	g := gate{group: f.Group.ID, on: r.statement}
	r.Service = thread.New(db.ThreadStore{DB: f.DB}, g, g, r.text, ear{r.told}, []byte("the secret of a test"), f.Clock.Now)
	return r
}

func (r room) open(who app.Actor, clause, body string) (thread.Thread, thread.Comment) {
	r.t.Helper()
	opened, first, err := r.Open(r.t.Context(), who, thread.NewThread{ID: app.NewID(), Comment: app.NewID(), Statement: r.statement, Pick: thread.Pick{Clause: clause}, Body: body})
	if err != nil {
		r.t.Fatal(err)
	}
	return opened, first
}

func (r room) post(who app.Actor, in thread.Thread, body string) thread.Comment {
	r.t.Helper()
	posted, err := r.Post(r.t.Context(), who, thread.NewComment{ID: app.NewID(), Thread: in.ID, Body: body})
	if err != nil {
		r.t.Fatal(err)
	}
	return posted
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var e *app.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestEveryActIsToldToOpenPages(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		opened, first := r.open(r.Minho, "cfirst00000", "  첫 의견입니다.\n")
		if first.Body != "첫 의견입니다." || opened.Comments != 1 || opened.Clause != "cfirst00000" {
			t.Errorf("%+v, %+v", opened, first)
		}
		answer := r.post(r.Dani, opened, "An answer.")
		if _, err := r.Revise(t.Context(), r.Dani, answer.ID, thread.NewWording{Body: "A better answer.", Revision: 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Delete(t.Context(), r.Dani, answer.ID); err != nil {
			t.Fatal(err)
		}
		if err := r.Resolve(t.Context(), r.Minho, opened.ID, "settled"); err != nil {
			t.Fatal(err)
		}
		if err := r.Reopen(t.Context(), r.Chioma, opened.ID, "not yet"); err != nil {
			t.Fatal(err)
		}
		var kinds []string
		happened, err := r.Since(t.Context(), r.Eun, r.statement, 0)
		for _, a := range happened {
			kinds = append(kinds, string(a.Kind))
		}
		if want := "opened posted revised deleted resolved reopened"; err != nil || strings.Join(kinds, " ") != want || len(*r.told) != 6 {
			t.Errorf("%v, told %v, %v", kinds, *r.told, err)
		}
	})
}

func TestWhatIsSentAgainIsSaidOnce(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		wish := thread.NewThread{ID: app.NewID(), Comment: app.NewID(), Statement: r.statement, Body: "Once."}
		for range 2 {
			if _, first, err := r.Open(t.Context(), r.Minho, wish); err != nil || first.ID != wish.Comment {
				t.Fatal(err)
			}
		}
		_, _, err := r.Open(t.Context(), r.Dani, wish)
		wantCode(t, err, "id.taken")

		said := thread.NewComment{ID: app.NewID(), Thread: wish.ID, Body: "Also once."}
		if _, err := r.Post(t.Context(), r.Dani, said); err != nil {
			t.Fatal(err)
		}
		if err := r.Resolve(t.Context(), r.Minho, wish.ID, "done"); err != nil {
			t.Fatal(err)
		}
		if again, err := r.Post(t.Context(), r.Dani, said); err != nil || again.Body != "Also once." {
			t.Errorf("sent again after the thread was resolved: %+v, %v", again, err)
		}
		other := said
		other.Body = "Other words."
		_, err = r.Post(t.Context(), r.Dani, other)
		wantCode(t, err, "thread.resolved")
	})
}

func TestACommentThatWasRevisedIsStillKnownByItsFirstWords(t *testing.T) {
	r := newRoom(t, dbtest.OnSQLite(t))
	opened, _ := r.open(r.Minho, "", "Hello.")
	said := thread.NewComment{ID: app.NewID(), Thread: opened.ID, Body: "First words."}
	if _, err := r.Post(t.Context(), r.Dani, said); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Revise(t.Context(), r.Dani, said.ID, thread.NewWording{Body: "Better words.", Revision: 1}); err != nil {
		t.Fatal(err)
	}
	if again, err := r.Post(t.Context(), r.Dani, said); err != nil || again.Body != "Better words." {
		t.Errorf("%+v, %v", again, err)
	}
	said.Body = "Words of another box, which must not be lost."
	_, err := r.Post(t.Context(), r.Dani, said)
	wantCode(t, err, "id.taken")
}

func TestAnIDIsKeptInTheFormInWhichItIsLookedFor(t *testing.T) {
	r := newRoom(t, dbtest.OnSQLite(t))
	id, comment := app.NewID(), app.NewID()
	loud := func(id app.ID) app.ID { return app.ID(strings.ToUpper(string(id))) }
	opened, first, err := r.Open(t.Context(), r.Minho, thread.NewThread{ID: loud(id), Comment: loud(comment), Statement: r.statement, Body: "Hello."})
	if err != nil || opened.ID != id || first.ID != comment {
		t.Errorf("%s, %s, %v", opened.ID, first.ID, err)
	}
}

func TestWhatCanBeNoIDIsNotFound(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		opened, _ := r.open(r.Minho, "", "Hello.")
		for _, id := range []app.ID{"", "1", "\x00", "\xff", app.ID(strings.ToUpper(string(opened.ID)))} {
			_, _, err := r.Show(t.Context(), r.Minho, id)
			wantCode(t, err, "not_found")
			_, _, err = r.Comment(t.Context(), r.Minho, id)
			wantCode(t, err, "not_found")
			_, err = r.Post(t.Context(), r.Minho, thread.NewComment{ID: app.NewID(), Thread: id, Body: "x"})
			wantCode(t, err, "not_found")
			if id != "" {
				_, err = r.Post(t.Context(), r.Minho, thread.NewComment{ID: app.NewID(), Thread: opened.ID, Parent: id, Body: "x"})
				wantCode(t, err, "not_found")
			}
		}
		if list, err := r.List(t.Context(), r.Minho, r.statement, thread.ListOptions{Clause: "\x00"}); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestWhoeverMayNoLongerSpeakChangesNothing(t *testing.T) {
	r := newRoom(t, dbtest.OnSQLite(t))
	_, first := r.open(r.Minho, "", "Hello.")
	r.SetRole(r.Chioma, r.Minho, app.RoleObserver)
	_, err := r.Revise(t.Context(), r.Minho, first.ID, thread.NewWording{Body: "With the rights of this morning.", Revision: 1})
	wantCode(t, err, "role.changed")
}

func TestWordsCanBeTakenBackFromAResolvedThread(t *testing.T) {
	r := newRoom(t, dbtest.OnSQLite(t))
	opened, first := r.open(r.Minho, "", "My address is …")
	if err := r.Resolve(t.Context(), r.Minho, opened.ID, "done"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		gone, err := r.Delete(t.Context(), r.Minho, first.ID)
		if err != nil || !gone.Deleted || gone.Body != "" {
			t.Errorf("%+v, %v", gone, err)
		}
	}
	if wordings, err := r.History(t.Context(), r.Minho, first.ID); err != nil || len(wordings) != 0 {
		t.Errorf("%+v, %v", wordings, err)
	}
	_, err := r.Revise(t.Context(), r.Minho, first.ID, thread.NewWording{Body: "said again", Revision: 1})
	wantCode(t, err, "comment.changed")
}

func TestCommentsThatAreRefused(t *testing.T) {
	r := newRoom(t, dbtest.OnSQLite(t))
	opened, _ := r.open(r.Minho, "", "Hello.")
	_, there := r.open(r.Minho, "", "Elsewhere.")
	for code, wish := range map[string]thread.NewComment{
		"comment.empty": {ID: app.NewID(), Thread: opened.ID, Body: " \n\t"},
		"comment.long":  {ID: app.NewID(), Thread: opened.ID, Body: strings.Repeat("가", thread.MaxBody+1)},
		"text.utf8":     {ID: app.NewID(), Thread: opened.ID, Body: "broken \xff"},
		"text.hidden":   {ID: app.NewID(), Thread: opened.ID, Body: "nothing: \x00."},
		"api.id":        {ID: "1", Thread: opened.ID, Body: "x"},
		"not_found":     {ID: app.NewID(), Thread: opened.ID, Parent: there.ID, Body: "an answer to another thread"},
	} {
		_, err := r.Post(t.Context(), r.Dani, wish)
		wantCode(t, err, code)
	}
	if _, err := r.Post(t.Context(), r.Dani, thread.NewComment{ID: app.NewID(), Thread: opened.ID, Body: strings.Repeat("가", thread.MaxBody)}); err != nil {
		t.Errorf("the longest comment was refused: %v", err)
	}
	_, _, err := r.Open(t.Context(), r.Dani, thread.NewThread{ID: app.NewID(), Comment: app.NewID(), Statement: r.statement, Pick: thread.Pick{Clause: "cgone000000"}, Body: "x"})
	wantCode(t, err, "not_found")
}

func TestWhoMaySayAndSeeWhat(t *testing.T) {
	r := newRoom(t, dbtest.OnSQLite(t))
	opened, first := r.open(r.Minho, "", "Hello.")
	say := thread.NewComment{ID: app.NewID(), Thread: opened.ID, Body: "x"}
	for name, who := range map[string]app.Actor{"an observer": r.Olga, "an outsider": r.Zoe, "a steward": r.Steward, "nobody": {}} {
		if _, err := r.Post(t.Context(), who, say); app.KindOf(err) != app.KindNotFound {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, err := r.Show(t.Context(), who, opened.ID); app.KindOf(err) != app.KindNotFound {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, err := r.Comment(t.Context(), who, first.ID); app.KindOf(err) != app.KindNotFound {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := r.History(t.Context(), who, first.ID); app.KindOf(err) != app.KindNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACommentBelongsToWhoeverWroteIt(t *testing.T) {
	r := newRoom(t, dbtest.OnSQLite(t))
	_, first := r.open(r.Minho, "", "Hello.")
	_, err := r.Revise(t.Context(), r.Chioma, first.ID, thread.NewWording{Body: "other words", Revision: 1})
	wantCode(t, err, "comment.not_yours")
	_, err = r.Delete(t.Context(), r.Chioma, first.ID)
	wantCode(t, err, "comment.not_yours")
}

func TestAThreadIsSettledByEditorsAndByWhoeverOpenedIt(t *testing.T) {
	r := newRoom(t, dbtest.OnSQLite(t))
	opened, _ := r.open(r.Minho, "", "Hello.")
	wantCode(t, r.Resolve(t.Context(), r.Dani, opened.ID, "x"), "role.settle")
	wantCode(t, r.Resolve(t.Context(), r.Minho, opened.ID, "  "), "reason.empty")
	wantCode(t, r.Resolve(t.Context(), r.Minho, opened.ID, strings.Repeat("x", thread.MaxReason+1)), "reason.long")
	if err := r.Resolve(t.Context(), r.Minho, opened.ID, "agreed"); err != nil {
		t.Error(err)
	}
	if err := r.Reopen(t.Context(), r.Eun, opened.ID, "again"); err != nil {
		t.Error(err)
	}
	wantCode(t, r.Reopen(t.Context(), r.Eun, opened.ID, "again"), "thread.open")
}

func TestThreadsAreListedInTheOrderOfTheText(t *testing.T) {
	r := newRoom(t, dbtest.OnSQLite(t))
	second, _ := r.open(r.Minho, "csecond0000", "on the second")
	first, _ := r.open(r.Minho, "cfirst00000", "on the first")
	whole, _ := r.open(r.Minho, "", "on the whole")
	r.Raw().MustExec(`UPDATE threads SET clause = 'cgone000000' WHERE id = $1`, first.ID)
	list, err := r.List(t.Context(), r.Dani, r.statement, thread.ListOptions{Sort: thread.SortPlace})
	if err != nil || len(list) != 3 || list[0].ID != whole.ID || list[1].ID != second.ID || list[2].ID != first.ID {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestPagesOfAThreadHoldEveryCommentOnce(t *testing.T) {
	r := newRoom(t, dbtest.OnSQLite(t))
	opened, _ := r.open(r.Minho, "", "0")
	for i := range 7 {
		r.post(r.Dani, opened, string(rune('1'+i)))
	}
	for _, newest := range []bool{false, true} {
		var bodies string
		page := thread.CommentPage{}
		for {
			var err error
			page, err = r.Comments(t.Context(), r.Eun, opened.ID, thread.Page{After: page.Next, Limit: 3, Newest: newest})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Comments {
				bodies += c.Body
			}
			if page.Next == "" {
				break
			}
		}
		if want := map[bool]string{false: "01234567", true: "76543210"}[newest]; bodies != want {
			t.Errorf("newest first %v: %s", newest, bodies)
		}
	}
	_, err := r.Comments(t.Context(), r.Eun, opened.ID, thread.Page{After: "nonsense"})
	wantCode(t, err, "page.unknown")
}

func TestUnreadIsWhatOthersSaidSince(t *testing.T) {
	r := newRoom(t, dbtest.OnSQLite(t))
	opened, _ := r.open(r.Minho, "", "Hello.")
	r.post(r.Dani, opened, "Hi.")
	t1, _, err := r.Show(t.Context(), r.Dani, opened.ID)
	if err != nil || t1.Unread != 1 {
		t.Errorf("Dani has %d unread, %v", t1.Unread, err)
	}
	if err := r.MarkRead(t.Context(), r.Dani, opened.ID, 1<<60); err != nil {
		t.Fatal(err)
	}
	r.post(r.Minho, opened, "News.")
	if t1, _, err = r.Show(t.Context(), r.Dani, opened.ID); err != nil || t1.Unread != 1 {
		t.Errorf("marking the future as read hid what came later: %d unread, %v", t1.Unread, err)
	}
}
