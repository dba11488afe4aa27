package db

import (
	"context"

	"madang/app"
	"madang/app/notice"
)

type feedRow struct {
	ID      app.ID `db:"id"`
	Account app.ID `db:"account_id"`
	Lang    string `db:"lang"`
	Aware   bool   `db:"aware"`
	MadeAt  int64  `db:"made_at"`
}

func (d NoticeStore) feed(ctx context.Context, where string, value any) (notice.Feed, error) {
	r, err := one[feedRow](ctx, d.read, `SELECT id, account_id, lang, aware, made_at FROM feeds WHERE `+where, value)
	return notice.Feed{ID: r.ID, Account: r.Account, Lang: r.Lang, IsAware: r.Aware, Made: moment(r.MadeAt)}, err
}

// Feed implements notice.FeedStore.
func (d NoticeStore) Feed(ctx context.Context, account app.ID) (notice.Feed, error) {
	return d.feed(ctx, `account_id = $1`, account)
}

// FeedBy implements notice.FeedStore.
func (d NoticeStore) FeedBy(ctx context.Context, hash []byte) (notice.Feed, error) {
	return d.feed(ctx, `hash = $1`, hash)
}

// KeepFeed implements notice.FeedStore.
func (d NoticeStore) KeepFeed(ctx context.Context, f notice.Feed, hash []byte) error {
	return d.write(ctx, func(tx *tx) error {
		_, err := tx.run(ctx, `
			INSERT INTO feeds (id, account_id, hash, lang, aware, made_at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (account_id) DO UPDATE SET
				id = excluded.id, hash = excluded.hash, lang = excluded.lang, aware = excluded.aware, made_at = excluded.made_at`,
			f.ID, f.Account, hash, f.Lang, f.IsAware, millis(f.Made))
		return err
	})
}

// ForgetFeed implements notice.FeedStore.
func (d NoticeStore) ForgetFeed(ctx context.Context, account app.ID) error {
	return d.write(ctx, func(tx *tx) error {
		_, err := tx.run(ctx, `DELETE FROM feeds WHERE account_id = $1`, account)
		return err
	})
}
