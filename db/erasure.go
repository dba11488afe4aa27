package db

import (
	"context"

	"github.com/jmoiron/sqlx"

	"madang/app"
	"madang/app/search"
	"madang/app/statement"
)

type erratumRow struct {
	ID        app.ID `db:"id"`
	Statement app.ID `db:"statement_id"`
	No        int    `db:"no"`
	Reason    string `db:"reason"`
	KeyID     string `db:"key_id"`
	By        app.ID `db:"created_by"`
	Name      string `db:"name"`
	NameKey   string `db:"name_key_id"`
	At        int64  `db:"created_at"`
}

const selectErrata = `
	SELECT e.id, e.statement_id, e.no, e.reason, e.key_id, e.created_by, COALESCE(p.name, '') AS name,
		COALESCE(p.key_id, '') AS name_key_id, e.created_at
	FROM errata e LEFT JOIN personas p ON p.id = e.created_by`

func (r erratumRow) erratum() (statement.Erratum, error) {
	e := statement.Erratum{ID: r.ID, Statement: r.Statement, No: r.No, By: r.By, At: moment(r.At)}
	var err error
	if e.Reason, err = unseal(r.KeyID, r.Reason); err != nil {
		return e, err
	}
	e.Name, err = unseal(r.NameKey, r.Name)
	return e, err
}

type erasedRow struct {
	Erratum int    `db:"erratum_no"`
	Version int    `db:"no"`
	CID     string `db:"cid"`
}

// Errata implements statement.Store.
func (d StatementStore) Errata(ctx context.Context, of app.ID) ([]statement.Erratum, error) {
	rows, err := all[erratumRow](ctx, d.read, selectErrata+` WHERE e.statement_id = $1 ORDER BY e.no DESC`, of)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	erased, err := all[erasedRow](ctx, d.read, `
		SELECT c.erratum_no, v.no, c.cid FROM version_clauses c JOIN versions v ON v.id = c.version_id
		WHERE v.statement_id = $1 AND c.erratum_no > 0 ORDER BY v.no, c.place`, of)
	if err != nil {
		return nil, err
	}
	list := make([]statement.Erratum, len(rows))
	for i, row := range rows {
		if list[i], err = row.erratum(); err != nil {
			return nil, err
		}
		for _, place := range erased {
			if place.Erratum == row.No {
				list[i].Places = append(list[i].Places, statement.Erased{Version: place.Version, CID: place.CID})
			}
		}
	}
	return list, nil
}

// Erase implements statement.Store. The statement's row is locked, as by whoever makes a
// version: none comes in between.
func (d StatementStore) Erase(ctx context.Context, by app.Standing, e statement.Erratum, newest int) (statement.Erratum, error) {
	isNew := false
	err := d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		if _, err := one[app.ID](ctx, tx, d.dialect.locked(`SELECT id FROM statements WHERE id = $1`), e.Statement); err != nil {
			return err
		}
		known, err := one[erratumRow](ctx, tx, selectErrata+` WHERE e.id = $1`, e.ID)
		switch {
		case err == nil && (known.Statement != e.Statement || known.By != e.By):
			return app.Conflict("id.taken")
		case app.KindOf(err) != app.KindNotFound:
			isNew = false
			return err
		}
		isNew = true
		return tx.erase(ctx, e, newest)
	})
	if err != nil {
		return statement.Erratum{}, err
	}
	if isNew {
		d.dialect.wipe(ctx, d.writer.DB)
	}
	return d.erratum(ctx, e.Statement, e.ID)
}

func (d StatementStore) erratum(ctx context.Context, of, id app.ID) (statement.Erratum, error) {
	list, err := d.Errata(ctx, of)
	if err != nil {
		return statement.Erratum{}, err
	}
	for _, e := range list {
		if e.ID == id {
			return e, nil
		}
	}
	return statement.Erratum{}, app.NotFound()
}

