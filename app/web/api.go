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
	api := r.Group("/api/v1", s.known)
	api.Get("/groups", s.apiGroups)
	api.Get("/groups/:id", s.apiGroup)
	api.Get("/groups/:id/statements", s.apiStatements)
	api.Post("/groups/:id/statements", s.apiStatementCreate)
	api.Get("/statements/:id.md", s.apiStatementMarkdown)
	api.Get("/statements/:id.html", s.apiStatementHTML)
	api.Get("/statements/:id.docx", s.handleStatementWord)
	api.Get("/statements/:id", s.apiStatement)
	api.Get("/statements/:id/clauses", s.apiClauses)
	api.Get("/statements/:id/clauses/:cid", s.apiClause)
	api.Patch("/statements/:id/clauses/:cid", s.apiClauseUpdate)
	api.Get("/statements/:id/clauses/:cid/trace", s.apiTrace)
	api.Get("/statements/:id/versions", s.apiVersions)
	api.Post("/statements/:id/versions", s.apiVersionCreate)
	api.Get("/statements/:id/versions/:no.docx", s.handleVersionWord)
	api.Get("/statements/:id/versions/:no.html", s.handleVersionFile)
	api.Get("/statements/:id/versions/:no.pdf", s.handleVersionPDF)
	api.Get("/statements/:id/versions/:no", s.apiVersion)
	api.Get("/statements/:id/errata", s.apiErrata)
	api.Post("/statements/:id/errata", s.apiErratumCreate)
	api.Get("/statements/:id/comparison", s.apiComparison)
	api.Get("/statements/:id/languages/:lang", s.apiTranslations)
	api.Post("/statements/:id/languages/:lang", s.apiTranslationCreate)
	api.Get("/statements/:id/amendments", s.apiAmendments)
	api.Post("/statements/:id/amendments", s.apiAmendmentCreate)
	api.Get("/statements/:id/steps", s.apiSteps)
	api.Post("/statements/:id/steps", s.apiStepCreate)
	api.Get("/statements/:id/acceptances/new", s.apiAcceptancePlan)
	api.Post("/statements/:id/acceptances", s.apiAcceptanceCreate)
	api.Get("/statements/:id/acceptances/:acceptance", s.apiAcceptance)
	api.Post("/statements/:id/copies/new", s.apiCopyCheck)
	api.Post("/statements/:id/copies", s.apiCopyCreate)
	api.Get("/amendments/:id", s.apiAmendment)
	api.Put("/amendments/:id", s.apiAmendmentUpdate)
	api.Post("/amendments/:id/steps", s.apiAmendmentStepCreate)
	api.Post("/amendments/:id/signatures", s.apiSignatureCreate)
	api.Post("/amendments/:id/comments", s.apiRemarkCreate)
	api.Post("/amendments/:id/amendments", s.apiFurtherCreate)
	api.Get("/statements/:id/threads", s.apiThreads)
	api.Post("/statements/:id/threads", s.apiThreadCreate)
	api.Get("/threads/:id", s.apiThread)
	api.Put("/threads/:id/place", s.apiThreadPlace)
	api.Get("/threads/:id/comments", s.apiComments)
	api.Post("/threads/:id/comments", s.apiCommentCreate)
	api.Post("/threads/:id/settlements", s.apiSettlementCreate)
	api.Get("/comments/:id", s.apiComment)
	api.Patch("/comments/:id", s.apiCommentUpdate)
	api.Delete("/comments/:id", s.apiCommentDelete)
	api.Get("/search", s.apiSearch)
	s.mountConsultationAPI(api)
	s.mountAnswerAPI(api)
	api.Get("/notices", s.apiNotices)
	api.Post("/notices/readings", s.apiNoticeReadingCreate)
	api.Get("/follows", s.apiFollows)
	api.Put("/follows", s.apiFollowUpdate)
	api.Use(func(*fiber.Ctx) error { return app.NotFound() })
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

// bindJSON reads the body of a request. Members nobody knows are refused: a
// misspelt one would otherwise be lost without a word.
func bindJSON(c *fiber.Ctx, into any) error {
	mediaType, _, _ := strings.Cut(string(c.Request().Header.ContentType()), ";")
	if !strings.EqualFold(strings.TrimSpace(mediaType), fiber.MIMEApplicationJSON) {
		return app.Invalid("api.type")
	}
	return decode(c.Body(), into)
}

// decode reads one value of JSON that has no other fields than are known.
func decode(body []byte, into any) error {
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
