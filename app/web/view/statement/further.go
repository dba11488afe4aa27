package statement

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/web/view/layout"
)

// furtherAddress is the form that proposes to change an amendment in one place.
func furtherAddress(whole app.ID, place prose.Proposal) templ.SafeURL {
	return amendmentAddress(whole, "/amendments/new?clause="+url.QueryEscape(place.CID)+"&kind="+string(place.Kind))
}

// mayAmend reports whether the reader may propose to change an amendment itself.
func mayAmend(v statement.AmendmentView) bool {
	return v.Membership.May(app.Propose) && v.TakesFurther() == nil
}

// kinName is the number of an amendment; a draft has none.
func kinName(p layout.Page, k statement.Kin) string {
	return amendmentName(p, statement.Amendment{No: k.No})
}

// furtherDeed says what is proposed to be done to an amendment.
func furtherDeed(p layout.Page, text prose.Doc, whole statement.Amendment, proposal prose.Proposal) string {
	clause := clauseIn(p, text, proposal.CID)
	for _, w := range whole.Proposals {
		if w.CID == proposal.CID && w.Kind == prose.ProposeClause {
			clause = p.T("amendment.further.new", "sort", Name(p, Sort(w.Block()), ""))
		}
	}
	return p.T("amendment.further.deed."+string(proposal.Kind), "clause", clause)
}

// FurtherKinds are what can be done to the clauses of an amendment.
var FurtherKinds = []string{string(prose.ProposeText), string(prose.ProposeDeletion)}

// StepKey is the sentence that asks for a step, or says it: another one for an amendment
// to an amendment where it means something else.
func StepKey(what string, a statement.Amendment, to statement.AmendmentState) string {
	if a.IsFurther() && (to == statement.AmendmentAccepted || to == statement.AmendmentRejected || to == statement.AmendmentSuperseded) {
		return "amendment.further." + what + "." + string(to)
	}
	return "amendment." + what + "." + string(to)
}

// openFurther counts the open amendments to any of some amendments.
func openFurther(list []statement.Amendment) int {
	n := 0
	for _, a := range list {
		for _, k := range a.Further {
			if k.No > 0 && k.State.IsOpen() {
				n++
			}
		}
	}
	return n
}

// past is something that happened to an amendment.
type past struct {
	words, reason       string
	acceptance, adopted app.ID
	at                  time.Time
}

// pastOf tells how an amendment came to where it is, oldest first: its steps, who signed
// it, and when its words became others.
func pastOf(p layout.Page, a statement.Amendment) []past {
	var list []past
	for _, step := range a.Steps {
		words := p.T(StepKey("step", a, step.To), "name", authorName(p, step.By), "date", p.Moment(step.At), "no", a.Parent.No)
		list = append(list, past{words: words, reason: step.Reason, acceptance: step.Acceptance, at: step.At})
	}
	for _, s := range a.Authors[1:] {
		list = append(list, past{words: p.T("amendment.signed", "name", authorName(p, s.Author), "date", p.Moment(s.At)), at: s.At})
	}
	for _, f := range a.Former {
		list = append(list, past{words: p.T("amendment.reworded", "date", p.Moment(f.At)), adopted: f.Adopted, at: f.At})
	}
	slices.SortStableFunc(list, func(a, b past) int { return cmp.Compare(a.at.UnixMilli(), b.at.UnixMilli()) })
	return list
}
