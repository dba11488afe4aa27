package db

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"madang/app"
	"madang/app/search"
)

// SearchStore implements search.Store.
type SearchStore struct{ *DB }

// chanceBits of a text's number are drawn by chance; the others are the time.
const chanceBits = 20

// indexed is a text as the index takes it.
type indexed struct {
	kind      search.Kind
	statement app.ID
	id, place string
	persona   app.ID
	at        int64 // milliseconds
	body      string
}

// index puts a text into the index, or its new wording in the place of the old one.
func (t *tx) index(ctx context.Context, x indexed) error {
	keyID, body := seal(x.body)
	no, err := one[int64](ctx, t, `
		UPDATE search_texts SET body = $1, key_id = $2, place = $3, persona_id = $4 WHERE statement_id = $5 AND kind = $6 AND id = $7 RETURNING no`,
		body, keyID, x.place, x.persona, x.statement, x.kind, x.id)
	switch {
	case app.KindOf(err) == app.KindNotFound:
		no, err = t.number(ctx, x, keyID, body)
	case err == nil:
		_, err = t.run(ctx, t.dialect.dropGrams(), no)
	}
	if err != nil {
		return err
	}
	_, err = t.run(ctx, t.dialect.keepGrams(), no, strings.Join(search.Grams(x.body), " "))
	return err
}

// number keeps a text under a number that is free. Its own row isn't there: whoever
// indexes something of a statement has its row locked.
func (t *tx) number(ctx context.Context, x indexed, keyID, body string) (int64, error) {
	for {
		no := x.at<<chanceBits | rand.Int64N(1<<chanceBits)
		made, err := t.run(ctx, `
			INSERT INTO search_texts (no, kind, statement_id, id, place, persona_id, body, key_id)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (no) DO NOTHING`,
			no, x.kind, x.statement, x.id, x.place, x.persona, body, keyID)
		if err != nil || made > 0 {
			return no, err
		}
	}
}

// unindex takes a text out of the index, if it is there.
func (t *tx) unindex(ctx context.Context, statement app.ID, kind search.Kind, id string) error {
	no, err := one[int64](ctx, t, `
		DELETE FROM search_texts WHERE statement_id = $1 AND kind = $2 AND id = $3 RETURNING no`, statement, kind, id)
	if app.KindOf(err) == app.KindNotFound {
		return nil
	}
	if err == nil {
		_, err = t.run(ctx, t.dialect.dropGrams(), no)
	}
	return err
}

