package trace

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"madang/app"
	"madang/app/disclosure"
)

// Lot is what became of a submission, as the influence ledger counts it: each once, by the
// best that became of anything in it.
type Lot string

// The lots. Where they aren't told apart, Answered are the first three together, Rest are
// Otherwise and Unanswered, Others all but Adopted, and Received all.
const (
	LotAdopted    Lot = "adopted"  // an amendment that comes of it stands in the text
	LotDeclined   Lot = "declined" // considered, and not taken up
	LotOtherwise  Lot = "otherwise"
	LotUnanswered Lot = "unanswered" // nothing in it asked for an answer, or none is public
	LotAnswered   Lot = "answered"
	LotRest       Lot = "rest"
	LotOthers     Lot = "others"
	LotReceived   Lot = "received"
)

// Verdict is the answer to one issue that a submission has passages under. IsInText says
// that an amendment that comes of the issue was put into the text.
type Verdict struct {
	Code     string
	IsInText bool
}

// declining are the codes of answers by which something was considered and not taken up.
var declining = []string{"not_incorporated", "out_of_scope", "previously_considered"}

// LotOf is what became of a submission. An answer that says "incorporated" counts as
// adopted only if an amendment shows where.
func LotOf(verdicts []Verdict) Lot {
	lot := LotUnanswered
	for _, v := range verdicts {
		switch {
		case v.Code == "":
		case v.IsInText && strings.HasPrefix(v.Code, "incorporated"):
			return LotAdopted
		case slices.Contains(declining, v.Code):
			lot = LotDeclined
		case lot == LotUnanswered:
			lot = LotOtherwise
		}
	}
	return lot
}

// IsAnswered reports whether all who had it got an answer.
func (l Lot) IsAnswered() bool {
	return slices.Contains([]Lot{LotAdopted, LotDeclined, LotOtherwise, LotAnswered}, l)
}

// divisions are the ways to tell lots apart, the finest first: whose words stand in the
// text is told before anything else.
var divisions = [][]Lot{
	{LotAdopted, LotDeclined, LotOtherwise, LotUnanswered}, {LotAdopted, LotDeclined, LotRest}, {LotAdopted, LotOthers},
	{LotAnswered, LotUnanswered}, {LotReceived},
}

// parts are the lots that others are told with.
var parts = map[Lot][]Lot{
	LotAnswered: {LotAdopted, LotDeclined, LotOtherwise},
	LotRest:     {LotOtherwise, LotUnanswered},
	LotOthers:   {LotDeclined, LotOtherwise, LotUnanswered},
}

// in is the column of a division in which a lot counts.
func (l Lot) in(division []Lot) Lot {
	for _, column := range division {
		if column == l || slices.Contains(parts[column], l) {
			return column
		}
	}
	return LotReceived
}

// Division says how finely lots may be told apart, and in which column each counts. How
// many had each in all is no secret: anybody can count it in the response matrix. So what
// few had is told together with others, or it would follow who they were.
func Division(had map[Lot]int, hasSensitive bool) (columns []Lot, in map[Lot]Lot) {
	for _, columns = range divisions {
		sums := map[Lot]int{}
		in = map[Lot]Lot{}
		for _, lot := range divisions[0] {
			in[lot] = lot.in(columns)
			sums[in[lot]] += had[lot]
		}
		if !slices.ContainsFunc(columns, func(c Lot) bool { return sums[c] > 0 && sums[c] < enough(hasSensitive) }) {
			break
		}
	}
	return columns, in
}

// enough is how many there have to be in a column whose total anybody knows, so that a
// hidden cell of it may be anything that the rules of disclosure want it to be.
func enough(hasSensitive bool) int {
	if hasSensitive {
		return 2 * disclosure.LeastSensitive
	}
	return 2 * disclosure.Least
}

// Days is a stretch of days that people waited, both ends in it; To is 0 for no end.
type Days struct{ From, To int }

// String names it for programs, as "8-30" or "181-".
func (d Days) String() string {
	if d.To == 0 {
		return strconv.Itoa(d.From) + "-"
	}
	return strconv.Itoa(d.From) + "-" + strconv.Itoa(d.To)
}

// parseDays reads what String writes.
func parseDays(text string) Days {
	from, to, _ := strings.Cut(text, "-")
	var d Days
	d.From, _ = strconv.Atoi(from)
	d.To, _ = strconv.Atoi(to) // none is no end
	return d
}

// stretches are the finest in which waiting is told.
var stretches = []Days{{0, 7}, {8, 30}, {31, 60}, {61, 90}, {91, 180}, {181, 0}}

// Stretches says in which stretches of days to tell how long people waited: the usual ones,
// of which neighbours are put together until enough people are in each. When something
// came and when it was answered anybody may read, so that this tells nothing new.
func Stretches(waits []int, hasSensitive bool) []Days {
	var list []Days
	var sums []int
	for _, d := range stretches {
		n := 0
		for _, w := range waits {
			if d.has(w) {
				n++
			}
		}
		last := len(list) - 1
		switch {
		case n == 0:
		case last >= 0 && (sums[last] < enough(hasSensitive) || n < enough(hasSensitive)):
			list[last].To, sums[last] = d.To, sums[last]+n
		default:
			list, sums = append(list, d), append(sums, n)
		}
	}
	return list
}

