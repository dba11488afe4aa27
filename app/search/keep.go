package search

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"madang/app"
)

// How the index follows live texts. A text that people write in is indexed once they
// pause from one look to the next, and every maxLag at the latest: indexing reads all of
// it, which must not happen with every keystroke.
const (
	lookEvery = 2 * time.Second
	maxLag    = 10 * time.Second
	// claimTime is how long another node may take for one step of indexing a statement.
	claimTime = 15 * time.Second
	// atOnce is how many texts are indexed in one transaction: on
	// SQLite nobody else writes meanwhile.
	atOnce = 50
	// mostBehind is how many statements are looked at in one round.
	mostBehind = 100
)

// lag is how a statement's index was seen to lag.
type lag struct {
	head  app.LiveHead
	since time.Time
}

// Keep lets the index follow until the context ends, and tells of each failure. What a
// crash interrupts the next look finds: the index says how far it goes.
func (s *Service) Keep(ctx context.Context, tell func(error)) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		if err := s.Look(ctx); err != nil && ctx.Err() == nil {
			tell(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Look brings the index of those statements up to date that it is time for. It is
// called from one goroutine.
func (s *Service) Look(ctx context.Context) error {
	behind, err := s.store.Behind(ctx, mostBehind)
	if err != nil {
		return err
	}
	var failed []error
	seen := map[app.ID]lag{}
	for _, b := range behind {
		if !s.isDue(b) {
			seen[b.Statement] = lag{b.Head, s.lagOf(b).since}
			continue
		}
		if err := s.index(ctx, b); err != nil && !isClaimed(err) {
			failed = append(failed, err)
		}
	}
	s.seen = seen
	return errors.Join(failed...)
}

func (s *Service) lagOf(b Behind) lag {
	if l, known := s.seen[b.Statement]; known {
		return l
	}
	return lag{since: s.clock()}
}

// isDue reports whether nobody has written since the last look, or for too long.
func (s *Service) isDue(b Behind) bool {
	l := s.lagOf(b)
	return b.IsNew || l.head == b.Head || s.clock().Sub(l.since) >= maxLag
}

func isClaimed(err error) bool {
	var refused *app.Error
	return errors.As(err, &refused) && refused.Code == "search.claimed"
}

// index brings one statement up to date, in steps that each commit. While it works no
// other node does; one that died with its claim is overtaken after claimTime.
func (s *Service) index(ctx context.Context, b Behind) error {
	turn := Claim{b.Statement, app.NewID(), s.clock()}
	mine, err := s.store.Claim(ctx, turn, turn.At.Add(-claimTime))
	if err != nil || !mine {
		return err
	}
	if b.IsNew {
		if err := s.indexSaid(ctx, turn); err != nil {
			return err
		}
	}
	words, head, err := s.draft.Words(ctx, b.Statement)
	if err != nil {
		return err
	}
	if err := s.indexClauses(ctx, turn, words, b.IsNew); err != nil {
		return err
	}
	return s.store.Indexed(ctx, turn, head)
}

func (s *Service) indexSaid(ctx context.Context, turn Claim) error {
	for _, kind := range Said {
		if err := s.indexKind(ctx, turn, kind); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) indexKind(ctx context.Context, turn Claim, kind Kind) error {
	for after := int64(0); ; {
		turn.At = s.clock()
		next, err := s.store.IndexSaid(ctx, turn, kind, after, atOnce)
		if err != nil || next == 0 {
			return err
		}
		after = next
	}
}

// indexClauses writes what differs from what is indexed; of a new index, everything.
func (s *Service) indexClauses(ctx context.Context, turn Claim, words []Words, isNew bool) error {
	indexed, err := s.store.Clauses(ctx, turn.Statement)
	if err != nil {
		return err
	}
	put, gone := compare(indexed, words, isNew)
	for chunk := range slices.Chunk(gone, atOnce) {
		turn.At = s.clock()
		if err := s.store.IndexClauses(ctx, turn, nil, chunk); err != nil {
			return err
		}
	}
	for chunk := range slices.Chunk(put, atOnce) {
		turn.At = s.clock()
		if err := s.store.IndexClauses(ctx, turn, chunk, nil); err != nil {
			return err
		}
	}
	return nil
}

// compare says which clauses an index has to take in, and which it has to let go: empty
// ones and those that are gone.
func compare(indexed, words []Words, isNew bool) (put []Words, gone []string) {
	was := map[string]string{}
	for _, w := range indexed {
		was[w.CID] = w.Text
	}
	for _, w := range words {
		if w.Text == "" {
			continue
		}
		if old, known := was[w.CID]; !known || old != w.Text || isNew {
			put = append(put, w)
		}
		delete(was, w.CID)
	}
	return put, slices.Sorted(maps.Keys(was))
}
