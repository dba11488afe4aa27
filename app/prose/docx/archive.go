package docx

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"

	"madang/app"
)

// What a document may take. A text of a megabyte in paragraphs of one line makes some
// 10 MiB of XML.
const (
	// MaxFile is the most bytes a file may have.
	MaxFile = 16 << 20
	// maxUnpacked bounds what is unpacked of it, all parts together.
	maxUnpacked = 32 << 20
	// maxRatio bounds how many bytes one packed byte may become, beyond the first
	// easyBytes of a part. Deflate packs at most 1,032 to one (zlib's technical notes);
	// the XML of a text is packed some 20 to one, of one that repeats itself some 150.
	maxRatio  = 400
	easyBytes = 1 << 20
	// maxEntries bounds the files in the package. Word makes some 15, and one for each
	// picture.
	maxEntries = 2000
)

// archive is the package of a document (ECMA-376 part 2). Only what is asked for is
// unpacked, in memory, within one budget.
type archive struct {
	entries map[string]*zip.File // by name in lower case: names are the same in any case
	budget  int64
}

// openArchive refuses what can't be a document, and says why.
func openArchive(file io.ReaderAt, size int64) (*archive, error) {
	if size > MaxFile {
		return nil, app.TooLarge("docx.large", "max", MaxFile).On("file")
	}
	z, err := zip.NewReader(file, size)
	if err != nil {
		return nil, whatElse(file, size).Because(err)
	}
	if len(z.File) > maxEntries {
		return nil, app.TooLarge("docx.bomb", "max", maxUnpacked).On("file")
	}
	a := &archive{entries: map[string]*zip.File{}, budget: maxUnpacked}
	for _, entry := range z.File {
		name := strings.ToLower(strings.TrimPrefix(entry.Name, "/"))
		if a.entries[name] != nil {
			return nil, app.Invalid("docx.damaged").On("file") // two programs could read two documents
		}
		if entry.Flags&1 != 0 {
			return nil, app.Invalid("docx.encrypted").On("file")
		}
		a.entries[name] = entry
	}
	return a, nil
}

// What files begin with: those in a zip file, and those of Word before 2007, which are
// in the container that Hangul and encrypted documents use too ([MS-CFB], 2.2).
var (
	zipStart = []byte("PK\x03\x04")
	oldStart = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
)

// whatElse says what a file is that isn't a zip file.
func whatElse(file io.ReaderAt, size int64) *app.Error {
	content, _ := io.ReadAll(io.NewSectionReader(file, 0, min(size, MaxFile)))
	switch {
	case bytes.HasPrefix(content, zipStart):
		return app.Invalid("docx.damaged").On("file")
	case !bytes.HasPrefix(content, oldStart):
		return app.Invalid("docx.format").On("file")
	case bytes.Contains(content, wide("EncryptedPackage")):
		return app.Invalid("docx.encrypted").On("file")
	case bytes.Contains(content, wide("HwpSummaryInformation")):
		return app.Invalid("docx.hwp").On("file")
	}
	return app.Invalid("docx.old").On("file")
}

// wide is a name as that container spells it, in UTF-16.
func wide(name string) []byte {
	var out []byte
	for _, c := range []byte(name) {
		out = append(out, c, 0)
	}
	return out
}

// Looks reports whether a file is, by its name or its first bytes, a document of some
// word processor and not plain text.
func Looks(name string, content []byte) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".docx", ".docm", ".dotx", ".dotm", ".doc", ".dot", ".hwp", ".hwpx", ".odt":
		return true
	}
	return bytes.HasPrefix(content, zipStart) || bytes.HasPrefix(content, oldStart)
}

// has reports whether there is a part whose name holds a piece.
func (a *archive) has(piece string) bool {
	for name := range a.entries {
		if strings.Contains(name, piece) {
			return true
		}
	}
	return false
}

// read unpacks a part; nil if there is none of that name.
func (a *archive) read(name string) ([]byte, error) {
	entry := a.entries[strings.ToLower(name)]
	if entry == nil {
		return nil, nil
	}
	most := min(a.budget, int64(easyBytes)+maxRatio*int64(min(entry.CompressedSize64, MaxFile)))
	if entry.UncompressedSize64 > uint64(most) {
		return nil, app.TooLarge("docx.bomb", "max", maxUnpacked).On("file")
	}
	body, err := entry.Open()
	if err != nil {
		return nil, app.Invalid("docx.damaged").On("file").Because(err)
	}
	defer body.Close()
	content, err := io.ReadAll(io.LimitReader(body, most+1))
	if int64(len(content)) > most {
		return nil, app.TooLarge("docx.bomb", "max", maxUnpacked).On("file")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, app.Invalid("docx.damaged").On("file").Because(err)
	}
	a.budget -= int64(len(content))
	return content, nil
}

// link is a relationship of a part (ECMA-376 part 2, 9.3): where its id leads.
type link struct {
	id, kind, target string
	isExternal       bool
}

// links reads the relationships of a part; "" is the package itself.
func (a *archive) links(of string) ([]link, error) {
	folder, name := path.Split(of)
	content, err := a.read(folder + "_rels/" + name + ".rels")
	if err != nil || content == nil {
		return nil, err
	}
	s := newScanner(content)
	var links []link
	err = s.root(func(e element) error {
		if e.name == "Relationship" {
			links = append(links, link{
				id: e.attr("Id"), kind: path.Base(e.attr("Type")), target: e.attr("Target"), isExternal: e.attr("TargetMode") == "External",
			})
		}
		return s.skip()
	})
	for i, l := range links {
		if !l.isExternal {
			links[i].target = resolve(folder, l.target)
		}
	}
	return links, err
}

// resolve is the name of a part that another one in a folder names.
func resolve(folder, target string) string {
	if absolute, isAbsolute := strings.CutPrefix(target, "/"); isAbsolute {
		return path.Clean(absolute)
	}
	return path.Join(folder, target)
}

// only is the target of the first internal relationship of a kind, or "".
func only(links []link, kind string) string {
	for _, l := range links {
		if l.kind == kind && !l.isExternal {
			return l.target
		}
	}
	return ""
}
