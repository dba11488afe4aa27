package main

import (
	"testing"

	"madang/db/dbtest"
)

// eachDatabase runs a test on the embedded database and on PostgreSQL; flags
// are those by which a command finds the same fresh forum.
func eachDatabase(t *testing.T, test func(t *testing.T, flags []string)) {
	t.Run("SQLite", func(t *testing.T) {
		test(t, []string{"--data", t.TempDir()})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		test(t, []string{"--data", t.TempDir(), "--database-url", dbtest.NewDatabase(t).String()})
	})
}
