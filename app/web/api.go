package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
)

// Below /api/v1 programs find what pages show to people: the same services, the
// same refusals, in JSON. Ids are made by the sender, so that every POST can be
// sent again; lists go on after "next"; times are RFC 3339 in UTC.

func (s *Server) mountAPI(r fiber.Router) {
	s.mountGroupAPI(r)
	s.mountStatementAPI(r)
	s.mountVersionAPI(r)
	s.mountChangeAPI(r)
	s.mountTranslationAPI(r)
	s.mountAmendmentAPI(r)
	s.mountThreadAPI(r)
	s.mountTongueAPI(r)
	s.mountNoteAPI(r)
	s.mountSearchAPI(r)
	s.mountConsultationAPI(r)
	s.mountDeskAPI(r)
	s.mountTableAPI(r)
	s.mountAnswerAPI(r)
	s.mountNoticeAPI(r)
	s.mountTokenAPI(r)
	r.Group(apiBase, s.known, func(*fiber.Ctx) error { return app.NotFound() })
}

// known refuses whoever didn't say who they are.
func (s *Server) known(c *fiber.Ctx) error {
	if !actorOf(c).IsSignedIn() {
		return app.SignIn()
	}
	return c.Next()
}

// listJSON is a list of things; Next is what to ask for "after" to go on, absent
// on the last page.
type listJSON[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// listOf makes a list of every item that make knows how to show.
func listOf[T, U any](items []T, show func(T) U) listJSON[U] {
	list := listJSON[U]{Items: make([]U, len(items))}
	for i, item := range items {
		list.Items[i] = show(item)
	}
	return list
}

// listed is a list as JSON has it: one without anything in it is empty, not null.
func listed[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// bindJSON reads the body of a request. Members nobody knows are refused: a
// misspelt one would otherwise be lost without a word.
func bindJSON(c *fiber.Ctx, into any) error {
	checkTold(c, func(o *operation) any { return o.Takes }, into)
	mediaType, _, _ := strings.Cut(string(c.Request().Header.ContentType()), ";")
	if !strings.EqualFold(strings.TrimSpace(mediaType), fiber.MIMEApplicationJSON) {
		return app.Invalid("api.type")
	}
	return decode(c.Body(), into)
}

// decode reads one value of JSON that has no other fields than are known.
func decode(body []byte, into any) error {
	if holdsNull(body) {
		return app.Invalid("api.null")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return app.Invalid("api.json").Because(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return app.Invalid("api.json")
	}
	return nil
}

// holdsNull reports whether a string in JSON has the character U+0000, which no text of
// people has and PostgreSQL doesn't keep.
func holdsNull(text []byte) bool {
	if !bytes.Contains(text, []byte(`\u0000`)) {
		return false // or the character itself, which is no JSON
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		token, err := decoder.Token()
		if err != nil {
			return false
		}
		if said, isText := token.(string); isText && strings.ContainsRune(said, 0) {
			return true
		}
	}
}

// idOr is the id a sender made, in its canonical form, or a fresh one where none
// was sent.
func idOr(sent app.ID) (app.ID, error) {
	if sent == "" {
		return app.NewID(), nil
	}
	id, err := app.ParseID(string(sent))
	if err != nil {
		return "", app.Invalid("api.id").On("id")
	}
	return id, nil
}

// answer sends JSON to whoever may have it, and to no cache between.
func (s *Server) answer(c *fiber.Ctx, status int, body any) error {
	checkTold(c, func(o *operation) any { return o.Gives }, body)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(status).JSON(body)
}

// timeOf is nil for a time that never was.
func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// isUnchanged compares a version with what the sender has (RFC 9110, section
// 13.1.2), and says which version this is.
func isUnchanged(c *fiber.Ctx, version string) bool {
	tag := `"` + version + `"`
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	for _, known := range strings.Split(c.Get(fiber.HeaderIfNoneMatch), ",") {
		known = strings.TrimPrefix(strings.TrimSpace(known), "W/")
		if known == tag || known == "*" {
			return true
		}
	}
	return false
}

// unchanged says that what the sender has still stands.
func unchanged(c *fiber.Ctx) error { return c.SendStatus(http.StatusNotModified) }
