package db

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"time"

	"madang/app"
	"madang/app/prose"
)

// Holding is what a table holds. Digest is over all of its rows in whatever order, but
// not over epochs, which a restore gives anew: the digest of a table in a backup is that
// of the table which was restored from it.
type Holding struct {
	Table  string
	Rows   int64
	Digest string
}

// renewed are the columns that a restore changes, in the tables where it does.
var renewed = map[string][]string{
	"documents":    {"epoch", "epoch_at"},
	"live_updates": {"epoch"},
	"live_clients": {"epoch"},
	"live_runs":    {"epoch"},
	"live_states":  {"epoch"},
}

// Survey reads a backup to its end, checks it as CheckBackup does, and says what each
// table in it holds.
func Survey(r io.Reader) (BackupHead, []Holding, error) {
	b, head, err := openBackup(r)
	if err != nil {
		return head, nil, err
	}
	var holdings []Holding
	var sum multiset
	var present table
	begin := func(t table) error {
		sum, present = multiset{}, t
		return nil
	}
	row := func(values []any) error {
		for i, c := range present.Columns {
			if slices.Contains(renewed[present.Table], c.Name) {
				values[i] = nil
			}
		}
		text, err := json.Marshal(values)
		sum.add(text)
		return err
	}
	end := func(t table, n int64) error {
		holdings = append(holdings, Holding{t.Table, n, sum.digest()})
		return nil
	}
	err = b.each(begin, row, end)
	return head, holdings, err
}

// Survey says what each table of the forum holds now.
func (d *DB) Survey(ctx context.Context) ([]Holding, error) {
	reader, writer := io.Pipe()
	go func() {
		writer.CloseWithError(d.Backup(ctx, writer, time.Time{}, func(string, int64) {}))
	}()
	_, holdings, err := Survey(reader)
	reader.Close()
	return holdings, err
}

// multiset is a digest of rows in whatever order: the sum of their SHA-256, in four
// numbers of 64 bits. It finds out what got lost or was changed, not what somebody
// changed on purpose.
type multiset [4]uint64

func (m *multiset) add(row []byte) {
	sum := sha256.Sum256(row)
	for i := range m {
		m[i] += binary.BigEndian.Uint64(sum[8*i:])
	}
}

func (m multiset) digest() string {
	var out []byte
	for _, part := range m {
		out = binary.BigEndian.AppendUint64(out, part)
	}
	return hex.EncodeToString(out)
}

// Documents lists the ids of all live texts.
func (d *DB) Documents(ctx context.Context) ([]app.ID, error) {
	return all[app.ID](ctx, d.read, `SELECT id FROM documents ORDER BY id`)
}

// VersionCheck is what was found in the versions of a forum.
type VersionCheck struct {
	Versions int
	// Sound are the clauses whose words are the ones that were sealed, Erased those that
	// were erased and have none.
	Sound, Erased int
	// Wrong are the versions whose words are not what their root commits to.
	Wrong []app.ID
}

// CheckVersions makes the root of every version anew from its words.
func (d StatementStore) CheckVersions(ctx context.Context) (check VersionCheck, err error) {
	rows, err := all[versionRow](ctx, d.read, selectVersions+` ORDER BY v.id`)
	if err != nil {
		return check, err
	}
	for _, row := range rows {
		text, err := d.VersionText(ctx, row.ID)
		if err != nil {
			return check, err
		}
		found := prose.Verify(text.Doc, text.Sealed, [32]byte(row.Root))
		check.Versions++
		if !found.Holds() {
			check.Wrong = append(check.Wrong, row.ID)
		}
		for _, c := range found.Clauses {
			switch c.Verdict {
			case prose.Verified:
				check.Sound++
			case prose.Erased:
				check.Erased++
			}
		}
	}
	return check, nil
}
