package docx_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"madang/app/prose"
	"madang/app/prose/docx"
)

// What Word is strict about, and answers with "unreadable content": the order of
// elements where the schema has a sequence (ECMA-376 part 1, annex A), ids that are
// there twice or lead nowhere, parts without a type.

// sequences are the orders of children, as far as we write them.
var sequences = map[string][]string{
	"pPr":   {"pStyle", "keepNext", "keepLines", "numPr", "spacing", "ind", "jc", "outlineLvl", "rPr"},
	"rPr":   {"ins", "del", "rStyle", "rFonts", "b", "bCs", "i", "iCs", "color", "sz", "szCs", "u", "vertAlign", "lang"},
	"style": {"name", "basedOn", "next", "uiPriority", "semiHidden", "qFormat", "pPr", "rPr", "tblPr"},
	"lvl":   {"start", "numFmt", "pStyle", "lvlText", "lvlJc", "pPr"},
	"numPr": {"ilvl", "numId"}, "num": {"abstractNumId", "lvlOverride"}, "abstractNum": {"multiLevelType", "lvl"},
	"numbering": {"abstractNum", "num"}, "styles": {"docDefaults", "style"}, "docDefaults": {"rPrDefault", "pPrDefault"},
	"sectPr":    {"footerReference", "pgSz", "pgMar"},
	"settings":  {"removePersonalInformation", "removeDateAndTime", "defaultTabStop", "footnotePr", "compat"},
	"footnotes": {"footnote"}, "footnote": {"p"}, "footnotePr": {"footnote"},
	"document": {"body"}, "body": {"*", "sectPr"}, "tbl": {"tblPr", "tblGrid", "tr"}, "tr": {"trPr", "tc"}, "tc": {"tcPr", "p"}, "comments": {"comment"}, "comment": {"p"}, "ftr": {"p"},
	"p": {"pPr", "*"},
	"r": {"rPr", "*"},
}

// inspector looks through a document.
type inspector struct {
	problems []string
	ids      map[string]bool // "element id"
	wanted   []string        // ids that have to be there
}

func (i *inspector) complain(format string, args ...any) {
	i.problems = append(i.problems, fmt.Sprintf(format, args...))
}

// flaws are the reasons that Word would have to complain.
func flaws(file []byte) []string {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return []string{err.Error()}
	}
	i := &inspector{ids: map[string]bool{}}
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, _ := f.Open()
		parts[f.Name], err = io.ReadAll(r)
		if err != nil {
			i.complain("%s: %v", f.Name, err)
		}
	}
	for name, content := range parts {
		i.inspect(name, content)
	}
	i.types(parts)
	for name, content := range parts {
		if strings.HasSuffix(name, ".rels") {
			i.relationships(name, content, parts)
		}
	}
	for _, id := range i.wanted {
		if !i.ids[id] {
			i.complain("%s leads nowhere", id)
		}
	}
	return i.problems
}

// inspect looks at the XML of a part.
func (i *inspector) inspect(name string, content []byte) {
	d := xml.NewDecoder(bytes.NewReader(content))
	var stack []string
	reached := []int{0}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			i.complain("%s: %v", name, err)
			return
		}
		switch e := token.(type) {
		case xml.StartElement:
			if len(stack) > 0 {
				i.order(stack[len(stack)-1], e.Name.Local, &reached[len(reached)-1])
			}
			stack, reached = append(stack, e.Name.Local), append(reached, 0)
			i.identify(path.Base(name), e)
		case xml.EndElement:
			stack, reached = stack[:len(stack)-1], reached[:len(reached)-1]
		}
	}
}

func (i *inspector) order(parent, child string, reached *int) {
	sequence, isOrdered := sequences[parent]
	if !isOrdered {
		return
	}
	at := slices.Index(sequence, child)
	if at < 0 {
		at = slices.Index(sequence, "*")
	}
	if at < *reached {
		i.complain("%s stands too late in %s, or may not be there", child, parent)
	}
	*reached = at
}

