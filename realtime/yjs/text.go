package yjs

import (
	"maps"
	"strings"
)

// Text is formatted text as a root type or in a map, array or embed.
type Text struct{ branch *branch }

// Text is the root type of that name, made if it isn't there.
func (d *Doc) Text(name string) *Text { return &Text{d.root(name)} }

func (t *Text) text() *branch { return t.branch }

// Len counts UTF-16 units and embeds.
func (t *Text) Len() int { return int(t.branch.length) }

// String is the text without marks and embeds.
func (t *Text) String() string { return t.branch.plain() }

// Delta is the text in runs of equal formatting.
func (t *Text) Delta() []Run { return t.branch.delta() }

// Run is a piece of text, or one embed, under the same formatting.
type Run struct {
	Text       string
	Embed      any            // nil for text; a nested type as the Go type that reads it
	Attributes map[string]any // marks by name; nil if there are none
	IDs        []Range        // the elements of the run, in order
}

// delta reads the list as text: marks begin and end where their items stand.
func (b *branch) delta() []Run {
	w := deltaWriter{marks: marks{}}
	for it := b.start; it != nil; it = it.right {
		if !it.isDeleted() {
			w.item(it)
		}
	}
	return w.finish()
}

type deltaWriter struct {
	runs  []Run
	marks marks           // in force here
	open  marks           // in force in the text being gathered
	text  strings.Builder // of the last run, if it is text
	fresh bool            // marks changed since the last text
}

func (w *deltaWriter) item(it *item) {
	switch c := it.content.(type) {
	case *contentFormat:
		w.marks.set(c)
		w.fresh = true
	case *contentString:
		w.string(c, it)
	default:
		if it.isVisible() {
			w.flush()
			w.runs = append(w.runs, Run{Embed: it.embed(), Attributes: w.marks.values(), IDs: []Range{it.extent()}})
		}
	}
}

func (w *deltaWriter) string(c *contentString, it *item) {
	if w.text.Len() == 0 || w.fresh && !w.marks.equal(w.open) {
		w.flush()
		w.open = maps.Clone(w.marks)
		w.runs = append(w.runs, Run{Attributes: w.marks.values()})
	}
	w.fresh = false
	w.text.Write(c.text.utf8)
	run := &w.runs[len(w.runs)-1]
	run.IDs = appendRange(run.IDs, it.extent())
}

// flush ends the run of text being gathered.
func (w *deltaWriter) flush() {
	if w.text.Len() > 0 {
		w.runs[len(w.runs)-1].Text = w.text.String()
		w.text.Reset()
	}
}

func (w *deltaWriter) finish() []Run {
	w.flush()
	return w.runs
}

// embed is what stands for an item between text.
func (it *item) embed() any {
	if c, ok := it.content.(*contentEmbed); ok {
		return parseJSON(c.json)
	}
	return it.valueAt(0)
}
