package db

import (
	"context"

	"madang/app"
	"madang/app/prose"
	"madang/app/thread"
)

type wordsRow struct {
	Thread  app.ID `db:"thread_id"`
	Clause  string `db:"clause"`
	Quote   string `db:"quote"`
	Prefix  string `db:"prefix"`
	Suffix  string `db:"suffix"`
	KeyID   string `db:"key_id"`
	Start   int    `db:"start_at"`
	End     int    `db:"end_at"`
	From    []byte `db:"from_pos"`
	To      []byte `db:"to_pos"`
	Alone   bool   `db:"alone"`
	Version int    `db:"version_no"`
}

func (r wordsRow) words() (thread.Words, error) {
	w := thread.Words{Version: r.Version, Anchor: prose.Anchor{
		Passage: prose.Passage{CID: r.Clause, Start: r.Start, End: r.End}, IsAlone: r.Alone, From: r.From, To: r.To,
	}}
	for _, text := range []struct {
		stored string
		into   *string
	}{{r.Quote, &w.Anchor.Quote}, {r.Prefix, &w.Anchor.Prefix}, {r.Suffix, &w.Anchor.Suffix}} {
		var err error
		if *text.into, err = unseal(r.KeyID, text.stored); err != nil {
			return w, err
		}
	}
	return w, nil
}

// Words implements thread.Store.
func (d ThreadStore) Words(ctx context.Context, statement app.ID, among []app.ID) (map[app.ID]thread.Words, error) {
	which, args := amongThreads(2, among)
	rows, err := all[wordsRow](ctx, d.read, `
		SELECT w.thread_id, w.clause, w.quote, w.prefix, w.suffix, w.key_id, w.start_at, w.end_at, w.alone, w.from_pos, w.to_pos, w.version_no
		FROM thread_words w JOIN threads t ON t.id = w.thread_id
		WHERE t.statement_id = $1`+which+` ORDER BY w.thread_id, w.seq`, append([]any{statement}, args...)...)
	if err != nil {
		return nil, err
	}
	on := map[app.ID]thread.Words{}
	first := map[app.ID]string{}
	for _, row := range rows {
		w, err := row.words()
		if err != nil {
			return nil, err
		}
		if first[row.Thread] == "" {
			first[row.Thread] = w.Anchor.Quote
		}
		w.First = first[row.Thread]
		if on[row.Thread] = w; w.Anchor.Quote == "" {
			delete(on, row.Thread)
		}
	}
	return on, nil
}

// Attach implements thread.Store.
func (d ThreadStore) Attach(ctx context.Context, act thread.Act, clause string, on *prose.Anchor) (int64, error) {
	anchor := prose.Anchor{Passage: prose.Passage{CID: clause}}
	if on != nil {
		anchor = *on
	}
	return d.act(ctx, act, func(tx *tx, seq int64) error {
		if _, err := tx.run(ctx, `UPDATE threads SET clause = $1 WHERE id = $2`, clause, act.Thread); err != nil {
			return err
		}
		return tx.attach(ctx, act, anchor, seq)
	})
}

// attach keeps what a thread hangs on.
func (t *tx) attach(ctx context.Context, act thread.Act, on prose.Anchor, seq int64) error {
	keyID, quote := seal(on.Quote)
	_, prefix := seal(on.Prefix)
	_, suffix := seal(on.Suffix)
	_, err := t.run(ctx, `
		INSERT INTO thread_words (thread_id, seq, clause, quote, prefix, suffix, key_id, start_at, end_at, alone, from_pos, to_pos,
			version_no, persona_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
			(SELECT COALESCE(MAX(no), 0) FROM versions WHERE statement_id = $13), $14, $15)`,
		act.Thread, seq, on.CID, quote, prefix, suffix, keyID, on.Start, on.End, on.IsAlone, on.From, on.To,
		act.Statement, act.By.Persona, millis(act.At))
	return err
}
