package db

import (
	"context"
	"time"

	"madang/app"
	"madang/app/notice"
)

type letterboxRow struct {
	Account   app.ID      `db:"account_id"`
	Address   string      `db:"address"`
	KeyID     string      `db:"key_id"`
	Confirmed bool        `db:"confirmed"`
	AskedAt   int64       `db:"asked_at"`
	Trouble   bool        `db:"trouble"`
	Pace      notice.Pace `db:"pace"`
	Hour      int         `db:"hour"`
	Zone      string      `db:"zone"`
	QuietFrom int         `db:"quiet_from"`
	QuietTo   int         `db:"quiet_to"`
	Lang      string      `db:"lang"`
	Aware     bool        `db:"aware"`
	NextAt    int64       `db:"next_at"`
	ToldAt    int64       `db:"told_at"`
}

const letterboxColumns = `account_id, address, key_id, confirmed, asked_at, trouble, pace, hour, zone, quiet_from, quiet_to, lang, aware, next_at, told_at`

func (r letterboxRow) wishes() notice.Wishes {
	return notice.Wishes{Pace: r.Pace, Hour: r.Hour, Zone: r.Zone, QuietFrom: r.QuietFrom, QuietTo: r.QuietTo, Lang: r.Lang, IsAware: r.Aware}
}

// Letterbox implements notice.Letters.
func (d NoticeStore) Letterbox(ctx context.Context, account app.ID) (notice.Letterbox, error) {
	row, err := one[letterboxRow](ctx, d.read, `SELECT `+letterboxColumns+` FROM letterboxes WHERE account_id = $1`, account)
	if app.KindOf(err) == app.KindNotFound {
		return notice.Letterbox{Wishes: notice.Wishes{Pace: notice.Never}}, nil
	}
	if err != nil {
		return notice.Letterbox{}, err
	}
	address, err := unseal(row.KeyID, row.Address)
	return notice.Letterbox{Wishes: row.wishes(), Address: address, IsConfirmed: row.Confirmed, AskedAt: moment(row.AskedAt), HasTrouble: row.Trouble}, err
}

