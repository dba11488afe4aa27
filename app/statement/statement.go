// Package statement is about norm statements: who may begin, read, name and
// edit one, and what an edit from outside the editor does to its clauses. Its
// rule: a text is only ever changed through its live draft, where every change
// meets all the others.
package statement

import (
	"time"

	"madang/app"
	"madang/app/prose"
)

// Statement is a norm statement or position paper. The live document that holds
// its text has the same id.
type Statement struct {
	ID, Group   app.ID
	Title, Lang string
	// State is how far it has come, at its Step-th step.
	State     app.Phase
	Step      int64
	CreatedBy app.ID
	CreatedAt time.Time
}

// Stage is what narrows the roles of those who work on it.
func (s Statement) Stage() app.Stage { return app.Stage{Statement: s.ID, Phase: s.State, No: s.Step} }

// NewStatement is what somebody wants to begin: under an id made where it was
// typed, so that sending it again makes no second one, and with a first text,
// which may be empty.
type NewStatement struct {
	ID, Group   app.ID
	Title, Lang string
	Markdown    []byte
}

// Text is a committed text and where it stands: Epoch counts how often its
// history began anew, Seq its updates.
type Text struct {
	Doc        prose.Doc
	Epoch, Seq int64
}

// Edited is what became of an edit. With conflicts nothing was written, and each
// holds both texts. Merged says that others had changed the same clause and all
// changes are in.
type Edited struct {
	Text      Text
	Conflicts []prose.Conflict
	Merged    bool
}

// ClauseEdit is what a form or the API makes of a clause. ID is made where it was
// typed, so that sending it again changes nothing; Base is what its author was shown.
type ClauseEdit struct {
	ID              app.ID
	CID, Base, Text string
}

// NewClause is a clause to be added after another, or at the end if After is empty or
// no longer there. ID is made where it was typed, and names the clause; Node and
// Level are those of prose.Block.
type NewClause struct {
	ID    app.ID
	After string
	Node  string
	Kind  prose.Kind // of a clause
	Level int
	Text  string
}

// View is a statement as one reader has it before them.
type View struct {
	Statement  Statement
	Membership app.Membership
	Text       Text
}

// ClauseView is one clause as one reader has it before them. Number is empty
// for all but numbered clauses, Previous and Next where there is no neighbour.
type ClauseView struct {
	Statement      Statement
	Membership     app.Membership
	Text           Text
	Block          prose.Block
	Number         string
	Previous, Next string
}

// Place is a clause as a signpost: Number as in ClauseView, Excerpt its first
// words.
type Place struct{ CID, Number, Excerpt string }