func (t *tx) erase(ctx context.Context, e statement.Erratum, newest int) error {
	last, err := one[int](ctx, t, `SELECT COALESCE(MAX(no), 0) FROM versions WHERE statement_id = $1`, e.Statement)
	if err != nil {
		return err
	}
	if last != newest {
		return app.Conflict("erasure.newer", "no", last)
	}
	if e.No, err = one[int](ctx, t, `SELECT COALESCE(MAX(no), 0) + 1 FROM errata WHERE statement_id = $1`, e.Statement); err != nil {
		return err
	}
	if err := t.addErratum(ctx, e); err != nil {
		return err
	}
	for _, place := range e.Places {
		version, err := one[app.ID](ctx, t, `SELECT id FROM versions WHERE statement_id = $1 AND no = $2`, e.Statement, place.Version)
		if err != nil {
			return err
		}
		words, err := t.eraseClause(ctx, version, place.CID, e.No)
		if err != nil {
			return err
		}
		if err := t.forget(ctx, e.Statement, words); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) addErratum(ctx context.Context, e statement.Erratum) error {
	keyID, reason := seal(e.Reason)
	_, err := t.run(ctx, `
		INSERT INTO errata (id, statement_id, no, reason, key_id, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		e.ID, e.Statement, e.No, reason, keyID, e.By, millis(e.At))
	return err
}

// eraseClause takes the words, the authors and the salt of a clause, and returns what
// its words were.
func (t *tx) eraseClause(ctx context.Context, version app.ID, cid string, erratum int) (words string, err error) {
	row, err := one[versionClauseRow](ctx, t, `
		SELECT cid, leaf, salt, block, key_id, authors, erratum_no FROM version_clauses WHERE version_id = $1 AND cid = $2`, version, cid)
	if err != nil {
		return "", err
	}
	if row.Erratum > 0 {
		return "", app.Conflict("erasure.done", "no", row.Erratum)
	}
	block, err := row.block()
	if err != nil {
		return "", err
	}
	keyID, stored, err := sealBlock(block.WithoutWords())
	if err != nil {
		return "", err
	}
	_, err = t.run(ctx, `
		UPDATE version_clauses SET salt = NULL, block = $1, key_id = $2, authors = '[]', erratum_no = $3 WHERE version_id = $4 AND cid = $5`,
		stored, keyID, erratum, version, cid)
	return block.PlainText(), err
}

// forget takes words out of the index of a statement's clauses, and lets the index look
// at the live text again: if they stand there they will be found again. Whoever indexes
// the statement just now, and may have read the words before, has to begin anew.
func (t *tx) forget(ctx context.Context, of app.ID, words string) error {
	found, err := all[string](ctx, t, `
		SELECT id FROM search_texts WHERE statement_id = $1 AND kind = $2 AND body = $3`, of, search.Clause, words)
	if err != nil {
		return err
	}
	for _, id := range found {
		if err := t.unindex(ctx, of, search.Clause, id); err != nil {
			return err
		}
	}
	_, err = t.run(ctx, `UPDATE search_heads SET seq = -1, claim = '' WHERE statement_id = $1`, of)
	return err
}

// lost is a clause that was erased, and by which erratum.
type lost struct {
	Erratum app.ID `db:"id"`
	Version app.ID `db:"version_id"`
	CID     string `db:"cid"`
}

// Erasures is all that was erased from the versions of a forum, as it is taken past a
// backup that was made before.
type Erasures struct {
	errata []erratumRow
	lost   []lost
}

// Erasures returns what was erased here.
func (d *DB) Erasures(ctx context.Context) (Erasures, error) { return erasuresIn(ctx, d.read) }

func erasuresIn(ctx context.Context, q sqlx.QueryerContext) (e Erasures, err error) {
	if e.errata, err = all[erratumRow](ctx, q, selectErrata+` ORDER BY e.statement_id, e.no`); err != nil {
		return e, err
	}
	e.lost, err = all[lost](ctx, q, `
		SELECT e.id, c.version_id, c.cid FROM version_clauses c JOIN versions v ON v.id = c.version_id
		JOIN errata e ON e.statement_id = v.statement_id AND e.no = c.erratum_no`)
	return e, err
}

// EraseAgain erases here what was erased in another copy of this forum.
func (d *DB) EraseAgain(ctx context.Context, e Erasures) error {
	return d.write(ctx, func(tx *tx) error { return tx.eraseAgain(ctx, e) })
}

// eraseAgain erases what a backup brought back, and keeps the errata that say so. They
// keep their numbers, unless the backup gave one to another.
func (t *tx) eraseAgain(ctx context.Context, l Erasures) error {
	for _, e := range l.errata {
		for _, place := range l.lost {
			if place.Erratum != e.ID {
				continue
			}
			if err := t.eraseRestored(ctx, e, place); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tx) eraseRestored(ctx context.Context, e erratumRow, place lost) error {
	found, err := one[int](ctx, t, `
		SELECT COUNT(*) FROM version_clauses WHERE version_id = $1 AND cid = $2 AND erratum_no = 0`, place.Version, place.CID)
	if err != nil || found == 0 {
		return err
	}
	no, err := one[int](ctx, t, `SELECT no FROM errata WHERE id = $1`, e.ID)
	if app.KindOf(err) == app.KindNotFound {
		no, err = t.keepErratum(ctx, e)
	}
	if err != nil {
		return err
	}
	_, err = t.eraseClause(ctx, place.Version, place.CID, no)
	return err
}

func (t *tx) keepErratum(ctx context.Context, e erratumRow) (no int, err error) {
	next, err := one[int](ctx, t, `SELECT COALESCE(MAX(no), 0) + 1 FROM errata WHERE statement_id = $1`, e.Statement)
	if err != nil {
		return 0, err
	}
	no = max(next, e.No)
	_, err = t.run(ctx, `
		INSERT INTO errata (id, statement_id, no, reason, key_id, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		e.ID, e.Statement, no, e.Reason, e.KeyID, e.By, e.At)
	return no, err
}
