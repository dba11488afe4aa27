package db

import (
	"context"
	"slices"
	"strings"

	"madang/app"
	"madang/app/statement"
)

// Voices implements statement.Store.
func (d StatementStore) Voices(ctx context.Context, group app.ID) ([]statement.Voice, map[app.ID]app.ID, error) {
	rows, err := all[struct {
		ID        app.ID `db:"id"`
		Name      string `db:"name"`
		Sensitive bool   `db:"sensitive"`
	}](ctx, d.read, `SELECT id, name, sensitive FROM stakeholders WHERE group_id = $1 ORDER BY position`, group)
	if err != nil {
		return nil, nil, err
	}
	members, err := all[struct {
		Persona app.ID `db:"persona_id"`
		Voice   app.ID `db:"stakeholder_id"`
	}](ctx, d.read, `SELECT persona_id, stakeholder_id FROM memberships WHERE group_id = $1`, group)
	if err != nil {
		return nil, nil, err
	}
	speaksFor, people := map[app.ID]app.ID{}, map[app.ID]int{}
	for _, m := range members {
		speaksFor[m.Persona] = m.Voice
		people[m.Voice]++
	}
	voices := make([]statement.Voice, len(rows))
	for i, row := range rows {
		voices[i] = statement.Voice{ID: row.ID, Name: row.Name, Sensitive: row.Sensitive, Members: people[row.ID]}
	}
	return voices, speaksFor, nil
}

// Touched implements statement.Store.
func (d StatementStore) Touched(ctx context.Context, of app.ID, since app.LiveHead) ([]string, error) {
	rows, err := all[string](ctx, d.read, `
		SELECT DISTINCT clauses FROM live_updates WHERE document_id = $1 AND epoch = $2 AND seq > $3`, of, since.Epoch, since.Seq)
	var touched []string
	for _, row := range rows {
		touched = append(touched, strings.Fields(row)...)
	}
	slices.Sort(touched)
	return slices.Compact(touched), err
}

// ClauseChanges implements statement.Store.
func (d StatementStore) ClauseChanges(ctx context.Context, of app.ID, cid string, max int) ([]statement.ClauseChange, error) {
	rows, err := all[struct {
		Persona app.ID `db:"persona_id"`
		At      int64  `db:"at"`
		Clauses string `db:"clauses"`
		Added   int    `db:"added"`
		Removed int    `db:"removed"`
	}](ctx, d.read, `
		SELECT persona_id, at, clauses, added, removed FROM live_updates
		WHERE document_id = $1 AND ' ' || clauses || ' ' LIKE '% ' || $2 || ' %'
		ORDER BY epoch DESC, seq DESC LIMIT $3`, of, cid, max)
	if err != nil {
		return nil, err
	}
	changes := make([]statement.ClauseChange, len(rows))
	for i, row := range rows {
		changes[i] = statement.ClauseChange{
			Persona: row.Persona, At: moment(row.At), Added: row.Added, Removed: row.Removed,
			Clauses: len(strings.Fields(row.Clauses)),
		}
	}
	return changes, nil
}
