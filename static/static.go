// Package static holds what a browser receives: the bundled scripts and styles, and
// the sentences of every page in every language. It is all embedded in the program.
package static

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"regexp"
	"strings"
)

//go:embed all:dist
var dist embed.FS

//go:embed locale
var locale embed.FS

// Prefix is where the browser finds the files.
const Prefix = "/static/"

// Assets are the built scripts and styles.
type Assets struct {
	files fs.FS
	names map[string]string // what a page asks for, as "live.js", to what it was built as
}

// File is one built file as it goes to a browser. Its name holds a hash of its
// content, so it may be cached for ever, unless another build was asked for.
type File struct {
	Body     []byte
	Type     string
	Encoding string // "br", "gzip" or empty
	// IsOther says that the address is that of another build's file, in whose place this
	// build's is given. It must not be kept under that address.
	IsOther bool
}

// Open reads the manifest. A program built without the browser's part says how to
// build it.
func Open() (*Assets, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	return open(files)
}

func open(files fs.FS) (*Assets, error) {
	manifest, err := fs.ReadFile(files, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("static: this program was built without its scripts and styles: run `make build`")
	}
	if err != nil {
		return nil, err
	}
	a := &Assets{files: files}
	if err := json.Unmarshal(manifest, &a.names); err != nil {
		return nil, fmt.Errorf("static: manifest.json: %w", err)
	}
	return a, nil
}

// URL is where a browser finds a file: "live.js" is at "/static/live-HASH.js". A
// name that wasn't built is a fault of the program, found by the first page with it.
func (a *Assets) URL(name string) string {
	built, ok := a.names[name]
	if !ok {
		panic("static: nothing was built as " + name)
	}
	return Prefix + built
}

// encodings are what files are stored in beside their plain form, best first.
var encodings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// File returns the file at an address that URL gave, in the best encoding that the
// Accept-Encoding header allows. While nodes are restarted one by one a page that the one
// made asks the other for its files: it is given those of that one's build.
func (a *Assets) File(address, acceptEncoding string) (File, bool) {
	name, ok := strings.CutPrefix(address, Prefix)
	if !ok || name != path.Base(name) || mime.TypeByExtension(path.Ext(name)) == "" {
		return File{}, false
	}
	if file, ok := a.file(name, acceptEncoding); ok {
		return file, true
	}
	called := builtAs.ReplaceAllString(name, "")
	if called == name {
		return File{}, false
	}
	file, ok := a.file(a.names[called], acceptEncoding)
	file.IsOther = true
	return file, ok
}

// builtAs is what a build puts into the name of a file: a hash of eight letters and digits.
var builtAs = regexp.MustCompile(`-[0-9A-Z]{8}\b`)

func (a *Assets) file(name, acceptEncoding string) (File, bool) {
	kind := mime.TypeByExtension(path.Ext(name))
	for _, e := range encodings {
		if !accepts(acceptEncoding, e.name) {
			continue
		}
		if body, err := fs.ReadFile(a.files, name+e.suffix); err == nil {
			return File{Body: body, Type: kind, Encoding: e.name}, true
		}
	}
	body, err := fs.ReadFile(a.files, name)
	return File{Body: body, Type: kind}, err == nil
}

// accepts reads an Accept-Encoding header (RFC 9110, section 12.5.3) as far as
// browsers use it: a list of names, one of them perhaps refused by "q=0".
func accepts(header, encoding string) bool {
	for offer := range strings.SplitSeq(header, ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(offer), ";")
		if strings.EqualFold(strings.TrimSpace(name), encoding) {
			return strings.ReplaceAll(strings.TrimSpace(quality), " ", "") != "q=0"
		}
	}
	return false
}

// Locale holds the sentences: a folder a language, a file a family of pages.
func Locale() fs.FS {
	files, err := fs.Sub(locale, "locale")
	if err != nil {
		panic(err) // the name is a constant
	}
	return files
}
