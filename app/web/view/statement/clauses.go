package statement

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/prose"
	"madang/app/thread"
	"madang/app/web/view/layout"
)

// Rendered is a text made ready for pages. It depends on the text alone, so
// that it can be remembered for as long as the text stands.
type Rendered struct {
	Clauses []Clause
	Outline []OutlineEntry
	// Footnotes are listed below the whole text.
	Footnotes []Footnote
	Length    prose.Length
	at        map[string]int
}

// Find returns the clause with that id.
func (r Rendered) Find(cid string) (Clause, bool) {
	i, ok := r.at[cid]
	if !ok {
		return Clause{}, false
	}
	return r.Clauses[i], true
}

// Clause is one top-level block, rendered.
type Clause struct {
	CID, Node string
	Kind      prose.Kind
	Level     int
	Number    string
	// HTML is the clause in the whole text, Alone by itself: they show footnotes
	// differently.
	HTML, Alone string
	// Words is the beginning of its text, for lists.
	Words string
	// State names its present words, so that marks aren't put on others.
	State string
	block prose.Block
	// notes are the footnotes of the text before it.
	notes []Footnote
}

// OutlineEntry is a line of the table of contents.
type OutlineEntry struct {
	CID, Text string
	Level     int
}

// excerptRunes is how much of a clause stands for it in a list: a line on a
// phone.
const excerptRunes = 60

// Render makes a text ready for pages.
func Render(doc prose.Doc) Rendered {
	if isBlank(doc) {
		return Rendered{Length: doc.Length()}
	}
	numbers := doc.Numbers()
	var notes []Footnote
	r := Rendered{Length: doc.Length(), at: make(map[string]int, len(doc.Blocks))}
	for i, b := range doc.Blocks {
		r.at[b.CID] = i
		before := slices.Clip(notes)
		w := bodyWriter{notes: before}
		w.block(b, numbers[b.CID])
		notes = w.notes
		r.Clauses = append(r.Clauses, Clause{
			CID: b.CID, Node: b.Node, Kind: b.Kind, Level: b.Level, Number: numbers[b.CID],
			HTML: w.out.String(), Alone: Body(b, numbers[b.CID]), Words: Excerpt(b.PlainText(), excerptRunes),
			State: stateOf(b), block: b, notes: before,
		})
	}
	r.Footnotes, r.Outline = notes, outlineOf(r.Clauses)
	return r
}

// stateOf names the words of a block: 32 bits of FNV-1a are enough where nobody gains by
// two alike.
func stateOf(b prose.Block) string {
	sum := fnv.New32a()
	sum.Write([]byte(b.PlainText()))
	return strconv.FormatUint(uint64(sum.Sum32()), 36)
}

// isBlank reports whether nobody has written anything: an empty statement is
// kept as one empty paragraph, which an editor needs and a reader doesn't.
func isBlank(doc prose.Doc) bool {
	return len(doc.Blocks) == 1 && strings.TrimSpace(doc.Blocks[0].PlainText()) == ""
}

// outlineOf lists the headings; a text without headings is listed by its
// numbered clauses of the first level.
func outlineOf(clauses []Clause) []OutlineEntry {
	if entries := entriesOf(clauses, "heading"); len(entries) > 0 {
		return entries
	}
	return entriesOf(clauses, "clause")
}

func entriesOf(clauses []Clause, node string) []OutlineEntry {
	var entries []OutlineEntry
	for _, c := range clauses {
		if c.Node != node || c.Words == "" || node == prose.Clause && (c.Level > 1 || c.Number == "") {
			continue
		}
		text := c.Words
		if c.Number != "" {
			text = c.Number + " " + text
		}
		entries = append(entries, OutlineEntry{CID: c.CID, Text: text, Level: max(c.Level, 1)})
	}
	return entries
}

// Excerpt cuts a text to its first runes, at a space where there is one.
func Excerpt(text string, runes int) string {
	text = strings.Join(strings.Fields(text), " ")
	letters := []rune(text)
	if len(letters) <= runes {
		return text
	}
	cut := string(letters[:runes])
	if space := strings.LastIndex(cut, " "); space > len(cut)/2 {
		cut = cut[:space]
	}
	return cut + "…"
}

// Name says which clause it is, in the reader's language.
func (c Clause) Name(p layout.Page) string {
	return Name(p, Sort(prose.Block{Node: c.Node, Kind: c.Kind}), c.Number)
}

// Sort is what a block is in the words of pages: its kind if it is a clause that isn't
// operative, else its node.
func Sort(b prose.Block) string { return cmp.Or(string(b.Kind), b.Node) }

// Name says which clause is meant: by its number, else by what it is.
func Name(p layout.Page, sort, number string) string {
	switch {
	case number == "":
		return p.T("clause." + cmp.Or(sort, prose.Paragraph))
	case sort == string(prose.Preambular):
		return p.T("clause.numbered.preambular", "number", number)
	case sort == string(prose.Definition):
		return p.T("clause.numbered.definition", "number", number)
	}
	return p.T("clause.numbered", "number", number)
}

// Marks counts what was said about each clause; the empty id is the whole
// statement.
type Marks map[string]thread.Count

// Of is the count of one clause.
func (m Marks) Of(cid string) thread.Count { return m[cid] }

// Total adds up all of them.
func (m Marks) Total() thread.Count {
	var sum thread.Count
	for _, c := range m {
		sum.Threads += c.Threads
		sum.Comments += c.Comments
		sum.Unread += c.Unread
	}
	return sum
}

func address(id app.ID, rest string) templ.SafeURL {
	return templ.SafeURL("/statements/" + string(id) + rest)
}

// pickAddress is where words of a clause can be commented on; empty for whoever may not.
func pickAddress(id app.ID, cid string, mayComment bool) string {
	if !mayComment {
		return ""
	}
	return string(address(id, "/clauses/"+cid))
}

func levelText(level int) string { return strconv.Itoa(level) }
