package yjstrace

import (
	"fmt"
	"math/rand/v2"
)

// author types like the author of the published paper: runs of keys at one place, a
// slip of the keyboard now and then, and a stretch taken back when a sentence turns
// out wrong. Three keys of ten delete.
type author struct {
	rnd   *rand.Rand
	caret int
	back  int // keys of this run that still delete
	run   int // keys until the caret goes elsewhere
	letter
}

// letter is where an author is in the words that come out.
type letter struct{ word, at int }

var words = []string{"norm ", "torture ", "no ", "one ", "shall ", "be ", "subjected ", "to ", "the ", "evidence, ", "state ", "of ", "record.\n"}

// key types one key into a text so long and answers it as a patch.
func (a *author) key(length int) Patch {
	a.move(length)
	if a.back > 0 && a.caret > 0 {
		a.back--
		a.caret--
		return Patch{At: a.caret, Remove: 1}
	}
	a.caret++
	return Patch{At: a.caret - 1, Insert: a.next()}
}

// move goes elsewhere when a run is over, mostly back to the end.
func (a *author) move(length int) {
	if a.run > 0 {
		a.run--
		return
	}
	a.run = 1 + a.rnd.IntN(50)
	a.back = 0
	if a.rnd.IntN(2) == 0 {
		a.back = a.rnd.IntN(44)
	}
	a.caret = length
	if a.rnd.IntN(3) == 0 {
		a.caret = a.rnd.IntN(length + 1)
	}
}

// next is the next letter of the word, then of another.
func (a *author) next() string {
	if a.at == len(words[a.word]) {
		a.letter = letter{word: a.rnd.IntN(len(words))}
	}
	a.at++
	return words[a.word][a.at-1 : a.at]
}

func newAuthor(seed, number uint64) *author {
	return &author{rnd: rand.New(rand.NewPCG(seed, number))}
}

// typing is a trace of one author.
func typing(seed uint64, keys int) *Trace {
	t := &Trace{Name: fmt.Sprintf("generated (%d keys, seed %d)", keys, seed), Agents: 1}
	a, text := newAuthor(seed, 0), buffer{}
	for range keys {
		p := a.key(text.len())
		text.patch(p)
		t.Transactions = append(t.Transactions, Transaction{Patches: []Patch{p}})
	}
	t.inSequence()
	t.End = text.String()
	return t
}

// conversation is a trace of several authors who type at once and hear of each other
// now and then. Each has a part of the text of their own, so that the order of what
// is typed at one place at once, which algorithms settle differently, never matters.
// There are at most ten.
func conversation(seed uint64, agents, keys int) *Trace {
	t := &Trace{Name: fmt.Sprintf("generated (%d people, %d keys, seed %d)", agents, keys, seed), Agents: agents}
	people := begin(t, seed, agents)
	rnd := rand.New(rand.NewPCG(seed, 1<<32))
	for len(t.Transactions) < keys {
		who := rnd.IntN(agents)
		for range 1 + rnd.IntN(20) {
			people[who].say(t)
		}
		if rnd.IntN(2) == 0 {
			people[who].hear(people[rnd.IntN(agents)])
		}
	}
	for _, p := range people {
		t.End += p.part.String()
	}
	return t
}

// speaker is one author of a conversation.
type speaker struct {
	*author
	number  int
	part    buffer // what they typed, behind a first line
	lengths []int  // of everybody's parts, as far as they know
	heads   []int  // the last transaction they know of each, -1 for none
	parents []int  // what they have done and heard since they last typed
}

// begin lets the first author write a first line for each part.
func begin(t *Trace, seed uint64, agents int) []*speaker {
	people := make([]*speaker, agents)
	first := Transaction{}
	for i := range people {
		line := fmt.Sprintf("%d:\n", i)
		first.Patches = append(first.Patches, Patch{At: i * firstLine, Insert: line})
		p := &speaker{author: newAuthor(seed, uint64(i)), number: i, parents: []int{0}}
		p.part.patch(Patch{Insert: line})
		for range agents {
			p.lengths = append(p.lengths, firstLine)
			p.heads = append(p.heads, -1)
		}
		p.heads[0] = 0
		people[i] = p
	}
	t.Transactions = append(t.Transactions, first)
	return people
}

// firstLine is the length of what stands first in a part, which nobody deletes.
const firstLine = len("0:\n")

// say types one key into the speaker's own part.
func (s *speaker) say(t *Trace) {
	p := s.key(s.part.len() - firstLine)
	p.At += firstLine
	s.part.patch(p)
	s.lengths[s.number] = s.part.len()
	for _, length := range s.lengths[:s.number] {
		p.At += length
	}
	s.heads[s.number] = len(t.Transactions)
	t.Transactions = append(t.Transactions, Transaction{Agent: s.number, Parents: s.parents, Patches: []Patch{p}})
	s.parents = []int{s.heads[s.number]}
}

// hear takes over what another speaker knows.
func (s *speaker) hear(from *speaker) {
	for agent, head := range from.heads {
		if head > s.heads[agent] {
			s.heads[agent], s.lengths[agent] = head, from.lengths[agent]
			s.parents = append(s.parents, head)
		}
	}
}
