package trace

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/app/disclosure"
)

func TestASubmissionCountsOnceByTheBestThatBecameOfIt(t *testing.T) {
	for _, c := range []struct {
		want     Lot
		verdicts []Verdict
	}{
		{LotUnanswered, nil},
		{LotUnanswered, []Verdict{{}, {}}},
		{LotOtherwise, []Verdict{{Code: "noted"}}},
		{LotOtherwise, []Verdict{{Code: "incorporated"}}}, // nothing shows where
		{LotDeclined, []Verdict{{Code: "noted"}, {Code: "not_incorporated"}, {Code: "deferred"}}},
		{LotDeclined, []Verdict{{Code: "out_of_scope", IsInText: true}}},
		{LotAdopted, []Verdict{{Code: "not_incorporated"}, {Code: "incorporated_modified", IsInText: true}, {}}},
	} {
		if got := LotOf(c.verdicts); got != c.want {
			t.Errorf("%+v: %s, want %s", c.verdicts, got, c.want)
		}
	}
}

func TestWhatFewHadIsToldTogetherWithOthers(t *testing.T) {
	for _, c := range []struct {
		had       map[Lot]int
		sensitive bool
		columns   string
	}{
		{map[Lot]int{LotAdopted: 10, LotDeclined: 10, LotUnanswered: 10}, false, "adopted declined otherwise unanswered"}, // nobody had the third
		{map[Lot]int{LotAdopted: 10, LotDeclined: 10, LotOtherwise: 10, LotUnanswered: 1}, false, "adopted declined rest"},
		{map[Lot]int{LotAdopted: 10, LotDeclined: 9, LotUnanswered: 10}, false, "adopted others"},
		{map[Lot]int{LotAdopted: 9, LotDeclined: 10, LotUnanswered: 10}, false, "answered unanswered"},
		{map[Lot]int{LotAdopted: 10, LotDeclined: 10, LotUnanswered: 20}, true, "answered unanswered"},
		{map[Lot]int{LotAdopted: 30, LotUnanswered: 3}, false, "received"},
	} {
		columns, in := Division(c.had, c.sensitive)
		if got := strings.Trim(fmt.Sprint(columns), "[]"); got != c.columns {
			t.Errorf("%v: %s, want %s", c.had, got, c.columns)
		}
		for lot, column := range in {
			if !slices.Contains(columns, column) {
				t.Errorf("%v: %s counts as %s", c.had, lot, column)
			}
		}
	}
}

func TestDaysAreToldInStretchesThatEnoughPeopleWaited(t *testing.T) {
	waits := func(of map[int]int) (list []int) {
		for wait, n := range of {
			for range n {
				list = append(list, wait)
			}
		}
		return list
	}
	for want, of := range map[string]map[int]int{
		"[]":           nil,
		"[31-60]":      {40: 12},
		"[8-30 31-60]": {20: 10, 40: 12},
		"[8-60]":       {20: 3, 40: 12},
		"[8-60 61-]":   {20: 12, 40: 3, 70: 11, 200: 2},
		"[31-180]":     {31: 1, 180: 1},
	} {
		list := Stretches(waits(of), false)
		if got := fmt.Sprint(list); got != want {
			t.Errorf("%v: %s, want %s", of, got, want)
		}
		for wait := range of {
			if d := In(list, wait); !d.has(wait) || parseDays(d.String()) != d {
				t.Errorf("%d days count in %s", wait, d)
			}
		}
	}
}

func TestAStretchOfAllDaysIsNoMedian(t *testing.T) {
	list := Stretches([]int{2, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200}, false)
	counted := disclosure.Count([]disclosure.Row{{Key: "all"}}, list[0].String())
	counted.Add("all", list[0].String(), 12)
	made, _ := disclosure.Release(nil, counted, time.Time{}.Add(1), true)
	f := disclosure.Show([]disclosure.Published{made})
	if d, isTold := Median(f.Columns, f.Total); isTold {
		t.Errorf("half had their answer after %v days", d)
	}
}

func TestAMedianIsToldOnlyIfItFollowsFromWhatIsShown(t *testing.T) {
	figures := func(cells ...int) disclosure.Figures {
		counted := disclosure.Count([]disclosure.Row{{Key: "all"}}, "0-7", "8-30", "31-")
		for i, n := range cells {
			counted.Add("all", []string{"0-7", "8-30", "31-"}[i], n)
		}
		made, _ := disclosure.Release(nil, counted, time.Time{}.Add(1), true)
		return disclosure.Show([]disclosure.Published{made})
	}
	for _, c := range []struct {
		cells []int
		want  Days
		is    bool
	}{
		{[]int{20, 10, 10}, Days{0, 7}, true},
		{[]int{10, 20, 20}, Days{8, 30}, true},
		{[]int{10, 10, 30}, Days{31, 0}, true},
		{[]int{8, 0, 0}, Days{0, 7}, true}, // told as a band
		{[]int{3, 20, 2}, Days{}, false},
		{[]int{2, 0, 0}, Days{}, false},
		{[]int{0, 0, 0}, Days{}, false},
	} {
		f := figures(c.cells...)
		if got, is := Median(f.Columns, f.Total); got != c.want || is != c.is {
			t.Errorf("%v: %v, %v", c.cells, got, is)
		}
	}
}
