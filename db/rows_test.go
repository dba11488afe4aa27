package db

import "testing"

// The second row of this query can't be computed.
const halfway = `WITH t (n) AS (VALUES (1), (0)) SELECT abs(-9223372036854775807 - 1 + n) FROM t`

func TestAListThatBreaksOffIsAnErrorAndNoShorterList(t *testing.T) {
	d, err := Open(t.Context(), Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	rows, err := all[int64](t.Context(), d.read, halfway)
	if err == nil || rows != nil {
		t.Errorf("%v, %v", rows, err)
	}
}
