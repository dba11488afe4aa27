// Package yjstrace holds editing histories to replay: what people typed into one text,
// key by key, and what it read in the end.
//
// The histories themselves are not part of this program. They are published in
// github.com/josephg/editing-traces, and a folder with copies of the files is what
// [Paper] and [Conversations] ask for. Without a folder both generate a history of
// the same shape, the same every time, and say so in its name:
//
//	trace, err := yjstrace.Paper(os.Getenv("MADANG_TRACES"), yjstrace.PaperKeys)
//	updates, err := trace.Updates() // one a transaction, in an order in which each can be applied
//
// A document that applied the updates holds the text trace.End in [Root].
package yjstrace

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Trace is the history of one text, which begins empty.
type Trace struct {
	Name         string // of the file, or "generated ..."
	Agents       int    // people; 1 if nothing happened at once
	Transactions []Transaction
	End          string // the text after all of them
}

// Transaction is what one agent did at once.
type Transaction struct {
	Agent   int   // from 0 on
	Parents []int // indexes of earlier transactions; it edits what these and all before them make of the text
	Patches []Patch
}

// Patch removes some characters and inserts others in their place. The patches of a
// transaction follow each other: each counts in what the one before it left.
// Characters are UTF-16 units; no trace has any that takes two.
type Patch struct {
	At, Remove int
	Insert     string
}

// UnmarshalJSON reads [at, remove, insert, ...].
func (p *Patch) UnmarshalJSON(b []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(b, &parts); err != nil {
		return err
	}
	if len(parts) < 3 {
		return errors.New("patch of less than three parts")
	}
	for i, part := range []any{&p.At, &p.Remove, &p.Insert} {
		if err := json.Unmarshal(parts[i], part); err != nil {
			return err
		}
	}
	return nil
}

// file is the published format. Sequential traces name neither agents nor parents.
type file struct {
	StartContent string
	EndContent   string
	NumAgents    int
	Txns         []Transaction
}

// Read reads a trace as it is published, JSON in gzip.
func Read(name string, r io.Reader) (*Trace, error) {
	unzipped, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("yjstrace: %s: %w", name, err)
	}
	var f file
	if err := json.NewDecoder(unzipped).Decode(&f); err != nil {
		return nil, fmt.Errorf("yjstrace: %s: %w", name, err)
	}
	t := &Trace{Name: name, Agents: max(f.NumAgents, 1), Transactions: f.Txns, End: f.EndContent}
	if f.StartContent != "" {
		return nil, fmt.Errorf("yjstrace: %s: doesn't begin empty", name)
	}
	if f.NumAgents == 0 {
		t.inSequence()
	}
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("yjstrace: %s: %w", name, err)
	}
	return t, nil
}

// inSequence makes each transaction the child of the one before it.
func (t *Trace) inSequence() {
	for i := 1; i < len(t.Transactions); i++ {
		t.Transactions[i].Parents = []int{i - 1}
	}
}

func (t *Trace) check() error {
	for i, tx := range t.Transactions {
		if tx.Agent < 0 || tx.Agent >= t.Agents {
			return fmt.Errorf("transaction %d is by agent %d of %d", i, tx.Agent, t.Agents)
		}
		for _, parent := range tx.Parents {
			if parent < 0 || parent >= i {
				return fmt.Errorf("transaction %d comes after transaction %d", i, parent)
			}
		}
		for _, p := range tx.Patches {
			if err := p.check(); err != nil {
				return fmt.Errorf("transaction %d: %w", i, err)
			}
		}
	}
	return nil
}

func (p Patch) check() error {
	if p.At < 0 || p.Remove < 0 {
		return errors.New("patch with a negative number")
	}
	for _, r := range p.Insert {
		if r > 0xffff {
			return fmt.Errorf("%U takes two UTF-16 units", r)
		}
	}
	return nil
}
