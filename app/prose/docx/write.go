package docx

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

const contentTypes = "application/vnd.openxmlformats-officedocument.wordprocessingml."

// part is a file in the package. Kind is the end of its content type and, but for
// mainKind, of the relationship by which the document finds it.
type part struct{ name, kind, body string }

const mainKind = "document.main"

// Write writes the document. Bookmarks named after their ids stand around the clauses,
// numbered clauses are numbered by Word as the forum numbers them. Characters that
// XML can't hold are left out, and so is every carriage return; links that no address
// can be made of stay as words. The same document is always the same bytes.
func Write(w io.Writer, d Document) error {
	body := writeBody(d)
	parts := []part{
		{"word/document.xml", mainKind, body.document()},
		{"word/styles.xml", "styles", stylesPart(d.Lang)},
		{"word/numbering.xml", "numbering", body.numbering.part()},
		{"word/settings.xml", "settings", settingsPart(d, len(body.notes) > 0)},
		{"word/footer1.xml", "footer", footerPart(d.Footer)},
	}
	if len(body.comments) > 0 {
		parts = append(parts, part{"word/comments.xml", "comments", commentsPart(body.comments)})
	}
	if len(body.notes) > 0 {
		parts = append(parts, part{"word/footnotes.xml", "footnotes", footnotesPart(body.notes)})
	}
	files := []struct{ name, body string }{
		{"[Content_Types].xml", typesPart(parts, d.Origin.IsKnown())},
		{"_rels/.rels", packageLinks(d.Origin.IsKnown())},
		{"word/_rels/document.xml.rels", linksPart(parts, body.links)},
		{"docProps/core.xml", corePart(d)},
	}
	if d.Origin.IsKnown() {
		files = append(files, struct{ name, body string }{"docProps/custom.xml", customPart(d)})
	}
	z := zip.NewWriter(w)
	for _, f := range files {
		if err := addFile(z, f.name, f.body); err != nil {
			return err
		}
	}
	for _, p := range parts {
		if err := addFile(z, p.name, p.body); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("docx: write: %w", err)
	}
	return nil
}

// birth is the time that every file bears: the earliest that a zip file can tell.
var birth = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func addFile(z *zip.Writer, name, body string) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: birth})
	if err == nil {
		_, err = io.WriteString(w, xml.Header+body)
	}
	if err != nil {
		return fmt.Errorf("docx: write %s: %w", name, err)
	}
	return nil
}

