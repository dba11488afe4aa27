package docx

import (
	"strconv"
	"strings"

	"madang/app/prose"
)

// look is what a style says about the paragraphs or words that wear it.
type look struct {
	name, basedOn string
	outline       int // level from 1; 0 if it is no heading
	numbering     counting
	strong, em    *bool
	isHidden      bool
}

// counting is the numbering and the level of it, from 0, by which a paragraph is
// counted; the zero value is none.
type counting struct{ id, level int }

// looks are the styles of a document, by id.
type looks map[string]look

// basedMost bounds how many styles may be based on each other.
const basedMost = 20

// find is a style with all that it takes from those it is based on.
func (l looks) find(id string) look {
	found := l[id]
	base := found.basedOn
	for range basedMost {
		below, isThere := l[base]
		if !isThere {
			break
		}
		if found.outline == 0 {
			found.outline = below.outline
		}
		if found.numbering.id == 0 {
			found.numbering = below.numbering
		}
		if found.strong == nil {
			found.strong = below.strong
		}
		if found.em == nil {
			found.em = below.em
		}
		found.isHidden = found.isHidden || below.isHidden
		base = below.basedOn
	}
	return found
}

// numberMost bounds the numbers of styles and numberings that we look at.
const numberMost = 1 << 30

func readLooks(content []byte) (looks, error) {
	found := looks{}
	s := newScanner(content)
	err := s.root(func(e element) error {
		if e.name != "style" {
			return s.skip()
		}
		style, err := readLook(s)
		found[e.attr("styleId")] = style
		return err
	})
	return found, err
}

func readLook(s *scanner) (look, error) {
	var l look
	err := s.children(func(e element) error {
		switch e.name {
		case "name":
			l.name = strings.ToLower(e.attr("val"))
		case "basedOn":
			l.basedOn = e.attr("val")
		case "pPr":
			p, err := readProperties(s)
			l.outline, l.numbering = p.outline, p.numbering
			return err
		case "rPr":
			r, err := readRunProperties(s)
			l.strong, l.em, l.isHidden = r.strong, r.em, r.isHidden
			return err
		}
		return s.skip()
	})
	if level := levelIn(l.name, headingPrefix, 9); level > 0 {
		l.outline = level
	}
	return l, err
}

// levelIn is the number at the end of a style's name, or 0.
func levelIn(name, prefix string, most int) int {
	digits, isOne := strings.CutPrefix(name, prefix)
	if level, err := strconv.Atoi(digits); isOne && err == nil && 1 <= level && level <= most {
		return level
	}
	return 0
}

// numberings say how the numberings of a document count.
type numberings struct {
	formats map[int]map[int]string // by abstract numbering and level
	nums    map[int]int            // the abstract numbering of each numbering
}

func readNumberings(content []byte) (numberings, error) {
	n := numberings{formats: map[int]map[int]string{}, nums: map[int]int{}}
	if content == nil {
		return n, nil
	}
	s := newScanner(content)
	return n, s.root(func(e element) error {
		switch e.name {
		case "abstractNum":
			id, _ := e.number("abstractNumId", numberMost)
			n.formats[id] = map[int]string{}
			return s.children(func(e element) error { return n.readLevel(s, e, id) })
		case "num":
			id, _ := e.number("numId", numberMost)
			return s.children(func(e element) error { return n.readNum(s, e, id) })
		}
		return s.skip()
	})
}

func (n numberings) readLevel(s *scanner, e element, id int) error {
	level, ok := e.number("ilvl", deepest)
	if e.name != "lvl" || !ok {
		return s.skip()
	}
	return s.children(func(e element) error {
		if e.name == "numFmt" {
			n.formats[id][level] = e.attr("val")
		}
		return s.skip()
	})
}

func (n numberings) readNum(s *scanner, e element, id int) error {
	if e.name == "abstractNumId" {
		n.nums[id], _ = e.number("val", numberMost)
	}
	return s.skip()
}

// format is how a paragraph is counted: "" if it isn't.
func (n numberings) format(c counting) string {
	abstract, isThere := n.nums[c.id]
	if c.id == 0 || !isThere {
		return ""
	}
	if format := n.formats[abstract][c.level]; format != "none" {
		return format
	}
	return ""
}

// runProperties are what is said about a run of words: strong and em only if they are
// said.
type runProperties struct {
	style      string
	strong, em *bool
	isHidden   bool
	// isInserted and isDeleted are about the end of a paragraph.
	isInserted, isDeleted bool
}

func readRunProperties(s *scanner) (runProperties, error) {
	var r runProperties
	err := s.children(func(e element) error {
		isOn := e.isOn()
		switch e.name {
		case "rStyle":
			r.style = e.attr("val")
		case "b":
			r.strong = &isOn
		case "i":
			r.em = &isOn
		case "vanish":
			r.isHidden = isOn
		case "ins", "moveTo":
			r.isInserted = true
		case "del", "moveFrom":
			r.isDeleted = true
		}
		return s.skip()
	})
	return r, err
}

// marks are those of a run, by itself and by its style.
func (r runProperties) marks(l looks) (m prose.Marks, isHidden bool) {
	style := l.find(r.style)
	m.Strong = isTrue(r.strong, style.strong) || r.strong == nil && style.name == "strong"
	m.Em = isTrue(r.em, style.em) || r.em == nil && style.name == "emphasis"
	return m, r.isHidden || style.isHidden
}

// isTrue is the first of two answers that was given.
func isTrue(first, second *bool) bool {
	if first != nil {
		return *first
	}
	return second != nil && *second
}

// properties are what is said about a paragraph.
type properties struct {
	style     string
	outline   int // level from 1
	numbering counting
	// isCounted says that the numbering was given, be it to have none.
	isCounted bool
	end       runProperties
}

func readProperties(s *scanner) (properties, error) {
	var p properties
	err := s.children(func(e element) error {
		switch e.name {
		case "pStyle":
			p.style = e.attr("val")
		case "outlineLvl":
			if level, ok := e.number("val", deepest); ok {
				p.outline = level + 1
			}
		case "numPr":
			p.isCounted = true
			return s.children(func(e element) error {
				switch e.name {
				case "numId":
					p.numbering.id, _ = e.number("val", numberMost)
				case "ilvl":
					p.numbering.level, _ = e.number("val", deepest)
				}
				return s.skip()
			})
		case "rPr":
			var err error
			p.end, err = readRunProperties(s)
			return err
		}
		return s.skip()
	})
	return p, err
}
