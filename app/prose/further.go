package prose

import (
	"strings"

	"madang/app"
)

// Wordings is what an amendment would have its clauses say, as a text that another
// amendment can be made to: each clause that it names once, in the order of its proposals.
// A clause that it only moves or removes has the words that its authors saw.
func (a Amendment) Wordings() Doc {
	var d Doc
	at := map[string]int{}
	for _, p := range a.Proposals {
		words := p.Base
		if p.setsWords() {
			words = p.Text
		}
		block := Block{Node: Paragraph, CID: p.CID}.WithPlainText(words)
		switch i, isKnown := at[p.CID]; {
		case !isKnown:
			at[p.CID] = len(d.Blocks)
			d.Blocks = append(d.Blocks, block)
		case p.setsWords():
			d.Blocks[i] = block
		}
	}
	return d
}

// setsWords reports whether a proposal says how its clause should read.
func (p Proposal) setsWords() bool { return p.Kind == ProposeText || p.Kind == ProposeClause }

// Words returns how an amendment would have a clause read, if it says that.
func (a Amendment) Words(cid string) (string, bool) {
	for _, p := range a.Proposals {
		if p.CID == cid && p.setsWords() {
			return p.Text, true
		}
	}
	return "", false
}

// CheckFurther reports whether another amendment can be made to this one at all. It gives
// clauses other words that this one gives words, or takes clauses out of it: whatever else
// is Invalid "amendment.strays". Otherwise it is refused as by Check and Adopt.
func (a Amendment) CheckFurther(further Amendment) error {
	wordings := a.Wordings()
	for _, p := range further.Proposals {
		_, hasWords := a.Words(p.CID)
		_, _, isNamed := wordings.Find(p.CID)
		if !isNamed || p.Kind != ProposeDeletion && !(p.Kind == ProposeText && hasWords) {
			return app.Invalid("amendment.strays")
		}
	}
	if err := further.Check(wordings); err != nil {
		return err
	}
	_, err := a.Adopt(further)
	return err
}

// Adopt returns the amendment as another one, made to its Wordings, would have it. If it
// has become other words since, where that one changes it, that is Conflict
// "amendment.stale"; Rebase on the Wordings says where. It is Invalid "amendment.emptied"
// if nothing would be left, and "amendment.wordless" if a clause would have no words.
func (a Amendment) Adopt(further Amendment) (Amendment, error) {
	wordings := a.Wordings()
	adapted, stale := further.Rebase(wordings)
	if len(stale) > 0 {
		return a, app.Conflict("amendment.stale")
	}
	changes := map[string]Proposal{}
	for _, p := range adapted.Proposals {
		changes[p.CID] = p
	}
	adopted := Amendment{Name: a.Name}
	for _, p := range a.Proposals {
		change := changes[p.CID]
		switch {
		case change.Kind == ProposeDeletion:
			continue
		case change.Kind == ProposeText && p.setsWords():
			p.Text = change.Text
		}
		if p.setsWords() && strings.TrimSpace(p.Text) == "" {
			return a, app.Invalid("amendment.wordless").On("text")
		}
		if p.Kind != ProposeText || p.Text != p.Base {
			adopted.Proposals = append(adopted.Proposals, p)
		}
	}
	if len(adopted.Proposals) == 0 {
		return a, app.Invalid("amendment.emptied").On("text")
	}
	return adopted, nil
}
