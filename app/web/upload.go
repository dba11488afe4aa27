package web

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"slices"
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

// uploads bounds what large forms of strangers take in memory. What is on its way in takes
// it from the first byte on, for as long as sendTime: all together may announce so much.
// What has arrived is dealt with one after the other, for files are copied a few times
// until they are kept. A form that comes beyond is told so; ordinary ones aren't concerned.
type uploads struct {
	clock app.Clock
	turn  chan struct{}
	mu    sync.Mutex
	begun []upload
}

type upload struct {
	at   time.Time
	size int
}

// uploadsAtOnce is how much may be announced at once, in bytes: six forms of the largest,
// or the photographs of some thirty people.
const uploadsAtOnce = 64 << 20

func newUploads(clock app.Clock) *uploads {
	return &uploads{clock: clock, turn: make(chan struct{}, 1)}
}

// begin reports whether a form of a size may come.
func (u *uploads) begin(size int) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	now, sum := u.clock(), size
	u.begun = slices.DeleteFunc(u.begun, func(b upload) bool { return now.Sub(b.at) > sendTime }) // they never arrived
	for _, b := range u.begun {
		sum += b.size
	}
	if sum > uploadsAtOnce {
		return false
	}
	u.begun = append(u.begun, upload{now, size})
	return true
}

// arrive waits until a form of a size is next; done says that it was dealt with.
func (u *uploads) arrive(ctx context.Context, size int) (done func(), err error) {
	end := func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		if at := slices.IndexFunc(u.begun, func(b upload) bool { return b.size == size }); at >= 0 {
			u.begun = slices.Delete(u.begun, at, at+1)
		}
	}
	select {
	case u.turn <- struct{}{}:
		return func() { <-u.turn; end() }, nil
	case <-ctx.Done():
		end()
		return nil, app.Busy("attachment.busy").On("files").Because(ctx.Err())
	}
}

// upload lets large forms through one at a time.
func (s *Server) upload(c *fiber.Ctx) error {
	if !isUpload(c.Path()) || !isLarge(&c.Request().Header) {
		return c.Next()
	}
	done, err := s.uploads.arrive(c.UserContext(), c.Request().Header.ContentLength())
	if err != nil {
		return err
	}
	defer done()
	return c.Next()
}

// tooLarge is what is said about a body that wasn't taken: whether it is too large, or
// whether only too many came at once.
func tooLarge(c *fiber.Ctx, refused *app.Error) *app.Error {
	switch {
	case refused.Code == "body.large" && isTable(c.Path()) && hasSession(&c.Request().Header):
		return consultation.TooLargeSheet()
	case refused.Code != "body.large" || !isUpload(c.Path()) || c.Get(cutHeader) != "":
		return refused
	case c.Request().Header.ContentLength() > uploadMax:
		return app.TooLarge("attachment.total", "max", consultation.MaxFilesSize>>20)
	}
	return app.Busy("attachment.busy")
}

// largeTo is the limit of a request's body, by where it is sent: a submission may bring
// files, and a table may be larger than other forms, if somebody with a session sends it.
func (s *Server) largeTo(header *fasthttp.RequestHeader) int {
	path := pathOf(header)
	switch {
	case isTable(path) && hasSession(header):
		return consultation.MaxSheet + bodyMax
	case isUpload(path) && isLarge(header) && header.ContentLength() <= uploadMax && s.uploads.begin(header.ContentLength()):
		return uploadMax
	}
	return bodyMax
}

func pathOf(header *fasthttp.RequestHeader) string {
	path, _, _ := bytes.Cut(header.RequestURI(), []byte("?"))
	return string(path)
}

// hasSession reports whether somebody says that they are signed in, or have a token.
func hasSession(header *fasthttp.RequestHeader) bool {
	return len(header.Cookie(secureCookie)) > 0 || len(header.Cookie(plainCookie)) > 0 || len(header.Peek(fiber.HeaderAuthorization)) > 0
}

// isLarge reports whether a body is larger than those that anybody may send anywhere.
func isLarge(header *fasthttp.RequestHeader) bool { return header.ContentLength() > bodyMax }

func isTable(path string) bool {
	path = strings.TrimPrefix(path, apiBase)
	return strings.HasPrefix(path, "/consultations/") && (strings.HasSuffix(path, "/tables") || strings.HasSuffix(path, "/tables/files"))
}

// isUpload reports whether forms that are sent to an address may carry files.
func isUpload(path string) bool {
	if path == "/receipt/files" || path == apiBase+"/receipts/files" {
		return true
	}
	rest, isConsultation := strings.CutPrefix(strings.TrimPrefix(path, apiBase), "/consultations/")
	_, end, _ := strings.Cut(rest, "/")
	return isConsultation && (end == "submissions" || end == "inbox" || end == "documents")
}

// filesIn are the files that a form brings; what was left empty is none. Of those that
// weren't taken it tells the names, beside why.
func filesIn(c *fiber.Ctx, name string) ([]consultation.NewFile, error) {
	if cut := cutOf(c); cut != nil {
		if cut.refused == nil {
			return cut.files(), app.TooLarge("attachment.total", "max", consultation.MaxFilesSize>>20).On(name)
		}
		return cut.files(), cut.refused.On(name)
	}
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

// theFileIn is the one file that a form brings, up to just beyond a limit in bytes, for a
// service to refuse it by; no content if it brings none. One that wasn't taken is refused
// by tooLarge, which is given its name.
func theFileIn(c *fiber.Ctx, max int64, tooLarge func(name string) *app.Error) (name string, content []byte, err error) {
	if cut := cutOf(c); cut != nil {
		return "", nil, tooLarge(strings.Join(cut.names, "")).On("file")
	}
	file, err := c.FormFile("file")
	if err != nil || file.Size == 0 {
		return "", nil, nil
	}
	content, err = readFile(file, max)
	return file.Filename, content, err
}

// readFile reads an uploaded file up to just beyond a limit in bytes.
func readFile(header *multipart.FileHeader, max int64) ([]byte, error) {
	file, err := header.Open()
	if err != nil {
		return nil, app.Unavailable(err)
	}
	defer file.Close()
	content := make([]byte, min(header.Size, max+1))
	if _, err := io.ReadFull(file, content); err != nil {
		return nil, app.Unavailable(err)
	}
	return content, nil
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