// identify takes note of what has an id, and of what names one.
func (i *inspector) identify(part string, e xml.StartElement) {
	attr := func(name string) string {
		for _, a := range e.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	is := func(id string) {
		if i.ids[id] {
			i.complain("%s is there twice", id)
		}
		i.ids[id] = true
	}
	switch e.Name.Local {
	case "bookmarkStart":
		is("bookmark " + attr("id"))
		is("bookmark " + strings.ToLower(attr("name")))
		i.wanted = append(i.wanted, "bookmark end "+attr("id"))
		if len(attr("name")) > 40 {
			i.complain("the name %s is too long", attr("name"))
		}
	case "bookmarkEnd":
		is("bookmark end " + attr("id"))
		i.wanted = append(i.wanted, "bookmark "+attr("id"))
	case "commentRangeStart", "commentRangeEnd", "commentReference":
		is(e.Name.Local + " " + attr("id"))
		i.wanted = append(i.wanted, "comment "+attr("id"), "commentRangeStart "+attr("id"), "commentRangeEnd "+attr("id"))
	case "comment":
		is("comment " + attr("id"))
		i.wanted = append(i.wanted, "commentReference "+attr("id"))
	case "footnote":
		if part == "settings.xml" {
			i.wanted = append(i.wanted, "footnote "+attr("id"))
		} else {
			is("footnote " + attr("id"))
		}
	case "footnoteReference":
		is("footnoteReference " + attr("id"))
		i.wanted = append(i.wanted, "footnote "+attr("id"))
	case "ins", "del":
		is("revision " + attr("id"))
		if attr("author") == "" {
			i.complain("nobody made a tracked change")
		}
	case "style":
		is("style " + attr("styleId"))
	case "pStyle", "rStyle", "tblStyle", "basedOn", "next":
		i.wanted = append(i.wanted, "style "+attr("val"))
	case "num":
		is("numbering " + attr("numId"))
	case "numId":
		i.wanted = append(i.wanted, "numbering "+attr("val"))
	case "abstractNum":
		is("abstract " + attr("abstractNumId"))
	case "abstractNumId":
		i.wanted = append(i.wanted, "abstract "+attr("val"))
	case "hyperlink", "footerReference":
		i.wanted = append(i.wanted, "relationship document.xml.rels "+attr("id"))
		if len(attr("tooltip")) > 260 {
			i.complain("a tooltip is too long")
		}
	case "Relationship":
		is("relationship " + part + " " + attr("Id"))
	}
}

// types complains about parts without a type of their own.
func (i *inspector) types(parts map[string][]byte) {
	types := string(parts["[Content_Types].xml"])
	for name := range parts {
		if name == "[Content_Types].xml" || strings.HasSuffix(name, ".rels") {
			continue
		}
		if strings.Count(types, `PartName="/`+name+`"`) != 1 {
			i.complain("%s has no type", name)
		}
	}
	if want := strings.Count(types, "PartName"); want != len(parts)-3 {
		i.complain("there are %d types for %d parts", want, len(parts)-3)
	}
}

func (i *inspector) relationships(name string, content []byte, parts map[string][]byte) {
	var list struct {
		Relationship []struct {
			Target     string `xml:",attr"`
			TargetMode string `xml:",attr"`
		}
	}
	if err := xml.Unmarshal(content, &list); err != nil {
		i.complain("%s: %v", name, err)
	}
	for _, r := range list.Relationship {
		if r.TargetMode == "External" {
			u, err := url.Parse(r.Target)
			if err != nil || !slices.Contains([]string{"http", "https", "mailto"}, u.Scheme) || strings.Trim(r.Target, asciiVisible) != "" {
				i.complain("%s leads to %s", name, r.Target)
			}
			continue
		}
		if parts[path.Join(path.Dir(path.Dir(name)), r.Target)] == nil {
			i.complain("%s leads to %s, which is not there", name, r.Target)
		}
	}
}

var asciiVisible = func() string {
	var out strings.Builder
	for c := byte('!'); c < 0x7f; c++ {
		out.WriteByte(c)
	}
	return out.String()
}()

func TestTheInspectorOfFilesFindsFlaws(t *testing.T) {
	file := written(t, docx.Document{Title: "a", Text: prose.Doc{Blocks: []prose.Block{
		{Node: prose.Clause, CID: "c000000000a", Level: 1, Inline: []prose.Span{{Text: "b", Marks: prose.Marks{Strong: true, Href: "https://example.org"}}}},
	}}, Comments: []docx.Comment{{CID: "c000000000a", Text: "c"}}})
	if found := flaws(file); len(found) > 0 {
		t.Fatal(found)
	}
	for _, c := range []struct{ part, old, new string }{
		{"word/document.xml", `<w:pStyle w:val="Clause1"/><w:numPr>`, `<w:numPr><w:pStyle w:val="Clause1"/>`},
		{"word/document.xml", `w:val="Clause1"`, `w:val="Clause9"`},
		{"word/document.xml", `<w:bookmarkEnd w:id="1"/>`, ``},
		{"word/document.xml", `<w:commentRangeEnd w:id="0"/>`, ``},
		{"word/document.xml", `</w:body>`, ``},
		{"word/document.xml", `r:id="link1"`, `r:id="link2"`},
		{"word/_rels/document.xml.rels", `https://example.org`, `file:///etc`},
		{"word/_rels/document.xml.rels", `"styles.xml"`, `"style.xml"`},
		{"[Content_Types].xml", `/word/comments.xml`, `/word/comment.xml`},
		{"word/numbering.xml", `w:numId="2"`, `w:numId="1"`},
	} {
		if found := flaws(changed(t, file, c.part, c.old, c.new)); len(found) == 0 {
			t.Errorf("nobody sees that %s became %s", c.old, c.new)
		}
	}
}

// changed replaces words in one part of a document.
func changed(t *testing.T, file []byte, part, old, new string) []byte {
	t.Helper()
	return repacked(t, file, func(parts map[string]string) {
		if !strings.Contains(parts[part], old) {
			t.Fatalf("%s has no %s", part, old)
		}
		parts[part] = strings.Replace(parts[part], old, new, 1)
	})
}

// repacked changes the parts of a document.
func repacked(t *testing.T, file []byte, change func(parts map[string]string)) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(content)
	}
	change(parts)
	return packed(t, parts)
}

func packed(t interface{ Fatal(...any) }, parts map[string]string) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
