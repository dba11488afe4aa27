package web

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"madang/app"
	"madang/app/consultation"
)

// A form with files that are too large is not refused at its head: what was typed into it
// stands before the files, so as much of it is read as of any other form, and no more. Its
// page then comes back with the words, and says which files weren't taken.
//
// What had to be cut off passes the server in two steps, for its head is seen before there
// is a request: cutTo bounds what is read, and uncut makes an ordinary form of that.

// cutHeader carries the size and the type of a form that is cut off, from its head to
// uncut. Whatever a browser sends under this name is dropped.
const cutHeader = "Madang-Cut"

const cutKey localsKey = 3

// cutForm is a form whose files weren't taken.
type cutForm struct {
	// refused says why, if it was not for the size; how large files may be each form says.
	refused *app.Error
	// names are what the browser called the files that began before the end.
	names []string
}

// cutOf is nil for a form that came whole.
func cutOf(c *fiber.Ctx) *cutForm {
	cut, _ := c.Locals(cutKey).(*cutForm)
	return cut
}

// files are those that weren't taken: names without contents, to be chosen again.
func (f *cutForm) files() []consultation.NewFile {
	var files []consultation.NewFile
	for _, name := range f.names {
		files = append(files, consultation.NewFile{Name: name})
	}
	return files
}

// cutTo returns how many bytes of a body are read, of which a limit may come. Of a larger
// form with files it is the beginning, and the connection ends with the answer.
func cutTo(header *fasthttp.RequestHeader, limit int) int {
	header.Del(cutHeader)
	size := header.ContentLength()
	if size <= limit || len(header.MultipartFormBoundary()) == 0 || !hasFiles(header) {
		return limit
	}
	header.Set(cutHeader, strconv.Itoa(size)+" "+string(header.ContentType()))
	header.SetContentLength(bodyMax)
	header.SetContentType(fiber.MIMEOctetStream)
	header.SetConnectionClose() // for what follows is no request
	return bodyMax
}

// hasFiles reports whether a form with files is sent by somebody who may have one: all but
// those of the public belong to a session.
func hasFiles(header *fasthttp.RequestHeader) bool {
	path := pathOf(header)
	if strings.HasPrefix(path, apiBase) {
		return false // a program has its words still
	}
	return isPublicUpload(path) || hasSession(header) && (isUpload(path) || isTable(path) || isText(path))
}

// isText reports whether the text of a statement may come to an address as a file.
func isText(path string) bool {
	return strings.HasPrefix(path, "/groups/") && strings.HasSuffix(path, "/statements") ||
		strings.HasPrefix(path, "/statements/") && strings.HasSuffix(path, "/copies/new")
}

func isPublicUpload(path string) bool {
	return path == "/receipt/files" || strings.HasPrefix(path, "/consultations/") && strings.HasSuffix(path, "/submissions") && isUpload(path)
}

// uncut lets a form that was cut off come in as one without files. A form that was cut off
// in the middle of its words is refused as any other that is too large.
func (s *Server) uncut(c *fiber.Ctx) error {
	size, kind, isCut := strings.Cut(c.Get(cutHeader), " ")
	if !isCut {
		return c.Next()
	}
	linger(c.Context().Conn())
	fields, cut, err := beginning(kind, c.Request().Body())
	if err != nil {
		return app.TooLarge("body.large", "max", bodyMax).Because(err)
	}
	if n, err := strconv.Atoi(size); err == nil && n <= uploadMax && isUpload(c.Path()) {
		cut.refused = app.Busy("attachment.busy") // it is not too large, there are too many
	}
	c.Locals(cutKey, cut)
	c.Request().Header.SetContentType(fiber.MIMEApplicationForm)
	c.Request().SetBodyString(fields.Encode())
	return c.Next()
}

// beginning reads the fields of a form up to where it was cut off, in or after a file.
func beginning(kind string, body []byte) (url.Values, *cutForm, error) {
	_, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return nil, nil, err
	}
	fields, cut := url.Values{}, &cutForm{}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := parts.NextPart()
		if err != nil {
			return fields, cut, nil // here it was cut off
		}
		if name := part.FileName(); name != "" {
			cut.names = append(cut.names, name)
			continue
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return nil, nil, err
		}
		fields.Add(part.FormName(), string(text))
	}
}
