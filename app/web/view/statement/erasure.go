package statement

import (
	"slices"
	"strconv"

	"madang/app"
	"madang/app/statement"
	"madang/app/web/view/layout"
)

// Erasures lists the clauses of a version, of which one may be erased.
type Erasures struct {
	statement.VersionView
	Text Rendered
}

// Erasure is the form that erases a clause of a version.
type Erasure struct {
	statement.ErasureView
	// Nonce is of this page: the form sent twice erases once.
	Nonce  app.ID
	Reason string
	// Also are the other places that were ticked, and Confirmed that it was, when the
	// form WasSent; at first those are ticked that have the same words.
	Also               []statement.Erased
	Confirmed, WasSent bool
	// Problem belongs to Field: "reason", "confirmed" or neither.
	Problem, Field string
}

func (v Erasure) problem(field string) string {
	if v.Field == field || field == "" && v.Field != "reason" && v.Field != "confirmed" {
		return v.Problem
	}
	return ""
}

func (v Erasure) isTicked(e statement.Elsewhere) bool {
	if v.WasSent {
		return slices.Contains(v.Also, e.Erased)
	}
	return e.IsSame
}

// placeValue is a clause of a version as a form has it.
func placeValue(e statement.Erased) string { return strconv.Itoa(e.Version) + " " + e.CID }

// elsewhereName says where a clause or its words stand, too.
func elsewhereName(p layout.Page, e statement.Elsewhere) string {
	if e.IsSame {
		return p.T("erasure.same", "version", versionName(p, e.Version))
	}
	return p.T("erasure.other", "version", versionName(p, e.Version))
}

func erratumAnchor(no int) string { return "erratum-" + strconv.Itoa(no) }

// erratumBy says who erased something, as far as that is known.
func erratumBy(p layout.Page, e statement.Erratum) string {
	if e.Name == "" {
		return p.Moment(e.At)
	}
	return p.T("erratum.by", "name", e.Name, "date", p.Moment(e.At))
}

// erratumPlaces names the clauses of one version that an erratum erased.
func erratumPlaces(p layout.Page, v VersionShow, e statement.Erratum) []string {
	var names []string
	for _, place := range e.Places {
		if c, found := v.Text.Find(place.CID); found && place.Version == v.Version.No {
			names = append(names, c.Name(p))
		}
	}
	return names
}
