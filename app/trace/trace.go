// Package trace is about where the words of a text come from: which passages of what
// people said led to which issue, that to which amendment, who decided about it, and what
// became of its words in later versions. Its rule: a trace tells nobody what they couldn't
// read without it, not even how much of it there is.
//
// Nothing of a trace is kept. It follows from what the other rooms keep, so that whatever
// is withdrawn, redacted or erased there is gone here as well.
package trace

import (
	"slices"
	"time"

	"madang/app"
	"madang/app/prose"
)

// Text is what a statement said of some clauses, version by version, and what was put
// into it; both as far as the reader may read them.
type Text struct {
	Statement   app.ID
	Title, Lang string
	// Membership is the reader's; zero for the public.
	Membership app.Membership
	// Versions stand in the order in which they were made. The live text, if it may be
	// read, is the last of them.
	Versions []Version
	// Amendments are those whose words were put into the text, by rising number.
	Amendments []Amendment
	// Relatives are the clauses that a clause shares words with by a split or a merger,
	// nearest first.
	Relatives map[string][]string
}

// Version is what one version says. No is 0 for the live text.
type Version struct {
	ID    app.ID
	No    int
	Label string
	At    time.Time
	// Head is where the live text stood.
	Head    app.LiveHead
	Clauses map[string]Clause // by id
	// Docket is where anybody may read it, as what was frozen or, with IsOutcome, as what
	// came of it; empty for members, who find it among the versions.
	Docket    app.ID
	IsOutcome bool
}

// Clause is one clause of a version. Erratum is the number of the erratum that took its
// words away; 0 if it has them.
type Clause struct {
	Number, Words string
	Erratum       int
}

// Amendment is one whose words were put into the text. What members told each other
// about it is empty for the public.
type Amendment struct {
	ID        app.ID
	No        int
	State     string
	Proposals []prose.Proposal
	Reason    string
	Decision  Decision
}

// Decision is how an amendment came into the text. Head is where the live text stood with
// it; zero if the text said so already.
type Decision struct {
	Acceptance app.ID
	Reason     string
	At         time.Time
	Head       app.LiveHead
}

// Has reports whether the words of an amendment had been put into the text when the
// version was made. Numbers of the log decide, for the version that is kept before an
// acceptance may be a moment younger than the acceptance; only where the log began anew
// in between time does.
func (v Version) Has(a Amendment) bool {
	d := a.Decision
	switch {
	case v.No == 0:
		return true
	case d.Head.Seq > 0 && d.Head.Epoch == v.Head.Epoch:
		return v.Head.Seq >= d.Head.Seq
	}
	return !v.At.Before(d.At)
}

// Issue is one question that passages of submissions raise, with its answer.
type Issue struct {
	Docket app.ID
	// Number is that of the docket, Title what the issue is called, CID its clause; empty
	// is the whole text.
	Number, DocketTitle string
	No                  int
	CID, Title          string
	// Code and Rationale are the answer that counts, as two people agreed to it at At;
	// empty if there is none.
	Code, Rationale string
	At              time.Time
	// Amendments come of it.
	Amendments []app.ID
	// Passages are what is under it, as their authors let them be read today.
	Passages []Passage
}

// Passage is a passage of a submission. Words are empty once its author took them back.
type Passage struct {
	Submission  int
	Words, Lang string
}

// Leads reports whether an amendment comes of the issue.
func (i Issue) Leads(amendment app.ID) bool { return slices.Contains(i.Amendments, amendment) }

// leading are the issues that an amendment comes of.
func leading(issues []Issue, amendment app.ID) []Issue {
	var list []Issue
	for _, i := range issues {
		if i.Leads(amendment) {
			list = append(list, i)
		}
	}
	return list
}

// Wordings are the different words of the passages, in their order and at most so many,
// and how many passages are left out by that.
func (i Issue) Wordings(most int) (words []Passage, rest int) {
	seen := map[string]bool{}
	for _, p := range i.Passages {
		if seen[p.Words] && p.Words != "" || len(words) == most {
			rest++
			continue
		}
		seen[p.Words] = true
		words = append(words, p)
	}
	return words, rest
}
