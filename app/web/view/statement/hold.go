package statement

import (
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/web/view/layout"
)

// HeldChange is what a held change does to one clause.
type HeldChange struct {
	Node, Number string
	Words        []prose.Run
}

// ChangesBetween lists the clauses whose words differ between two texts, in the order
// in which prose.Compare reads them.
func ChangesBetween(before, after prose.Doc) []HeldChange {
	var changes []HeldChange
	then, now := before.Numbers(), after.Numbers()
	for _, c := range prose.Compare(before, after).Clauses {
		switch {
		case c.Before.PlainText() == c.After.PlainText():
		case c.IsAdded():
			changes = append(changes, HeldChange{c.After.Node, now[c.CID], c.Runs})
		default:
			changes = append(changes, HeldChange{c.Before.Node, then[c.CID], c.Runs})
		}
	}
	return changes
}

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
