package docx

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"madang/app/prose"
)

// bodyWriter writes the paragraphs of a text.
type bodyWriter struct {
	out       strings.Builder
	numbering numberingWriter
	links     []string // targets, in the order of their relationships
	linkIDs   map[string]string
	said      map[string][]Comment // by clause
	comments  []Comment            // in the order of their ids
	bookmarks int
	marks     int
	notes     []string // what footnotes say, in order
	*tracker

	// Where the next paragraph within a quote or list stands: at path, of which it
	// shares that many boxes with the one before it.
	path   place
	lists  []int // the numberings of the lists in path
	shared int
}

// writeBody writes everything between the title and the last clause.
func writeBody(d Document) *bodyWriter {
	w := &bodyWriter{linkIDs: map[string]string{}, said: map[string][]Comment{}, tracker: track(d)}
	comments := slices.Clone(d.Comments)
	for _, b := range d.Text.Blocks {
		comments = append(comments, w.untracked[b.CID]...)
	}
	for _, c := range comments {
		if _, _, isThere := d.Text.Find(c.CID); !isThere {
			c.CID = ""
		}
		w.said[c.CID] = append(w.said[c.CID], c)
	}
	w.title(d.Title)
	numbers := d.Text.Numbers()
	w.newClauses(prose.AtStart)
	for _, b := range d.Text.Blocks {
		w.block(b, numbers[b.CID], d.Erased[b.CID])
		if b.CID != "" {
			w.newClauses(b.CID)
		}
	}
	return w
}

func (w *bodyWriter) document() string {
	return `<w:document xmlns:w="` + mainSpace + `" xmlns:r="` + linkSpace + `"><w:body>` + w.out.String() +
		`<w:sectPr><w:footerReference w:type="default" r:id="footer"/><w:pgSz w:w="11906" w:h="16838"/>` +
		`<w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>` +
		`</w:body></w:document>`
}

// title writes the title, on which hangs what was said about the whole text.
func (w *bodyWriter) title(title string) {
	if title == "" && len(w.said[""]) == 0 {
		return
	}
	ends := w.beginComments("")
	w.paragraph(`<w:pStyle w:val="Title"/>`, ends.open+`<w:r>`+textRun(title)+`</w:r>`+ends.close)
}

func (w *bodyWriter) paragraph(properties, content string) {
	w.out.WriteString(`<w:p><w:pPr>` + properties + `</w:pPr>` + content + `</w:p>`)
}

// edges are what opens and closes something around the paragraphs of a block.
type edges struct{ open, close string }

// beginComments anchors what was said about a clause as such.
func (w *bodyWriter) beginComments(cid string) edges {
	var e edges
	for _, c := range w.said[cid] {
		if !w.isOnWords(c) {
			anchor := w.comment(c)
			e.open += anchor.open
			e.close += anchor.close
		}
	}
	return e
}

// comment begins and ends what a comment is about.
func (w *bodyWriter) comment(c Comment) edges {
	id := strconv.Itoa(len(w.comments))
	w.comments = append(w.comments, c)
	return edges{
		`<w:commentRangeStart w:id="` + id + `"/>`,
		`<w:commentRangeEnd w:id="` + id + `"/><w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:commentReference w:id="` + id + `"/></w:r>`,
	}
}

// isOnWords reports whether a comment can hang on words: they are in a clause whose words
// can be told apart, and that stays.
func (w *bodyWriter) isOnWords(c Comment) bool {
	units, hasWords := w.units[c.CID]
	return hasWords && 0 <= c.Start && c.Start < c.End && c.End <= units && w.deletions[c.CID] == nil
}

// onWords are the edges of the comments on words of a clause, in their order.
func (w *bodyWriter) onWords(cid string) []placedEdge {
	var between []placedEdge
	for _, c := range w.said[cid] {
		if w.isOnWords(c) {
			anchor := w.comment(c)
			between = append(between, placedEdge{c.Start, anchor.open}, placedEdge{c.End, anchor.close})
		}
	}
	slices.SortStableFunc(between, func(a, b placedEdge) int { return cmp.Compare(a.at, b.at) })
	return between
}

