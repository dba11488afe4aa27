package db

import (
	"context"

	"madang/app"
)

// Claim makes its holder the only one, of all nodes and commands on this database, who
// does a thing now. Whoever comes second doesn't wait: they get Busy with the thing's
// name and ".busy" as the code. The claim ends with release, or with the process.
func (d *DB) Claim(ctx context.Context, thing string) (release func(), err error) {
	release, isFree, err := d.dialect.claim(ctx, d.writer.DB, thing)
	if err != nil {
		return nil, app.Unavailable(err)
	}
	if !isFree {
		return nil, app.Busy(thing + ".busy")
	}
	return release, nil
}
