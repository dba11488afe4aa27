package notice

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/app"
)

// markAt is how far a statement had come at a time of a day.
func markAt(clock string, seq int64) Mark {
	at, err := time.Parse("2006-01-02 15:04", "2026-03-02 "+clock)
	if err != nil {
		panic(err)
	}
	return Mark{At: at.Truncate(visitTick), Head: app.LiveHead{Epoch: 1, Seq: seq}, Activity: seq, Version: int(seq)}
}

func TestAVisitLastsUntilSomebodyDidNotLookForAHalfHour(t *testing.T) {
	for _, c := range []struct {
		looks string // at which times
		last  int64  // how far they had come at the end of the visit before
	}{
		{"09:00", 0},
		{"09:00 09:05 09:29 09:59", 0},
		{"09:00 10:00", 1},
		{"09:29 10:00", 1},                   // somewhat more than half an hour
		{"09:00 09:59", 0},                   // and somewhat less than a whole one
		{"09:00 10:00 10:10 10:40 11:10", 1}, // however often they look
		{"09:00 09:10 11:00 11:05", 2},
		{"09:00 11:00 13:00", 2},
	} {
		var v Visit
		for i, clock := range strings.Fields(c.looks) {
			v = v.look(markAt(clock, int64(i+1)), Mark{})
		}
		if v.Last.Activity != c.last || v.Last.Head.Seq != c.last || v.Last.IsZero() != (c.last == 0) {
			t.Errorf("%s: the visit before ended at %+v", c.looks, v.Last)
		}
		if n := len(strings.Fields(c.looks)); v.Now.Activity != int64(n) {
			t.Errorf("%s: the present one has come to %+v", c.looks, v.Now)
		}
	}
}

func TestWhoeverWritesIsThereUntilTheyStop(t *testing.T) {
	began := Visit{}.look(markAt("09:00", 1), Mark{})
	// They wrote until shortly before they looked again: it is one visit.
	if v := began.look(markAt("11:00", 9), markAt("10:40", 7)); !v.Last.IsZero() || v.Now.Activity != 9 {
		t.Errorf("%+v", v)
	}
	// They stopped long before: what came until then they saw.
	if v := began.look(markAt("14:00", 9), markAt("10:40", 7)); v.Last != markAt("10:40", 7) {
		t.Errorf("%+v", v)
	}
}

func TestAVisitNeverGoesBack(t *testing.T) {
	v := Visit{}.look(markAt("09:00", 5), Mark{})
	if late := v.look(markAt("09:10", 3), Mark{}); late.Now.Activity != 5 || late.Now.Head.Seq != 5 || late.Now.Version != 5 {
		t.Errorf("%+v", late.Now)
	}
	anew := Mark{At: v.Now.At, Head: app.LiveHead{Epoch: 2, Seq: 1}}
	if v = v.look(anew, Mark{}); v.Now.Head != anew.Head || v.Now.Activity != 5 {
		t.Errorf("%+v", v.Now)
	}
}

func TestWhatHappenedIsGatheredByThreadAndAmendment(t *testing.T) {
	happened := []Happening{
		{Event: "opened", Thread: "t1", Comment: "c1"}, {Event: "posted", Thread: "t1", Comment: "c2"}, {Event: "posted", Thread: "t2", Comment: "c3"},
		{Event: "tabled", Amendment: "a", No: 4}, {Event: "resolved", Thread: "t1"}, {Event: "signed", Amendment: "a", No: 4}, {Event: "signed", Amendment: "a", No: 4},
		{Event: "opened", Thread: "t3", Comment: "c4", Amendment: "a", No: 4}, {Event: "stepped", To: app.PhaseReview}, {Event: "stepped", To: app.PhaseDrafting},
		{Event: "accepted", Amendment: "a", No: 4},
	}
	for i := range happened {
		happened[i].At = time.UnixMilli(int64(i + 1))
	}
	found := gather(happened)
	var threads []string
	for _, n := range found.Threads {
		threads = append(threads, fmt.Sprintf("%s new:%t +%d from %s %q about %q %d", n.Thread, n.IsNew, n.Comments, n.First, n.Settled, n.Amendment, n.No))
	}
	want := []string{
		`t3 new:true +0 from c4 "" about "a" 4`,
		`t1 new:true +1 from c1 "resolved" about "" 0`,
		`t2 new:false +1 from c3 "" about "" 0`,
	}
	if !slices.Equal(threads, want) {
		t.Errorf("threads are\n%s", strings.Join(threads, "\n"))
	}
	if len(found.Amendments) != 1 || !slices.Equal(found.Amendments[0].Events, []string{"tabled", "signed", "accepted"}) || found.Amendments[0].No != 4 {
		t.Errorf("amendments are %+v", found.Amendments)
	}
	if len(found.Steps) != 2 || found.Steps[0].To != app.PhaseDrafting || found.IsEmpty() || !gather(nil).IsEmpty() {
		t.Errorf("steps are %+v", found.Steps)
	}
}

