package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/search"
)

func (s *Server) mountSearchAPI(r fiber.Router) {
	api := s.memberRoutes(r, "Search")
	api.get("/search", s.apiSearch, "Finds words in what the sender may read.",
		query("q", "", "The words; those in quotation marks stand together."), query("group", app.ID(""), "Only in this working group."),
		query("statement", app.ID(""), "Only in this statement."), query("kind", search.Clause, "Only in texts of this kind."), query("mine", false, "Only what the sender wrote."),
		query("after", "", "Where to go on: “next” of the page before."), query("limit", 0, "How many at most."), gives(200, listJSON[hitJSON]{}))
}

type hitJSON struct {
	Kind      search.Kind `json:"kind"`
	Group     app.ID      `json:"group"`
	Statement app.ID      `json:"statement"`
	Title     string      `json:"title"`
	// Clause or Comment with its Thread (with Lang, if it is a translation), Thread alone,
	// Amendment, or Version, by its number, is where the words stand; a title has none.
	Clause    string      `json:"clause,omitempty"`
	Lang      string      `json:"lang,omitempty"`
	Amendment string      `json:"amendment,omitempty"`
	Thread    string      `json:"thread,omitempty"`
	Comment   string      `json:"comment,omitempty"`
	Version   string      `json:"version,omitempty"`
	Author    string      `json:"author,omitempty"`
	At        time.Time   `json:"at"`
	Excerpt   []pieceJSON `json:"excerpt"`
}

type pieceJSON struct {
	Text   string `json:"text"`
	Marked bool   `json:"marked,omitempty"`
}

func hitOf(h search.Hit) hitJSON {
	shown := hitJSON{Kind: h.Kind, Group: h.Group, Statement: h.Statement, Title: h.Title, Author: h.Author, At: h.At, Excerpt: []pieceJSON{}}
	switch h.Kind {
	case search.Clause, search.Note:
		shown.Clause = h.ID
	case search.Translation, search.NoteRendering:
		shown.Clause, shown.Lang = h.Place, h.Lang
	case search.Amendment:
		shown.Amendment = h.ID
	case search.Settlement:
		shown.Thread = h.Place
	case search.Comment:
		shown.Comment, shown.Thread = h.ID, h.Place
	case search.Rendering:
		shown.Comment, shown.Thread, shown.Lang = h.ID, h.Place, h.Lang
	case search.Version:
		shown.Version = h.Place
	}
	for _, piece := range h.Excerpt {
		shown.Excerpt = append(shown.Excerpt, pieceJSON(piece))
	}
	return shown
}

func (s *Server) apiSearch(c *fiber.Ctx) error {
	page, err := s.search.Find(c.UserContext(), actorOf(c), bindSearch(c))
	if err != nil {
		return err
	}
	list := listOf(page.Hits, hitOf)
	list.Next = page.Next
	return s.answer(c, http.StatusOK, list)
}