// bookmark begins and ends a bookmark.
func (w *bodyWriter) bookmark(name string) edges {
	w.bookmarks++
	return edges{
		open:  fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="%s"/>`, w.bookmarks, name),
		close: fmt.Sprintf(`<w:bookmarkEnd w:id="%d"/>`, w.bookmarks),
	}
}

// around is what stands around a top-level block: its bookmark and its comments.
func (w *bodyWriter) around(b prose.Block) edges {
	if b.CID == "" {
		return edges{}
	}
	comments, bookmark := w.beginComments(b.CID), w.bookmark(bookmarkOf(b.CID))
	return edges{bookmark.open + comments.open, comments.close + bookmark.close}
}

func (w *bodyWriter) block(b prose.Block, number, erased string) {
	ends := w.around(b)
	switch {
	case erased != "":
		w.paragraph(`<w:pStyle w:val="Erased"/>`, ends.open+`<w:r>`+textRun(erased)+`</w:r>`+ends.close)
	case b.Node == prose.TableBlock:
		w.table(b, ends)
	case b.IsTextBlock() && w.deletions[b.CID] != nil:
		w.deletedBlock(b, number, ends)
	case b.IsTextBlock():
		w.paragraph(textStyle(b, number), ends.open+w.pieces(b, w.onWords(b.CID))+ends.close)
	default:
		w.container(b, &ends, true)
	}
}

// textStyle is how a text block looks. A clause takes its style from its level, and the
// level of its number from its number: one that follows none of the level above it is
// counted there. A note has no number.
func textStyle(b prose.Block, number string) string {
	switch b.Node {
	case prose.Heading:
		return fmt.Sprintf(`<w:pStyle w:val="Heading%d"/>`, b.Level)
	case prose.Clause:
		style := fmt.Sprintf(`<w:pStyle w:val="%s%d"/>`, clauseStyles[b.Kind], b.Level)
		if counted, isCounted := clauseNumberings[b.Kind]; isCounted {
			style += fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, strings.Count(number, "."), counted)
		}
		return style
	}
	return ""
}

// width is that of the text on a page, in twentieths of a point: A4 without its margins.
const width = 11906 - 2*1440

// table writes a table, whose first row is repeated on every page. Short rows are filled up.
// Behind it stands an empty paragraph, or Word would take the next table for more of it.
func (w *bodyWriter) table(b prose.Block, ends edges) {
	if len(b.Children) == 0 {
		b.Children = []prose.Block{{Node: prose.TableRow}}
	}
	rows, widths := b.Children, b.Widths()
	columns := max(widths[0], 1)
	w.out.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/></w:tblPr><w:tblGrid>` +
		strings.Repeat(fmt.Sprintf(`<w:gridCol w:w="%d"/>`, width/columns), columns) + `</w:tblGrid>`)
	for i, row := range rows {
		w.out.WriteString(`<w:tr>`)
		if i == 0 {
			w.out.WriteString(`<w:trPr><w:tblHeader/></w:trPr>`)
		}
		cells := max(widths[i], 1)
		for j := range cells {
			content := ""
			if j < len(row.Children) {
				content = w.spans(row.Children[j].Inline)
			}
			if i == 0 && j == 0 {
				content = ends.open + content
			}
			if i == len(rows)-1 && j == cells-1 {
				content += ends.close
			}
			w.out.WriteString(fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, width/columns))
			w.paragraph("", content)
			w.out.WriteString(`</w:tc>`)
		}
		w.out.WriteString(`</w:tr>`)
	}
	w.out.WriteString(`</w:tbl>`)
	w.paragraph("", "")
}

// container writes the paragraphs of a quote or list. Its last one, if the caller says
// that it is, takes what closes the block; what opens it goes to the first.
func (w *bodyWriter) container(b prose.Block, ends *edges, isLast bool) {
	w.enter(b)
	children := b.Children
	if len(children) == 0 {
		children = []prose.Block{emptyIn(b)}
	}
	for i, child := range children {
		isLastChild := isLast && i == len(children)-1
		if child.IsTextBlock() {
			w.placed(child, ends, isLastChild)
			continue
		}
		w.container(child, ends, isLastChild)
	}
	w.leave(b)
}

// emptyIn is what an empty quote, list or item is written with: a paragraph without
// words, for Word knows no other way to have one.
func emptyIn(b prose.Block) prose.Block {
	if b.Node == prose.BulletList || b.Node == prose.OrderedList {
		return prose.Block{Node: prose.ListItem}
	}
	return prose.Block{Node: prose.Paragraph}
}

func (w *bodyWriter) enter(b prose.Block) {
	w.path = append(w.path, box{b.Node, b.Order})
	switch b.Node {
	case prose.BulletList:
		w.lists = append(w.lists, bulletNumbering)
	case prose.OrderedList:
		w.lists = append(w.lists, w.numbering.add(w.path.lists(len(w.path))-1, max(b.Order, 1)))
	}
}

