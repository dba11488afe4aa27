package attachment

import (
	"bytes"
	"compress/zlib"
	"io"
	"iter"
	"slices"
	"strings"

	"madang/app"
)

// A PDF is kept as it was sent, for nothing here can draw it anew. This looks for what makes
// one more than paper: programs, files within, what opens other files or sends something
// away, and a lock behind which nobody sees. It looks for the names of those things (ISO
// 32000-1) in all bytes of the file, in either spelling, and in packed objects. That finds
// what ordinary programs write; somebody who hides such things on purpose may do it in a
// way that isn't found, so readers are told that nobody knows all that a PDF may hold.

// activeNames are the names of what isn't taken: actions (12.6.4), embedded files (7.11.4),
// forms that are programs (12.7.8), and media that are played.
var activeNames = []string{
	"JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "RichMediaContent", "SubmitForm", "ImportData", "GoToR", "GoToE", "XFA", "Rendition", "Movie",
}

// Bounds of packed objects.
const (
	maxUnpacked = 32 << 20 // bytes, all together
	// tail is within how many bytes of the end of a file its end mark has to be.
	tail = 2048
)

// checkPDF refuses a file that isn't whole, is locked, or is active.
func checkPDF(content []byte) *app.Error {
	end := content[max(0, len(content)-tail):]
	if !bytes.Contains(end, []byte("%%EOF")) || !bytes.Contains(end, []byte("startxref")) {
		return app.Invalid("attachment.damaged")
	}
	if refused := checkNames(content); refused != nil {
		return refused
	}
	left, described := maxUnpacked, 0
	for at := 0; ; {
		next := bytes.Index(content[at:], []byte("stream"))
		if next < 0 {
			return nil
		}
		begin := at + next
		about := content[described:begin]
		at = begin + len("stream")
		described = at
		if bytes.HasSuffix(about, []byte("end")) || !slices.Contains(slices.Collect(namesIn(about)), "ObjStm") {
			continue
		}
		objects, refused := unpack(slices.Collect(namesIn(about)), content[at:], left)
		if refused != nil {
			return refused
		}
		left -= len(objects)
		if refused := checkNames(objects); refused != nil {
			return refused
		}
	}
}

// unpack reads objects that are packed as ordinary programs pack them (7.5.7, 7.4.4).
func unpack(names []string, packed []byte, most int) ([]byte, *app.Error) {
	packed = bytes.TrimPrefix(bytes.TrimPrefix(packed, []byte("\r")), []byte("\n"))
	if !slices.Contains(names, "Filter") {
		whole, _, _ := bytes.Cut(packed, []byte("endstream"))
		return whole, nil
	}
	if !slices.Contains(names, "FlateDecode") || slices.ContainsFunc(names, func(name string) bool {
		return name != "FlateDecode" && strings.HasSuffix(name, "Decode") || name == "DecodeParms"
	}) {
		return nil, app.Invalid("attachment.opaque")
	}
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, app.Invalid("attachment.damaged").Because(err)
	}
	objects, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	if len(objects) > most {
		return nil, app.TooLarge("attachment.bomb")
	}
	if err != nil {
		return nil, app.Invalid("attachment.damaged").Because(err)
	}
	return objects, nil
}

func checkNames(content []byte) *app.Error {
	for name := range namesIn(content) {
		switch {
		case name == "Encrypt":
			return app.Invalid("attachment.locked")
		case slices.Contains(activeNames, name):
			return app.Invalid("attachment.active")
		}
	}
	return nil
}

// namesIn are what may be names of PDF (7.3.5): a solidus and regular characters, any of
// which may be written as two hexadecimal digits after a number sign. Longer ones than
// ours are left out.
func namesIn(content []byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			at := bytes.IndexByte(content, '/')
			if at < 0 {
				return
			}
			content = content[at+1:]
			if name, isShort := nameAt(content); isShort && !yield(name) {
				return
			}
		}
	}
}

// longest is the length of the longest name that is looked for.
const longest = 16

func nameAt(content []byte) (name string, isShort bool) {
	read := make([]byte, 0, longest+1)
	for i := 0; i < len(content) && !bytes.ContainsRune([]byte("\x00\t\n\f\r ()<>[]{}/%"), rune(content[i])); i++ {
		b := content[i]
		if b == '#' && i+2 < len(content) {
			if high, low := hexDigit(content[i+1]), hexDigit(content[i+2]); high >= 0 && low >= 0 {
				b = byte(high<<4 | low)
				i += 2
			}
		}
		if read = append(read, b); len(read) > longest {
			return "", false
		}
	}
	return string(read), true
}

// hexDigit is the value of a hexadecimal digit; -1 for what is none.
func hexDigit(b byte) int {
	if b >= 'A' && b <= 'F' {
		b += 'a' - 'A'
	}
	return strings.IndexByte("0123456789abcdef", b)
}
