package main

import (
	"context"
	"fmt"
)

// migrateCommand is for installations that want to change the schema at a time of
// their choosing; serve does it by itself.
type migrateCommand struct{ place }

// Run migrates and says what the database is at now.
func (c *migrateCommand) Run(ctx context.Context, term terminal) error {
	database, applied, err := migrate(ctx, c.place)
	if err != nil {
		return err
	}
	defer database.Close()
	fmt.Fprintf(term.answers, "%s: %d migrations applied\n", database.Name(), applied)
	return nil
}
