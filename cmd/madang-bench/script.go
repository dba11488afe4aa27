package main

import (
	"fmt"
	"strings"

	"madang/realtime/yjs"
)

// script is what people will type into one document, made ahead as the updates
// that their editors would send: each goes on at the end of a text of their own, so
// that nobody's update depends on what others have typed meanwhile.
type script struct {
	base  []byte // the document before
	first uint64 // the client id of the first writer; the others' follow it
	parts []part
}

// part is what one writer types, a letter a keystroke: the letter at n has clock n.
type part struct {
	letters []byte
	updates [][]byte
}

// rootName is the shared type that editors bind to.
const rootName = "prosemirror"

// write makes the script of some writers with a number of keystrokes each.
func write(base []byte, first uint64, writers, keystrokes int) (*script, error) {
	doc := yjs.NewDoc()
	if err := doc.ApplyUpdate(base); err != nil {
		return nil, err
	}
	texts := textsIn(doc.XMLFragment(rootName))
	if len(texts) < writers {
		return nil, fmt.Errorf("%d texts are too few for %d writers", len(texts), writers)
	}
	s := &script{base: base, first: first, parts: make([]part, writers)}
	for w := range s.parts {
		if err := s.parts[w].fill(doc, texts[len(texts)-writers+w], first+uint64(w), keystrokes); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (p *part) fill(doc *yjs.Doc, text *yjs.XMLText, client uint64, keystrokes int) error {
	for n := range keystrokes {
		letter := letterAt(client, n)
		effect, err := doc.Transact(client, func(t *yjs.Txn) error {
			return t.Insert(text, text.Len(), string(letter), nil)
		})
		if err != nil {
			return err
		}
		p.letters = append(p.letters, letter)
		p.updates = append(p.updates, effect.Update())
	}
	return nil
}

// letterAt is a writer's n-th letter: words of one to nine letters.
func letterAt(client uint64, n int) byte {
	if n%(3+int(client%7)) == 0 {
		return ' '
	}
	return 'a' + byte((client*11+uint64(n)*7)%26)
}

// text is how the document reads once each writer has typed as many letters as
// typed says.
func (s *script) text(typed []int) (string, error) {
	doc := yjs.NewDoc()
	if err := doc.ApplyUpdate(s.base); err != nil {
		return "", err
	}
	for w, n := range typed {
		for _, update := range s.parts[w].updates[:n] {
			if err := doc.ApplyUpdate(update); err != nil {
				return "", err
			}
		}
	}
	return textOf(doc), nil
}

// textOf is all a document says, one line a text.
func textOf(doc *yjs.Doc) string {
	var b strings.Builder
	for _, text := range textsIn(doc.XMLFragment(rootName)) {
		b.WriteString(text.String())
		b.WriteByte('\n')
	}
	return b.String()
}

func textsIn(parent yjs.Parent) []*yjs.XMLText {
	var texts []*yjs.XMLText
	for _, child := range parent.Children() {
		switch node := child.(type) {
		case *yjs.XMLText:
			texts = append(texts, node)
		case *yjs.XMLElement:
			texts = append(texts, textsIn(node)...)
		}
	}
	return texts
}
