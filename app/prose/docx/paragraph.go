package docx

import (
	"slices"
	"strings"

	"madang/app"
	"madang/app/prose"
)

// fate is what tracked changes do to words.
type fate int

const (
	kept fate = iota
	inserted
	deleted
	passing // inserted and deleted again: in neither text
)

// word is a span and its fate.
type word struct {
	prose.Span
	fate fate
}

// paragraph is one as it stands in the document.
type paragraph struct {
	properties
	words []word
	// starts are the clauses that begin here; place and shared what a mark of ours says.
	starts []string
	// begun are the ids of their bookmarks; isOpen says that one of them goes on beyond
	// the paragraph.
	begun    []string
	isOpen   bool
	place    place
	shared   int
	cell     *cell    // of a table
	anchored []string // comments
}

// cell is a place in a table, all counted from 0. What tracked changes do to its row is
// done to it.
type cell struct {
	table, row, column int
	fate               fate
}

// body is how far the text is read.
type body struct {
	*scanner
	paragraphs []*paragraph
	current    *paragraph // nil between paragraphs
	// waiting are bookmarks and comments that begin between paragraphs.
	waiting   []func(*paragraph)
	unclosed  map[string]bool // bookmarks of clauses, by id
	fate      fate
	href      string
	fields    []field
	boxes     int // of text, so far
	tables    int
	cell      *cell // in which one is
	isTracked bool
}

// field is a field of Word (ECMA-376 part 1, 17.16.18): what it does, then what that
// results in.
type field struct {
	instruction string
	isResult    bool
	href        string
}

func (r *reader) readBody(main string) error {
	content, err := r.read(main)
	if err != nil {
		return err
	}
	r.scanner, r.unclosed = newScanner(content), map[string]bool{}
	found := false
	err = r.root(func(e element) error {
		if e.name != "body" || e.space != mainSpace && e.space != strictMain {
			return r.skip()
		}
		found = true
		return r.children(r.block)
	})
	if err == nil && !found {
		return app.Invalid("docx.damaged").On("file")
	}
	r.handOn()
	return err
}

// block reads what stands between paragraphs.
func (r *reader) block(e element) error {
	switch e.name {
	case "p":
		return r.paragraph()
	case "tbl":
		return r.table()
	case "tr", "tc", "sdt", "sdtContent", "customXml", "smartTag", "AlternateContent", "Choice":
		return r.children(r.block)
	case "ins", "moveTo", "del", "moveFrom":
		return r.tracked(e, r.block)
	case "bookmarkStart", "commentRangeStart":
		r.waiting = append(r.waiting, func(p *paragraph) { r.begin(p, e) })
	case "bookmarkEnd":
		delete(r.unclosed, e.attr("id"))
	case "altChunk":
		r.lose(LostObjects, true)
	}
	return r.skip()
}

// paragraph reads a paragraph; what a box of text in it holds follows it.
func (r *reader) paragraph() error {
	r.leave()
	outer, p := r.current, &paragraph{cell: r.cell}
	r.paragraphs, r.current = append(r.paragraphs, p), p
	for _, begin := range r.waiting {
		begin(p)
	}
	r.waiting = nil
	err := r.children(r.inline)
	r.current = outer
	return err
}

// leave takes note of whether a clause goes on beyond the last paragraph.
func (r *reader) leave() {
	if len(r.paragraphs) == 0 {
		return
	}
	p := r.paragraphs[len(r.paragraphs)-1]
	p.isOpen = slices.ContainsFunc(p.begun, func(id string) bool { return r.unclosed[id] })
}

// handOn gives a clause to the next paragraph if the one with which it begins is empty
// and it goes on beyond that: somebody has made a line before it.
func (r *reader) handOn() {
	for i := range len(r.paragraphs) - 1 {
		p, next := r.paragraphs[i], r.paragraphs[i+1]
		if p.isOpen && len(p.words) == 0 && p.place == nil && p.cell == nil && len(next.starts) == 0 && len(next.words) > 0 {
			p.starts, next.starts = nil, p.starts
		}
	}
}

// begin takes note of a bookmark or comment that begins in a paragraph.
func (r *reader) begin(p *paragraph, e element) {
	name := e.attr("name")
	cid, isClause := strings.CutPrefix(name, bookmarkPrefix)
	switch {
	case e.name == "commentRangeStart" || e.name == "commentReference":
		p.anchored = append(p.anchored, e.attr("id"))
	case isClause && prose.IsCID(cid):
		p.starts = append(p.starts, cid)
		p.begun = append(p.begun, e.attr("id"))
		r.unclosed[e.attr("id")] = true
	default:
		if place, shared, found := parseMark(name); found && p.place == nil {
			p.place, p.shared = place, shared
		}
	}
}

// tracked reads what somebody inserted, deleted or moved.
func (r *reader) tracked(e element, read func(element) error) error {
	r.isTracked = true
	r.lose(LostNames, e.attr("author") != "")
	outer := r.fate
	isDeletion := e.name == "del" || e.name == "moveFrom"
	switch {
	case outer == passing || outer == inserted && isDeletion || outer == deleted && !isDeletion:
		r.fate = passing
	case isDeletion:
		r.fate = deleted
	default:
		r.fate = inserted
	}
	err := r.children(read)
	r.fate = outer
	return err
}

