package prose

import (
	"strings"
	"time"
)

// RunKind says what became of a run of words.
type RunKind string

// What may become of words.
const (
	Equal    RunKind = "equal"
	Deleted  RunKind = "deleted"
	Inserted RunKind = "inserted"
)

// Run is a stretch of words with the same fate.
type Run struct {
	Kind RunKind
	Text string
}

// Runs compares two texts by words, for reading: the equal and deleted runs
// together are before, the equal and inserted ones after. Where words were
// replaced, the deleted run comes first. Neighbouring words that changed are one
// change, and the space between them is part of it, so that people read one
// wording and then the other.
//
// It gives up after 200 ms, for which texts need some ten thousand words without
// likeness; what wasn't compared by then counts as replaced.
func Runs(before, after string) []Run { return runsWithin(patience, before, after) }

func runsWithin(limit time.Duration, before, after string) []Run {
	if before == after {
		return appendRun(nil, Equal, before)
	}
	old := words(before)
	starts := offsets(old)
	var runs []Run
	done := 0
	for _, h := range gather(old, compareWithin(limit, old, words(after))) {
		from, to := starts[h.from], starts[h.to]
		runs = appendRun(runs, Equal, before[done:from])
		runs = appendRun(runs, Deleted, before[from:to])
		runs = appendRun(runs, Inserted, strings.Join(h.words, ""))
		done = to
	}
	return appendRun(runs, Equal, before[done:])
}

func appendRun(runs []Run, kind RunKind, text string) []Run {
	if text == "" {
		return runs
	}
	return append(runs, Run{Kind: kind, Text: text})
}

// gather joins hunks that only spaces keep apart.
func gather(old []string, hunks []hunk) []hunk {
	var gathered []hunk
	for _, h := range hunks {
		last := len(gathered) - 1
		if last < 0 || !isSpace(old[gathered[last].to:h.from]) {
			gathered = append(gathered, h)
			continue
		}
		g := &gathered[last]
		g.words = append(append(g.words, old[g.to:h.from]...), h.words...)
		g.to = h.to
	}
	return gathered
}

// isSpace reports whether the words are spaces within a line.
func isSpace(words []string) bool {
	line := strings.Join(words, "")
	return strings.TrimSpace(line) == "" && !strings.Contains(line, "\n")
}