// KeepLetterbox implements notice.Letters. News are told from when the address was
// confirmed.
func (d NoticeStore) KeepLetterbox(ctx context.Context, account app.ID, box notice.Letterbox, now, next time.Time, question *notice.Letter) error {
	keyID, address := seal(box.Address)
	return d.write(ctx, func(tx *tx) error {
		if _, err := tx.run(ctx, `
			DELETE FROM letters WHERE account_id = $1 AND NOT EXISTS (
				SELECT 1 FROM letterboxes b WHERE b.account_id = $1 AND b.address = $2 AND b.key_id = $3)`, account, address, keyID); err != nil {
			return err
		}
		if _, err := tx.run(ctx, `
			INSERT INTO letterboxes (`+letterboxColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
			ON CONFLICT (account_id) DO UPDATE SET
				told_at = CASE WHEN letterboxes.confirmed AND excluded.confirmed AND letterboxes.pace <> 'never' THEN letterboxes.told_at ELSE excluded.told_at END,
				address = excluded.address, key_id = excluded.key_id, confirmed = excluded.confirmed, asked_at = excluded.asked_at,
				trouble = excluded.trouble, pace = excluded.pace, hour = excluded.hour, zone = excluded.zone,
				quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, lang = excluded.lang, aware = excluded.aware, next_at = excluded.next_at`,
			account, address, keyID, box.IsConfirmed, millis(box.AskedAt), box.HasTrouble, box.Pace, box.Hour, box.Zone,
			box.QuietFrom, box.QuietTo, box.Lang, box.IsAware, millis(next), millis(now)); err != nil {
			return err
		}
		return tx.postLetter(ctx, question)
	})
}

// postLetter puts a letter in the post; nil is none.
func (t *tx) postLetter(ctx context.Context, l *notice.Letter) error {
	if l == nil {
		return nil
	}
	_, err := t.run(ctx, `INSERT INTO letters (id, account_id, kind, since, made_at, tries, next_at) VALUES ($1, $2, $3, $4, $5, 0, $5)`,
		l.ID, l.Account, l.Kind, millis(l.Since), millis(l.Made))
	return err
}

// ForgetLetterbox implements notice.Letters.
func (d NoticeStore) ForgetLetterbox(ctx context.Context, account app.ID) error {
	return d.write(ctx, func(tx *tx) error {
		if _, err := tx.run(ctx, `DELETE FROM letters WHERE account_id = $1`, account); err != nil {
			return err
		}
		_, err := tx.run(ctx, `DELETE FROM letterboxes WHERE account_id = $1`, account)
		return err
	})
}

// Due implements notice.Letters.
func (d NoticeStore) Due(ctx context.Context, now time.Time, limit int) ([]notice.Due, error) {
	rows, err := all[letterboxRow](ctx, d.read, `
		SELECT `+letterboxColumns+` FROM letterboxes
		WHERE next_at <= $1 AND confirmed AND NOT trouble AND pace <> 'never' ORDER BY next_at LIMIT $2`, millis(now), limit)
	list := make([]notice.Due, len(rows))
	for i, r := range rows {
		list[i] = notice.Due{Account: r.Account, Wishes: r.wishes(), At: moment(r.NextAt), Told: moment(r.ToldAt)}
	}
	return list, err
}

// Looked implements notice.Letters.
func (d NoticeStore) Looked(ctx context.Context, due notice.Due, next time.Time, letter *notice.Letter) (looked bool, err error) {
	told := due.Told
	if letter != nil {
		told = letter.Made
	}
	err = d.write(ctx, func(tx *tx) error {
		rows, err := tx.run(ctx, `UPDATE letterboxes SET next_at = $1, told_at = $2 WHERE account_id = $3 AND next_at = $4 AND told_at = $5`,
			millis(next), millis(told), due.Account, millis(due.At), millis(due.Told))
		if looked = rows > 0; err != nil || !looked {
			return err
		}
		return tx.postLetter(ctx, letter)
	})
	return looked && err == nil, err
}

type letterRow struct {
	ID      app.ID            `db:"id"`
	Account app.ID            `db:"account_id"`
	Kind    notice.LetterKind `db:"kind"`
	Since   int64             `db:"since"`
	MadeAt  int64             `db:"made_at"`
	Tries   int               `db:"tries"`
	NextAt  int64             `db:"next_at"`
}

// Take implements notice.Letters. A letter is a node's that put off when it is tried next.
func (d NoticeStore) Take(ctx context.Context, now, until time.Time, limit int) (taken []notice.Letter, err error) {
	err = d.write(ctx, func(tx *tx) error {
		taken = nil
		rows, err := all[letterRow](ctx, tx, `
			SELECT id, account_id, kind, since, made_at, tries, next_at FROM letters WHERE next_at <= $1 ORDER BY next_at LIMIT $2`, millis(now), limit)
		if err != nil {
			return err
		}
		for _, r := range rows {
			mine, err := tx.run(ctx, `UPDATE letters SET next_at = $1, tries = tries + 1 WHERE id = $2 AND next_at = $3`, millis(until), r.ID, r.NextAt)
			if err != nil {
				return err
			}
			if mine > 0 {
				taken = append(taken, notice.Letter{
					ID: r.ID, Account: r.Account, Kind: r.Kind, Since: moment(r.Since), Made: moment(r.MadeAt), Tries: r.Tries + 1,
				})
			}
		}
		return nil
	})
	return taken, err
}

// Done implements notice.Letters.
func (d NoticeStore) Done(ctx context.Context, letter app.ID) error {
	return d.write(ctx, func(tx *tx) error {
		_, err := tx.run(ctx, `DELETE FROM letters WHERE id = $1`, letter)
		return err
	})
}

// Postpone implements notice.Letters.
func (d NoticeStore) Postpone(ctx context.Context, letter app.ID, at time.Time) error {
	return d.write(ctx, func(tx *tx) error {
		_, err := tx.run(ctx, `UPDATE letters SET next_at = $1 WHERE id = $2`, millis(at), letter)
		return err
	})
}

// GiveUp implements notice.Letters.
func (d NoticeStore) GiveUp(ctx context.Context, l notice.Letter, f notice.Failure) error {
	return d.write(ctx, func(tx *tx) error {
		gone, err := tx.run(ctx, `DELETE FROM letters WHERE id = $1`, l.ID)
		if err != nil || gone == 0 {
			return err
		}
		if _, err := tx.run(ctx, `UPDATE letterboxes SET trouble = $1 WHERE account_id = $2`, true, l.Account); err != nil {
			return err
		}
		_, err = tx.run(ctx, `INSERT INTO letter_failures (id, kind, day, tries, refused) VALUES ($1, $2, $3, $4, $5)`,
			app.NewID(), f.Kind, millis(f.Day), f.Tries, f.IsRefused)
		return err
	})
}

// Failures implements notice.Letters.
func (d NoticeStore) Failures(ctx context.Context, limit int) ([]notice.Failure, error) {
	rows, err := all[struct {
		Kind    notice.LetterKind `db:"kind"`
		Day     int64             `db:"day"`
		Tries   int               `db:"tries"`
		Refused bool              `db:"refused"`
	}](ctx, d.read, `SELECT kind, day, tries, refused FROM letter_failures ORDER BY day DESC, id DESC LIMIT $1`, limit)
	list := make([]notice.Failure, len(rows))
	for i, r := range rows {
		list[i] = notice.Failure{Kind: r.Kind, Day: moment(r.Day), Tries: r.Tries, IsRefused: r.Refused}
	}
	return list, err
}
