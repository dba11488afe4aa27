package docx_test

import (
	"bytes"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"

	"madang/app"
	"madang/app/prose"
	"madang/app/prose/docx"
)

const spaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
	`xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="urn:wps"`

// foreign is a document as another program writes it, with a text in it.
func foreign(body string) map[string]string {
	return map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="/word/document.xml"/>` +
			`<Relationship Id="b" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="core.xml"/></Relationships>`,
		"word/_rels/document.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
			`<Relationship Id="n" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/>` +
			`<Relationship Id="f" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/>` +
			`<Relationship Id="good" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://example.org" TargetMode="External"/>` +
			`<Relationship Id="bad" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="file:///etc/passwd" TargetMode="External"/></Relationships>`,
		"word/styles.xml": `<w:styles ` + spaces + `>` +
			`<w:style w:type="paragraph" w:styleId="a1"><w:name w:val="heading 1"/></w:style>` +
			`<w:style w:type="paragraph" w:styleId="a2"><w:name w:val="나의 제목"/><w:basedOn w:val="a1"/></w:style>` +
			`<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Quote"/></w:style>` +
			`<w:style w:type="paragraph" w:styleId="a4"><w:name w:val="Title"/></w:style>` +
			`<w:style w:type="paragraph" w:styleId="a5"><w:name w:val="loop"/><w:basedOn w:val="a5"/></w:style>` +
			`<w:style w:type="character" w:styleId="b1"><w:name w:val="Strong"/></w:style>` +
			`<w:style w:type="character" w:styleId="b2"><w:name w:val="x"/><w:rPr><w:i/></w:rPr></w:style></w:styles>`,
		"word/numbering.xml": `<w:numbering ` + spaces + `><w:abstractNum w:abstractNumId="7">` +
			`<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="ganada"/></w:lvl><w:lvl w:ilvl="5"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>` +
			`<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>` +
			`<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num></w:numbering>`,
		"word/footnotes.xml": `<w:footnotes ` + spaces + `><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>` +
			`<w:footnote w:id="3"><w:p><w:r><w:footnoteRef/><w:t>See the report.</w:t></w:r></w:p></w:footnote></w:footnotes>`,
		"core.xml":          `<cp:coreProperties xmlns:cp="x" xmlns:dc="y"><dc:creator></dc:creator><dc:language>ko</dc:language></cp:coreProperties>`,
		"word/document.xml": `<w:document ` + spaces + `><w:body>` + body + `</w:body></w:document>`,
	}
}

func para(properties, content string) string {
	return `<w:p><w:pPr>` + properties + `</w:pPr>` + content + `</w:p>`
}

func words(text string) string { return `<w:r><w:t xml:space="preserve">` + text + `</w:t></w:r>` }

func numbered(id, level int) string {
	return fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, level, id)
}

