package flood

import "time"

// Burst says whether a docket gets more than people write. It begins when more came within
// minutes than somebody could look at in a day, and ends by itself when it has been quiet
// for some time: less than half as much, so that it doesn't flicker.
//
// The rule is public: while it holds nothing is posted before somebody has looked, and the
// docket's page says so.
type Burst struct {
	// Since is when it began; zero while there is none.
	Since time.Time
	calm  time.Time // when it was last seen to be too much to end
}

const (
	// stretch is over how long submissions are counted.
	stretch = 5 * time.Minute
	// quiet is how long it has to have been less than half.
	quiet = 15 * time.Minute
)

// seen takes in that the stretch up to now has had so many, and how many are too many.
func (b Burst) seen(count, tooMany int, at time.Time) Burst {
	switch {
	case count > tooMany:
		if b.Since.IsZero() {
			b.Since = at
		}
		b.calm = at
	case !b.Since.IsZero() && 2*count > tooMany:
		b.calm = at
	}
	return b.at(at)
}

// at is the burst as it stands at a time at which nobody came.
func (b Burst) at(now time.Time) Burst {
	if !b.Since.IsZero() && now.Sub(b.calm) >= quiet {
		return Burst{}
	}
	return b
}
