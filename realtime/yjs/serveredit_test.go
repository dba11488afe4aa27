package yjs

import "errors"

// errNothing says that chance picked an edit that doesn't fit here.
var errNothing = errors.New("nothing to edit")

// path says where a type is: a root's name, then indexes of children.
type path []any

// serverEdit makes one random edit and says it in the words of static/judge/server.mjs.
func (s *session) serverEdit(t *Txn) (question, error) {
	switch s.rnd.IntN(12) {
	case 0, 1, 2:
		return s.editChildren(t)
	case 3, 4:
		return s.editAttribute(t)
	case 5:
		return s.editMap(t)
	case 6:
		return s.editArray(t)
	case 7, 8:
		return s.editText(t, s.doc.Text("text"), path{"text"})
	}
	text, at := s.someText()
	if text == nil {
		return nil, errNothing
	}
	return s.editText(t, text, at)
}

// someParent goes down from a root fragment for as long as chance lets it.
func (s *session) someParent() (Parent, path) {
	root := []string{"prosemirror", "xml"}[s.rnd.IntN(2)]
	at := path{root}
	parent := Parent(s.doc.XMLFragment(root))
	for s.rnd.IntN(3) > 0 {
		i := s.rnd.IntN(parent.Len() + 1)
		if i == parent.Len() {
			break
		}
		e, ok := parent.Children()[i].(*XMLElement)
		if !ok {
			break
		}
		parent, at = e, append(at, i)
	}
	return parent, at
}

func (s *session) someText() (*XMLText, path) {
	parent, at := s.someParent()
	for i, n := range parent.Children() {
		if text, ok := n.(*XMLText); ok {
			return text, append(at, i)
		}
	}
	return nil, nil
}

func (s *session) editChildren(t *Txn) (question, error) {
	parent, at := s.someParent()
	i := s.rnd.IntN(parent.Len() + 1)
	switch s.rnd.IntN(3) {
	case 0:
		attrs := map[string]any{"level": 1, "b": s.plain()}
		_, err := t.InsertElement(parent, i, "heading", attrs)
		return question{"do": "element", "path": at, "index": i, "name": "heading", "attributes": attrs}, err
	case 1:
		if len(at) == 1 {
			parent, at, i = s.doc.XMLFragment("xml"), path{"xml"}, 0 // no text outside paragraphs in ProseMirror
		}
		_, err := t.InsertText(parent, i)
		return question{"do": "text", "path": at, "index": i}, err
	}
	n := min(1+s.rnd.IntN(2), parent.Len()-i)
	if n == 0 {
		return nil, errNothing
	}
	return question{"do": "remove", "path": at, "index": i, "length": n}, t.DeleteChildren(parent, i, n)
}

func (s *session) editAttribute(t *Txn) (question, error) {
	parent, at := s.someParent()
	e, ok := parent.(*XMLElement)
	if !ok {
		return nil, errNothing
	}
	name := []string{"level", "cid", "a"}[s.rnd.IntN(3)]
	if s.rnd.IntN(4) == 0 {
		t.RemoveAttribute(e, name)
		return question{"do": "noattribute", "path": at, "name": name}, nil
	}
	value := s.plain()
	return question{"do": "attribute", "path": at, "name": name, "value": value}, t.SetAttribute(e, name, value)
}

func (s *session) editMap(t *Txn) (question, error) {
	m, key := s.doc.Map("map"), []string{"a", "b", "한"}[s.rnd.IntN(3)]
	if s.rnd.IntN(4) == 0 {
		t.Unset(m, key)
		return question{"do": "unset", "path": path{"map"}, "name": key}, nil
	}
	value := s.plain()
	return question{"do": "set", "path": path{"map"}, "name": key, "value": value}, t.Set(m, key, value)
}

func (s *session) editArray(t *Txn) (question, error) {
	a := s.doc.Array("array")
	i := s.rnd.IntN(a.Len() + 1)
	if n := min(1+s.rnd.IntN(3), a.Len()-i); n > 0 && s.rnd.IntN(2) == 0 {
		return question{"do": "remove", "path": path{"array"}, "index": i, "length": n}, t.DeleteValues(a, i, n)
	}
	values := []any{s.plain(), s.plain()}
	return question{"do": "values", "path": path{"array"}, "index": i, "values": values}, t.InsertValues(a, i, values...)
}

func (s *session) editText(t *Txn, text Formatted, at path) (question, error) {
	i := s.rnd.IntN(text.Len() + 1)
	n := min(1+s.rnd.IntN(6), text.Len()-i)
	switch s.rnd.IntN(5) {
	case 0:
		typed := s.typed()
		return question{"do": "insert", "path": at, "index": i, "string": typed}, t.Insert(text, i, typed, nil)
	case 1:
		typed, marks := s.typed(), s.marks()
		return question{"do": "insert", "path": at, "index": i, "string": typed, "marks": marks}, t.Insert(text, i, typed, marks)
	case 2:
		embed, marks := map[string]any{"image": "x"}, s.marks()
		return question{"do": "embed", "path": at, "index": i, "embed": embed, "marks": marks}, t.InsertEmbed(text, i, embed, marks)
	}
	if n == 0 {
		return nil, errNothing
	}
	if s.rnd.IntN(2) == 0 {
		return question{"do": "remove", "path": at, "index": i, "length": n}, t.Delete(text, i, n)
	}
	marks := s.marks()
	return question{"do": "format", "path": at, "index": i, "length": n, "marks": marks}, t.Format(text, i, n, marks)
}

func (s *session) typed() string {
	words := []string{"a", "word ", "한국어", "ㅎ", "😀", "👩‍👩‍👧", "𝒳y", "\n"}
	return words[s.rnd.IntN(len(words))]
}

func (s *session) marks() map[string]any {
	marks := map[string]any{}
	for _, key := range []string{"b", "c", "em", "i", "strong"} {
		if s.rnd.IntN(3) == 0 {
			marks[key] = []any{true, nil, "x", 7, map[string]any{"href": "h"}, map[string]any{}}[s.rnd.IntN(6)]
		}
	}
	return marks
}

func (s *session) plain() any {
	values := []any{nil, true, 1, -64, 0.5, 0.1, 1e300, "글😀", []any{1, "x"}, map[string]any{"k": 1}, 1 << 40}
	return values[s.rnd.IntN(len(values))]
}
