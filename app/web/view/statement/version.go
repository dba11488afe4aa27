package statement

import (
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
	"madang/app/web/view/layout"
)

func versionAddress(id app.ID, no int, rest string) templ.SafeURL {
	return address(id, "/versions/"+strconv.Itoa(no)+rest)
}

func docketAddress(id app.ID, rest string) templ.SafeURL {
	return templ.SafeURL("/consultations/" + string(id) + rest)
}

func itoa(n int) string { return strconv.Itoa(n) }

func comparisonAddress(id app.ID, from, to string) templ.SafeURL {
	return address(id, "/comparison?from="+from+"&to="+to)
}

// versionName is the number of a version and, if it has one, its name.
func versionName(p layout.Page, v statement.Version) string {
	if v.Label != "" {
		return p.T("version.labelled", "no", v.No, "label", v.Label)
	}
	return p.T("version.numbered", "no", v.No)
}

// sideName names one side of a comparison.
func sideName(p layout.Page, v *statement.Version) string {
	if v == nil {
		return p.T("version.draft")
	}
	return versionName(p, *v)
}

func rootText(root [32]byte) string { return hex.EncodeToString(root[:]) }

// Proof is all that a version's hash was made of, so that anybody can make it again.
type Proof struct {
	statement.VersionView
	Clauses []ProvenClause
	Holds   bool
}

// ProvenClause is what one clause adds to the hash.
type ProvenClause struct {
	Number, Sort string
	Verdict      prose.Verdict
	// Preimage is what Leaf is the SHA-256 of; empty if it was erased.
	Preimage, Leaf string
	// Erratum is the number of that which erased it.
	Erratum int
}

// ProofOf lays out a version's hash.
func ProofOf(v statement.VersionView) Proof {
	found := v.Verify()
	proof := Proof{VersionView: v, Holds: found.Holds()}
	numbers := v.Doc.Numbers()
	for i, c := range v.Sealed.Clauses {
		block := v.Doc.Blocks[i]
		clause := ProvenClause{Number: numbers[c.CID], Sort: Sort(block), Verdict: found.Clauses[i].Verdict, Leaf: hex.EncodeToString(c.Leaf[:]), Erratum: v.Erratum(i)}
		if !c.IsErased() {
			clause.Preimage = string(block.Preimage(c.Salt))
		}
		proof.Clauses = append(proof.Clauses, clause)
	}
	return proof
}

// passage is a changed clause, or a stretch of unchanged ones.
type passage struct {
	prose.ClauseChange
	unchanged int
}

// isTold reports whether there is something to say about what became of a clause.
func isTold(v statement.ComparisonView, c prose.ClauseChange) bool {
	return !c.IsUnchanged() || v.Gaps[c.CID] > 0
}

// passages folds what stayed as it was.
func passages(v statement.ComparisonView) []passage {
	var list []passage
	for _, clause := range v.Comparison.Clauses {
		last := len(list) - 1
		switch {
		case isTold(v, clause):
			list = append(list, passage{ClauseChange: clause})
		case last >= 0 && list[last].unchanged > 0:
			list[last].unchanged++
		default:
			list = append(list, passage{unchanged: 1})
		}
	}
	return list
}

// fates are the sentences that say what became of a clause.
func fates(p layout.Page, v statement.ComparisonView, c prose.ClauseChange) []string {
	var list []string
	switch {
	case c.IsAdded():
		list = append(list, p.T("comparison.added"))
	case c.IsRemoved():
		list = append(list, p.T("comparison.removed"))
	}
	if no := v.Gaps[c.CID]; no > 0 {
		list = append(list, p.T("comparison.erased", "no", no))
	}
	if c.Moved {
		list = append(list, p.T("comparison.moved", "place", c.From+1))
	}
	if c.Retyped {
		list = append(list, p.T("comparison.retyped", "kind", p.T("clause."+Sort(c.Before))))
	}
	if c.Reworded {
		list = append(list, p.T("comparison.reworded"))
	}
	if c.Relinked {
		list = append(list, p.T("comparison.relinked"))
	}
	if c.Rearranged {
		list = append(list, p.T("comparison.rearranged"))
	}
	return list
}

// clauseName names a compared clause, by its new number where it has one.
func clauseName(p layout.Page, v statement.ComparisonView, c prose.ClauseChange) string {
	if c.IsRemoved() {
		return Name(p, Sort(c.Before), v.BeforeNumbers[c.CID])
	}
	return Name(p, Sort(c.After), v.AfterNumbers[c.CID])
}

// changed counts the clauses that are not as they were.
func changed(v statement.ComparisonView) int {
	n := 0
	for _, clause := range v.Comparison.Clauses {
		if isTold(v, clause) {
			n++
		}
	}
	return n
}

// citation is how the version can be cited; the address is the forum's.
func citation(p layout.Page, v VersionShow) string {
	return fmt.Sprintf("%s, %s, %s, %s", v.Version.Title, versionName(p, v.Version), p.Date(v.Version.At), v.Address)
}
