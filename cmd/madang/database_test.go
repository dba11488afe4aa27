package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	_ "github.com/lib/pq"
)

// eachDatabase runs a test on the embedded database and on PostgreSQL; flags
// are those by which a command finds the same fresh forum.
func eachDatabase(t *testing.T, test func(t *testing.T, flags []string)) {
	t.Run("SQLite", func(t *testing.T) {
		test(t, []string{"--data", t.TempDir()})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		test(t, []string{"--data", t.TempDir(), "--database-url", newDatabase(t).String()})
	})
}

// newDatabase makes an empty database on the tests' PostgreSQL, and drops it
// with the test.
func newDatabase(t testing.TB) *url.URL {
	t.Helper()
	server := os.Getenv("MADANG_TEST_POSTGRES")
	if server == "" {
		t.Fatal("MADANG_TEST_POSTGRES is empty: `make test` starts a PostgreSQL and sets it, and so does `.ci/services go test ./...`")
	}
	admin, err := sqlx.Connect("postgres", server)
	if err != nil {
		t.Fatal(err)
	}
	name := "program_" + strings.ToLower(rand.Text())
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		defer admin.Close()
		if _, err := admin.ExecContext(context.Background(), fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name)); err != nil {
			t.Error(err)
		}
	})
	address, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	address.Path = "/" + name
	return address
}
