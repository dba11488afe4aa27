package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// report is everything that was measured.
type report struct {
	Date         time.Time      `json:"date"`
	Machine      string         `json:"machine"`
	Revision     string         `json:"revision"`
	Runs         int            `json:"runs"`
	Window       float64        `json:"window_seconds"`
	Measurements []*measurement `json:"scenarios"`
}

// measurement is one scenario's part of it.
type measurement struct {
	scenario scenario
	Key      string               `json:"key"`
	Title    string               `json:"title"`
	Runs     map[string][]results `json:"runs"`
	Void     map[string][]string  `json:"void"` // runs that don't count, and why
	Medians  map[string]results   `json:"medians"`
	Verdicts []verdict            `json:"goals"`
}

// verdict says whether a contender that is Madang reached a goal.
type verdict struct {
	Contender string  `json:"contender"`
	Figure    string  `json:"figure"`
	Value     float64 `json:"value"`
	Beside    string  `json:"beside,omitempty"`
	Peer      float64 `json:"peer,omitempty"`
	Ratio     float64 `json:"ratio,omitempty"`
	Goal      string  `json:"goal"`
	Reached   bool    `json:"reached"`
}

func newReport(c *loadCommand) *report {
	r := &report{Date: time.Now().UTC(), Runs: c.Runs, Window: c.Window.Seconds(), Machine: machineName()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				r.Revision = s.Value
			}
		}
	}
	return r
}

func machineName() string {
	model := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if rest, ok := strings.CutPrefix(line, "model name"); ok {
				model = strings.Trim(rest, "\t :\n")
				break
			}
		}
	}
	return fmt.Sprintf("%s, %s/%s, %s", model, runtime.GOOS, runtime.GOARCH, runtime.Version())
}

func (r *report) add(sc scenario) *measurement {
	m := &measurement{
		scenario: sc, Key: sc.key, Title: sc.title,
		Runs: map[string][]results{}, Void: map[string][]string{}, Medians: map[string]results{},
	}
	r.Measurements = append(r.Measurements, m)
	return m
}

func (r *report) save(name string) error {
	text, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(text, '\n'), 0o644)
}

// note takes in a run. One that doesn't count is kept apart.
func (m *measurement) note(contender string, got results, err error) {
	if err != nil {
		m.Void[contender] = append(m.Void[contender], err.Error())
		return
	}
	m.Runs[contender] = append(m.Runs[contender], got)
	medians := results{}
	for _, f := range m.scenario.figures {
		if values := m.values(contender, f.key); len(values) > 0 {
			medians[f.key] = median(values)
		}
	}
	m.Medians[contender] = medians
	m.Verdicts = m.judge()
}

func (m *measurement) values(contender, key string) []float64 {
	var values []float64
	for _, run := range m.Runs[contender] {
		if v, ok := run[key]; ok {
			values = append(values, v)
		}
	}
	return values
}

// judge compares Madang with its goals.
func (m *measurement) judge() []verdict {
	var verdicts []verdict
	for _, co := range contenders {
		if _, isOurs := co.(madang); !isOurs {
			continue
		}
		for _, f := range m.scenario.figures {
			value, measured := m.Medians[co.name()][f.key]
			if f.goal == nil || !measured {
				continue
			}
			if v, ok := m.compare(f, value); ok {
				v.Contender, v.Figure = co.name(), f.label
				verdicts = append(verdicts, v)
			}
		}
	}
	return verdicts
}

func (m *measurement) compare(f figure, value float64) (verdict, bool) {
	g := f.goal
	v := verdict{Value: value, Goal: g.String()}
	if g.of == "" {
		v.Reached = g.isReached(value, 1)
		return v, true
	}
	name, peer, found := m.peer(f.key, g)
	if !found {
		return v, false
	}
	v.Beside, v.Peer, v.Reached = name, peer, g.isReached(value, peer)
	if peer != 0 {
		v.Ratio = value / peer
	}
	return v, true
}

// peer finds whom a goal compares with.
func (m *measurement) peer(key string, g *goal) (name string, value float64, found bool) {
	names := []string{g.of}
	if g.of == "peers" {
		names = []string{hocuspocus{}.name(), ywebsocket{}.name()}
	}
	for _, n := range names {
		v, measured := m.Medians[n][key]
		if measured && (!found || (v > value) == g.atLeast) {
			name, value, found = n, v, true
		}
	}
	return name, value, found
}

func (g *goal) isReached(value, peer float64) bool {
	if g.atLeast {
		return value >= g.factor*peer
	}
	return value <= g.factor*peer
}

func (g *goal) String() string {
	word := "at most"
	if g.atLeast {
		word = "at least"
	}
	text := fmt.Sprintf("%s %g", word, g.factor)
	if g.of != "" {
		text += " of " + g.of
	}
	return text
}

// inShort is one run in a line.
func (s scenario) inShort(got results, err error) string {
	if err != nil {
		return "does not count: " + err.Error()
	}
	var parts []string
	for _, f := range s.figures {
		if v, ok := got[f.key]; ok {
			parts = append(parts, fmt.Sprintf("%s %.*f", f.label, f.digits, v))
		}
	}
	return strings.Join(parts, ", ")
}

// print shows medians, with the least and the most beside them, and the goals.
func (m *measurement) print(out io.Writer) {
	fmt.Fprintf(out, "\n%s: %s\nmedian (least to most)\n\n", m.Key, m.Title)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "\t")
	var names []string
	for _, co := range contenders {
		if m.Runs[co.name()] != nil || m.Void[co.name()] != nil {
			names = append(names, co.name())
			fmt.Fprintf(table, "%s\t", co.name())
		}
	}
	fmt.Fprintln(table)
	for _, f := range m.scenario.figures {
		fmt.Fprintf(table, "%s, %s\t", f.label, f.unit)
		for _, name := range names {
			fmt.Fprintf(table, "%s\t", m.cell(name, f))
		}
		fmt.Fprintln(table)
	}
	fmt.Fprint(table, "runs that count\t")
	for _, name := range names {
		fmt.Fprintf(table, "%d of %d\t", len(m.Runs[name]), len(m.Runs[name])+len(m.Void[name]))
	}
	fmt.Fprintln(table)
	table.Flush() // the writer below tells if it can't write
	for _, v := range m.Verdicts {
		fmt.Fprintln(out, v)
	}
	for _, name := range names {
		for _, why := range m.Void[name] {
			fmt.Fprintf(out, "%s: a run does not count: %s\n", name, why)
		}
	}
	fmt.Fprintln(out)
}

func (m *measurement) cell(name string, f figure) string {
	values := m.values(name, f.key)
	if len(values) == 0 {
		return "-"
	}
	return fmt.Sprintf("%.*f (%.*f to %.*f)", f.digits, median(values), f.digits, slices.Min(values), f.digits, slices.Max(values))
}

func (v verdict) String() string {
	word := "NOT reached"
	if v.Reached {
		word = "reached"
	}
	if v.Beside == "" {
		return fmt.Sprintf("%s: %s %.3g; goal %s: %s", v.Contender, v.Figure, v.Value, v.Goal, word)
	}
	return fmt.Sprintf("%s: %s %.3g beside %s's %.3g: %.2f; goal %s: %s", v.Contender, v.Figure, v.Value, v.Beside, v.Peer, v.Ratio, v.Goal, word)
}
