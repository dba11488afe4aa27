package db

import (
	"context"

	"madang/app"
)

// maxPast bounds how many updates are read to learn what a document said once. It is far
// beyond what people write within the day for which bytes are kept after a compaction.
const maxPast = 20_000

// LoadAt implements realtime.Log. It begins with the compacted state if that isn't newer
// than the head, else with the first update.
func (l *LiveLog) LoadAt(ctx context.Context, doc app.ID, at app.LiveHead) (app.LiveDocument, error) {
	head, err := one[struct {
		headRow
		Schema int `db:"schema_number"`
	}](ctx, l.read, `SELECT id, epoch, seq, schema_number FROM documents WHERE id = $1`, doc)
	if err != nil {
		return app.LiveDocument{}, err
	}
	if head.Epoch != at.Epoch || head.Seq < at.Seq {
		return app.LiveDocument{}, app.Gone("live.epoch")
	}
	stored, after := app.LiveDocument{Head: at, Schema: head.Schema}, int64(0)
	state, err := one[stateRow](ctx, l.read, `SELECT seq, bytes, key_id FROM live_states WHERE document_id = $1 AND epoch = $2 AND seq <= $3`, doc, at.Epoch, at.Seq)
	switch {
	case err == nil:
		text, err := unseal(state.KeyID, string(state.Bytes))
		if err != nil {
			return app.LiveDocument{}, err
		}
		stored.State, after = []byte(text), state.Seq
	case app.KindOf(err) != app.KindNotFound:
		return app.LiveDocument{}, err
	}
	kept, err := one[int64](ctx, l.read, `
		SELECT COUNT(*) FROM live_updates
		WHERE document_id = $1 AND epoch = $2 AND seq > $3 AND seq <= $4 AND bytes IS NOT NULL`, doc, at.Epoch, after, at.Seq)
	if err != nil {
		return app.LiveDocument{}, err
	}
	if kept != at.Seq-after || kept > maxPast {
		return app.LiveDocument{}, app.Gone("live.epoch")
	}
	stored.Tail, err = l.updates(ctx, doc, at, after)
	return stored, err
}
