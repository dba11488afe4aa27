package statement

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/web/view/layout"
)

func amendmentAddress(id app.ID, rest string) templ.SafeURL {
	return templ.SafeURL("/amendments/" + string(id) + rest)
}

func amendmentsAddress(id app.ID, show, clause string) templ.SafeURL {
	query := "?show=" + show
	if clause != "" {
		query += "&clause=" + url.QueryEscape(clause)
	}
	return address(id, "/amendments"+query)
}

func proposalAddress(id app.ID, clause, kind string) templ.SafeURL {
	return address(id, "/amendments/new?clause="+url.QueryEscape(clause)+"&kind="+kind)
}

func acceptanceAddress(of, amendment app.ID) templ.SafeURL {
	return address(of, "/acceptances/new?a="+string(amendment))
}

// againAddress leads to a form that proposes the same on the text as it is now.
func againAddress(v statement.AmendmentView) templ.SafeURL {
	p := v.Proposals[0]
	if v.IsFurther() {
		return furtherAddress(v.Parent.ID, p) + templ.SafeURL("&like="+string(v.ID))
	}
	clause := p.CID
	if p.Kind == prose.ProposeClause {
		clause = p.After
	}
	return proposalAddress(v.Of.ID, clause, string(p.Kind)) + templ.SafeURL("&like="+string(v.ID))
}

func (v AmendForm) action() templ.SafeURL {
	switch {
	case v.Amendment != "":
		return amendmentAddress(v.Amendment, "/text")
	case v.Whole != nil:
		return amendmentAddress(v.Whole.ID, "/amendments")
	}
	return address(v.Statement.ID, "/amendments")
}

func (v AmendmentShow) may(to statement.AmendmentState) bool {
	return v.MayStep(v.Membership, to) == nil
}

func (v AmendmentShow) maySign() bool {
	return v.Membership.May(app.Propose) && v.State.IsOpen() && v.State != statement.AmendmentDraft && v.Authors[0].Persona != v.Membership.Persona
}

// choice is what was chosen for a collision.
func (v AcceptancePlan) choice(i int) string { return at(v.Choices, i) }

// own is what was typed for a collision.
func (v AcceptancePlan) own(i int) string { return at(v.Own, i) }

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// amendmentName is the number of an amendment; a draft has none.
func amendmentName(p layout.Page, a statement.Amendment) string {
	if a.No == 0 {
		return p.T("amendment.draft.name")
	}
	return p.T("amendment.name", "no", a.No)
}

func authorName(p layout.Page, a statement.Author) string {
	if a.Name == "" {
		return p.T("comment.former")
	}
	return a.Name
}

func amendmentBy(p layout.Page, a statement.Amendment) string {
	names := namesOf(p, a, true)
	return p.T("amendment.by", "names", strings.Join(names, ", "), "date", p.Date(a.At))
}

// namesOf are the authors whose signatures stand below the present wording, or those whose
// signatures stand below an earlier one.
func namesOf(p layout.Page, a statement.Amendment, stands bool) []string {
	var names []string
	for _, signature := range a.Authors {
		if a.Stands(signature) == stands {
			names = append(names, authorName(p, signature.Author))
		}
	}
	return names
}

// clauseIn names a clause of a text.
func clauseIn(p layout.Page, text prose.Doc, cid string) string {
	block, _, exists := text.Find(cid)
	if !exists {
		return p.T("amendment.clause.gone")
	}
	return Name(p, Sort(block), text.Numbers()[cid])
}

// signpost names a clause, with its first words.
func signpost(p layout.Page, text prose.Doc, b prose.Block) string {
	return clauseIn(p, text, b.CID) + ": " + Excerpt(b.PlainText(), excerptRunes)
}

// deed says what is proposed to be done.
func deed(p layout.Page, text prose.Doc, proposal prose.Proposal) string {
	after := p.T("amendment.after.start")
	if proposal.After != "" && proposal.After != prose.AtStart {
		after = p.T("amendment.after", "clause", clauseIn(p, text, proposal.After))
	}
	if proposal.Kind == prose.ProposeClause {
		return p.T("amendment.deed.clause", "sort", Name(p, Sort(proposal.Block()), ""), "after", after)
	}
	return p.T("amendment.deed."+string(proposal.Kind), "clause", clauseIn(p, text, proposal.CID), "after", after)
}

// ProposalNote says in words what an amendment proposes for a clause.
func ProposalNote(p layout.Page, text prose.Doc, a statement.Amendment, proposal prose.Proposal) string {
	note := amendmentName(p, a) + ": " + deed(p, text, proposal)
	if proposal.Text != "" {
		note += "\n" + proposal.Text
	}
	return note
}

// AmendmentAuthors names the authors of an amendment, and which one it is; name is how
// each is called.
func AmendmentAuthors(p layout.Page, a statement.Amendment, name func(app.ID, string) string) string {
	var names []string
	for _, author := range a.Authors {
		if called := name(author.Persona, author.Name); a.Stands(author) && !slices.Contains(names, called) {
			names = append(names, called)
		}
	}
	return strings.Join(names, ", ") + " (" + amendmentName(p, a) + ")"
}

// touched says what is proposed to be done, in one line.
func touched(p layout.Page, text prose.Doc, a statement.Amendment) string {
	var deeds []string
	for _, proposal := range a.Proposals {
		deeds = append(deeds, deed(p, text, proposal))
	}
	return strings.Join(deeds, " · ")
}

// runsOf are the words of a proposal as they become others.
func runsOf(proposal prose.Proposal) []prose.Run {
	if proposal.Kind == prose.ProposeMove {
		return prose.Runs(proposal.Base, proposal.Base)
	}
	return prose.Runs(proposal.Base, proposal.Text)
}

// wordingText is what a wording would have stand at its place.
func wordingText(p layout.Page, text prose.Doc, w prose.Wording) string {
	words := w.Text
	switch {
	case w.IsGone:
		return p.T("amendment.wording.gone")
	case w.After == prose.AtStart:
		words = strings.TrimSpace(words + " " + p.T("amendment.after.start"))
	case w.After != "":
		words = strings.TrimSpace(words + " " + p.T("amendment.after", "clause", clauseIn(p, text, w.After)))
	case words == "":
		return p.T("amendment.wording.nothing")
	}
	return words
}

// outcomeText is what became of the place of a collision.
func outcomeText(p layout.Page, text prose.Doc, c statement.SettledCollision) string {
	if c.Kind == prose.CollidesPlace && c.Outcome.After == "" {
		return p.T("acceptance.keep")
	}
	return wordingText(p, text, c.Outcome)
}

// holders names the amendments that want a wording.
func holders(p layout.Page, amendments []statement.Amendment, w prose.Wording) string {
	var names []string
	for _, a := range amendments {
		if slices.Contains(w.Amendments, string(a.ID)) {
			names = append(names, amendmentName(p, a))
		}
	}
	return strings.Join(names, ", ") + ":"
}

// surroundings are the words of a clause before and after a collision.
type surroundings struct{ before, after string }

func around(text prose.Doc, c prose.Collision) surroundings {
	block, _, _ := text.Find(c.CID)
	units := utf16.Encode([]rune(block.PlainText()))
	if c.To > len(units) || c.Kind != prose.CollidesWords {
		return surroundings{}
	}
	return surroundings{string(utf16.Decode(units[:c.From])), string(utf16.Decode(units[c.To:]))}
}

func countOpen(list []statement.Amendment) int {
	n := 0
	for _, a := range list {
		if a.State.IsOpen() && a.No > 0 {
			n++
		}
	}
	return n
}
