package docx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"madang/app"
)

// Bounds of one part: how deep elements may stand in each other (Word's own stay below
// 50, but for tables in tables), and how many pieces there may be.
const (
	maxDepth  = 200
	maxTokens = 4_000_000
)

// element is the beginning of an element, by its local name: the vocabularies that may
// stand in each other here have no two elements of one name but different meaning that
// we look at.
type element struct {
	name, space string
	attrs       []xml.Attr
}

// attr is the value of an attribute by its local name, or "".
func (e element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name && a.Name.Space != "xmlns" {
			return a.Value
		}
	}
	return ""
}

// isOn reads an element that is a switch (ECMA-376 part 1, 17.17.4).
func (e element) isOn() bool {
	switch e.attr("val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}

// number reads an attribute that counts, from 0 to most; anything else is 0, and not ok.
func (e element) number(name string, most int) (n int, ok bool) {
	n, err := strconv.Atoi(e.attr(name))
	if err != nil || n < 0 || n > most {
		return 0, false
	}
	return n, true
}

// scanner reads the XML of a part in one go. A function that is given an element reads
// it to its end: by children, text or skip. There is no document type, hence no entity
// beyond those of XML itself, and nothing is ever fetched.
type scanner struct {
	decoder       *xml.Decoder
	depth, tokens int
}

func newScanner(content []byte) *scanner {
	return &scanner{decoder: xml.NewDecoder(bytes.NewReader(content))}
}

func (s *scanner) next() (xml.Token, error) {
	token, err := s.decoder.Token()
	if errors.Is(err, io.EOF) && s.depth == 0 {
		return nil, io.EOF
	}
	if err != nil {
		return nil, app.Invalid("docx.damaged").On("file").Because(err)
	}
	s.tokens++
	switch token.(type) {
	case xml.StartElement:
		s.depth++
	case xml.EndElement:
		s.depth--
	case xml.Directive:
		return nil, app.Invalid("docx.damaged").On("file")
	}
	if s.depth > maxDepth || s.tokens > maxTokens {
		return nil, app.TooLarge("docx.bomb", "max", maxUnpacked).On("file")
	}
	return token, nil
}

// root reads a whole part: each child of its one element goes to f.
func (s *scanner) root(f func(element) error) error {
	for {
		token, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, begins := token.(xml.StartElement); begins {
			if err := s.children(f); err != nil {
				return err
			}
		}
	}
}

// children gives each child of the present element to f.
func (s *scanner) children(f func(element) error) error {
	for {
		token, err := s.next()
		if err != nil {
			return damaged(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if err := f(element{token.Name.Local, token.Name.Space, token.Attr}); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// damaged makes an early end of a part the refusal that it is.
func damaged(err error) error {
	if errors.Is(err, io.EOF) {
		return app.Invalid("docx.damaged").On("file").Because(err)
	}
	return err
}

// skip passes over the present element.
func (s *scanner) skip() error {
	for open := 1; open > 0; {
		token, err := s.next()
		if err != nil {
			return damaged(err)
		}
		switch token.(type) {
		case xml.StartElement:
			open++
		case xml.EndElement:
			open--
		}
	}
	return nil
}

// text is what stands in the present element, its children left out.
func (s *scanner) text() (string, error) {
	var out strings.Builder
	for {
		token, err := s.next()
		if err != nil {
			return "", damaged(err)
		}
		switch token := token.(type) {
		case xml.CharData:
			out.Write(token)
		case xml.StartElement:
			if err := s.skip(); err != nil {
				return "", err
			}
		case xml.EndElement:
			return out.String(), nil
		}
	}
}
