package web

import (
	"slices"
	"sync"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/language"

	"madang/app"
	"madang/app/web/locale"
	"madang/app/web/view/layout"
	"madang/static"
)

// catalogue is what the forum says, read once.
var catalogue = sync.OnceValues(func() (*locale.Catalogue, error) { return locale.Load(static.Locale()) })

// Sentence is what an error says to people in a language; an error without a
// sentence, or a catalogue that can't be read, is told by its code.
func Sentence(lang string, e *app.Error) string {
	speech, err := catalogue()
	if err != nil {
		return e.Code
	}
	return layout.Page{Speech: speech.In(lang)}.Sentence(e)
}

func (s *Server) sentence(c *fiber.Ctx, e *app.Error) string {
	return layout.Page{Speech: s.speech.In(s.languageOf(c))}.Sentence(e)
}

const languageCookie = "lang"

// languageOf is the reader's choice; before they have made one, what their browser
// prefers among the languages of the forum; else English.
func (s *Server) languageOf(c *fiber.Ctx) string {
	if chosen := c.Cookies(languageCookie); slices.Contains(locale.Languages, chosen) {
		return chosen
	}
	return negotiate(c.Get(fiber.HeaderAcceptLanguage))
}

// English comes first here: a matcher falls back on its first language.
var spoken = language.NewMatcher([]language.Tag{language.English, language.Korean})

func negotiate(accept string) string {
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return "en"
	}
	_, at, _ := spoken.Match(wanted...)
	return []string{"en", "ko"}[at]
}

// handleLanguageUpdate remembers the chosen language and goes back to the page.
func (s *Server) handleLanguageUpdate(c *fiber.Ctx) error {
	if lang := c.FormValue("lang"); slices.Contains(locale.Languages, lang) {
		s.remember(c, languageCookie, lang)
	}
	return s.seeOther(c, placeIn(c.FormValue("to")))
}
