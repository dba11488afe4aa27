package statement

import (
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/web/view/layout"
	"madang/app/web/view/words"
)

// HeldChange is what a held change does to one clause.
type HeldChange struct {
	Node, Number string
	Words        []words.Change
}

// ChangesBetween lists the clauses that differ between two texts: those of the first
// in their order, with what is new in the second behind.
func ChangesBetween(before, after prose.Doc) []HeldChange {
	var changes []HeldChange
	numbers := before.Numbers()
	for _, b := range before.Blocks {
		then := b.PlainText()
		now := ""
		if kept, _, ok := after.Find(b.CID); ok {
			now = kept.PlainText()
		}
		if then != now {
			changes = append(changes, HeldChange{b.Node, numbers[b.CID], words.Between(then, now)})
		}
	}
	numbers = after.Numbers()
	for _, b := range after.Blocks {
		if _, _, was := before.Find(b.CID); !was && b.PlainText() != "" {
			changes = append(changes, HeldChange{b.Node, numbers[b.CID], words.Between("", b.PlainText())})
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
