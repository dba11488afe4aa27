// Package trace holds the pages that tell where the words of a text come from. Every step
// is a link in an ordered list: no drawing that only eyes can follow.
package trace

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/prose"
	"madang/app/trace"
	"madang/app/web/view/layout"
)

// most is how many wordings of an issue a page shows before it leads to the issue.
const most = 5

func itoa(n int) string { return strconv.Itoa(n) }

func statementAddress(id app.ID, rest string) templ.SafeURL {
	return templ.SafeURL("/statements/" + string(id) + rest)
}

func docketAddress(id app.ID, rest string) templ.SafeURL {
	return templ.SafeURL("/consultations/" + string(id) + rest)
}

func issueAddress(i trace.Issue) templ.SafeURL { return docketAddress(i.Docket, "/issues/"+itoa(i.No)) }

// name is how a page speaks of a version.
func name(p layout.Page, v trace.Version) string {
	switch {
	case v.No == 0:
		return p.T("version.draft")
	case v.Label != "":
		return p.T("version.labelled", "no", v.No, "label", v.Label)
	}
	return p.T("version.numbered", "no", v.No)
}

// turn says what became of words.
func turn(p layout.Page, t trace.Turn) string {
	return p.T("trace.turn."+string(t.Kind), "version", name(p, t.Version), "no", t.Clause.Erratum)
}

// hasWords reports whether a turn is worth showing with the words of its clause: where
// they are simply as they were, once is enough.
func hasWords(t trace.Turn) bool {
	shown := []trace.TurnKind{trace.TurnCame, trace.TurnOtherwise, trace.TurnReworded, trace.TurnBack}
	return slices.Contains(shown, t.Kind)
}

// plainDeed says what a proposal did that brought no words.
func plainDeed(p layout.Page, d trace.Deed) string { return p.T("trace.deed." + string(d.Kind)) }

// PlainDeeds are the kinds of proposals that may bring no words.
var PlainDeeds = []string{string(prose.ProposeText), string(prose.ProposeDeletion), string(prose.ProposeMove)}

// shortRunes is how much of the words of a change stands for it.
const shortRunes = 120

// short is the beginning of words.
func short(text string) string {
	if runes := []rune(text); len(runes) > shortRunes {
		return string(runes[:shortRunes]) + "…"
	}
	return text
}
