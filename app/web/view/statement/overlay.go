package statement

import (
	"html"
	"slices"
	"strings"
	"unicode/utf16"

	"madang/app"
	"madang/app/prose"
)

// Overlay is what a clause shows in its words besides them. Places are in UTF-16 units of
// its plain text.
type Overlay struct {
	Marks []Mark
	Edits []Edit
}

// Mark are words that a thread is about. Marks may overlap.
type Mark struct {
	Thread     app.ID
	Start, End int
	// Name says where the link behind the words leads.
	Name string
}

// Edit takes the words [From, To) out and puts others in their place. Edits come in order
// and don't overlap.
type Edit struct {
	From, To int
	Text     string
}

// EditsOf are the edits that make one text of another.
func EditsOf(before, after string) []Edit {
	var edits []Edit
	at := 0
	for _, run := range prose.Runs(before, after) {
		length, last := len(utf16.Encode([]rune(run.Text))), len(edits)-1
		switch run.Kind {
		case prose.Deleted:
			edits = append(edits, Edit{From: at, To: at + length})
			at += length
		case prose.Inserted:
			if last < 0 || edits[last].To != at || edits[last].Text != "" {
				edits = append(edits, Edit{From: at, To: at})
				last++
			}
			edits[last].Text = run.Text
		default:
			at += length
		}
	}
	return edits
}

// HTMLWith is the clause in the whole text, with what lies over its words. say is the
// page's sentences in its language.
func (c Clause) HTMLWith(lang string, say func(key string, args ...any) string, o Overlay) string {
	if len(o.Marks)+len(o.Edits) == 0 {
		return c.HTML
	}
	w := bodyWriter{notes: c.notes, over: &overlaid{Overlay: o, lang: lang, say: say}}
	w.block(c.block, c.Number)
	return w.out.String()
}

// stateWith names the words that a reader sees.
func (c Clause) stateWith(o Overlay) string {
	if len(o.Edits) > 0 {
		return c.State + "+"
	}
	return c.State
}

// overlaid is how far the words were written, in units.
type overlaid struct {
	Overlay
	lang         string
	say          func(key string, args ...any) string
	at           int
	hasLine      bool
	isLed        map[app.ID]bool // its link stands behind its words
	nextInserted int
}

// beginLine counts the break between two lines.
func (w *bodyWriter) beginLine() {
	if w.over == nil {
		return
	}
	if w.over.hasLine {
		w.over.at++
	}
	w.over.hasLine = true
}

// beginCell counts what stands between two cells.
func (w *bodyWriter) beginCell(column int) {
	if w.over != nil && column > 0 {
		w.over.at += len(prose.CellBreak)
	}
}

func (w *bodyWriter) endLine() {
	if w.over != nil {
		w.reach()
	}
}

// overlay writes a span in pieces, each of which lies under the same marks and edits. A
// break and a footnote are one piece.
func (w *bodyWriter) overlay(s prose.Span) {
	if s.Break || s.Footnote {
		w.piece(s, unitsOf(s))
		return
	}
	units := utf16.Encode([]rune(s.Text))
	for len(units) > 0 {
		n := w.over.next(len(units))
		if n < len(units) && units[n] >= 0xDC00 && units[n] < 0xE000 {
			n++ // a character of two units stays whole
		}
		part := s
		part.Text = string(utf16.Decode(units[:n]))
		w.piece(part, n)
		units = units[n:]
	}
}

// next is how many of the units that come are one piece.
func (o *overlaid) next(most int) int {
	cut := func(places ...int) {
		for _, place := range places {
			if place > o.at && place-o.at < most {
				most = place - o.at
			}
		}
	}
	for _, m := range o.Marks {
		cut(m.Start, m.End)
	}
	for _, e := range o.Edits {
		cut(e.From, e.To)
	}
	return most
}

func (w *bodyWriter) piece(s prose.Span, units int) {
	w.reach()
	o := w.over
	var threads []string
	for _, m := range o.Marks {
		if m.Start < o.at+units && o.at < m.End {
			threads = append(threads, string(m.Thread))
		}
	}
	isDeleted := slices.ContainsFunc(o.Edits, func(e Edit) bool { return e.From < o.at+units && o.at < e.To })
	if isDeleted {
		w.out.WriteString("<del>" + o.aside("words.removed.start"))
	}
	if len(threads) > 0 {
		class := "thread-words"
		if len(threads) > 1 {
			class += " thread-words-several"
		}
		w.out.WriteString(`<mark class="` + class + `" data-threads="` + html.EscapeString(strings.Join(threads, " ")) + `">`)
	}
	w.span(s)
	if len(threads) > 0 {
		w.out.WriteString("</mark>")
	}
	if isDeleted {
		w.out.WriteString(o.aside("words.removed.end") + "</del>")
	}
	o.at += units
	w.reach()
}

// aside are words for those who listen.
func (o *overlaid) aside(key string) string {
	return `<span class="visually-hidden" lang="` + o.lang + `">` + html.EscapeString(" "+o.say(key)+" ") + `</span>`
}

// reach writes what stands at the place that was reached: the links of threads whose words
// end there, and words that are put in.
func (w *bodyWriter) reach() {
	o := w.over
	for _, m := range o.Marks {
		if m.End <= o.at && !o.isLed[m.Thread] {
			if o.isLed == nil {
				o.isLed = map[app.ID]bool{}
			}
			o.isLed[m.Thread] = true
			w.lead(m)
		}
	}
	for o.nextInserted < len(o.Edits) && o.Edits[o.nextInserted].To <= o.at {
		w.insert(o.Edits[o.nextInserted].Text)
		o.nextInserted++
	}
}

// lead writes the links from words to their thread: to its card beside the text, and, where
// there is no room for that, to the one below the clause.
func (w *bodyWriter) lead(m Mark) {
	id, name := html.EscapeString(string(m.Thread)), html.EscapeString(m.Name)
	w.out.WriteString(`<span class="words-links" id="words-` + id + `" lang="` + w.over.lang + `">`)
	for _, to := range []string{"thread-", "here-thread-"} {
		w.out.WriteString(`<a class="words-link" href="#` + to + id + `" aria-label="` + name + `"></a>`)
	}
	w.out.WriteString(`</span>`)
}

func (w *bodyWriter) insert(text string) {
	if text == "" {
		return
	}
	words := strings.ReplaceAll(html.EscapeString(text), "\n", "<br>")
	w.out.WriteString("<ins>" + w.over.aside("words.added.start") + words + w.over.aside("words.added.end") + "</ins>")
}

// unitsOf is how long a span is in plain text, in UTF-16 units.
func unitsOf(s prose.Span) int {
	switch {
	case s.Break:
		return len("\n")
	case s.Footnote:
		s.Text = prose.NoteOpen + s.Text + prose.NoteClose
	}
	return len(utf16.Encode([]rune(s.Text)))
}