func (d Days) has(wait int) bool { return wait >= d.From && (d.To == 0 || wait <= d.To) }

// In is the stretch that somebody waited.
func In(list []Days, wait int) Days {
	i := slices.IndexFunc(list, func(d Days) bool { return d.has(wait) })
	return list[max(i, 0)]
}

// Median is the stretch in which half of the people of a line had their answer, if that
// follows from what is shown of it.
func Median(columns []string, line disclosure.Line) (Days, bool) {
	total, isShown := line.Total.Number()
	if !isShown || total == 0 {
		return Days{}, false
	}
	if line.Most != "" {
		return parseDays(line.Most).told()
	}
	before := 0
	for i, cell := range line.Cells {
		n, isShown := cell.Number()
		if !isShown {
			return Days{}, false
		}
		if before+n > (total-1)/2 {
			return parseDays(columns[i]).told()
		}
		before += n
	}
	return Days{}, false
}

// told is the stretch, unless it says nothing: a few who waited quite otherwise than all
// others can make one of all days.
func (d Days) told() (Days, bool) { return d, d != Days{} }

// What contributors say to their answers.
const (
	ReplySatisfied    = "satisfied"
	ReplyNotSatisfied = "not_satisfied"
)

// GroupNone is the line of those who said no stakeholder group, GroupOthers that of all
// groups about which too little may be told.
const (
	GroupNone   = "none"
	GroupOthers = "others"
)

// Group is a stakeholder group.
type Group struct {
	ID   app.ID
	Name string
}

// Influence is a docket's influence ledger: what may be told of whose words moved the text.
type Influence struct {
	Docket
	Groups []Group
	// Lots, Days and Replies are by stakeholder group; their times are zero where too
	// little may be told.
	Lots, Days, Replies disclosure.Figures
}

// Tally counts people for the ledger. It is answered by the store. All leave out who
// withdrew.
type Tally interface {
	// Groups lists the stakeholder groups of a docket's group in their order.
	Groups(ctx context.Context, docket app.ID) ([]Group, error)
	// CountLots counts submissions by stakeholder group and by what became of them.
	CountLots(ctx context.Context, docket app.ID) (disclosure.Raw, error)
	// CountDays counts submissions by how many days they waited until a moment, answered or
	// not: else who has no answer would follow from it. CountReplies counts the contributors who said whether their answers satisfy. Groups
	// that aren't apart are one line, GroupOthers.
	CountDays(ctx context.Context, docket app.ID, until time.Time, apart []string) (disclosure.Raw, error)
	CountReplies(ctx context.Context, docket app.ID, apart []string) (disclosure.Raw, error)
}

// Influence returns a docket's ledger to anybody; NotFound before its report is published.
// What became of submissions is counted once, when the report is published: whoever
// publishes it asks. A look by anybody finds it counted, and counts only where a node died
// in between. Replies come later, and are told again as disclosure allows.
//
// The second and the third table have in them only what they can't give away: a group has a
// line of its own if the first told all about it, and the others are one. So nothing that
// the first hides follows from how the same people divide otherwise.
func (s *Service) Influence(ctx context.Context, docket app.ID) (Influence, error) {
	d, _, err := s.dockets.Docket(ctx, docket)
	if err != nil {
		return Influence{}, err
	}
	if !d.IsReported {
		return Influence{}, app.NotFound()
	}
	v := Influence{Docket: d}
	if v.Groups, err = s.tally.Groups(ctx, docket); err != nil {
		return v, err
	}
	v.Lots, err = s.open(ctx, docket, "influence", func() (disclosure.Raw, error) { return s.tally.CountLots(ctx, docket) })
	if err != nil || v.Lots.At.IsZero() {
		return v, err
	}
	apart := whole(v.Lots)
	v.Days, err = s.open(ctx, docket, "influence.days", func() (disclosure.Raw, error) { return s.tally.CountDays(ctx, docket, d.ReportedAt, apart) })
	if err != nil {
		return v, err
	}
	replies, err := s.tally.CountReplies(ctx, docket, apart)
	if err != nil {
		return v, err
	}
	v.Replies, err = s.register.Publish(ctx, disclosure.Table{Of: docket, Name: "influence.replies"}, replies, false)
	return v, err
}

// open is a table that is counted once and of which anybody knows the totals of columns.
func (s *Service) open(ctx context.Context, docket app.ID, name string, count func() (disclosure.Raw, error)) (disclosure.Figures, error) {
	of := disclosure.Table{Of: docket, Name: name}
	published, err := s.register.Figures(ctx, of)
	if err != nil || !published.At.IsZero() {
		return published, err
	}
	counted, err := count()
	if err != nil {
		return published, err
	}
	return s.register.PublishOpen(ctx, of, counted)
}

// whole are the keys of lines about which everything is shown.
func whole(f disclosure.Figures) []string {
	var keys []string
	for _, l := range f.Lines {
		isHidden := func(c disclosure.Figure) bool {
			_, isShown := c.Number()
			return !isShown
		}
		if !isHidden(l.Total) && !slices.ContainsFunc(l.Cells, isHidden) {
			keys = append(keys, l.Key)
		}
	}
	return keys
}
