package identity_test

import (
	"context"
	"testing"
	"time"

	"madang/app"
	"madang/app/identity"
	"madang/db/dbtest"
)

// memoryCodes is a store that knows one return code and nothing else: a database
// has goroutines of its own, which would keep a test's clock from moving.
type memoryCodes struct {
	identity.Store
	stored identity.StoredCode
}

func (m memoryCodes) Codes(_ context.Context, lookup uint32) ([]identity.StoredCode, error) {
	if lookup == m.stored.Lookup {
		return []identity.StoredCode{m.stored}, nil
	}
	return nil, nil
}

func (m memoryCodes) OpenSession(context.Context, identity.Session, time.Time) error { return nil }

// lookup is that of the account's stored code.
func lookup(t *testing.T, f *dbtest.Forum, entered identity.Entered) uint32 {
	t.Helper()
	var value int64
	if err := f.Raw().Get(&value, `SELECT lookup FROM codes WHERE account_id = $1`, entered.Account); err != nil {
		t.Fatal(err)
	}
	return uint32(value)
}

func BenchmarkEnter(b *testing.B) {
	f := dbtest.OnSQLite(b)
	_, token, err := f.Identity.Invite(b.Context(), f.Chioma, f.Group.ID, app.RoleMember, f.Group.Stakeholders[0].ID)
	if err != nil {
		b.Fatal(err)
	}
	entered, err := f.Identity.Accept(b.Context(), app.Actor{}, token, "Amina")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.Identity.Enter(b.Context(), entered.Code); err != nil {
			b.Fatal(err)
		}
	}
}
