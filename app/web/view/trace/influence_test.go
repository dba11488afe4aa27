package trace

import (
	"testing"
	"time"

	"madang/app/disclosure"
	"madang/app/trace"
)

// counted are the figures of a table with these cells, row by row.
func counted(t *testing.T, rows, columns []string, cells ...int) disclosure.Figures {
	t.Helper()
	var keys []disclosure.Row
	for _, row := range rows {
		keys = append(keys, disclosure.Row{Key: row})
	}
	raw := disclosure.Count(keys, columns...)
	for i, n := range cells {
		raw.Add(rows[i/len(columns)], columns[i%len(columns)], n)
	}
	made, isMade := disclosure.Release(nil, raw, time.Unix(1, 0), true)
	if !isMade {
		t.Fatal("nothing may be told")
	}
	return disclosure.Show([]disclosure.Published{made})
}

func TestALineOfTheLedgerTellsWhatEachTableTells(t *testing.T) {
	v := trace.Influence{
		Groups:  []trace.Group{{ID: "a", Name: "Scholars"}, {ID: "b", Name: "Families"}},
		Lots:    counted(t, []string{"a", "b", "none"}, []string{"adopted", "declined", "otherwise", "unanswered"}, 12, 14, 0, 0, 15, 0, 0, 13, 0, 10, 0, 0),
		Days:    counted(t, []string{"a", "others"}, []string{"8-30", "31-"}, 16, 10, 25, 0),
		Replies: counted(t, []string{"a", "others"}, []string{trace.ReplySatisfied, trace.ReplyNotSatisfied}, 12, 8, 13, 0),
	}
	lines := Lines(v)
	if len(lines) != 5 {
		t.Fatalf("%+v", lines)
	}
	scholars, families, others, all := lines[0], lines[1], lines[3], lines[4]
	if scholars.Name != "Scholars" || *scholars.Received != 26 || *scholars.Lots[trace.LotAnswered] != 26 || *scholars.Days != (trace.Days{From: 8, To: 30}) || scholars.Satisfied != 12 || scholars.Replied != 20 {
		t.Errorf("%+v", scholars)
	}
	if *families.Lots[trace.LotAnswered] != 15 || families.Days != nil || families.Replied != 0 {
		t.Errorf("of a group that has no line of its own in the others it is told %+v", families)
	}
	if others.Key != trace.GroupOthers || others.Received != nil || others.Days == nil || others.Replied != 13 {
		t.Errorf("of the others it is told %+v", others)
	}
	if *all.Received != 64 || *all.Lots[trace.LotAdopted] != 27 || *all.Lots[trace.LotAnswered] != 51 || all.Days == nil {
		t.Errorf("of all it is told %+v", all)
	}
	if got := answeredLots(v); len(got) != 4 || got[0] != trace.LotAnswered {
		t.Errorf("%v", got)
	}
}

func TestAnEarlierFigureIsNoShareOfALaterTotal(t *testing.T) {
	replies := func(yes, no int) disclosure.Raw {
		raw := disclosure.Count([]disclosure.Row{{Key: "a"}, {Key: "b"}}, trace.ReplySatisfied, trace.ReplyNotSatisfied)
		raw.Add("a", trace.ReplySatisfied, yes)
		raw.Add("a", trace.ReplyNotSatisfied, no)
		raw.Add("b", trace.ReplySatisfied, 20)
		raw.Add("b", trace.ReplyNotSatisfied, 20)
		return raw
	}
	before, _ := disclosure.Release(nil, replies(0, 0), time.Unix(1, 0), false)
	later, _ := disclosure.Release([]disclosure.Published{before}, replies(20, 3), time.Unix(2, 0), false)
	v := trace.Influence{
		Groups:  []trace.Group{{ID: "a", Name: "Scholars"}},
		Lots:    counted(t, []string{"a", "b"}, []string{"received"}, 40, 40),
		Replies: disclosure.Show([]disclosure.Published{before, later}),
	}
	if n, isShown := v.Replies.Lines[0].Total.Number(); !isShown || n != 23 {
		t.Fatalf("%+v", v.Replies.Lines[0])
	}
	if scholars := Lines(v)[0]; scholars.Replied != 0 {
		t.Errorf("it is told that %d of %d are satisfied", scholars.Satisfied, scholars.Replied)
	}
}