func (w *bodyWriter) leave(b prose.Block) {
	w.path = w.path[:len(w.path)-1]
	w.shared = min(w.shared, len(w.path))
	if (box{node: b.Node}).isList() {
		w.lists = w.lists[:len(w.lists)-1]
	}
}

// placed writes a paragraph within a quote or list.
func (w *bodyWriter) placed(b prose.Block, ends *edges, isLast bool) {
	w.marks++
	content := ends.open
	ends.open = ""
	if name := w.path.mark(w.marks, w.shared); name != "" {
		mark := w.bookmark(name)
		content += mark.open + mark.close
	}
	content += w.spans(b.Inline)
	if isLast {
		content += ends.close
	}
	w.paragraph(w.placedStyle(), content)
	w.shared = len(w.path)
}

// indent is how far a quote or list is set in, in twentieths of a point.
const indent = 425

// placedStyle is how a paragraph in a quote or list looks: the first of an item has its
// bullet or number.
func (w *bodyWriter) placedStyle() string {
	innermost := w.path[len(w.path)-1].node
	depth := len(w.path) - len(w.lists) // an item is no step of its own
	style, number, hanging := "Quote", "", ""
	if innermost == prose.ListItem {
		style = "ListContinue"
	}
	if item := w.path.item(w.shared); item >= 0 {
		level := w.path.lists(item) - 1
		if innermost == prose.ListItem {
			style = map[string]string{prose.BulletList: "ListBullet", prose.OrderedList: "ListNumber"}[w.path[item-1].node]
		}
		number = fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, min(level, deepest), w.lists[level])
		hanging = fmt.Sprintf(` w:hanging="%d"`, indent)
	}
	return fmt.Sprintf(`<w:pStyle w:val="%s"/>%s<w:ind w:left="%d"%s/>`, style, number, indent*depth, hanging)
}

// spans writes words. Neighbours with the same link stand in one.
func (w *bodyWriter) spans(spans []prose.Span) string {
	var out strings.Builder
	for len(spans) > 0 {
		href := spans[0].Marks.Href
		n := 1 + slices.IndexFunc(spans[1:], func(s prose.Span) bool { return s.Marks.Href != href })
		if n == 0 {
			n = len(spans)
		}
		link := w.link(href)
		out.WriteString(link.open)
		for _, s := range spans[:n] {
			if s.Footnote {
				out.WriteString(w.footnote(s))
				continue
			}
			out.WriteString(run(s, link.open != ""))
		}
		out.WriteString(link.close)
		spans = spans[n:]
	}
	return out.String()
}

// firstNote is the id of the first footnote: those before it are the lines that Word
// draws above footnotes (ECMA-376 part 1, 17.11.9).
const firstNote = 2

// footnote writes where a footnote is; what it says stands in a part of its own.
func (w *bodyWriter) footnote(s prose.Span) string {
	id := firstNote + len(w.notes)
	w.notes = append(w.notes, s.Text)
	return fmt.Sprintf(`<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="%d"/></w:r>`, id)
}

// link begins and ends a link, if there is one.
func (w *bodyWriter) link(href string) edges {
	to := target(href)
	if href == "" || to == "" || !prose.Table().MayLink(href) {
		return edges{}
	}
	id, isKnown := w.linkIDs[to]
	if !isKnown {
		w.links = append(w.links, to)
		id = fmt.Sprintf("link%d", len(w.links))
		w.linkIDs[to] = id
	}
	attrs := ` r:id="` + id + `"`
	if tip := tip(href); tip != "" {
		attrs += ` w:tooltip="` + escape(tip) + `"`
	}
	return edges{`<w:hyperlink` + attrs + ` w:history="1">`, `</w:hyperlink>`}
}

func run(s prose.Span, isLink bool) string {
	if s.Break {
		return `<w:r><w:br/></w:r>`
	}
	text := textRun(s.Text)
	if text == "" {
		return ""
	}
	properties := ""
	if isLink {
		properties += `<w:rStyle w:val="Hyperlink"/>`
	}
	if s.Marks.Strong {
		properties += `<w:b/><w:bCs/>`
	}
	if s.Marks.Em {
		properties += `<w:i/><w:iCs/>`
	}
	if properties != "" {
		properties = `<w:rPr>` + properties + `</w:rPr>`
	}
	return `<w:r>` + properties + text + `</w:r>`
}
