package main

import (
	"context"
	"fmt"
	"time"
)

// scenario is one load, under which every contender is measured.
type scenario struct {
	key     string
	title   string
	nodes   int
	skips   map[string]bool // contenders that can't take part
	figures []figure
	measure func(ctx context.Context, r *running, w windows) (results, error)
}

// windows are how long a run lasts.
type windows struct {
	warm, window time.Duration
}

// results are the figures of one run, by key.
type results map[string]float64

// figure is a row of the table.
type figure struct {
	key    string
	label  string
	unit   string
	digits int
	goal   *goal
}

// goal is what Madang is to reach: a value, or a share of a peer's.
type goal struct {
	factor  float64
	of      string // a contender, or "peers" for the best of them; empty: the factor is the value
	atLeast bool   // else at most
}

func atMost(factor float64, of string) *goal  { return &goal{factor: factor, of: of} }
func atLeast(factor float64, of string) *goal { return &goal{factor: factor, of: of, atLeast: true} }

// costs are rows of every load that people type under.
func costs(cpu *goal) []figure {
	return []figure{
		{key: "cpu", label: "server's CPU", unit: "% of a core", digits: 1, goal: cpu},
		{key: "beside", label: "database beside it", unit: "% of a core", digits: 1},
		{key: "generator", label: "generator's CPU", unit: "% of a core", digits: 1},
		{key: "late", label: "generator late, p99", unit: "ms", digits: 2},
		{key: "others", label: "everything else", unit: "% of a core", digits: 1},
		{key: "steal", label: "stolen by the host", unit: "% of a core", digits: 1},
		{key: "load", label: "load average before", digits: 1},
	}
}

func deliveries(p50, p99 *goal) []figure {
	return []figure{
		{key: "p50", label: "delivery p50", unit: "ms", digits: 2, goal: p50},
		{key: "p99", label: "delivery p99", unit: "ms", digits: 2, goal: p99},
	}
}

func acknowledgements(p50, p99 *goal) []figure {
	return []figure{
		{key: "ack50", label: "acknowledgement p50", unit: "ms", digits: 2, goal: p50},
		{key: "ack99", label: "acknowledgement p99", unit: "ms", digits: 2, goal: p99},
	}
}

