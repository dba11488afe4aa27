package statement

import (
	"madang/app/statement"
	"madang/app/web/view/layout"
)

// outcome says what became of a held change.
func outcome(p layout.Page, d statement.Decision) string {
	switch d.Kind {
	case statement.Released:
		return p.T("hold.outcome.released", "name", d.Name, "date", p.Moment(d.At))
	case statement.Declined:
		return p.T("hold.outcome.declined", "name", d.Name, "date", p.Moment(d.At))
	}
	return p.T("hold.outcome.waiting")
}
