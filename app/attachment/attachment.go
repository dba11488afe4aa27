// Package attachment looks into files that strangers send, before anything of them is
// kept. Nothing that a file says of itself is believed: what it is follows from its bytes,
// every size has a bound, and a picture is drawn anew, so that nothing of it is left but
// what can be seen.
package attachment

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strings"

	"madang/app"
	"madang/app/prose/docx"
)

// MaxFile is the most bytes that one file may have.
const MaxFile = 5 << 20

// Format is what a file is.
type Format string

// The formats that are taken.
const (
	JPEG Format = "jpeg"
	PNG  Format = "png"
	Text Format = "text"
	Word Format = "docx"
	PDF  Format = "pdf"
)

// Remark is something about a file that people should know before others read it.
type Remark string

// The remarks.
const (
	// RemarkRedrawn says that a picture isn't the file that was sent, but what it showed.
	RemarkRedrawn Remark = "redrawn"
	// RemarkNames says that a document names people who wrote or changed it.
	RemarkNames Remark = "names"
	// RemarkHidden says that a document has words that are set as invisible.
	RemarkHidden Remark = "hidden"
	// RemarkUnseen says that nobody can find everything that such a file may hold.
	RemarkUnseen Remark = "unseen"
)

// File is a file as it may be kept.
type File struct {
	// Name is for those who know the file; it has the ending of its format.
	Name    string
	Format  Format
	Content []byte
	// Width and Height are those of a picture, in pixels.
	Width, Height int
	Remarks       []Remark
}

// Inspector looks into one file after the other, for a picture that is opened takes up to
// 150 MiB.
type Inspector struct{ turn chan struct{} }

// NewInspector returns one.
func NewInspector() *Inspector { return &Inspector{turn: make(chan struct{}, 1)} }

// Inspect returns a file as it may be kept, or says why it can't be, on the field "files"
// with the name as an argument: TooLarge "attachment.large", "attachment.pixels" and
// "attachment.bomb" say by which limit; Invalid "attachment.empty", "attachment.format",
// "attachment.ending", "attachment.damaged", "attachment.letters", "attachment.locked",
// "attachment.active" and "attachment.opaque", what can be mended; Busy "attachment.busy"
// that others' files took too long.
func (i *Inspector) Inspect(ctx context.Context, name string, content []byte) (File, error) {
	select {
	case i.turn <- struct{}{}:
		defer func() { <-i.turn }()
	case <-ctx.Done():
		return File{}, app.Busy("attachment.busy").On("files").Because(ctx.Err())
	}
	return inspect(name, content)
}

func inspect(sent string, content []byte) (File, error) {
	f := File{Name: cleanName(sent), Content: content}
	refuse := func(refused *app.Error) (File, error) {
		refused.Args = append([]any{"name", f.Name}, refused.Args...)
		return File{}, refused.On("files")
	}
	switch {
	case len(content) == 0:
		return refuse(app.Invalid("attachment.empty"))
	case len(content) > MaxFile:
		return refuse(app.TooLarge("attachment.large", "max", MaxFile>>20))
	}
	f.Format = formatOf(content)
	if f.Format == "" {
		return refuse(app.Invalid("attachment.format"))
	}
	if refused := f.fitEnding(); refused != nil {
		return refuse(refused)
	}
	var refused *app.Error
	switch f.Format {
	case JPEG, PNG:
		refused = f.redraw()
	case Text:
		refused = f.checkText()
	case Word:
		refused = f.checkWord()
	case PDF:
		refused = checkPDF(content)
		f.Remarks = []Remark{RemarkUnseen}
	}
	if refused != nil {
		return refuse(refused)
	}
	return f, nil
}

// What files begin with.
var (
	jpegStart = []byte("\xff\xd8\xff")                 // ITU-T T.81, B.1.1.3
	pngStart  = []byte("\x89PNG\r\n\x1a\n")            // W3C PNG, 5.2
	zipStart  = []byte("PK\x03\x04")                   // PKWARE APPNOTE, 4.3.7
	pdfStart  = []byte("%PDF-")                        // ISO 32000-1, 7.5.2
	oldStart  = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A") // [MS-CFB], 2.2
)

// formatOf is what a file is by its first bytes; "" for what is none of the formats.
func formatOf(content []byte) Format {
	switch {
	case bytes.HasPrefix(content, jpegStart):
		return JPEG
	case bytes.HasPrefix(content, pngStart):
		return PNG
	case bytes.HasPrefix(content, zipStart):
		return Word
	case bytes.HasPrefix(content, pdfStart):
		return PDF
	case bytes.HasPrefix(content, oldStart), bytes.IndexByte(content, 0) >= 0:
		return ""
	}
	return Text
}

// endings are those of each format; the first is the usual one.
var endings = map[Format][]string{
	JPEG: {".jpg", ".jpeg", ".jpe", ".jfif"}, PNG: {".png"}, Text: {".txt", ".text", ".md", ".csv", ".log"}, Word: {".docx"}, PDF: {".pdf"},
}

// fitEnding refuses a file whose name says that it is something else, and gives one
// without an ending that of its format. A picture is called what it is: phones mix them up.
func (f *File) fitEnding() *app.Error {
	ending := strings.ToLower(path.Ext(f.Name))
	isPicture := func(of Format) bool { return of == JPEG || of == PNG }
	switch {
	case slices.Contains(endings[f.Format], ending):
		return nil
	case isPicture(f.Format) && slices.Contains(append(endings[JPEG], endings[PNG]...), ending):
		f.Name = strings.TrimSuffix(f.Name, path.Ext(f.Name))
	case ending != "":
		return app.Invalid("attachment.ending", "ending", ending)
	}
	f.Name += endings[f.Format][0]
	return nil
}

// Ending is that of a format's files.
func (f Format) Ending() string {
	if known := endings[f]; len(known) > 0 {
		return known[0]
	}
	return ""
}

// checkWord looks into a Word document, which is kept as it was sent.
func (f *File) checkWord() *app.Error {
	found, err := docx.Inspect(bytes.NewReader(f.Content), int64(len(f.Content)))
	switch {
	case app.IsCode(err, "docx.bomb"):
		return app.TooLarge("attachment.bomb").Because(err)
	case app.IsCode(err, "docx.encrypted"):
		return app.Invalid("attachment.locked").Because(err)
	case app.IsCode(err, "docx.macros"):
		return app.Invalid("attachment.active").Because(err)
	case app.IsCode(err, "docx.other"):
		return app.Invalid("attachment.format").Because(err)
	case err != nil:
		return app.Invalid("attachment.damaged").Because(err)
	case found.IsActive:
		return app.Invalid("attachment.active")
	}
	f.Remarks = []Remark{RemarkUnseen}
	if found.HasNames {
		f.Remarks = append(f.Remarks, RemarkNames)
	}
	if found.HasHidden {
		f.Remarks = append(f.Remarks, RemarkHidden)
	}
	return nil
}