// emptyIndex leaves everything to be indexed anew.
func (t *tx) emptyIndex(ctx context.Context) error {
	for _, query := range []string{`DELETE FROM search_texts`, `DELETE FROM search_heads`, t.dialect.dropAllGrams()} {
		if _, err := t.run(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

type foundRow struct {
	No        int64       `db:"no"`
	Kind      search.Kind `db:"kind"`
	ID        string      `db:"id"`
	Place     string      `db:"place"`
	Statement app.ID      `db:"statement_id"`
	Title     string      `db:"title"`
	TitleKey  string      `db:"title_key_id"`
	Lang      string      `db:"lang"`
	Group     app.ID      `db:"group_id"`
	GroupName string      `db:"group_name"`
	GroupKey  string      `db:"group_key_id"`
	Author    string      `db:"author"`
	AuthorKey string      `db:"author_key_id"`
	Body      string      `db:"body"`
	BodyKey   string      `db:"key_id"`
}

func (r foundRow) text() (search.Text, error) {
	x := search.Text{
		No: r.No, Kind: r.Kind, ID: r.ID, Place: r.Place, Statement: r.Statement, Lang: r.Lang, Group: r.Group,
		At: moment(r.No >> chanceBits),
	}
	switch x.Kind {
	case search.Translation, search.NoteRendering:
		x.Lang, _, _ = strings.Cut(r.ID, ":")
	case search.Rendering:
		x.Lang, x.ID, _ = strings.Cut(r.ID, ":")
	}
	for _, sealed := range []struct {
		keyID, stored string
		into          *string
	}{{r.TitleKey, r.Title, &x.Title}, {r.GroupKey, r.GroupName, &x.GroupName}, {r.AuthorKey, r.Author, &x.Author}, {r.BodyKey, r.Body, &x.Body}} {
		var err error
		if *sealed.into, err = unseal(sealed.keyID, sealed.stored); err != nil {
			return x, err
		}
	}
	return x, nil
}

// Texts implements search.Store. Who may read is looked up in the same statement: a
// membership that has ended, or a charter that no longer lets observers read, counts
// from its commit.
//
// The query is planned anew each time, for what is sought: a word that is in every text
// is best looked for by walking the texts, any other by its grams. IS TRUE keeps
// PostgreSQL from walking all that may be read instead.
func (d SearchStore) Texts(ctx context.Context, c search.Choice, limit int) ([]search.Text, error) {
	from, numbered := d.dialect.found()
	args := []any{d.dialect.sought(c.Whole, c.Prefixes), c.Below, limit, app.RoleObserver, c.Group, c.Statement, c.Kind}
	readers, more := listed(len(args)+1, c.Readers)
	args = append(args, more...)
	roles, more := listed(len(args)+1, app.RolesWith(app.Read))
	args = append(args, more...)
	mine := ""
	if c.Mine {
		mine = ` AND x.persona_id IN (` + readers + `)`
	}
	rows, err := all[foundRow](ctx, d.read.DB, `
		SELECT f.no, f.kind, f.id, f.place, f.statement_id, s.title, s.key_id AS title_key_id, s.lang, s.group_id,
			g.name AS group_name, g.key_id AS group_key_id, COALESCE(p.name, '') AS author, COALESCE(p.key_id, '') AS author_key_id,
			f.body, f.key_id
		FROM (
			SELECT x.no, x.kind, x.id, x.place, x.statement_id, x.persona_id, x.body, x.key_id FROM `+from+`
			WHERE `+d.dialect.matching("$1")+` AND `+numbered+` < $2 AND ($7 = '' OR x.kind = $7)`+mine+`
				AND (x.statement_id IN (
					SELECT r.id FROM statements r JOIN working_groups w ON w.id = r.group_id JOIN memberships m ON m.group_id = w.id
					WHERE m.persona_id IN (`+readers+`) AND m.ended_at = 0 AND (m.role IN (`+roles+`) OR m.role = $4 AND w.observers_read)
						AND ($5 = '' OR r.group_id = $5) AND ($6 = '' OR r.id = $6))) IS TRUE
			ORDER BY `+numbered+` DESC LIMIT $3
		) f
		JOIN statements s ON s.id = f.statement_id
		JOIN working_groups g ON g.id = s.group_id
		LEFT JOIN personas p ON p.id = f.persona_id
		ORDER BY f.no DESC`, args...)
	if err != nil {
		return nil, err
	}
	return eachOrErr(rows, foundRow.text)
}

type behindRow struct {
	ID    app.ID `db:"id"`
	Epoch int64  `db:"epoch"`
	Seq   int64  `db:"seq"`
	IsNew bool   `db:"is_new"`
}

// Behind implements search.Store.
func (d SearchStore) Behind(ctx context.Context, limit int) ([]search.Behind, error) {
	rows, err := all[behindRow](ctx, d.read, `
		SELECT s.id, d.epoch, d.seq, COALESCE(h.tokenizer, 0) <> $1 AS is_new
		FROM statements s JOIN documents d ON d.id = s.id LEFT JOIN search_heads h ON h.statement_id = s.id
		WHERE h.statement_id IS NULL OR h.tokenizer <> $1 OR h.epoch <> d.epoch OR h.seq <> d.seq
		ORDER BY s.id LIMIT $2`, search.Tokenizer, limit)
	list := make([]search.Behind, len(rows))
	for i, row := range rows {
		list[i] = search.Behind{Statement: row.ID, Head: app.LiveHead{Epoch: row.Epoch, Seq: row.Seq}, IsNew: row.IsNew}
	}
	return list, err
}

// Claim implements search.Store.
func (d SearchStore) Claim(ctx context.Context, c search.Claim, since time.Time) (mine bool, err error) {
	err = d.write(ctx, func(tx *tx) error {
		made, err := tx.run(ctx, `
			INSERT INTO search_heads (statement_id, tokenizer, epoch, seq, claim, claimed_at) VALUES ($1, 0, 0, 0, $2, $3)
			ON CONFLICT (statement_id) DO UPDATE SET claim = excluded.claim, claimed_at = excluded.claimed_at
			WHERE search_heads.claim = '' OR search_heads.claimed_at < $4`, c.Statement, c.ID, millis(c.At), millis(since))
		mine = made > 0
		return err
	})
	return mine, err
}

// step is a transaction of whoever has the claim. The statement is locked first, as by
// everybody who writes in its threads: what is read here can't be deleted meanwhile.
func (d SearchStore) step(ctx context.Context, c search.Claim, do func(*tx) error) error {
	return d.write(ctx, func(tx *tx) error {
		if _, err := one[app.ID](ctx, tx, d.dialect.locked(`SELECT id FROM statements WHERE id = $1`), c.Statement); err != nil {
			return err
		}
		used, err := tx.run(ctx, `UPDATE search_heads SET claimed_at = $1 WHERE statement_id = $2 AND claim = $3`, millis(c.At), c.Statement, c.ID)
		if err := changed(used, err, "search.claimed"); err != nil {
			return err
		}
		return do(tx)
	})
}

// Clauses implements search.Store.
func (d SearchStore) Clauses(ctx context.Context, statement app.ID) ([]search.Words, error) {
	rows, err := all[struct {
		ID    string `db:"id"`
		Body  string `db:"body"`
		KeyID string `db:"key_id"`
	}](ctx, d.read, `SELECT id, body, key_id FROM search_texts WHERE statement_id = $1 AND kind = $2`, statement, search.Clause)
	if err != nil {
		return nil, err
	}
	list := make([]search.Words, len(rows))
	for i, row := range rows {
		body, err := unseal(row.KeyID, row.Body)
		if err != nil {
			return nil, err
		}
		list[i] = search.Words{CID: row.ID, Text: body}
	}
	return list, nil
}

// IndexClauses implements search.Store.
func (d SearchStore) IndexClauses(ctx context.Context, c search.Claim, put []search.Words, gone []string) error {
	return d.step(ctx, c, func(tx *tx) error {
		for _, cid := range gone {
			if err := tx.unindex(ctx, c.Statement, search.Clause, cid); err != nil {
				return err
			}
		}
		for _, w := range put {
			x := indexed{kind: search.Clause, statement: c.Statement, id: w.CID, at: millis(c.At), body: w.Text}
			if err := tx.index(ctx, x); err != nil {
				return err
			}
		}
		return nil
	})
}

// Indexed implements search.Store.
func (d SearchStore) Indexed(ctx context.Context, c search.Claim, head app.LiveHead) error {
	return d.step(ctx, c, func(tx *tx) error {
		_, err := tx.run(ctx, `
			UPDATE search_heads SET tokenizer = $1, epoch = $2, seq = $3, claim = '' WHERE statement_id = $4`,
			search.Tokenizer, head.Epoch, head.Seq, c.Statement)
		return err
	})
}
