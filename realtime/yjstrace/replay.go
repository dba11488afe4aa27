package yjstrace

import (
	"fmt"

	"madang/realtime/yjs"
)

// Root is the name of the root text that the updates of a trace write.
const Root = "text"

// Updates lets every agent type the trace into a document of their own, which hears of
// the others' transactions exactly where the trace says so, and answers what each
// transaction sent, in the order of the trace; nil for one that changed nothing.
// Agent n writes as client n+1.
func (t *Trace) Updates() ([][]byte, error) {
	r := replay{trace: t, updates: make([][]byte, len(t.Transactions)), agents: make([]agent, t.Agents)}
	for i := range r.agents {
		r.agents[i] = agent{doc: yjs.NewDoc(), client: yjs.ClientID(i + 1), known: make([]bool, len(t.Transactions))}
	}
	for i := range t.Transactions {
		if err := r.transaction(i); err != nil {
			return nil, fmt.Errorf("yjstrace: %s: transaction %d: %w", t.Name, i, err)
		}
	}
	return r.updates, nil
}

type replay struct {
	trace   *Trace
	updates [][]byte
	agents  []agent
}

type agent struct {
	doc    *yjs.Doc
	client yjs.ClientID
	known  []bool // of each transaction: its update was applied
}

func (r *replay) transaction(i int) error {
	tx := &r.trace.Transactions[i]
	a := &r.agents[tx.Agent]
	for _, parent := range tx.Parents {
		if err := r.hear(a, parent); err != nil {
			return err
		}
	}
	effect, err := a.doc.Transact(a.client, func(txn *yjs.Txn) error {
		return patchAll(txn, a.doc.Text(Root), tx.Patches)
	})
	if err != nil {
		return err
	}
	a.known[i] = true
	r.updates[i] = effect.Update()
	return nil
}

func patchAll(txn *yjs.Txn, text *yjs.Text, patches []Patch) error {
	for _, p := range patches {
		if err := txn.Delete(text, p.At, p.Remove); err != nil {
			return err
		}
		if err := txn.Insert(text, p.At, p.Insert, nil); err != nil {
			return err
		}
	}
	return nil
}

// hear applies a transaction that the agent doesn't know yet, after all it builds on.
func (r *replay) hear(a *agent, i int) error {
	waiting := []int{i}
	for len(waiting) > 0 {
		next := waiting[len(waiting)-1]
		parents := r.unknown(a, next)
		if len(parents) > 0 {
			waiting = append(waiting, parents...)
			continue
		}
		waiting = waiting[:len(waiting)-1]
		if a.known[next] || r.updates[next] == nil {
			a.known[next] = true
			continue
		}
		if err := a.doc.ApplyUpdate(r.updates[next]); err != nil {
			return err
		}
		a.known[next] = true
	}
	return nil
}

// unknown are the parents of a transaction that the agent doesn't know.
func (r *replay) unknown(a *agent, i int) []int {
	var parents []int
	if a.known[i] {
		return nil
	}
	for _, parent := range r.trace.Transactions[i].Parents {
		if !a.known[parent] {
			parents = append(parents, parent)
		}
	}
	return parents
}
