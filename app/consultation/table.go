package consultation

import (
	"context"
	"strings"

	"madang/app"
)

// Limits of a table of submissions that came by other ways.
const (
	MaxRows      = 20_000
	MaxReference = 100 // characters
)

// rowsAtOnce are kept in one transaction: few enough that others who submit don't wait.
const rowsAtOnce = 200

// NewRow is one row of a table that a member keys in. Reference is what the member's
// office calls it, as the number on a letter: the same reference is the same submission,
// in whatever file it comes again. The id of NewKeyed follows from it.
type NewRow struct {
	Reference string
	NewKeyed
	// Err says that the row couldn't be read; it is passed on.
	Err error
}

// KeyedRow is what became of a row, or why nothing did.
type KeyedRow struct {
	Receipt Receipt
	// IsKnown says that it had been keyed in before.
	IsKnown bool
	Err     error
}

// KeyInAll keys in the rows of a table, each as KeyIn does. Good rows go in whatever is
// wrong with others; sent again, with rows mended or added, each goes in once. A row with
// the reference of another submission is Conflict "table.other", one that repeats a
// reference of the same table Conflict "table.twice".
func (s *Service) KeyInAll(ctx context.Context, actor app.Actor, docket app.ID, rows []NewRow) ([]KeyedRow, error) {
	d, m, err := s.docketFor(ctx, actor, docket, app.Screen)
	if err != nil {
		return nil, err
	}
	if len(rows) > MaxRows {
		return nil, app.TooLarge("table.rows", "max", MaxRows).On("file")
	}
	c, err := s.checker(ctx, d)
	if err != nil {
		return nil, err
	}
	done := make([]KeyedRow, len(rows))
	seen := map[app.ID]bool{}
	var at []int // of the good rows
	var good []Arrival
	for i, row := range rows {
		a, err := s.row(d, m, c, row)
		if err == nil && seen[a.ID] {
			err = app.Conflict("table.twice").On("reference")
		}
		if done[i].Err = err; err == nil {
			seen[a.ID] = true
			at, good = append(at, i), append(good, a)
		}
	}
	for from := 0; from < len(good); from += rowsAtOnce {
		to := min(from+rowsAtOnce, len(good))
		landed, err := s.store.SubmitAll(ctx, good[from:to])
		if err != nil {
			return nil, err
		}
		for i, l := range landed {
			done[at[from+i]] = s.keyedRow(d, good[from+i], l)
		}
	}
	return done, nil
}

// row is one row on its way in.
func (s *Service) row(d Docket, m app.Membership, c checker, row NewRow) (Arrival, error) {
	if row.Err != nil {
		return Arrival{}, row.Err
	}
	reference := strings.Join(strings.Fields(row.Reference), " ")
	if err := tidy(box{"reference", &reference, MaxReference, true}); err != nil {
		return Arrival{}, err
	}
	row.NewKeyed.ID = s.rowID(d, reference)
	a, err := s.keyed(d, m, row.NewKeyed)
	if err != nil {
		return a, err
	}
	return s.signed(d, c, a)
}

// rowID is the id of the submission with a reference. It sorts with the docket, and
// nobody can work it out who doesn't know the forum's secret.
func (s *Service) rowID(d Docket, reference string) app.ID {
	return app.IDFrom(d.CreatedAt, s.mac("row of "+string(d.ID), reference))
}

func (s *Service) keyedRow(d Docket, a Arrival, l Landing) KeyedRow {
	if l.Err != nil {
		return KeyedRow{Err: l.Err}
	}
	receipt, err := s.receipt(d, a, l.Kept, l.Digest)
	if err != nil {
		return KeyedRow{Err: app.Conflict("table.other").On("reference")}
	}
	return KeyedRow{Receipt: receipt, IsKnown: !l.IsNew}
}