func typesPart(parts []part, hasCustom bool) string {
	var out strings.Builder
	out.WriteString(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>`)
	if hasCustom {
		out.WriteString(`<Override PartName="/docProps/custom.xml" ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/>`)
	}
	for _, p := range parts {
		out.WriteString(`<Override PartName="/` + p.name + `" ContentType="` + contentTypes + p.kind + `+xml"/>`)
	}
	return out.String() + `</Types>`
}

func packageLinks(hasCustom bool) string {
	custom := ""
	if hasCustom {
		custom = `<Relationship Id="rId3" Type="` + linkSpace + `/custom-properties" Target="docProps/custom.xml"/>`
	}
	return `<Relationships xmlns="` + packSpace + `">` +
		`<Relationship Id="rId1" Type="` + linkSpace + `/officeDocument" Target="word/document.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
		custom + `</Relationships>`
}

// linksPart names the parts that the document needs, and where its links lead.
func linksPart(parts []part, links []string) string {
	var out strings.Builder
	out.WriteString(`<Relationships xmlns="` + packSpace + `">`)
	for _, p := range parts {
		if p.kind != mainKind {
			out.WriteString(`<Relationship Id="` + p.kind + `" Type="` + linkSpace + `/` + p.kind + `" Target="` + strings.TrimPrefix(p.name, "word/") + `"/>`)
		}
	}
	for i, link := range links {
		fmt.Fprintf(&out, `<Relationship Id="link%d" Type="%s/hyperlink" Target="%s" TargetMode="External"/>`, i+1, linkSpace, escape(link))
	}
	return out.String() + `</Relationships>`
}

// corePart says what the document is, and not who wrote it or when.
func corePart(d Document) string {
	return `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">` +
		`<dc:title>` + escape(d.Title) + `</dc:title><dc:language>` + escape(d.Lang) + `</dc:language></cp:coreProperties>`
}

// originName is the name of the property that says what the text was exported from.
const originName = "Madang"

// customPart holds that property (ECMA-376 part 1, 22.3; the format id is the one that it
// names there, and the first number that a property may have is 2).
func customPart(d Document) string {
	return `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">` +
		`<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="` + originName + `"><vt:lpwstr>` + escape(d.Origin.String()) + `</vt:lpwstr></property></Properties>`
}

// settingsPart keeps Word out of its compatibility mode. Where no names stand in the
// document, it also asks Word to keep out those of whoever saves it.
func settingsPart(d Document, hasNotes bool) string {
	nameless := ""
	if len(d.Comments) == 0 && len(d.Amendments) == 0 {
		nameless = `<w:removePersonalInformation/><w:removeDateAndTime/>`
	}
	notes := ""
	if hasNotes {
		notes = `<w:footnotePr><w:footnote w:id="0"/><w:footnote w:id="1"/></w:footnotePr>`
	}
	return `<w:settings xmlns:w="` + mainSpace + `">` + nameless + `<w:defaultTabStop w:val="720"/>` + notes + `<w:compat>` +
		`<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>` +
		`</w:compat></w:settings>`
}

// footerPart stands at the foot of every page, with the number of the page.
func footerPart(lines []string) string {
	var out strings.Builder
	out.WriteString(`<w:ftr xmlns:w="` + mainSpace + `">`)
	for _, line := range lines {
		out.WriteString(`<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:r>` + textRun(line) + `</w:r></w:p>`)
	}
	out.WriteString(`<w:p><w:pPr><w:pStyle w:val="Footer"/><w:jc w:val="right"/></w:pPr>` +
		`<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>`)
	return out.String() + `</w:ftr>`
}

// footnotesPart is what footnotes say, behind the two lines that Word draws above them.
func footnotesPart(notes []string) string {
	var out strings.Builder
	out.WriteString(`<w:footnotes xmlns:w="` + mainSpace + `">` +
		`<w:footnote w:type="separator" w:id="0"><w:p><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr><w:r><w:separator/></w:r></w:p></w:footnote>` +
		`<w:footnote w:type="continuationSeparator" w:id="1"><w:p><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>`)
	for i, note := range notes {
		fmt.Fprintf(&out, `<w:footnote w:id="%d"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>`+
			`<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r><w:r>%s</w:r></w:p></w:footnote>`, firstNote+i, textRun(" "+note))
	}
	return out.String() + `</w:footnotes>`
}

func commentsPart(comments []Comment) string {
	var out strings.Builder
	out.WriteString(`<w:comments xmlns:w="` + mainSpace + `">`)
	for i, c := range comments {
		fmt.Fprintf(&out, `<w:comment w:id="%d" w:author="%s"`, i, escape(c.Author))
		if !c.At.IsZero() {
			out.WriteString(` w:date="` + c.At.UTC().Format(time.RFC3339) + `"`)
		}
		out.WriteString(` w:initials="` + escape(initial(c.Author)) + `">`)
		for _, line := range strings.Split(c.Text, "\n") {
			out.WriteString(`<w:p><w:pPr><w:pStyle w:val="CommentText"/></w:pPr><w:r>` + textRun(line) + `</w:r></w:p>`)
		}
		out.WriteString(`</w:comment>`)
	}
	return out.String() + `</w:comments>`
}

// initial is the first character of a name.
func initial(name string) string {
	for _, r := range name {
		return string(r)
	}
	return ""
}

// textRun writes words as what stands in a run; tabs have an element of their own.
func textRun(text string) string {
	var out strings.Builder
	for i, piece := range strings.Split(clean(text), "\t") {
		if i > 0 {
			out.WriteString(`<w:tab/>`)
		}
		if piece != "" {
			out.WriteString(`<w:t xml:space="preserve">` + escape(piece) + `</w:t>`)
		}
	}
	return out.String()
}

// clean leaves out what XML can't hold (XML 1.0, section 2.2), and carriage returns,
// which it doesn't keep.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r >= ' ' && r != 0xFFFE && r != 0xFFFF {
			return r
		}
		return -1
	}, text)
}

func escape(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(clean(text))) // a strings.Builder never fails
	return out.String()
}
