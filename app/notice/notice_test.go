package notice

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"madang/app"
)

// shelf is a store that answers what a test put there.
type shelf struct {
	Store
	notices  []Notice
	follows  []Follow
	unread   map[app.ID]int
	has      bool
	followed bool
	chosen   []string
}

func (s *shelf) Notices(_ context.Context, _ []app.ID, after Place, limit int) ([]Notice, error) {
	found := slices.Clone(s.notices)
	if after != start {
		i := slices.IndexFunc(found, func(n Notice) bool { return n.Statement == after.Statement && n.Seq == after.Seq })
		found = found[i+1:]
	}
	return found[:min(limit, len(found))], nil
}

func (s *shelf) Follows(context.Context, []app.ID) ([]Follow, error) {
	return slices.Clone(s.follows), nil
}

func (s *shelf) Unread(context.Context, []app.ID, int) (map[app.ID]int, error) { return s.unread, nil }

func (s *shelf) Has(context.Context, app.ID, Target) (bool, error) { return s.has, nil }

func (s *shelf) IsFollowed(context.Context, app.ID, Target) (bool, error) { return s.followed, nil }

func (s *shelf) Choose(_ context.Context, by app.Standing, t Target, follow bool) error {
	s.chosen = append(s.chosen, fmt.Sprint(by.Persona, by.Version, t.Kind, t.Part, follow))
	return nil
}

func (s *shelf) HasClause(_ context.Context, _ app.ID, cid string) (bool, error) {
	return cid == "c1", nil
}

// gate lets people read some statements.
type gate []app.ID

func (g gate) MayRead(_ context.Context, _ app.Actor, statement app.ID) (app.Membership, error) {
	if !slices.Contains(g, statement) {
		return app.Membership{}, app.NotFound()
	}
	return app.Membership{Persona: "p", Version: 7}, nil
}

func TestNothingIsToldOfAStatementThatMayNotBeReadNow(t *testing.T) {
	open, shut := app.NewID(), app.NewID()
	s := &shelf{
		notices: []Notice{{Statement: shut, Seq: 2}, {Statement: open, Seq: 1}}, unread: map[app.ID]int{shut: 40, open: 2},
		follows: []Follow{{Target: Target{Statement: shut}}, {Target: Target{Statement: open}}},
	}
	service := New(s, gate{open}, s)
	page, err := service.List(t.Context(), app.Actor{}, "")
	if err != nil || len(page.Notices) != 1 || page.Notices[0].Statement != open {
		t.Errorf("%+v, %v", page, err)
	}
	if n, err := service.Unread(t.Context(), app.Actor{}); err != nil || n != 2 {
		t.Errorf("%d, %v", n, err)
	}
	if list, err := service.Follows(t.Context(), app.Actor{}); err != nil || len(list) != 1 || list[0].Statement != open {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestEveryNoticeIsOnOnePage(t *testing.T) {
	of := app.NewID()
	s := &shelf{}
	for i := range 2*MaxPage + 1 {
		s.notices = append(s.notices, Notice{Statement: of, Seq: int64(1000 - i), At: time.UnixMilli(int64(5000 - i/3))})
	}
	service, after := New(s, gate{of}, s), ""
	var seen []Notice
	for range 3 {
		page, err := service.List(t.Context(), app.Actor{}, after)
		if err != nil {
			t.Fatal(err)
		}
		seen, after = append(seen, page.Notices...), page.Next
	}
	if after != "" || !slices.Equal(seen, s.notices) {
		t.Errorf("%d notices, then %q", len(seen), after)
	}
	for _, typed := range []string{"x", "1.2.3", "!." + string(of) + ".1"} {
		if _, err := service.List(t.Context(), app.Actor{}, typed); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestOnlyWhatIsThereIsFollowed(t *testing.T) {
	of := app.NewID()
	for _, c := range []struct {
		target        Target
		has, followed bool
		start, stop   bool
	}{
		{target: Target{of, Statement, ""}, start: true, stop: true},
		{target: Target{of, Statement, "part"}},
		{target: Target{of, "person", "somebody"}},
		{target: Target{of, Clause, ""}},
		{target: Target{of, Clause, "c1"}, start: true, stop: true},
		{target: Target{of, Clause, "gone"}},
		{target: Target{of, Clause, "gone"}, followed: true, stop: true},
		{target: Target{of, Thread, "t"}},
		{target: Target{of, Thread, "t"}, has: true, start: true, stop: true},
		{target: Target{of, Amendment, "a"}, has: true, start: true, stop: true},
		{target: Target{app.NewID(), Thread, "t"}, has: true, followed: true},
	} {
		s := &shelf{has: c.has, followed: c.followed}
		service := New(s, gate{of}, s)
		if err := service.Follow(t.Context(), app.Actor{}, c.target); (err == nil) != c.start || err != nil && app.KindOf(err) != app.KindNotFound {
			t.Errorf("%+v: %v", c, err)
		}
		if err := service.Unfollow(t.Context(), app.Actor{}, c.target); (err == nil) != c.stop || err != nil && app.KindOf(err) != app.KindNotFound {
			t.Errorf("%+v: %v", c, err)
		}
		if c.start && s.chosen[0] != fmt.Sprint("p", 7, c.target.Kind, c.target.Part, true) {
			t.Errorf("%q", s.chosen)
		}
	}
}
