package trace

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"madang/app"
	"madang/app/disclosure"
	"madang/app/disclosure/simplex"
)

// crowd is made-up people of a docket: of which group each is, what became of their words,
// how long they waited, and what they said to it. It answers what a ledger asks for.
type crowd struct {
	groups []disclosure.Row
	people []contributor
	at     time.Time
}

type contributor struct {
	group string
	lot   Lot
	wait  int
	reply string // empty if they said nothing yet
}

func (c *crowd) hasSensitive() bool {
	return slices.ContainsFunc(c.groups, func(r disclosure.Row) bool { return r.Sensitive })
}

func (c *crowd) Groups(context.Context, app.ID) ([]Group, error) { return nil, nil }

func (c *crowd) CountLots(context.Context, app.ID) (disclosure.Raw, error) {
	had := map[Lot]int{}
	for _, p := range c.people {
		had[p.lot]++
	}
	columns, in := Division(had, c.hasSensitive())
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = string(column)
	}
	counted := disclosure.Count(c.groups, names...)
	for _, p := range c.people {
		counted.Add(p.group, string(in[p.lot]), 1)
	}
	return counted, nil
}

// lines are the groups that stand apart, and all others as one.
func (c *crowd) lines(apart []string) (rows []disclosure.Row, of func(group string) string) {
	others := disclosure.Row{Key: GroupOthers}
	for _, row := range c.groups {
		if slices.Contains(apart, row.Key) {
			rows = append(rows, row)
		} else {
			others.Sensitive = others.Sensitive || row.Sensitive
		}
	}
	return append(rows, others), func(group string) string {
		if slices.Contains(apart, group) {
			return group
		}
		return GroupOthers
	}
}

func (c *crowd) CountDays(_ context.Context, _ app.ID, _ time.Time, apart []string) (disclosure.Raw, error) {
	rows, of := c.lines(apart)
	var waits []int
	for _, p := range c.people {
		waits = append(waits, p.wait)
	}
	list := Stretches(waits, c.hasSensitive())
	names := make([]string, len(list))
	for i, d := range list {
		names[i] = d.String()
	}
	counted := disclosure.Count(rows, names...)
	for _, p := range c.people {
		counted.Add(of(p.group), In(list, p.wait).String(), 1)
	}
	return counted, nil
}

func (c *crowd) CountReplies(_ context.Context, _ app.ID, apart []string) (disclosure.Raw, error) {
	rows, of := c.lines(apart)
	counted := disclosure.Count(rows, ReplySatisfied, ReplyNotSatisfied)
	for _, p := range c.people {
		if p.lot.IsAnswered() && p.reply != "" {
			counted.Add(of(p.group), p.reply, 1)
		}
	}
	return counted, nil
}

func (c *crowd) Outcomes(context.Context, app.ID) ([]Outcome, error)     { return nil, nil }
func (c *crowd) AddOutcome(context.Context, app.Standing, Outcome) error { return nil }
func (c *crowd) Frozen(context.Context, app.ID) ([]Publication, error)   { return nil, nil }
func (c *crowd) Docket(context.Context, app.ID) (Docket, []Issue, error) {
	return Docket{IsReported: true}, nil, nil
}
func (c *crowd) now() time.Time { c.at = c.at.Add(time.Hour); return c.at }

// shelf keeps releases.
type shelf map[disclosure.Table][]disclosure.Record

func (s shelf) Releases(_ context.Context, of disclosure.Table) ([]disclosure.Record, error) {
	return s[of], nil
}

func (s shelf) AddRelease(_ context.Context, of disclosure.Table, r disclosure.Record) (bool, error) {
	s[of] = append(s[of], r)
	return true, nil
}

// gather makes up a docket.
func gather(random *rand.Rand) *crowd {
	c := &crowd{at: time.UnixMilli(1)}
	for i := range 2 + random.IntN(3) {
		c.groups = append(c.groups, disclosure.Row{Key: fmt.Sprint("group ", i), Sensitive: random.IntN(5) == 0})
		size := random.IntN(12)
		if random.IntN(3) > 0 {
			size = 15 + random.IntN(40)
		}
		lots := slices.Clone(divisions[0][:1+random.IntN(len(divisions[0]))])
		for range size {
			c.people = append(c.people, contributor{group: c.groups[i].Key, lot: lots[random.IntN(len(lots))], wait: []int{3, 20, 20, 45, 70, 200}[random.IntN(6)]})
		}
	}
	return c
}

// reply lets some say whether their answer satisfies.
func (c *crowd) reply(random *rand.Rand) {
	for i := range c.people {
		if p := &c.people[i]; p.reply == "" && random.IntN(3) == 0 {
			p.reply = []string{ReplySatisfied, ReplySatisfied, ReplyNotSatisfied}[random.IntN(3)]
		}
	}
}

// knowledge is what somebody works with who knows all that a ledger ever showed: equations
// over how many of each group had each lot, waited for each stretch and gave each reply.
type knowledge struct {
	vars      map[string]int
	equations []map[int]float64
	sums      []float64
}

func (k *knowledge) of(name string) int {
	if _, isKnown := k.vars[name]; !isKnown {
		k.vars[name] = len(k.vars)
	}
	return k.vars[name]
}

func (k *knowledge) learn(sum float64, weights map[int]float64) {
	k.equations, k.sums = append(k.equations, weights), append(k.sums, sum)
}

