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
	doubted  map[string]bool // words of edits by form that were sent again
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
	return &ledger{words: map[string]word{}, saved: map[string]bool{}, said: map[string]bool{}, doubted: map[string]bool{}, counts: map[string]int{}}
}

// wordShape finds the words of writers in a text: six syllables, of which the first is
// of those before 다 and no other is. So words need nothing between them that whoever
// compares two texts could count to either of two.
var wordShape = regexp.MustCompile(`[가-닣][다-힣]{5}`)

// newWord makes a word that nobody else types. No three of its syllables occur in
// another one by chance: what equals text that was cut just now is taken for a move.
func newWord(title string) string {
	var letters [6]rune
	digest := sha256.Sum256([]byte(title))
	for i := range letters {
		first, last := '다', '힣'
		if i == 0 {
			first, last = '가', '닣'
		}
		letters[i] = first + rune(binary.BigEndian.Uint32(digest[4*i:])%uint32(last-first+1))
	}
	return string(letters[:])
}

// write notes a new word and returns it.
func (l *ledger) write(statement string, by person, title string, n int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := word{statement, by.name, fmt.Sprintf("%s-%d", title, n)}
	token := newWord(w.title)
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

// doubt notes a word of an edit by form that was sent again because no answer came. A
// form has no id by which the forum could know it: if somebody moved the word meanwhile
// it is there twice.
func (l *ledger) doubt(token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.doubted[token] = true
	l.counts["edits by form sent again"]++
}

func (l *ledger) isDoubted(token string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.doubted[token]
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
