package db

import (
	"context"
	"encoding/json"
	"unicode/utf8"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
)

type versionRow struct {
	ID        app.ID                `db:"id"`
	Statement app.ID                `db:"statement_id"`
	No        int                   `db:"no"`
	Kind      statement.VersionKind `db:"kind"`
	Title     string                `db:"title"`
	Label     string                `db:"label"`
	Changelog string                `db:"changelog"`
	KeyID     string                `db:"key_id"`
	Lang      string                `db:"lang"`
	Epoch     int64                 `db:"epoch"`
	Seq       int64                 `db:"seq"`
	Root      []byte                `db:"root"`
	By        app.ID                `db:"created_by"`
	Name      string                `db:"name"`
	NameKey   string                `db:"name_key_id"`
	At        int64                 `db:"created_at"`
}

const selectVersions = `
	SELECT v.id, v.statement_id, v.no, v.kind, v.title, v.label, v.changelog, v.key_id, v.lang, v.epoch, v.seq, v.root,
		v.created_by, p.name, p.key_id AS name_key_id, v.created_at
	FROM versions v JOIN personas p ON p.id = v.created_by`

func (r versionRow) version() (statement.Version, error) {
	v := statement.Version{
		ID: r.ID, Statement: r.Statement, No: r.No, Kind: r.Kind, Lang: r.Lang, By: r.By,
		At: moment(r.At), Epoch: r.Epoch, Seq: r.Seq, Root: [32]byte(r.Root),
	}
	var err error
	if v.Name, err = unseal(r.NameKey, r.Name); err != nil {
		return v, err
	}
	for _, text := range []struct {
		stored string
		into   *string
	}{{r.Title, &v.Title}, {r.Label, &v.Label}, {r.Changelog, &v.Changelog}} {
		if *text.into, err = unseal(r.KeyID, text.stored); err != nil {
			return v, err
		}
	}
	return v, nil
}

// Versions implements statement.Store.
func (d StatementStore) Versions(ctx context.Context, of app.ID) ([]statement.Version, error) {
	rows, err := all[versionRow](ctx, d.read, selectVersions+` WHERE v.statement_id = $1 ORDER BY v.no DESC`, of)
	if err != nil {
		return nil, err
	}
	return eachOrErr(rows, versionRow.version)
}

// VersionByID implements statement.Store.
func (d StatementStore) VersionByID(ctx context.Context, id app.ID) (statement.Version, error) {
	row, err := one[versionRow](ctx, d.read, selectVersions+` WHERE v.id = $1`, id)
	if err != nil {
		return statement.Version{}, err
	}
	return row.version()
}

type versionClauseRow struct {
	CID   string `db:"cid"`
	Leaf  []byte `db:"leaf"`
	Salt  []byte `db:"salt"`
	Block string `db:"block"`
	KeyID string `db:"key_id"`
	Parts string `db:"authors"`
	// Erratum is 0 unless it was erased.
	Erratum int `db:"erratum_no"`
}

// authoredPart is how a clause's authors are stored: N characters of By's.
type authoredPart struct {
	N  int    `json:"n"`
	By app.ID `json:"by,omitempty"`
}

// VersionText implements statement.Store.
func (d StatementStore) VersionText(ctx context.Context, id app.ID) (statement.VersionText, error) {
	rows, err := all[versionClauseRow](ctx, d.read, `
		SELECT cid, leaf, salt, block, key_id, authors, erratum_no FROM version_clauses WHERE version_id = $1 ORDER BY place`, id)
	if err != nil {
		return statement.VersionText{}, err
	}
	var text statement.VersionText
	for _, row := range rows {
		block, err := row.block()
		if err != nil {
			return statement.VersionText{}, err
		}
		authors, err := row.authors(block.PlainText())
		if err != nil {
			return statement.VersionText{}, err
		}
		commitment := prose.Commitment{CID: row.CID, Leaf: [32]byte(row.Leaf)}
		copy(commitment.Salt[:], row.Salt)
		text.Doc.Blocks = append(text.Doc.Blocks, block)
		text.Sealed.Clauses = append(text.Sealed.Clauses, commitment)
		text.Authors = append(text.Authors, authors)
		text.Errata = append(text.Errata, row.Erratum)
	}
	return text, nil
}