func TestDocumentsOfOtherProgramsBecomeText(t *testing.T) {
	styled := func(id string) string { return `<w:pStyle w:val="` + id + `"/>` }
	for _, c := range []struct{ name, body, want string }{
		{"headings", para(styled("a1"), words("하나")) + para(styled("a2"), words("둘")) + para(`<w:outlineLvl w:val="6"/>`, words("Three")), "# 하나\n\n# 둘\n\n#### Three"},
		{"numbered clauses", para(numbered(1, 0), words("하나")) + para(numbered(1, 1), words("가")) + para("", words("between")) + para(numbered(1, 5), words("deep")), "1. 하나\n\n   1. 가\n\nbetween\n\n1. 1. 1. deep"},
		{"bullets", para(numbered(2, 1), words("a")) + para(numbered(2, 1), words("b")) + para(numbered(2, 0), words("c")), "- a\n- b\n- c"}, {"bullets in bullets", para(numbered(2, 0), words("a")) + para(numbered(2, 1), words("b")) + para(numbered(2, 0), words("c")), "- a\n\n  - b\n\n- c"},
		{"quotes", para(styled("a3"), words("a")) + para(styled("a3"), words("b")) + para("", "") + para(styled("a3"), words("c")), "> a\n>\n> b\n\n> c"},
		{"a second title", para(styled("a4"), words("Title")) + para("", words("a")) + para(styled("a4"), words("Another")), "a\n\n# Another"},
		{"marks", para("", `<w:r><w:rPr><w:rStyle w:val="b1"/></w:rPr><w:t>강</w:t></w:r><w:r><w:rPr><w:rStyle w:val="b2"/><w:b w:val="0"/></w:rPr><w:t>약</w:t></w:r><w:r><w:rPr><w:b w:val="1"/></w:rPr><w:t>셋</w:t></w:r>`), "**강***약***셋**"},
		{"links", para("", `<w:hyperlink r:id="good">`+words("a")+`</w:hyperlink><w:hyperlink r:id="bad">`+words("b")+`</w:hyperlink><w:hyperlink w:anchor="x">`+words("c")+`</w:hyperlink>`), "[a](https://example.org)bc"},
		{"a link by a field", para("", `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://exa</w:instrText></w:r><w:r><w:instrText>mple.org" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`+words("a")+`<w:r><w:fldChar w:fldCharType="end"/></w:r>`+words("b")), "[a](https://example.org)b"},
		{"a link that runs", para("", `<w:fldSimple w:instr='HYPERLINK "javascript:alert(1)"'>`+words("a")+`</w:fldSimple>`), "a"},
		{"a page number", para("", words("Page ")+`<w:fldSimple w:instr=" PAGE ">`+words("3")+`</w:fldSimple>`), "Page 3"},
		{"breaks", para("", `<w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:br w:type="page"/><w:t>c</w:t><w:tab/><w:noBreakHyphen/></w:r>`), "a\\\nbc\t\u2011"},
		{"spaces nobody meant", para("", "<w:r><w:t>\n  a\n b </w:t></w:r>"), "a  b"},
		{"a table", `<w:tbl><w:tblPr/><w:tr><w:tc><w:tcPr/>` + para("", words("a")) + `</w:tc><w:tc>` + para("", words("b")) + `</w:tc></w:tr></w:tbl>`, "| a | b |\n|---|---|"},
		{"a table with paragraphs in a cell, another one in it, and a row that was deleted", `<w:tbl><w:tr><w:tc>` + para("", words("a")) + para("", words("more")) + `</w:tc><w:tc>` +
			`<w:tbl><w:tr><w:tc>` + para("", words("b")) + `</w:tc></w:tr></w:tbl></w:tc></w:tr>` +
			`<w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc>` + para("", words("gone")) + `</w:tc></w:tr><w:tr><w:tc>` + para("", "") + `</w:tc><w:tc>` + para("", words("d")) + `</w:tc></w:tr></w:tbl>` + para("", words("after")),
			"| a<br>more | b |\n|---|---|\n|  | d |\n\nafter"},
		{"a footnote", para("", words("a")+`<w:r><w:footnoteReference w:id="3"/></w:r>`) + para("", words("b")), "a[^1]\n\nb\n\n[^1]: See the report."},
		{"a footnote that was deleted", para("", words("a")+`<w:del><w:r><w:footnoteReference w:id="3"/></w:r></w:del>`), "a"},
		{"a box of text", para("", words("a")+`<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent>`+para("", words("in it"))+`</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>`+para("", words("again"))+`</w:pict></mc:Fallback></mc:AlternateContent></w:r>`+words(" b")), "a b\n\nin it"},
		{"controls and tags", `<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>` + para("", `<w:smartTag>`+words("a")+`</w:smartTag><w:sdt><w:sdtContent>`+words("b")+`</w:sdtContent></w:sdt>`) + `</w:sdtContent></w:sdt>`, "ab"},
		{"hidden words", para("", words("a")+`<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>`), "a"},
		{"a style that is based on itself", para(styled("a5"), words("a")), "a"},
		{"numbers out of bounds", para(numbered(1, -1), words("a")) + para(numbered(99999999999, 3), words("b")), "1. a\n\nb"},
		{"nothing", para("", ""), ""},
	} {
		got := read(t, packed(t, foreign(c.body))).Text.Markdown()
		if want := markdownOf(t, c.want); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

// markdownOf is how we write a piece of Markdown, ids left out.
func markdownOf(t *testing.T, source string) string {
	t.Helper()
	d, err := prose.ParseMarkdown([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	for i := range d.Blocks {
		d.Blocks[i].CID = ""
	}
	return d.Markdown()
}

func TestWhatIsLeftOutIsTold(t *testing.T) {
	everything := para(`<w:pStyle w:val="a4"/>`, words("Title")+`<w:r><w:footnoteReference w:id="3"/></w:r>`) + para("", words("a")+`<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r><w:r><w:drawing/></w:r><w:r><w:object/></w:r>`+
		`<w:hyperlink r:id="bad">`+words("b")+`</w:hyperlink><w:ins w:author="Kim">`+words("c")+`</w:ins>`) +
		`<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>` + para("", words("d")) + `</w:tc></w:tr></w:tbl>`
	parts := foreign(everything)
	parts["word/vbaProject.bin"] = "x"
	parts["word/_rels/settings.xml.rels"] = `<Relationships xmlns="x"><Relationship Id="t" Type="x/attachedTemplate" Target="https://evil.example/t.dotm" TargetMode="External"/>` +
		`<Relationship Id="h" Type="x/header" Target="header1.xml"/></Relationships>`
	d := read(t, packed(t, parts))
	if !slices.Equal(d.Losses, docx.Losses) {
		t.Errorf("%v", d.Losses)
	}
	if text := d.Text.Markdown(); strings.Contains(text, "secret") || strings.Contains(text, "Kim") {
		t.Error(text)
	}
	if d := read(t, packed(t, foreign(para("", words("a"))))); len(d.Losses) > 0 || d.Lang != "ko" {
		t.Errorf("%+v", d)
	}
}

// ours is a document that Write made, as somebody gets it.
func ours(t *testing.T, markdown string) []byte {
	t.Helper()
	text, err := prose.ParseMarkdown([]byte(markdown))
	if err != nil {
		t.Fatal(err)
	}
	return written(t, docx.Document{Text: text})
}

func TestAnEditedExportKeepsTheIDsOfItsClauses(t *testing.T) {
	file := ours(t, "# 목적 {#c000000000a}\n\n1. Everybody may speak. {#c000000000b}\n2. 둘째. {#c000000000c}\n\n- one\n- two {#c000000000d}\n")
	const inside = "word/document.xml"
	words := func(old, new string) string {
		return read(t, changed(t, file, inside, old, new)).Text.Markdown()
	}
	for _, c := range []struct{ name, got, want string }{
		{"other words", words("may speak", "may always speak"), "# 목적 {#c000000000a}\n\n1. Everybody may always speak. {#c000000000b}\n\n2. 둘째. {#c000000000c}\n\n- one\n- two {#c000000000d}\n"},
		{
			"a clause in two", words(`may speak.</w:t></w:r>`, `may</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val="Clause1"/></w:pPr><w:r><w:t>speak.</w:t></w:r>`),
			"# 목적 {#c000000000a}\n\n1. Everybody may {#c000000000b}\n\n2. speak.\n\n3. 둘째. {#c000000000c}\n\n- one\n- two {#c000000000d}\n",
		},
		{
			"a line before a clause", words(`clause_c000000000b"/>`, `clause_c000000000b"/></w:p><w:p><w:pPr><w:pStyle w:val="Clause1"/></w:pPr>`),
			"# 목적 {#c000000000a}\n\n1. Everybody may speak. {#c000000000b}\n\n2. 둘째. {#c000000000c}\n\n- one\n- two {#c000000000d}\n",
		},
		{
			"a clause without its words", words(`<w:r><w:t xml:space="preserve">Everybody may speak.</w:t></w:r>`, ``),
			"# 목적 {#c000000000a}\n\n1. {#c000000000b}\n\n2. 둘째. {#c000000000c}\n\n- one\n- two {#c000000000d}\n",
		},
		{
			"new words after a clause without its own", words(`<w:r><w:t xml:space="preserve">Everybody may speak.</w:t></w:r><w:bookmarkEnd w:id="2"/>`, `<w:bookmarkEnd w:id="2"/></w:p><w:p><w:r><w:t>New.</w:t></w:r>`),
			"# 목적 {#c000000000a}\n\n1. {#c000000000b}\n\nNew.\n\n2. 둘째. {#c000000000c}\n\n- one\n- two {#c000000000d}\n",
		},
		{
			"a new item", words(`one</w:t></w:r>`, `one</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val="ListBullet"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr></w:pPr><w:r><w:t>and</w:t></w:r>`),
			"# 목적 {#c000000000a}\n\n1. Everybody may speak. {#c000000000b}\n\n2. 둘째. {#c000000000c}\n\n- one\n- and\n- two {#c000000000d}\n",
		},
		{
			"an id that is there twice", words(`clause_c000000000c`, `clause_c000000000b`),
			"# 목적 {#c000000000a}\n\n1. Everybody may speak. {#c000000000b}\n\n2. 둘째.\n\n- one\n- two {#c000000000d}\n",
		},
		{
			"an id of no clause", words(`clause_c000000000c`, `clause_&lt;b&gt;`),
			"# 목적 {#c000000000a}\n\n1. Everybody may speak. {#c000000000b}\n\n2. 둘째.\n\n- one\n- two {#c000000000d}\n",
		},
	} {
		if c.got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, c.got, c.want)
		}
	}
}

func TestTrackedChangesAreTwoTexts(t *testing.T) {
	const by = ` w:id="90" w:author="Kim" w:date="2026-01-01T00:00:00Z"`
	mark := func(name string) string {
		return `<w:bookmarkStart w:id="1" w:name="clause_` + name + `"/><w:bookmarkEnd w:id="1"/>`
	}
	end := func(change string) string { return `<w:rPr><w:` + change + by + `/></w:rPr>` }
	d := read(t, packed(t, foreign(
		para("", mark("c000000000a")+words("Everybody ")+`<w:del`+by+`><w:r><w:delText>must</w:delText></w:r></w:del><w:ins`+by+`>`+words("may")+`<w:del`+by+`>`+words(" not")+`</w:del></w:ins>`+words(" speak."))+
			para(end("ins"), `<w:ins`+by+`>`+words("New.")+`</w:ins>`)+
			para(end("del"), mark("c000000000b")+`<w:del`+by+`><w:r><w:delText>Gone.</w:delText></w:r></w:del>`)+
			para(end("del"), mark("c000000000c")+words("One "))+
			para("", mark("c000000000d")+words("and two."))+
			para("", mark("c000000000e")+`<w:moveFrom`+by+`>`+words("Moved.")+`</w:moveFrom>`)+
			para("", `<w:moveTo`+by+`>`+words("Moved.")+`</w:moveTo>`),
	)))
	after := "Everybody may speak. {#c000000000a}\n\nNew.\n\nOne and two. {#c000000000c}\n\n{#c000000000e}\n\nMoved.\n"
	if got := d.Text.Markdown(); got != after {
		t.Errorf("accepted:\n%s\nwant\n%s", got, after)
	}
	before := "Everybody must speak. {#c000000000a}\n\nGone. {#c000000000b}\n\nOne {#c000000000c}\n\nand two. {#c000000000d}\n\nMoved. {#c000000000e}\n"
	before = strings.Replace(before, "One {", "One&#32; {", 1)
	if d.Before == nil || d.Before.Markdown() != before {
		t.Errorf("rejected:\n%s\nwant\n%s", d.Before.Markdown(), before)
	}
	if !slices.Contains(d.Losses, docx.LostNames) {
		t.Errorf("%v", d.Losses)
	}
}

func TestAFileThatIsNoDocumentIsRefusedByName(t *testing.T) {
	good := packed(t, foreign(para("", words("a"))))
	with := func(change func(map[string]string)) []byte { return repacked(t, good, change) }
	replaced := func(part, old, new string) []byte { return changed(t, good, part, old, new) }
	document := func(content string) []byte {
		return with(func(p map[string]string) { p["word/document.xml"] = content })
	}
	old := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("x", 600)
	encrypted := slices.Clone(good)
	for i := range len(encrypted) - 4 {
		switch string(encrypted[i : i+4]) {
		case "PK\x01\x02":
			encrypted[i+8] |= 1
		case "PK\x03\x04":
			encrypted[i+6] |= 1
		}
	}
	for _, c := range []struct {
		name string
		file []byte
		code string
	}{
		{"nothing", nil, "docx.format"},
		{"a text", []byte("# 제목"), "docx.format"},
		{"old Word", []byte(old + "W\x00o\x00r\x00d\x00"), "docx.old"},
		{"a locked document", []byte(old + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"), "docx.encrypted"},
		{"a locked zip file", encrypted, "docx.encrypted"},
		{"Hangul", []byte(old + "\x05H\x00w\x00p\x00S\x00u\x00m\x00m\x00a\x00r\x00y\x00I\x00n\x00f\x00o\x00r\x00m\x00a\x00t\x00i\x00o\x00n\x00"), "docx.hwp"},
		{"macros", replaced("[Content_Types].xml", "openxmlformats-officedocument.wordprocessingml.document.main", "ms-word.document.macroEnabled.main"), "docx.macros"},
		{"half a file", good[:len(good)/2], "docx.damaged"},
		{"a zip file", packed(t, map[string]string{"a.txt": "a"}), "docx.other"},
		{"a table of numbers", replaced("[Content_Types].xml", "wordprocessingml.document", "spreadsheetml.sheet"), "docx.other"},
		{"a document elsewhere", replaced("_rels/.rels", `Target="/word/document.xml"`, `Target="https://evil.example" TargetMode="External"`), "docx.other"},
		{"a document above", replaced("_rels/.rels", `Target="/word/document.xml"`, `Target="../../etc/passwd"`), "docx.other"},
		{"broken XML", replaced("word/document.xml", "</w:body>", ""), "docx.damaged"},
		{"no body", document(`<w:document ` + spaces + `/>`), "docx.damaged"},
		{"an empty part", document(""), "docx.damaged"},
		{"entities", document(`<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document ` + spaces + `><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>`), "docx.damaged"},
		{"a document type", replaced("word/document.xml", "<w:document", "<!DOCTYPE d><w:document"), "docx.damaged"},
		{"an unknown entity", replaced("word/document.xml", ">a<", ">&a;<"), "docx.damaged"},
		{"two of one name", with(func(p map[string]string) { p["Word/Document.xml"] = "x" }), "docx.damaged"},
		{"a bomb", replaced("word/document.xml", ">a<", ">"+strings.Repeat("a", 20<<20)+"<"), "docx.bomb"},
		{"a deep one", replaced("word/document.xml", "<w:r>", strings.Repeat("<w:r>", 300)+strings.Repeat("</w:r>", 300)+"<w:r>"), "docx.bomb"},
		{"thousands of parts", with(func(p map[string]string) {
			for i := range 2500 {
				p[fmt.Sprint("word/", i)] = ""
			}
		}), "docx.bomb"},
		{"a huge one", make([]byte, docx.MaxFile+1), "docx.large"},
	} {
		_, err := docx.Read(bytes.NewReader(c.file), int64(len(c.file)))
		kind := app.KindInvalid
		if c.code == "docx.bomb" || c.code == "docx.large" {
			kind = app.KindTooLarge
		}
		wantCode(t, c.name, err, kind, c.code)
	}
}

// costlyXML is what stands very often between what stands around all of it once.
type costlyXML struct{ before, piece, after string }

// costly is what may take time or memory that grows with the square of how much of it there
// is.
func costly() []costlyXML {
	joined := para(`<w:rPr><w:del w:id="1"/><w:ins w:id="2"/></w:rPr>`, `<w:bookmarkStart w:id="1" w:name="clause_c000000000a"/>`+words("a"))
	var list []costlyXML
	for _, piece := range []string{
		words("a"), para("", words("a")), joined, para(numbered(2, 8), words("a")), para(numbered(1, 2), words("a")),
		para(`<w:pStyle w:val="a3"/>`, `<w:bookmarkStart w:id="1" w:name="_at_1_99_qqqqqqqqqqqqqqqqqqqqqqqqqqqq"/>`),
		para("", `<w:bookmarkStart w:id="1" w:name="clause_c000000000a"/>`), `<w:bookmarkStart w:id="1" w:name="clause_c000000000a"/>`,
		`<w:commentRangeStart w:id="1"/>`, `<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>`, `<w:ins w:id="1"/>`,
	} {
		list = append(list, costlyXML{piece: piece})
	}
	return append(list, costlyXML{
		`<w:p><w:r><w:fldChar w:fldCharType="begin"/>`, `<w:instrText>HYPERLINK a</w:instrText>`, `</w:r></w:p>`,
	})
}

// fullOf is a document with so many bytes of it in its text, and in a footnote.
func fullOf(t testing.TB, of costlyXML, size int) []byte {
	t.Helper()
	many := of.before + strings.Repeat(of.piece, size/len(of.piece)) + of.after
	parts := foreign(many)
	parts["word/footnotes.xml"] = `<w:footnotes ` + spaces + `><w:footnote w:id="1">` + many + `</w:footnote></w:footnotes>`
	return packed(t, parts)
}

const megabyte = 1 << 20

func TestFourTimesAsMuchOfAnythingInADocumentTakesNoMoreThanSixTimesTheMemory(t *testing.T) {
	read := func(of costlyXML, size int) (bytesTaken uint64) {
		file := fullOf(t, of, size)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := docx.Read(bytes.NewReader(file), int64(len(file)))
		runtime.ReadMemStats(&after)
		if err != nil && app.KindOf(err) == app.KindUnavailable {
			t.Errorf("%.60s: %v", of.piece, err)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	for _, of := range costly() {
		if less, more := read(of, megabyte/4), read(of, megabyte); more > 6*less {
			t.Errorf("%.60s takes %d bytes, and four times as much of it %d", of.piece, less, more)
		}
	}
}

// A megabyte of each should take about as long as four quarters of it.
func BenchmarkRead(b *testing.B) {
	for i, of := range costly() {
		for _, size := range []int{megabyte / 4, megabyte} {
			b.Run(fmt.Sprintf("%d/%dkB", i, size>>10), func(b *testing.B) {
				file := fullOf(b, of, size)
				b.SetBytes(int64(size))
				for b.Loop() {
					_, _ = docx.Read(bytes.NewReader(file), int64(len(file)))
				}
			})
		}
	}
}

func TestADocumentIsToldFromAText(t *testing.T) {
	for name, content := range map[string]string{"a.docx": "", "A.DOC": "x", "b.md": "PK\x03\x04", "글.hwp": ""} {
		if !docx.Looks(name, []byte(content)) {
			t.Errorf("%s is taken for a text", name)
		}
	}
	for name, content := range map[string]string{"a.md": "# a", "docx": "PK", "b.txt": "", "": ""} {
		if docx.Looks(name, []byte(content)) {
			t.Errorf("%q is taken for a document", name)
		}
	}
}

// FuzzRead looks for a document that does harm. Its input is the XML of the parts that
// have a say, for a fuzzer can't pack a zip file; and one file as it is.
func FuzzRead(f *testing.F) {
	good := foreign(para(numbered(2, 1), words("가")+`<w:hyperlink r:id="good">`+words("b")+`</w:hyperlink>`) + para("", `<w:bookmarkStart w:id="1" w:name="_at_1_0_quoA"/><w:ins w:author="x">`+words("c")+`</w:ins>`))
	f.Add(good["word/document.xml"], good["word/styles.xml"], good["word/numbering.xml"], good["word/_rels/document.xml.rels"], packed(f, good))
	text, _ := prose.ParseMarkdown([]byte("> - a\n>   1. b\n\n1. c {#c000000000a}\n"))
	file := written(f, docx.Document{Title: "제목", Text: text, Comments: []docx.Comment{{CID: "c000000000a", Text: "d"}}})
	f.Add(good["word/document.xml"], "", "", "", file)
	f.Fuzz(func(t *testing.T, document, styles, numbering, links string, file []byte) {
		parts := maps.Clone(good)
		parts["word/document.xml"], parts["word/styles.xml"], parts["word/numbering.xml"], parts["word/_rels/document.xml.rels"] = document, styles, numbering, links
		for _, file := range [][]byte{packed(t, parts), file} {
			d, err := docx.Read(bytes.NewReader(file), int64(len(file)))
			if err != nil {
				if kind := app.KindOf(err); kind != app.KindInvalid && kind != app.KindTooLarge {
					t.Fatal(err)
				}
				continue
			}
			if err := prose.Check(d.Text); err != nil {
				t.Fatal(err)
			}
			again := written(t, d)
			if found := flaws(again); len(found) > 0 {
				t.Fatalf("what was read can't be written: %v", found)
			}
			if back := read(t, again); back.Text.Markdown() != d.Text.Markdown() {
				t.Fatalf("%s\nbecame\n%s", d.Text.Markdown(), back.Text.Markdown())
			}
		}
	})
}
