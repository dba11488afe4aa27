package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sort"

	"madang/realtime/yjs"
)

// stored is a document as it is in the database.
type stored struct {
	epoch, seq int64
	state      []byte // the compacted one; nil if there is none yet
	stateSeq   int64
	updates    []update
	clients    map[uint64]string // whose
	runs       map[uint64][]run  // by clock
}

type update struct {
	seq   int64
	bytes []byte // nil once compaction took them away
}

type run struct {
	clock, length int64
	persona       string
}

// read reads a document at one moment.
func (s *stand) read(ctx context.Context, document string) (stored, error) {
	tx, err := s.database.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return stored{}, err
	}
	defer tx.Rollback()
	d := stored{clients: map[uint64]string{}, runs: map[uint64][]run{}}
	err = tx.QueryRowContext(ctx, `SELECT epoch, seq FROM documents WHERE id = $1`, document).Scan(&d.epoch, &d.seq)
	if err != nil {
		return stored{}, err
	}
	err = tx.QueryRowContext(ctx, `SELECT seq, bytes FROM live_states WHERE document_id = $1 AND epoch = $2`, document, d.epoch).Scan(&d.stateSeq, &d.state)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return stored{}, err
	}
	return d, errors.Join(d.readUpdates(ctx, tx, document), d.readAuthors(ctx, tx, document))
}

func (d *stored) readUpdates(ctx context.Context, tx *sql.Tx, document string) error {
	rows, err := tx.QueryContext(ctx, `SELECT seq, bytes FROM live_updates WHERE document_id = $1 AND epoch = $2 ORDER BY seq`, document, d.epoch)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var u update
		if err := rows.Scan(&u.seq, &u.bytes); err != nil {
			return err
		}
		d.updates = append(d.updates, u)
	}
	return rows.Err()
}

func (d *stored) readAuthors(ctx context.Context, tx *sql.Tx, document string) error {
	rows, err := tx.QueryContext(ctx, `
		SELECT client, 0, 0, persona_id FROM live_clients WHERE document_id = $1 AND epoch = $2
		UNION ALL SELECT client, clock, length, persona_id FROM live_runs WHERE document_id = $1 AND epoch = $2
		ORDER BY 1, 2`, document, d.epoch)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var client uint64
		var r run
		if err := rows.Scan(&client, &r.clock, &r.length, &r.persona); err != nil {
			return err
		}
		if r.length == 0 {
			d.clients[client] = r.persona
			continue
		}
		d.runs[client] = append(d.runs[client], r)
	}
	return rows.Err()
}

// history are the updates that make the document: all there ever were or, where
// compaction took some away, the state and what came after it.
func (d stored) history() ([][]byte, error) {
	if all, ok := d.after(0); ok {
		return all, nil
	}
	return d.compacted()
}

// compacted are the state and what came after it.
func (d stored) compacted() ([][]byte, error) {
	tail, ok := d.after(d.stateSeq)
	if !ok {
		return nil, fmt.Errorf("the bytes of an update after number %d, up to where the text is stored whole, are gone", d.stateSeq)
	}
	if d.state == nil {
		return tail, nil
	}
	return append([][]byte{d.state}, tail...), nil
}

func (d stored) after(seq int64) (updates [][]byte, complete bool) {
	for _, u := range d.updates {
		if u.seq <= seq {
			continue
		}
		if u.bytes == nil {
			return nil, false
		}
		updates = append(updates, u.bytes)
	}
	return updates, true
}

// flaw is what is wrong with the log's numbers; empty if nothing is.
func (d stored) flaw() string {
	for i, u := range d.updates {
		if u.seq != int64(i+1) {
			return fmt.Sprintf("number %d of the log is missing", i+1)
		}
	}
	if n := int64(len(d.updates)); n != d.seq {
		return fmt.Sprintf("the log has %d updates, the document stands at %d", n, d.seq)
	}
	return ""
}

// repeated counts updates that are in the log once more. That is no flaw: somebody who
// didn't hear the answer sends again, perhaps to a node that hasn't heard of the first
// time either, and an update that is applied twice changes nothing.
func (d stored) repeated() int {
	known, n := map[string]bool{}, 0
	for _, u := range d.updates {
		if u.bytes == nil {
			continue
		}
		if known[string(u.bytes)] {
			n++
		}
		known[string(u.bytes)] = true
	}
	return n
}

// replay makes the document of updates.
func replay(updates [][]byte) (*yjs.Doc, error) {
	doc := yjs.NewDoc()
	for _, u := range updates {
		if err := doc.ApplyUpdate(u); err != nil {
			return nil, err
		}
	}
	if doc.HasPending() {
		return nil, errors.New("the log builds on something that isn't in it")
	}
	return doc, nil
}

// authorOf returns whose one UTF-16 unit is.
func (d stored) authorOf(id yjs.ID) string {
	runs, clock := d.runs[id.Client], int64(id.Clock)
	i := sort.Search(len(runs), func(i int) bool { return runs[i].clock+runs[i].length > clock })
	if i < len(runs) && runs[i].clock <= clock {
		return runs[i].persona
	}
	return d.clients[id.Client]
}

// authorship is a word in a text and whose its units are.
type authorship struct {
	token   string
	authors []string // each once
}

// authorships lists the words of a text with their authors.
func (d stored) authorships(text *yjs.XMLText) []authorship {
	var ids []yjs.ID // of each UTF-16 unit
	for _, run := range text.Delta() {
		for _, r := range run.IDs {
			for i := range r.Len {
				ids = append(ids, yjs.ID{Client: r.Client, Clock: r.Clock + i})
			}
		}
	}
	var list []authorship
	for _, at := range wordShape.FindAllStringIndex(text.String(), -1) {
		a := authorship{token: text.String()[at[0]:at[1]]}
		for _, id := range ids[unitsBefore(text, at[0]):unitsBefore(text, at[1])] {
			if who := d.authorOf(id); !slices.Contains(a.authors, who) {
				a.authors = append(a.authors, who)
			}
		}
		list = append(list, a)
	}
	return list
}