// authors cuts a clause's words into the parts that each wrote.
func (r versionClauseRow) authors(words string) ([]app.LiveAuthored, error) {
	var parts []authoredPart
	if err := json.Unmarshal([]byte(r.Parts), &parts); err != nil {
		return nil, err
	}
	letters := []rune(words)
	var authors []app.LiveAuthored
	for _, p := range parts {
		n := min(p.N, len(letters))
		authors = append(authors, app.LiveAuthored{Text: string(letters[:n]), Author: p.By})
		letters = letters[n:]
	}
	return authors, nil
}

func partsOf(authors []app.LiveAuthored) []authoredPart {
	parts := []authoredPart{}
	for _, a := range authors {
		parts = append(parts, authoredPart{utf8.RuneCountInString(a.Text), a.Author})
	}
	return parts
}

// block reads a clause; an erased one has no words.
func (r versionClauseRow) block() (prose.Block, error) {
	source, err := unseal(r.KeyID, r.Block)
	if err != nil {
		return prose.Block{}, err
	}
	doc, err := prose.FromProseMirror([]byte(source))
	if err != nil {
		return prose.Block{}, err
	}
	return doc.Blocks[0], nil
}

// AddVersion implements statement.Store. The statement's row is locked: two people who
// make a version at the same time get one number after the other.
func (d StatementStore) AddVersion(ctx context.Context, by app.Standing, v statement.Version, text statement.VersionText) (kept statement.Version, err error) {
	err = d.write(ctx, func(tx *tx) error {
		if err := tx.stand(ctx, by); err != nil {
			return err
		}
		if _, err := one[app.ID](ctx, tx, d.dialect.locked(`SELECT id FROM statements WHERE id = $1`), v.Statement); err != nil {
			return err
		}
		if err := tx.addVersion(ctx, v, text); err != nil {
			return err
		}
		row, err := one[versionRow](ctx, tx, selectVersions+` WHERE v.id = $1`, v.ID)
		if err != nil {
			return err
		}
		if kept, err = row.version(); err != nil {
			return err
		}
		return tx.indexOrNot(ctx, versionText(kept))
	})
	return kept, err
}

func (t *tx) addVersion(ctx context.Context, v statement.Version, text statement.VersionText) error {
	last, err := one[int](ctx, t, `SELECT COALESCE(MAX(no), 0) FROM versions WHERE statement_id = $1`, v.Statement)
	if err != nil {
		return err
	}
	keyID, title := seal(v.Title)
	_, label := seal(v.Label)
	_, changelog := seal(v.Changelog)
	added, err := t.run(ctx, `
		INSERT INTO versions (id, statement_id, no, kind, title, label, changelog, key_id, lang, epoch, seq, root, created_by, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (id) DO NOTHING`,
		v.ID, v.Statement, last+1, v.Kind, title, label, changelog, keyID, v.Lang, v.Epoch, v.Seq, v.Root[:], v.By, millis(v.At))
	if err != nil || added == 0 {
		return err
	}
	for i := range text.Doc.Blocks {
		if err := t.addVersionClause(ctx, v.ID, i, text); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) addVersionClause(ctx context.Context, id app.ID, place int, text statement.VersionText) error {
	keyID, block, err := sealBlock(text.Doc.Blocks[place])
	if err != nil {
		return err
	}
	authors, err := json.Marshal(partsOf(text.Authors[place]))
	if err != nil {
		return err
	}
	c := text.Sealed.Clauses[place]
	_, err = t.run(ctx, `
		INSERT INTO version_clauses (version_id, place, cid, leaf, salt, block, authors, key_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id, place, c.CID, c.Leaf[:], c.Salt[:], block, string(authors), keyID)
	return err
}

// sealBlock is how a clause of a version is stored.
func sealBlock(b prose.Block) (keyID, stored string, err error) {
	words, err := json.Marshal(prose.Doc{Blocks: []prose.Block{b}})
	keyID, stored = seal(string(words))
	return keyID, stored, err
}