func rows(groups ...[]figure) []figure {
	var all []figure
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

var scenarios = []scenario{
	{
		key: "room", title: "one document, 20 writers at 5 keystrokes/s and 180 readers", nodes: 1,
		figures: rows(deliveries(atMost(1, "hocuspocus"), atMost(1, "hocuspocus")), acknowledgements(atMost(2, ""), atMost(25, "")), costs(atMost(0.9, "hocuspocus"))),
		measure: func(ctx context.Context, r *running, w windows) (results, error) {
			return measureTyping(ctx, r, typing{
				docs: []int{roomDocument}, writers: roomWriters, readers: 180, texts: 3,
				pace: 5, warm: w.warm, window: w.window,
			})
		},
	},
	{
		key: "forum", title: "200 documents, 5 editors each at 2 keystrokes/s", nodes: 1,
		figures: rows(deliveries(nil, atMost(0.4, "hocuspocus")), acknowledgements(nil, nil), costs(atMost(0.6, "hocuspocus"))),
		measure: func(ctx context.Context, r *running, w windows) (results, error) {
			return measureTyping(ctx, r, typing{
				docs: upTo(200), writers: 5, pace: 2, warm: w.warm, window: w.window,
			})
		},
	},
	{
		key: "idle", title: "5,000 idle connections over 500 documents", nodes: 1,
		figures: rows([]figure{
			{key: "each", label: "memory a connection, all included", unit: "kB", digits: 1, goal: atMost(12, "")},
			{key: "rate", label: "connections", unit: "1/s", goal: atLeast(3800, "")},
			{key: "all", label: "resident in all", unit: "MB", digits: 1},
		}, costs(nil)),
		measure: measureIdle,
	},
	{
		key: "hall", title: "one document, 500 people, ever more keystrokes until p99 exceeds 200 ms", nodes: 1,
		figures: rows([]figure{
			{key: "rate", label: "keystrokes delivered", unit: "million/s", digits: 2, goal: atLeast(1, "hocuspocus")},
			{key: "typed", label: "keystrokes typed", unit: "1/s"},
			{key: "over", label: "p99 on the next rung", unit: "ms"},
		}, deliveries(nil, nil), acknowledgements(nil, nil), costs(nil)),
		measure: measureSaturation,
	},
	joinScenario("warm", "", measureJoins(true)),
	joinScenario("cold", ", from a cold server", measureJoins(false)),
	{
		key: "nodes", title: "two nodes over Redis, one document, 20 writers and 180 readers: from node to node", nodes: 2,
		skips:   map[string]bool{"madang-sqlite": true, "y-websocket": true, "relay": true},
		figures: rows(deliveries(atMost(0.5, "hocuspocus"), atMost(0.5, "hocuspocus")), acknowledgements(nil, nil), costs(nil)),
		measure: func(ctx context.Context, r *running, w windows) (results, error) {
			return measureTyping(ctx, r, typing{
				docs: []int{roomDocument}, writers: roomWriters, readers: 180, texts: 3,
				pace: 5, warm: w.warm, window: w.window,
			})
		},
	},
	cutScenario(0), cutScenario(1), cutScenario(2),
}

// joinScenario is many people at the door of one long document.
func joinScenario(key, how string, measure func(context.Context, *running, windows) (results, error)) scenario {
	return scenario{
		key: key, title: "500 people open a document of 100 kB and 143,000 keystrokes at once" + how, nodes: 1,
		skips: map[string]bool{"relay": true},
		figures: rows([]figure{
			{key: "took", label: "until all have the whole text", unit: "s", digits: 2, goal: atMost(0.2, "peers")},
			{key: "empty", label: "first replies without text", goal: atMost(0, "")},
		}, costs(nil)),
		measure: measure,
	}
}

// cutScenario is a power cut in mid-typing.
func cutScenario(n int) scenario {
	return scenario{
		key: fmt.Sprintf("cut%d", int(cuts[n].Seconds())), nodes: 1,
		title: fmt.Sprintf("20 people type, and after %v the server is killed and started again", cuts[n]),
		skips: map[string]bool{"relay": true},
		figures: []figure{
			{key: "ackedLost", label: "acknowledged and lost", unit: "keystrokes", goal: atMost(0, "")},
			{key: "shownLost", label: "delivered and lost", unit: "keystrokes", goal: atMost(0, "")},
			{key: "typed", label: "typed", unit: "keystrokes"},
			{key: "acked", label: "acknowledged", unit: "keystrokes"},
			{key: "shown", label: "delivered", unit: "keystrokes"},
		},
		measure: measurePowerCut(cuts[n]),
	}
}

func upTo(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}

// measureTyping lets people type, and counts only if all of them end with the same
// text, and whoever comes last too.
func measureTyping(ctx context.Context, r *running, load typing) (results, error) {
	g, err := gather(ctx, r, load)
	if err != nil {
		return nil, fmt.Errorf("joining: %w", err)
	}
	defer g.loop.close()
	due, err := g.rehearse(load)
	if err != nil {
		return nil, err
	}
	spent, err := g.play(ctx, due, load)
	if err != nil {
		return nil, fmt.Errorf("typing: %w", err)
	}
	if err := g.converge(ctx); err != nil {
		return nil, fmt.Errorf("converging: %w", err)
	}
	return g.tally.results(spent), nil
}

func (t *tally) results(s *spent) results {
	res := s.results()
	res["p50"], res["p99"] = ms(t.delivery.quantile(0.5)), ms(t.delivery.quantile(0.99))
	res["late"] = ms(t.late.quantile(0.99))
	if t.ack.count > 0 {
		res["ack50"], res["ack99"] = ms(t.ack.quantile(0.5)), ms(t.ack.quantile(0.99))
	}
	return res
}

func (s *spent) results() results {
	return results{
		"cpu": 100 * s.nodes, "beside": 100 * s.beside, "generator": 100 * s.self,
		"others": 100 * s.others, "steal": 100 * s.steal,
	}
}
