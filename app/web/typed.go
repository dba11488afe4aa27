package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app/web/view/layout"
	"madang/app/web/view/refusal"
)

// typedFields are the boxes of all forms into which people type, in the order in
// which a page of an error gives their words back. A return code is none of them: it
// is never shown where somebody didn't ask for it.
var typedFields = []string{"title", "name", "charter", "body", "quote", "text", "reason"}

// field is one value of a form as it was sent.
type field struct{ Name, Value string }

// isTyped reports whether people typed the field, rather than the page.
func (f field) isTyped() bool { return slices.Contains(typedFields, f.Name) }

// fieldsOf lists what a form sent, files left out.
func fieldsOf(c *fiber.Ctx) []field {
	if strings.HasPrefix(string(c.Request().Header.ContentType()), fiber.MIMEMultipartForm) {
		return multipartFields(c)
	}
	var sent []field
	for name, value := range c.Request().PostArgs().All() {
		sent = append(sent, field{string(name), string(value)})
	}
	return sent
}

func multipartFields(c *fiber.Ctx) []field {
	form, err := c.MultipartForm()
	if err != nil {
		return nil
	}
	var sent []field
	for name, values := range form.Value {
		for _, value := range values {
			sent = append(sent, field{name, value})
		}
	}
	slices.SortFunc(sent, func(a, b field) int { return strings.Compare(a.Name, b.Name) })
	return sent
}

// wordsIn gives back what people typed into the form of this request.
func wordsIn(c *fiber.Ctx, p layout.Page) []refusal.Words {
	if isReading(c) {
		return nil
	}
	return wordsOf(fieldsOf(c), p)
}

func wordsOf(sent []field, p layout.Page) []refusal.Words {
	var words []refusal.Words
	for _, name := range typedFields {
		for _, f := range sent {
			if f.Name == name && strings.TrimSpace(f.Value) != "" {
				words = append(words, refusal.Words{Name: name, Label: p.T("typed." + name), Text: f.Value})
			}
		}
	}
	return words
}
