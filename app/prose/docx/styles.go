package docx

import (
	"fmt"
	"strings"

	"madang/app/prose"
)

// Lists are counted by numberings: one for each kind of clause in the whole text, one
// for all bullets, and one for each numbered list, so that each begins anew.
const (
	operativeNumbering = iota + 1
	bulletNumbering
	preambularNumbering
	definitionNumbering
	listNumbering // the first of them
)

// clauseNumberings count the clauses of each kind that has numbers.
var clauseNumberings = map[prose.Kind]int{
	prose.Operative: operativeNumbering, prose.Preambular: preambularNumbering, prose.Definition: definitionNumbering,
}

const (
	// deepest is the lowest level of a numbering, from 0 (ECMA-376 part 1, 17.9.3).
	deepest = 8
)

// numberingWriter knows the numbered lists.
type numberingWriter struct{ starts []start }

type start struct{ level, order int }

// add begins a numbered list of a level, from 0, and returns its numbering.
func (w *numberingWriter) add(level, order int) int {
	w.starts = append(w.starts, start{min(level, deepest), min(order, startMax)})
	return listNumbering - 1 + len(w.starts)
}

func (w *numberingWriter) part() string {
	var out strings.Builder
	out.WriteString(`<w:numbering xmlns:w="` + mainSpace + `">`)
	abstractClauses(&out, prose.Operative, "")
	abstract(&out, bulletNumbering, func(level int) (format, text, style string) {
		return "bullet", [...]string{"•", "–", "◦"}[level%3], ""
	})
	abstractClauses(&out, prose.Preambular, "PP")
	abstractClauses(&out, prose.Definition, "D")
	abstract(&out, listNumbering, func(level int) (format, text, style string) {
		return "decimal", fmt.Sprintf("%%%d.", level+1), ""
	})
	for id := operativeNumbering; id < listNumbering; id++ {
		fmt.Fprintf(&out, `<w:num w:numId="%d"><w:abstractNumId w:val="%d"/></w:num>`, id, id)
	}
	for i, s := range w.starts {
		fmt.Fprintf(&out, `<w:num w:numId="%d"><w:abstractNumId w:val="%d"/><w:lvlOverride w:ilvl="%d"><w:startOverride w:val="%d"/></w:lvlOverride></w:num>`,
			listNumbering+i, listNumbering, s.level, s.order)
	}
	return out.String() + `</w:numbering>`
}

// abstractClauses writes how clauses of a kind are numbered, as prose.Doc.Numbers does.
func abstractClauses(out *strings.Builder, kind prose.Kind, prefix string) {
	abstract(out, clauseNumberings[kind], func(level int) (format, text, style string) {
		text = prefix + "%1"
		for l := 2; l <= level+1; l++ {
			text += fmt.Sprintf(".%%%d", l)
		}
		if level < clauseLevels {
			style = fmt.Sprintf(`<w:pStyle w:val="%s%d"/>`, clauseStyles[kind], level+1)
		}
		return "decimal", text, style
	})
}

// abstract writes how a numbering looks on its nine levels.
func abstract(out *strings.Builder, id int, look func(level int) (format, text, style string)) {
	fmt.Fprintf(out, `<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="multilevel"/>`, id)
	for level := range deepest + 1 {
		format, text, style := look(level)
		fmt.Fprintf(out, `<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="%s"/>%s<w:lvlText w:val="%s"/><w:lvlJc w:val="left"/>`+
			`<w:pPr><w:ind w:left="%d" w:hanging="%d"/></w:pPr></w:lvl>`, level, format, style, text, indent*(level+1)+clauseIndent(id), indent+clauseIndent(id))
	}
	out.WriteString(`</w:abstractNum>`)
}

// clauseIndent makes room for the longer numbers of clauses.
func clauseIndent(numbering int) int {
	switch numbering {
	case operativeNumbering, preambularNumbering, definitionNumbering:
		return indent
	}
	return 0
}

// Fonts for both scripts: Batang is the serif that Word has for Korean everywhere.
const fonts = `<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="바탕" w:cs="Times New Roman"/>`

// languageOf is what Word calls a language.
func languageOf(lang string) string {
	switch lang {
	case "ko":
		return "ko-KR"
	case "en", "":
		return "en-US"
	}
	return lang
}

// style is a style of paragraphs; sizes are in half points, spaces in twentieths of a
// point.
type style struct {
	id, name, basedOn, next, paragraph, run string
	isOurs                                  bool // Word has no such style of its own
}

