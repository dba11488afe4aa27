package dbtest

import (
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
)

// What lets every write to a table fail with the very error of a full disk: on PostgreSQL a
// trigger raises disk_full; on SQLite it inserts behind the largest row number there is,
// which SQLite answers with SQLITE_FULL (sqlite.org/autoinc.html). No backup holds tables
// whose names begin with search_.
const (
	fillPostgres = `
		CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
		END $$`
	fillSQLite = `
		CREATE TABLE search_no_room (n INTEGER PRIMARY KEY AUTOINCREMENT);
		INSERT INTO search_no_room VALUES (9223372036854775807)`
)

// Fill lets every write fail as on a full disk until somebody makes room. It comes by a
// connection of its own, as Raw is one.
func Fill(t testing.TB, raw *sqlx.DB) (makeRoom func()) {
	t.Helper()
	begin, tables, trigger := fillSQLite,
		`SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_grams_%'`,
		`CREATE TRIGGER no_room_ACT_TABLE BEFORE ACT ON TABLE BEGIN INSERT INTO search_no_room VALUES (NULL); END`
	end := []string{`DROP TRIGGER no_room_ACT_TABLE`, `DROP TABLE search_no_room`}
	if raw.DriverName() == "postgres" {
		begin, tables = fillPostgres, `SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`
		trigger = `CREATE TRIGGER no_room_ACT_TABLE BEFORE ACT ON TABLE FOR EACH STATEMENT EXECUTE FUNCTION no_room()`
		end = []string{`DROP TRIGGER no_room_ACT_TABLE ON TABLE`, `DROP FUNCTION no_room`}
	}
	var names []string
	if err := raw.Select(&names, tables); err != nil {
		t.Fatal(err)
	}
	must := func(statements ...string) {
		t.Helper()
		if _, err := raw.Exec(strings.Join(statements, ";\n")); err != nil {
			t.Fatal(err)
		}
	}
	each := func(statement string) (statements []string) {
		for _, name := range names {
			for _, act := range []string{"INSERT", "UPDATE", "DELETE"} {
				statements = append(statements, strings.NewReplacer("ACT", act, "TABLE", name).Replace(statement))
			}
		}
		return statements
	}
	must(append([]string{begin}, each(trigger)...)...)
	return func() {
		t.Helper()
		must(append(each(end[0]), end[1])...)
	}
}
