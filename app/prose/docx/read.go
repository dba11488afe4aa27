package docx

import (
	"io"
	"path"
	"strings"

	"madang/app"
	"madang/app/prose"
)

// Read reads a document of any origin. What it has beyond a text is left out and told
// in Losses; nothing outside the file is looked at.
//
// Paragraphs around which Write's bookmarks stand are the clauses of those ids, be they
// edited, moved or parted: the first part keeps the id. All others have no id. A
// numbered paragraph of a foreign document is a numbered clause, one with a bullet an
// item of a list; empty paragraphs are left out.
//
// A file that is no document that can be read is Invalid with a code that says why:
// "docx.format", "docx.old", "docx.hwp", "docx.macros", "docx.encrypted",
// "docx.damaged" or "docx.other"; TooLarge "docx.large" and "docx.bomb" name the limit
// that it breaks. All are on the field "file".
func Read(file io.ReaderAt, size int64) (Document, error) {
	a, err := openArchive(file, size)
	if err != nil {
		return Document{}, err
	}
	main, err := a.mainPart()
	if err != nil {
		return Document{}, err
	}
	r := &reader{archive: a, lost: map[Loss]bool{}, targets: map[string]string{}}
	if err := r.prepare(main); err != nil {
		return Document{}, err
	}
	if err := r.readBody(main); err != nil {
		return Document{}, err
	}
	return r.document()
}

// mainPart is the name of the part that is the document.
func (a *archive) mainPart() (string, error) {
	links, err := a.links("")
	if err != nil {
		return "", err
	}
	main := only(links, "officeDocument")
	if a.entries[strings.ToLower(main)] == nil {
		return "", app.Invalid("docx.other").On("file")
	}
	kind, err := a.contentType(main)
	switch {
	case err != nil:
		return "", err
	case strings.Contains(kind, "macroEnabled"):
		return "", app.Invalid("docx.macros").On("file")
	case !strings.Contains(kind, "wordprocessingml"):
		return "", app.Invalid("docx.other").On("file")
	}
	return main, nil
}

// contentType is that of a part, if it is given for the part itself.
func (a *archive) contentType(name string) (kind string, err error) {
	content, err := a.read("[Content_Types].xml")
	if err != nil {
		return "", err
	}
	s := newScanner(content)
	return kind, s.root(func(e element) error {
		if e.name == "Override" && strings.EqualFold(strings.TrimPrefix(e.attr("PartName"), "/"), name) {
			kind = e.attr("ContentType")
		}
		return s.skip()
	})
}

// reader reads the parts of a document, one after the other.
type reader struct {
	*archive
	lost       map[Loss]bool
	targets    map[string]string // where links lead, by relationship
	looks      looks
	numberings numberings
	notes      map[string]string // by "footnote" or "endnote" and id
	lang       string
	origin     prose.Origin
	comments   []saidComment

	body
}

// saidComment is a comment with its id in the document.
type saidComment struct {
	id string
	Comment
}

// prepare reads everything but the text.
func (r *reader) prepare(main string) error {
	links, err := r.links(main)
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.isExternal && l.kind == "hyperlink" {
			r.targets[l.id] = l.target
		}
	}
	if err := r.findLosses(path.Dir(main)); err != nil {
		return err
	}
	for _, step := range []func([]link) error{r.readStyles, r.readNotes, r.readComments} {
		if err := step(links); err != nil {
			return err
		}
	}
	return r.readCore()
}

// findLosses looks for what comes with a document as parts of their own.
func (r *reader) findLosses(folder string) error {
	r.lose(LostMacros, r.has("vbaproject") || r.has("vbadata"))
	r.lose(LostObjects, r.has("/embeddings/") || r.has("/activex/") || r.has("/afchunk"))
	for name := range r.entries {
		of, isLinks := strings.CutPrefix(name, strings.ToLower(folder)+"/_rels/")
		if !isLinks {
			continue
		}
		links, err := r.links(folder + "/" + strings.TrimSuffix(of, ".rels"))
		if err != nil {
			return err
		}
		for _, l := range links {
			r.lose(LostRemote, l.isExternal && l.kind != "hyperlink")
			r.lose(LostHeaders, l.kind == "header" || l.kind == "footer")
		}
	}
	return nil
}

func (r *reader) lose(what Loss, happened bool) {
	if happened {
		r.lost[what] = true
	}
}

