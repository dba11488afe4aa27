package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
)

// All feeds are written here (RFC 4287). What is in them is plain text: nothing that people
// typed becomes markup in somebody's reader.

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   atomText    `xml:"title"`
	Updated string      `xml:"updated"`
	Author  *atomPerson `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`

	updated time.Time
}

// atomText is a text in a language. Characters that XML can't hold are replaced as it is
// written.
type atomText struct {
	Lang string `xml:"xml:lang,attr,omitempty"`
	Text string `xml:",chardata"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

// atomEntry names its author unless its feed does.
type atomEntry struct {
	ID      string      `xml:"id"`
	Title   atomText    `xml:"title"`
	Updated string      `xml:"updated"`
	Author  *atomPerson `xml:"author"`
	Summary *atomText   `xml:"summary"`
	Links   []atomLink  `xml:"link"`
}

// newFeed is an empty feed: self is its own address, page that of the page which shows the
// same.
func newFeed(self, page string, title atomText) *atomFeed {
	return &atomFeed{ID: self, Title: title, Links: []atomLink{{"self", self}, {"alternate", page}}, updated: time.Unix(0, 0)}
}

// add puts an entry last. The feed is as new as its newest one.
func (f *atomFeed) add(updated time.Time, e atomEntry) {
	e.Updated = updated.UTC().Format(time.RFC3339)
	f.Entries = append(f.Entries, e)
	if updated.After(f.updated) {
		f.updated = updated
	}
}

// sendFeed answers with a feed, or says that the reader has it already.
func sendFeed(c *fiber.Ctx, f *atomFeed) error {
	f.Updated = f.updated.UTC().Format(time.RFC3339)
	text, err := xml.Marshal(f)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(text)
	if isUnchanged(c, base64.RawURLEncoding.EncodeToString(digest[:16])) {
		return unchanged(c)
	}
	c.Set(fiber.HeaderContentType, "application/atom+xml; charset=utf-8")
	return c.Status(http.StatusOK).SendString(xml.Header + string(text))
}