// inline reads what stands in a paragraph beside its runs. What we don't know is looked
// into: there may be words in it.
func (r *reader) inline(e element) error {
	switch e.name {
	case "pPr":
		p, err := readProperties(r.scanner)
		r.current.properties = p
		r.isTracked = r.isTracked || p.end.isInserted || p.end.isDeleted
		return err
	case "r":
		return r.run()
	case "hyperlink":
		return r.hyperlink(e)
	case "fldSimple":
		return r.simpleField(e)
	case "ins", "moveTo", "del", "moveFrom":
		return r.tracked(e, r.inline)
	case "bookmarkStart", "commentRangeStart":
		r.begin(r.current, e)
	case "bookmarkEnd":
		delete(r.unclosed, e.attr("id"))
	case "Fallback", "sdtPr", "rubyPr":
		return r.skip()
	}
	return r.children(r.inline)
}

func (r *reader) hyperlink(e element) error {
	outer := r.href
	if to, isThere := r.targets[e.attr("id")]; isThere {
		if written := e.attr("tooltip"); prose.Table().MayLink(written) && target(written) == to {
			to = written
		}
		r.href = r.allowed(to)
	}
	err := r.children(r.inline)
	r.href = outer
	return err
}

// allowed is an address, if a text may lead there.
func (r *reader) allowed(href string) string {
	if prose.Table().MayLink(href) {
		return href
	}
	r.lose(LostLinks, true)
	return ""
}

func (r *reader) simpleField(e element) error {
	if err := r.push(field{isResult: true, href: r.hrefIn(e.attr("instr"))}); err != nil {
		return err
	}
	err := r.children(r.inline)
	if len(r.fields) > 0 {
		r.fields = r.fields[:len(r.fields)-1]
	}
	return err
}

// fieldsMost bounds how many fields may stand in each other, instructionMax how many
// bytes of its instruction, which comes in pieces, are gathered.
const (
	fieldsMost     = 100
	instructionMax = 4096
)

func (r *reader) push(f field) error {
	if len(r.fields) == fieldsMost {
		return app.Invalid("docx.damaged").On("file")
	}
	r.fields = append(r.fields, f)
	return nil
}

// hrefIn is where a field leads, if it is a link.
func (r *reader) hrefIn(instruction string) string {
	words := strings.Fields(instruction)
	if len(words) < 2 || words[0] != "HYPERLINK" || strings.HasPrefix(words[1], `\`) {
		return ""
	}
	return r.allowed(strings.Trim(words[1], `"`))
}

// run reads a run: words that look the same.
func (r *reader) run() error {
	var m prose.Marks
	isHidden := false
	var piece func(e element) error
	piece = func(e element) error {
		add := func(text string) { r.add(word{prose.Span{Text: text, Marks: m}, r.fate}, isHidden) }
		switch e.name {
		case "rPr":
			properties, err := readRunProperties(r.scanner)
			m, isHidden = properties.marks(r.looks)
			return err
		case "t", "delText":
			text, err := textIn(r.scanner, e)
			add(text)
			return err
		case "tab", "ptab":
			add("\t")
		case "br", "cr":
			if kind := e.attr("type"); kind == "" || kind == "textWrapping" {
				r.add(word{prose.Span{Break: true}, r.fate}, isHidden)
			}
		case "noBreakHyphen":
			add("\u2011")
		case "softHyphen":
			add("\u00ad")
		case "footnoteReference", "endnoteReference":
			r.note(e, isHidden)
		case "commentReference":
			r.begin(r.current, e)
		case "fldChar", "instrText":
			return r.fieldPiece(e)
		case "drawing", "pict":
			return r.picture(piece)
		case "object":
			r.lose(LostObjects, true)
			return r.skip()
		case "txbxContent":
			return r.textBox()
		case "Fallback":
			return r.skip()
		}
		return r.children(piece)
	}
	return r.children(piece)
}

// picture reads what is drawn: of it only boxes of text have words.
func (r *reader) picture(piece func(element) error) error {
	before := r.boxes
	err := r.children(piece)
	r.lose(LostPictures, r.boxes == before)
	return err
}

// textBox reads paragraphs within a paragraph.
func (r *reader) textBox() error {
	r.boxes++
	href, fields := r.href, r.fields
	r.href, r.fields = "", nil
	err := r.children(r.block)
	r.href, r.fields = href, fields
	return err
}

// note reads a footnote or endnote. One that says nothing is none.
func (r *reader) note(e element, isHidden bool) {
	kind := strings.TrimSuffix(e.name, "Reference")
	if text := r.notes[kind+e.attr("id")]; text != "" {
		r.add(word{prose.Span{Footnote: true, Text: text}, r.fate}, isHidden)
	}
}

// fieldPiece reads a piece of a field that goes over several runs.
func (r *reader) fieldPiece(e element) error {
	last := len(r.fields) - 1
	if e.name == "instrText" {
		text, err := r.text()
		if last >= 0 && !r.fields[last].isResult && len(r.fields[last].instruction) < instructionMax {
			r.fields[last].instruction += text
		}
		return err
	}
	switch kind := e.attr("fldCharType"); {
	case kind == "begin":
		if err := r.push(field{}); err != nil {
			return err
		}
	case kind == "separate" && last >= 0:
		f := &r.fields[last]
		f.isResult, f.href = true, r.hrefIn(f.instruction)
	case kind == "end" && last >= 0:
		r.fields = r.fields[:last]
	}
	return r.skip()
}

// add adds words to the paragraph, unless nobody who reads the document sees them.
func (r *reader) add(w word, isHidden bool) {
	if w.Text == "" && !w.Break || slices.ContainsFunc(r.fields, func(f field) bool { return !f.isResult }) {
		return
	}
	if isHidden {
		r.lose(LostHidden, true)
		return
	}
	if !w.Break && !w.Footnote {
		w.Marks.Href = r.href
		for _, f := range r.fields {
			if f.href != "" {
				w.Marks.Href = f.href
			}
		}
	}
	r.current.words = append(r.current.words, w)
}