// guestbook is a store that keeps one visit.
type guestbook struct {
	VisitStore
	visit       Visit
	wrote       Mark
	kept, asked int
}

func (g *guestbook) Visit(context.Context, app.ID, app.ID) (Visit, int, error) {
	return g.visit, 3, nil
}

func (g *guestbook) Written(context.Context, app.ID, app.ID, Mark) (Mark, error) {
	g.asked++
	return g.wrote, nil
}

func (g *guestbook) KeepVisit(_ context.Context, _ app.Standing, _ app.ID, v Visit) error {
	g.visit, g.kept = v, g.kept+1
	return nil
}

func (g *guestbook) HasNews(context.Context, app.ID, app.ID, Mark) (bool, error) { return true, nil }

func (g *guestbook) Happened(context.Context, app.ID, app.ID, Mark) ([]Happening, error) {
	return nil, nil
}

func TestALookIsKeptCutToTheHalfHourAndOnlyWhereItIsNew(t *testing.T) {
	g := &guestbook{}
	now := time.Date(2026, time.March, 2, 9, 17, 23, 5, time.UTC)
	visits := NewVisits(g, gate{"s"}, func() time.Time { return now })
	look := func(seq int64) Visit {
		t.Helper()
		v, err := visits.Look(t.Context(), app.Membership{Persona: "p"}, "s", app.LiveHead{Epoch: 1, Seq: seq}, 7)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := look(4)
	want := Mark{At: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC), Head: app.LiveHead{Epoch: 1, Seq: 4}, Activity: 7, Version: 3}
	if first.Now != want || !first.Last.IsZero() || g.visit != first {
		t.Errorf("%+v is kept", g.visit)
	}
	now = now.Add(5 * time.Minute)
	look(4)
	if g.kept != 1 || g.asked != 0 {
		t.Errorf("kept %d times, asked %d times whether they wrote", g.kept, g.asked)
	}
	look(5)
	if g.kept != 2 || g.visit.Now.Head.Seq != 5 {
		t.Errorf("kept %d times: %+v", g.kept, g.visit)
	}

	// What a program asks ends no visit and begins none.
	now = now.Add(24 * time.Hour)
	since, err := visits.Since(t.Context(), app.Actor{}, "s")
	if err != nil || since.Head.Seq != 5 || g.kept != 2 {
		t.Errorf("%+v, %v, kept %d times", since, err, g.kept)
	}
	if v := look(6); v.Last.Head.Seq != 5 || g.kept != 3 {
		t.Errorf("%+v", v)
	}
}

func TestNobodyIsToldWhatChangedInWhatTheyMayNotRead(t *testing.T) {
	visits := NewVisits(&guestbook{}, gate{}, app.SystemClock)
	if _, err := visits.Since(t.Context(), app.Actor{}, "s"); app.KindOf(err) != app.KindNotFound {
		t.Errorf("since: %v", err)
	}
	if _, err := visits.Changes(t.Context(), app.Actor{}, "s", Mark{}); app.KindOf(err) != app.KindNotFound {
		t.Errorf("changes: %v", err)
	}
}

func TestOnAFirstVisitThereIsNoNews(t *testing.T) {
	visits := NewVisits(&guestbook{}, gate{"s"}, app.SystemClock)
	if has, err := visits.HasNews(t.Context(), app.Membership{}, "s", Mark{}); err != nil || has {
		t.Errorf("%v, %v", has, err)
	}
	if has, err := visits.HasNews(t.Context(), app.Membership{}, "s", markAt("09:00", 1)); err != nil || !has {
		t.Errorf("later: %v, %v", has, err)
	}
}
