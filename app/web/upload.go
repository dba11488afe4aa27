package web

import (
	"bytes"
	"mime/multipart"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"madang/app"
	"madang/app/consultation"
)

// uploadMax bounds the body of a form that carries files, in bytes.
const uploadMax = consultation.MaxFilesSize + bodyMax

// uploads bounds how many large forms of strangers are on their way in at once, for each
// takes memory from its first byte on, and may take as long to come as sendTime. Nothing
// is waited for: a form that comes beyond is told so, and ordinary ones aren't concerned.
type uploads struct {
	clock app.Clock
	mu    sync.Mutex
	begun []time.Time
}

// uploadsAtOnce is how many there may be: some 200 MiB.
const uploadsAtOnce = 16

// begin reports whether one more may come.
func (u *uploads) begin() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	now := u.clock()
	for len(u.begun) > 0 && now.Sub(u.begun[0]) > sendTime {
		u.begun = u.begun[1:] // it never arrived
	}
	if len(u.begun) >= uploadsAtOnce {
		return false
	}
	u.begun = append(u.begun, now)
	return true
}

// end says that one was dealt with.
func (u *uploads) end() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.begun) > 0 {
		u.begun = u.begun[1:]
	}
}

// largeTo is the limit of a request's body, by where it is sent: a submission may bring
// files, and a table may be larger than other forms, if somebody with a session sends it.
func (s *Server) largeTo(header *fasthttp.RequestHeader) int {
	path, _, _ := bytes.Cut(header.RequestURI(), []byte("?"))
	hasSession := len(header.Cookie(secureCookie)) > 0 || len(header.Cookie(plainCookie)) > 0
	switch {
	case isTable(string(path)) && hasSession:
		return consultation.MaxSheet + bodyMax
	case isUpload(string(path)) && isLarge(header) && header.ContentLength() <= uploadMax && s.uploads.begin():
		return uploadMax
	}
	return bodyMax
}

// isLarge reports whether a body is larger than those that anybody may send anywhere.
func isLarge(header *fasthttp.RequestHeader) bool { return header.ContentLength() > bodyMax }

func isTable(path string) bool {
	return strings.HasPrefix(path, "/consultations/") && (strings.HasSuffix(path, "/tables") || strings.HasSuffix(path, "/tables/files"))
}

// isUpload reports whether forms that are sent to an address may carry files.
func isUpload(path string) bool {
	rest, isConsultation := strings.CutPrefix(strings.TrimPrefix(path, "/api/v1"), "/consultations/")
	_, end, _ := strings.Cut(rest, "/")
	return isConsultation && (end == "submissions" || end == "inbox" || end == "documents")
}

// filesIn are the files that a form brings; what was left empty is none.
func filesIn(c *fiber.Ctx, name string) ([]consultation.NewFile, error) {
	form, err := c.MultipartForm()
	if err != nil {
		return nil, nil // a form without files
	}
	var files []consultation.NewFile
	for _, header := range form.File[name] {
		if header.Filename == "" {
			continue
		}
		f, err := newFile(header)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func newFile(header *multipart.FileHeader) (consultation.NewFile, error) {
	content, err := readFile(header, consultation.MaxFilesSize)
	return consultation.NewFile{Name: header.Filename, Content: content}, err
}

// namesOf are what a browser called files, short enough to be shown to whoever sent them.
func namesOf(files []consultation.NewFile) []string {
	var names []string
	for _, f := range files[:min(len(files), 2*consultation.MaxFiles)] {
		name := strings.ToValidUTF8(f.Name, "�")
		if utf8.RuneCountInString(name) > 80 {
			name = string([]rune(name)[:80]) + "…"
		}
		names = append(names, name)
	}
	return names
}

// sumsOf tell files from others.
func sumsOf(files []consultation.NewFile) []string {
	var sums []string
	for _, f := range files {
		sums = append(sums, consultation.SumOf(f))
	}
	return sums
}

// valuesOf are all values of a field of a form, however it was sent.
func valuesOf(c *fiber.Ctx, name string) []string {
	var values []string
	for _, f := range fieldsOf(c) {
		if f.Name == name {
			values = append(values, f.Value)
		}
	}
	return values
}
