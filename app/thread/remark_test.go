package thread_test

import (
	"sync"
	"testing"

	"madang/app"
	"madang/app/thread"
)

func (r room) remark(body string) thread.NewRemark {
	return thread.NewRemark{ID: app.NewID(), Statement: r.statement, Amendment: r.Group.ID, Body: body}
}

func TestAnAmendmentHasOneThread(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		_, err := r.About(t.Context(), r.Minho, r.Group.ID)
		wantCode(t, err, "not_found")
		wish := r.remark(" 더 뚜렷합니다. ")
		for range 2 { // sent again
			if said, err := r.Discuss(t.Context(), r.Minho, wish); err != nil || said.ID != wish.ID || said.Body != "더 뚜렷합니다." {
				t.Fatalf("%+v, %v", said, err)
			}
		}
		second, err := r.Discuss(t.Context(), r.Dani, r.remark("I think so, too."))
		if err != nil {
			t.Fatal(err)
		}
		about, err := r.About(t.Context(), r.Eun, r.Group.ID)
		if err != nil || about.ID != second.Thread || about.Amendment != r.Group.ID || about.Clause != "" || about.Comments != 2 {
			t.Errorf("%+v, %v", about, err)
		}
		if _, err := r.Discuss(t.Context(), r.Dani, thread.NewRemark{ID: wish.ID, Statement: r.statement, Amendment: r.Group.ID, Body: "mine"}); err == nil {
			t.Error("somebody took another's comment")
		}
		if err := r.Resolve(t.Context(), r.Minho, about.ID, "We agree."); err != nil {
			t.Fatal(err)
		}
		_, err = r.Discuss(t.Context(), r.Dani, r.remark("But."))
		wantCode(t, err, "thread.resolved")
	})
}

func TestOfTwoWhoSpeakFirstAboutAnAmendmentBothAreHeardInOneThread(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		people := []app.Actor{r.Minho, r.Dani, r.Eun, r.Chioma}
		threads := make([]app.ID, len(people))
		var all sync.WaitGroup
		for i, who := range people {
			all.Go(func() {
				said, err := r.Discuss(t.Context(), who, r.remark("Mine."))
				if err != nil {
					t.Error(err)
				}
				threads[i] = said.Thread
			})
		}
		all.Wait()
		about, err := r.About(t.Context(), r.Minho, r.Group.ID)
		if err != nil || about.Comments != len(people) {
			t.Errorf("%+v, %v", about, err)
		}
		for _, id := range threads {
			if id != about.ID {
				t.Errorf("somebody speaks in %s", id)
			}
		}
	})
}

func TestWhatIsNotTabledHasNoThread(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		wish := r.remark("Well.")
		wish.Amendment = app.NewID()
		_, err := r.Discuss(t.Context(), r.Minho, wish)
		wantCode(t, err, "amendment.untabled")
		_, err = r.Discuss(t.Context(), r.Olga, r.remark("Well."))
		wantCode(t, err, "not_found")
		_, err = r.Discuss(t.Context(), r.Minho, r.remark(" "))
		wantCode(t, err, "comment.empty")
		if threads, err := r.List(t.Context(), r.Minho, r.statement, thread.ListOptions{State: thread.StateAll}); err != nil || len(threads) > 0 {
			t.Errorf("%+v, %v", threads, err)
		}
	})
}

func TestTheThreadOfAnAmendmentStaysWithIt(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		said, err := r.Discuss(t.Context(), r.Minho, r.remark("Well."))
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.Attach(t.Context(), r.Minho, said.Thread, thread.Pick{Clause: "cfirst00000"})
		wantCode(t, err, "thread.amendment")
	})
}
