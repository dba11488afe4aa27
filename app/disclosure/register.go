package disclosure

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"madang/app"
)

// Table names what is counted: one thing, and what about it.
type Table struct {
	Of   app.ID
	Name string
}

// Record is how a release is kept. Counted holds the counts themselves, in a form that
// nobody but this package reads: later releases are weighed against them.
type Record struct {
	No      int // from 1
	At      time.Time
	Counted []byte
}

// Store keeps releases. They are never changed.
type Store interface {
	// Releases returns those of a table, oldest first.
	Releases(ctx context.Context, of Table) ([]Record, error)
	// AddRelease keeps one more, unless its number is taken.
	AddRelease(ctx context.Context, of Table, r Record) (isKept bool, err error)
}

// Register is where figures are published, and where all pages get them from: the same
// for everybody until there are new ones.
type Register struct {
	store Store
	now   app.Clock
}

// NewRegister returns a register that keeps what it publishes in the store.
func NewRegister(store Store, now app.Clock) *Register { return &Register{store, now} }

// Figures returns what stands published of a table; without any release so far that has no
// lines and a zero time.
func (r *Register) Figures(ctx context.Context, of Table) (Figures, error) {
	published, err := r.published(ctx, of)
	if err != nil {
		return Figures{}, err
	}
	return Show(published), nil
}

// Publish releases what may be told now and returns what stands published after that, which
// is what stood before if nothing new may be told. isClosing says that the period is over
// and these are its last figures. Of two nodes that publish at once one does.
func (r *Register) Publish(ctx context.Context, of Table, counted Raw, isClosing bool) (Figures, error) {
	published, err := r.published(ctx, of)
	if err != nil {
		return Figures{}, err
	}
	made, isNew := Release(published, counted, r.now(), isClosing)
	if !isNew {
		return Show(published), nil
	}
	kept, err := made.record(len(published) + 1)
	if err != nil {
		return Figures{}, err
	}
	isFirst, err := r.store.AddRelease(ctx, of, kept)
	if err != nil {
		return Figures{}, fmt.Errorf("disclosure: publish %s: %w", of.Name, err)
	}
	if !isFirst {
		return r.Figures(ctx, of)
	}
	return Show(append(published, made)), nil
}

// PublishOpen is Publish for the only figures of a table whose column totals, and whose
// total, anybody can find out elsewhere. It is released if it tells those itself: where
// one had to be hidden to protect something, that wouldn't be protected by it, and nothing
// is released.
func (r *Register) PublishOpen(ctx context.Context, of Table, counted Raw) (Figures, error) {
	made, isNew := Release(nil, counted, r.now(), true)
	if !isNew || !made.tellsColumns() {
		return Figures{}, nil
	}
	return r.Publish(ctx, of, counted, true)
}

// tellsColumns reports whether a release hides no total of a column, and not the total.
func (p Published) tellsColumns() bool {
	g := p.counted.look().grid()
	return !slices.Contains(p.hidden[g.at(len(g.rows), 0):], true)
}

func (r *Register) published(ctx context.Context, of Table) ([]Published, error) {
	records, err := r.store.Releases(ctx, of)
	if err != nil {
		return nil, err
	}
	published := make([]Published, len(records))
	for i, record := range records {
		if published[i], err = record.open(); err != nil {
			return nil, fmt.Errorf("disclosure: release %d of %s: %w", record.No, of.Name, err)
		}
	}
	return published, nil
}

// stored is the JSON of a release.
type stored struct {
	Rows    []Row
	Columns []string
	Cells   [][]int
	Hidden  []bool
}

func (p Published) record(no int) (Record, error) {
	t := p.counted.look()
	body, err := json.Marshal(stored{t.rows, t.columns, t.cells, p.hidden})
	return Record{No: no, At: p.at, Counted: body}, err
}

func (r Record) open() (Published, error) {
	var s stored
	if err := json.Unmarshal(r.Counted, &s); err != nil {
		return Published{}, err
	}
	p := Published{at: r.At, counted: seal(table{s.Rows, s.Columns, s.Cells}), hidden: s.Hidden}
	if len(s.Hidden) != p.counted.look().grid().size() || len(s.Cells) != len(s.Rows) {
		return Published{}, fmt.Errorf("it doesn't fit its own table")
	}
	return p, nil
}