func (k *knowledge) matrix() [][]float64 {
	list := make([][]float64, len(k.equations))
	for i, weights := range k.equations {
		list[i] = make([]float64, len(k.vars)+1)
		for v, w := range weights {
			list[i][v] = w
		}
		list[i][len(k.vars)] = k.sums[i]
	}
	return list
}

// read takes in what a table shows. members are the groups of each of its lines.
func (k *knowledge) read(table string, f disclosure.Figures, members func(line string) []string, all []string) {
	tell := func(lines, columns []string, figure disclosure.Figure) {
		n, isShown := figure.Number()
		if !isShown || !figure.At().Equal(f.At) {
			return
		}
		weights := map[int]float64{}
		for _, group := range lines {
			for _, column := range columns {
				weights[k.of(table+"/"+group+"/"+column)] = 1
			}
		}
		k.learn(float64(n), weights)
	}
	for _, line := range append(slices.Clone(f.Lines), f.Total) {
		groups := all
		if line.Key != "" {
			groups = members(line.Key)
		}
		tell(groups, f.Columns, line.Total)
		for i, cell := range line.Cells {
			tell(groups, f.Columns[i:i+1], cell)
		}
	}
}

func TestNobodyRecoversAHiddenNumberFromTheThreeTablesOfALedger(t *testing.T) {
	const ledgers = 400
	secrets, shown := 0, 0
	for n := range uint64(ledgers) {
		random := rand.New(rand.NewPCG(n, 11))
		c := gather(random)
		service := &Service{tally: c, store: c, dockets: c, register: disclosure.NewRegister(shelf{}, c.now), clock: c.now}
		var seen []Influence
		for range 5 {
			v, err := service.Influence(t.Context(), "docket")
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, v)
			c.reply(random)
		}
		tried, told, found := c.attack(seen)
		secrets, shown = secrets+tried, shown+told
		if found != "" {
			t.Fatalf("ledger %d: %s", n, found)
		}
	}
	if secrets == 0 || shown == 0 {
		t.Error("nothing was hidden, or nothing shown")
	}
	t.Logf("%d ledgers, %d numbers shown, %d hidden", ledgers, shown, secrets)
}

// attack looks for worlds in which a number that isn't shown is another. It names the first
// that can't be as much otherwise as the smallest number that would be shown.
func (c *crowd) attack(seen []Influence) (secrets, shown int, found string) {
	last := seen[len(seen)-1]
	if last.Lots.At.IsZero() {
		return 0, 0, ""
	}
	var all []string
	for _, g := range c.groups {
		all = append(all, g.Key)
	}
	apart := whole(last.Lots)
	members := func(line string) []string {
		if line != GroupOthers {
			return []string{line}
		}
		return slices.DeleteFunc(slices.Clone(all), func(group string) bool { return slices.Contains(apart, group) })
	}
	k := &knowledge{vars: map[string]int{}}
	k.read("lots", last.Lots, members, all)
	for _, f := range seen { // replies only come, and their last release is what is looked for
		if f.Replies.At.Equal(last.Replies.At) {
			k.read("replies", f.Replies, members, all)
			break
		}
	}
	if !last.Days.At.IsZero() {
		k.read("days", last.Days, members, all)
		for _, group := range all { // the same people, by how long they waited
			weights := map[int]float64{}
			for _, column := range last.Lots.Columns {
				weights[k.of("lots/"+group+"/"+column)]++
			}
			for _, column := range last.Days.Columns {
				weights[k.of("days/"+group+"/"+column)]--
			}
			k.learn(0, weights)
		}
	}
	for _, group := range all { // nobody replies who wasn't there
		weights := map[int]float64{k.of("silent/" + group): 1}
		for _, column := range last.Lots.Columns {
			weights[k.of("lots/"+group+"/"+column)]--
		}
		for _, column := range last.Replies.Columns {
			weights[k.of("replies/"+group+"/"+column)]++
		}
		k.learn(0, weights)
	}
	return c.solve(k, last.Lots)
}

func (c *crowd) solve(k *knowledge, lots disclosure.Figures) (secrets, shown int, found string) {
	type secret struct{ v, level, low, high int }
	var list []secret
	for i, line := range lots.Lines {
		least := disclosure.Least
		if c.groups[i].Sensitive {
			least = disclosure.LeastSensitive
		}
		for j, cell := range line.Cells {
			if _, isShown := cell.Number(); isShown {
				shown++
			} else if line.Most == "" && !hasTotal(line) {
				list = append(list, secret{k.of("lots/" + line.Key + "/" + lots.Columns[j]), least, 1 << 30, -1})
			}
		}
	}
	solver := simplex.New(len(k.vars), k.matrix(), func(world []int) {
		for i, s := range list {
			list[i].low, list[i].high = min(s.low, world[s.v]), max(s.high, world[s.v])
		}
	})
	for i := range list {
		for _, sign := range []float64{1, -1} {
			if list[i].high-list[i].low >= list[i].level {
				break
			}
			objective := make([]float64, solver.Vars)
			objective[list[i].v] = sign
			solver.Clone().Raise(objective)
		}
		if s := list[i]; s.high-s.low < s.level {
			return len(list), shown, fmt.Sprintf("%v of %v is between %d and %d", c.groups, lots, s.low, s.high)
		}
	}
	return len(list), shown, ""
}

// hasTotal reports whether a line tells how many people it has: then it is told as a band.
func hasTotal(l disclosure.Line) bool {
	_, isShown := l.Total.Number()
	return isShown
}
