// Package docx writes a text as a Word document and reads one back: WordprocessingML
// as ECMA-376 (5th edition, part 1; part 2 for the package) has it.
//
// A document leaves the forum and comes back from machines that nobody knows, so two
// rules hold. What is written holds nothing but what the caller gave: no names, no
// times of its own, the same bytes for the same text. And nothing that is read is
// believed: every number and size has a bound, and what isn't words, marks, links or
// structure stays outside and is told as a Loss.
package docx

import (
	"slices"
	"time"

	"madang/app/prose"
)

// Document is a text with what stands around it.
type Document struct {
	Title string
	// Lang is the language of the text, as BCP 47 has it.
	Lang string
	// Origin is what the text was exported from; it stands among the properties of the
	// document, where people can see it and take it out.
	Origin prose.Origin
	Text   prose.Doc
	// Comments hang on clauses or on words of them.
	Comments []Comment
	// Amendments stand in it as tracked changes.
	Amendments []Amendment

	// Erased stands in place of clauses whose words were erased, by their ids. Footer are the
	// lines at the foot of every page. Both are only written.
	Erased map[string]string
	Footer []string

	// Before is the text with every tracked change rejected; Text has them all
	// accepted. It is nil if nobody tracked a change. Both are made of the same
	// clauses: prose.Compare tells what the changes do. Losses are what was left out
	// or changed on the way. Both are only read.
	Before *prose.Doc
	Losses []Loss
}

// Comment is what somebody said about a clause, or about the whole text if there is
// no clause of that id. If End is beyond Start it is about the words between them, in
// UTF-16 units of the clause's PlainText; that is only written, and not within lists and
// quotes. Author is what the caller calls them; it is never read back,
// and neither is the time, for both may tell more than their owner wanted.
type Comment struct {
	CID, Author string
	Start, End  int
	At          time.Time
	Text        string
}

// Loss is something in a document that its text can't hold.
type Loss string

// What may be lost, in the order in which it is told.
const (
	LostMacros    Loss = "macros"    // left out
	LostObjects   Loss = "objects"   // embedded files, left out
	LostRemote    Loss = "remote"    // what would have been fetched from elsewhere, left out
	LostPictures  Loss = "pictures"  // left out
	LostHidden    Loss = "hidden"    // words set as invisible, left out
	LostLinks     Loss = "links"     // links where a text may not lead; their words stay
	LostNames     Loss = "names"     // of authors, left out
	LostHeaders   Loss = "headers"   // headers and footers, left out
	LostTables    Loss = "tables"    // within tables, and merged cells: plain cells now
	LostFootnotes Loss = "footnotes" // those of the title, left out
)

// Losses are all there are.
var Losses = []Loss{
	LostMacros, LostObjects, LostRemote, LostPictures, LostHidden, LostLinks, LostNames, LostHeaders, LostTables, LostFootnotes,
}

// inOrder lists the losses that happened.
func inOrder(happened map[Loss]bool) []Loss {
	return slices.DeleteFunc(slices.Clone(Losses), func(l Loss) bool { return !happened[l] })
}

// The names of this vocabulary. What is read may also use those of the strict variant
// (ISO/IEC 29500-1), which Word writes if asked to.
const (
	mainSpace   = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	linkSpace   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packSpace   = "http://schemas.openxmlformats.org/package/2006/relationships"
	strictMain  = "http://purl.oclc.org/ooxml/wordprocessingml/main"
	strictLinks = "http://purl.oclc.org/ooxml/officeDocument/relationships"
)

// The names of styles that mean something, as Word knows them in every language of its
// menus. Those of clauses are ours.
const (
	titleStyle        = "title"
	quoteStyle        = "quote"
	bulletStyle       = "list bullet"
	numberStyle       = "list number"
	continuationStyle = "list continue"
	headingPrefix     = "heading "
)

// clauseStyles are the names of the styles of each kind of clause, before their level.
var clauseStyles = map[prose.Kind]string{
	prose.Operative: "Clause", prose.Preambular: "Preambular", prose.Definition: "Definition", prose.Note: "Note",
}

// bookmarkOf is the name of the bookmark around a clause.
func bookmarkOf(cid string) string { return bookmarkPrefix + cid }

const bookmarkPrefix = "clause_"