func (r *reader) readStyles(links []link) error {
	styles, err := r.read(only(links, "styles"))
	if err != nil {
		return err
	}
	if r.looks, err = readLooks(styles); err != nil {
		return err
	}
	counting, err := r.read(only(links, "numbering"))
	if err != nil {
		return err
	}
	r.numberings, err = readNumberings(counting)
	return err
}

func (r *reader) readNotes(links []link) error {
	r.notes = map[string]string{}
	for _, kind := range []string{"footnote", "endnote"} {
		content, err := r.read(only(links, kind+"s"))
		if err != nil {
			return err
		}
		s := newScanner(content)
		err = s.root(func(e element) error {
			if e.name != kind || e.attr("type") != "" && e.attr("type") != "normal" {
				return s.skip()
			}
			text, err := plain(s)
			r.notes[kind+e.attr("id")] = strings.TrimSpace(strings.ReplaceAll(text, "\n", " "))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) readComments(links []link) error {
	content, err := r.read(only(links, "comments"))
	if err != nil {
		return err
	}
	s := newScanner(content)
	return s.root(func(e element) error {
		if e.name != "comment" {
			return s.skip()
		}
		r.lose(LostNames, e.attr("author") != "")
		text, err := plain(s)
		r.comments = append(r.comments, saidComment{e.attr("id"), Comment{Text: text}})
		return err
	})
}

// plain reads the words of a note or comment: a line for each of its paragraphs.
func plain(s *scanner) (string, error) {
	var out strings.Builder
	paragraphs := 0
	var read func(e element) error
	read = func(e element) error {
		switch e.name {
		case "p":
			if paragraphs++; paragraphs > 1 {
				out.WriteByte('\n')
			}
		case "t":
			text, err := textIn(s, e)
			out.WriteString(text)
			return err
		case "tab":
			out.WriteByte('\t')
		case "br", "cr":
			out.WriteByte('\n')
		case "pPr", "rPr", "delText", "instrText", "Fallback":
			return s.skip()
		}
		return s.children(read)
	}
	err := s.children(read)
	return out.String(), err
}

// textIn is the words of an element of text. Spaces around them count only if the
// document says so (XML 1.0, section 2.10).
func textIn(s *scanner, e element) (string, error) {
	text, err := s.text()
	if e.attr("space") != "preserve" {
		text = strings.Trim(text, " \t\r\n")
	}
	return strings.NewReplacer("\r", " ", "\n", " ").Replace(text), err
}

// readCore reads what the document says about itself. Of its people only that it has
// some.
func (r *reader) readCore() error {
	links, err := r.links("")
	if err != nil {
		return err
	}
	if err := r.readOrigin(links); err != nil {
		return err
	}
	content, err := r.read(only(links, "core-properties"))
	if err != nil {
		return err
	}
	s := newScanner(content)
	return s.root(func(e element) error {
		text, err := s.text()
		switch e.name {
		case "language":
			r.lang = strings.TrimSpace(text)
		case "creator", "lastModifiedBy":
			r.lose(LostNames, strings.TrimSpace(text) != "")
		}
		return err
	})
}

// readOrigin reads the property by which a document of ours says where it comes from.
func (r *reader) readOrigin(links []link) error {
	content, err := r.read(only(links, "custom-properties"))
	if err != nil {
		return err
	}
	s := newScanner(content)
	return s.root(func(e element) error {
		if e.name != "property" || e.attr("name") != originName {
			return s.skip()
		}
		return s.children(func(element) error {
			text, err := s.text()
			r.origin = prose.ParseOrigin(text)
			return err
		})
	})
}

// document makes a document of what was read.
func (r *reader) document() (Document, error) {
	accepted := r.assemble(accepted)
	d := Document{Title: accepted.title, Lang: r.lang, Origin: r.origin, Text: accepted.doc}
	for _, c := range r.comments {
		c.CID = accepted.anchors[c.id]
		d.Comments = append(d.Comments, c.Comment)
	}
	if r.isTracked {
		before := r.assemble(rejected).doc
		d.Before = &before
	}
	if err := prose.Check(d.Text); err != nil {
		return Document{}, app.Invalid("docx.damaged").On("file").Because(err)
	}
	d.Losses = inOrder(r.lost)
	return d, nil
}
