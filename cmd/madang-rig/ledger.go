package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// ledger is what people did and what the forum promised them about it. Each word
// that anybody types is there once.
type ledger struct {
	mu       sync.Mutex
	words    map[string]word
	saved    map[string]bool // words the forum said it holds
	said     map[string]bool // comments it said it holds
	counts   map[string]int
	endings  []farewell
	findings []string
}

// farewell is how somebody's connection ended.
type farewell struct {
	who string
	ending
}

// word is one that was typed.
type word struct {
	statement string
	name      string // whose
	title     string // which of their windows, and the how manyth
}

func newLedger() *ledger {
	return &ledger{words: map[string]word{}, saved: map[string]bool{}, said: map[string]bool{}, counts: map[string]int{}}
}

// wordShape finds the words of writers in a text: six syllables, of which the first is
// of those before 다 and no other is. So words need nothing between them that whoever
// compares two texts could count to either of two.
var wordShape = regexp.MustCompile(`[가-닣][다-힣]{5}`)

// newWord makes the nth word, which nobody else types. No three of its syllables occur
// in another one by chance: what equals text that was cut just now is taken for a move.
// Nor does one of the 1,763 words before it begin alike: where it is put in front of
// such a word by form, a comparison can't tell whose the first syllable is.
func newWord(n int, title string) string {
	const first, others = '닣' - '가' + 1, '힣' - '다' + 1
	letters := [6]rune{'가' + rune(n%first)}
	digest := sha256.Sum256([]byte(title))
	for i := 1; i < len(letters); i++ {
		letters[i] = '다' + rune(binary.BigEndian.Uint32(digest[4*i:])%others)
	}
	return string(letters[:])
}

// write notes a new word and returns it.
func (l *ledger) write(statement string, by person, title string, n int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := word{statement, by.name, fmt.Sprintf("%s-%d", title, n)}
	token := newWord(len(l.words), w.title)
	l.words[token] = w
	return token
}

func (l *ledger) save(tokens ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, token := range tokens {
		l.saved[token] = true
	}
}

func (l *ledger) say(comment string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said[comment] = true
}

// count notes that something happened once more.
func (l *ledger) count(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[what]++
}

// add notes what was counted elsewhere.
func (l *ledger) add(counted tally) {
	l.mu.Lock()
	defer l.mu.Unlock()
	tally(l.counts).add(counted)
}

// end notes how somebody's connection ended. That it ends for good must not be.
func (l *ledger) end(who string, e ending) {
	if e.isForGood() {
		l.find("%s was sent away for good: %d %s", who, e.code, e.reason)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.endings = append(l.endings, farewell{who, e})
}

// find notes what must not be.
func (l *ledger) find(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.findings = append(l.findings, fmt.Sprintf(format, args...))
}

func (l *ledger) found() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.findings)
}

// promised are the words of a statement that the forum said it holds.
func (l *ledger) promised(statement string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var tokens []string
	for token := range l.saved {
		if l.words[token].statement == statement {
			tokens = append(tokens, token)
		}
	}
	slices.Sort(tokens)
	return tokens
}

func (l *ledger) comments() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.said))
}

// word tells about a word; its name is empty if nobody typed it.
func (l *ledger) word(token string) word {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.words[token]
}

// named is a word for people who look for it.
func (l *ledger) named(token string) string {
	return fmt.Sprintf("%s (%s)", token, l.word(token).title)
}

func (l *ledger) tally() tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := tally{"words typed": len(l.words), "words acknowledged": len(l.saved), "comments acknowledged": len(l.said)}
	t.add(l.counts)
	return t
}

// tally counts things by name.
type tally map[string]int

func (t tally) add(other map[string]int) {
	for what, n := range other {
		t[what] += n
	}
}

func (t tally) String() string {
	var b strings.Builder
	for _, what := range slices.Sorted(maps.Keys(t)) {
		fmt.Fprintf(&b, "  %7d %s\n", t[what], what)
	}
	return b.String()
}
