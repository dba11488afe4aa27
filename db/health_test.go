package db_test

import (
	"testing"
	"time"

	"madang/db"
	"madang/db/dbtest"
)

func TestADatabaseSaysHowItIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, f *dbtest.Forum) {
		before := time.Now().Add(-time.Minute)
		if at, err := f.DB.Clock(t.Context()); err != nil || at.Before(before) || at.After(before.Add(10*time.Minute)) {
			t.Errorf("%v, %v", at, err)
		}
		if damage, err := f.DB.Integrity(t.Context()); err != nil || damage != "" {
			t.Errorf("%q, %v", damage, err)
		}
		if bytes, err := f.DB.Bytes(t.Context()); err != nil || bytes < 4096 {
			t.Errorf("%d, %v", bytes, err)
		}
		newest, err := db.NewestSchema()
		if schema, also := f.DB.Schema(t.Context()); err != nil || also != nil || schema != newest {
			t.Errorf("schema %d, not %d: %v, %v", schema, newest, err, also)
		}
	})
}