func stylesPart(lang string) string {
	var out strings.Builder
	eastern := "ko-KR"
	if strings.HasPrefix(lang, "ja") || strings.HasPrefix(lang, "zh") {
		eastern = lang
	}
	out.WriteString(`<w:styles xmlns:w="` + mainSpace + `"><w:docDefaults><w:rPrDefault><w:rPr>` + fonts +
		`<w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="` + escape(languageOf(lang)) + `" w:eastAsia="` + escape(eastern) + `" w:bidi="ar-SA"/>` +
		`</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="300" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>` +
		`<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>` +
		`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/>` +
		`<w:tblPr><w:tblCellMar><w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>` +
		`<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:uiPriority w:val="99"/><w:semiHidden/></w:style>`)
	for _, s := range paragraphStyles() {
		s.write(&out)
	}
	line := `w:val="single" w:sz="4" w:space="0" w:color="808080"/>`
	out.WriteString(`<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr><w:tblPr><w:tblBorders>` +
		`<w:top ` + line + `<w:left ` + line + `<w:bottom ` + line + `<w:right ` + line + `<w:insideH ` + line + `<w:insideV ` + line +
		`</w:tblBorders></w:tblPr></w:style>`)
	out.WriteString(`<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr><w:color w:val="1D5B79"/><w:u w:val="single"/></w:rPr></w:style>` +
		`<w:style w:type="character" w:styleId="CommentReference"><w:name w:val="annotation reference"/><w:rPr><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr></w:style>` +
		`<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>`)
	return out.String() + `</w:styles>`
}

func paragraphStyles() []style {
	styles := []style{{
		id: "Title", name: "Title", basedOn: "Normal", next: "Normal",
		paragraph: `<w:spacing w:after="240"/>`, run: `<w:b/><w:bCs/><w:sz w:val="36"/><w:szCs w:val="36"/>`,
	}}
	for i, size := range []int{30, 26, 24, 22} {
		styles = append(styles, style{
			id: fmt.Sprintf("Heading%d", i+1), name: fmt.Sprintf("heading %d", i+1), basedOn: "Normal", next: "Normal",
			paragraph: fmt.Sprintf(`<w:keepNext/><w:keepLines/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="%d"/>`, i),
			run:       fmt.Sprintf(`<w:b/><w:bCs/><w:sz w:val="%d"/><w:szCs w:val="%d"/>`, size, size),
		})
	}
	for _, kind := range prose.Kinds {
		for level := range clauseLevels {
			s := style{
				id: fmt.Sprintf("%s%d", clauseStyles[kind], level+1), name: fmt.Sprintf("%s %d", clauseStyles[kind], level+1),
				basedOn: "Normal", isOurs: true,
			}
			if counted, isCounted := clauseNumberings[kind]; isCounted {
				s.paragraph = fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, level, counted)
			} else {
				s.paragraph = fmt.Sprintf(`<w:ind w:left="%d"/>`, 2*indent)
			}
			styles = append(styles, s)
		}
	}
	small := `<w:sz w:val="16"/><w:szCs w:val="16"/>`
	return append(styles,
		style{id: "Quote", name: "Quote", basedOn: "Normal", run: `<w:color w:val="404040"/>`},
		style{id: "ListBullet", name: "List Bullet", basedOn: "Normal"},
		style{id: "ListNumber", name: "List Number", basedOn: "Normal"},
		style{id: "ListContinue", name: "List Continue", basedOn: "Normal"},
		style{id: "Erased", name: "Erased Clause", basedOn: "Normal", next: "Normal", isOurs: true, run: `<w:i/><w:iCs/><w:color w:val="595959"/>`},
		style{id: "Footer", name: "footer", basedOn: "Normal", paragraph: `<w:spacing w:after="0" w:line="240" w:lineRule="auto"/>`, run: small},
		style{id: "FootnoteText", name: "footnote text", basedOn: "Normal", paragraph: `<w:spacing w:after="0" w:line="240" w:lineRule="auto"/>`, run: `<w:sz w:val="18"/><w:szCs w:val="18"/>`},
		style{id: "CommentText", name: "annotation text", basedOn: "Normal", run: `<w:sz w:val="20"/><w:szCs w:val="20"/>`},
	)
}

func (s style) write(out *strings.Builder) {
	out.WriteString(`<w:style w:type="paragraph"`)
	if s.isOurs {
		out.WriteString(` w:customStyle="1"`)
	}
	out.WriteString(` w:styleId="` + s.id + `"><w:name w:val="` + s.name + `"/><w:basedOn w:val="` + s.basedOn + `"/>`)
	if s.next != "" {
		out.WriteString(`<w:next w:val="` + s.next + `"/>`)
	}
	out.WriteString(`<w:qFormat/>`)
	if s.paragraph != "" {
		out.WriteString(`<w:pPr>` + s.paragraph + `</w:pPr>`)
	}
	if s.run != "" {
		out.WriteString(`<w:rPr>` + s.run + `</w:rPr>`)
	}
	out.WriteString(`</w:style>`)
}
