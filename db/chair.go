package db

import (
	"context"

	"madang/app"
)

// Chairs implements consultation.Store.
func (d ConsultationStore) Chairs(ctx context.Context, group app.ID) ([]app.Membership, error) {
	return d.chairs(ctx, group)
}

// Chairs implements thread.Store.
func (d ThreadStore) Chairs(ctx context.Context, group app.ID) ([]app.Membership, error) {
	return d.chairs(ctx, group)
}

// chairs are those of a group now, in the order in which they joined.
func (db *DB) chairs(ctx context.Context, group app.ID) ([]app.Membership, error) {
	rows, err := all[membershipRow](ctx, db.read, selectMemberships+` AND m.group_id = $1 AND m.role = $2 ORDER BY m.since, m.persona_id`, group, app.RoleChair)
	if err != nil {
		return nil, err
	}
	return eachOrErr(rows, membershipRow.membership)
}
