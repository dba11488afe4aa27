package web

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app/consultation"
)

// What opens and closes can be followed in a calendar (RFC 5545) and in a reader of news
// (RFC 4287). Both name only what the public list names.

// handleCalendar answers with one event for the period of each docket, in UTC, which
// every calendar understands without a table of zones.
func (s *Server) handleCalendar(c *fiber.Ctx) error {
	list, err := s.consultations.Public(c.UserContext())
	if err != nil {
		return err
	}
	say, now := s.speech.In(s.languageOf(c)), s.consultations.Now()
	var out icalendar
	out.line("BEGIN", "VCALENDAR")
	out.line("VERSION", "2.0")
	out.line("PRODID", "-//Madang//Consultations//EN")
	out.text("NAME", say.T("consultations.title"))
	for _, d := range list {
		out.event(d, now, s.base.Host, s.base.String()+"/consultations/"+string(d.ID))
	}
	out.line("END", "VCALENDAR")
	s.feedHeaders(c, "text/calendar; charset=utf-8")
	return c.Status(http.StatusOK).SendString(out.String())
}

// feedHeaders let a reader of feeds keep one as long as anybody may.
func (s *Server) feedHeaders(c *fiber.Ctx, mediaType string) {
	c.Vary(fiber.HeaderCookie, fiber.HeaderAcceptLanguage)
	c.Set(fiber.HeaderContentType, mediaType)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
}

// icalendar writes the lines of a calendar.
type icalendar struct{ strings.Builder }

// octetsPerLine is after how many octets a line is folded (RFC 5545, section 3.1).
const octetsPerLine = 75

// line writes a property, folded between characters.
func (i *icalendar) line(name, value string) {
	room := octetsPerLine
	for _, r := range name + ":" + value {
		size := len(string(r))
		if size > room {
			i.WriteString("\r\n ")
			room = octetsPerLine - 1
		}
		i.WriteRune(r)
		room -= size
	}
	i.WriteString("\r\n")
}

// escaped are the characters that stand for something else in a text (section 3.3.11).
var escaped = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`)

func (i *icalendar) text(name, value string) { i.line(name, escaped.Replace(value)) }

func (i *icalendar) event(d consultation.Docket, now time.Time, host, address string) {
	const utc = "20060102T150405Z"
	i.line("BEGIN", "VEVENT")
	i.line("UID", string(d.ID)+"@"+host)
	i.line("DTSTAMP", d.ChangedAt(now).UTC().Format(utc))
	i.line("SEQUENCE", fmt.Sprint(len(d.Acts)))
	i.line("DTSTART", d.Opens.UTC().Format(utc))
	i.line("DTEND", d.Closes.UTC().Format(utc))
	i.text("SUMMARY", d.Title)
	i.text("DESCRIPTION", d.GroupName+" · "+d.Number())
	i.line("URL", address)
	if d.State(now) == consultation.StateWithdrawn {
		i.line("STATUS", "CANCELLED")
	} else {
		i.line("STATUS", "CONFIRMED")
	}
	i.line("TRANSP", "TRANSPARENT")
	i.line("END", "VEVENT")
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string     `xml:"id"`
	Title   string     `xml:"title"`
	Updated string     `xml:"updated"`
	Author  string     `xml:"author>name"`
	Summary string     `xml:"summary"`
	Links   []atomLink `xml:"link"`
}

// handleFeed answers with one entry for each docket, new again with each act and when it
// opens and closes.
func (s *Server) handleFeed(c *fiber.Ctx) error {
	list, err := s.consultations.Public(c.UserContext())
	if err != nil {
		return err
	}
	say, now := s.speech.In(s.languageOf(c)), s.consultations.Now()
	at := s.base.String() + "/consultations"
	feed := atomFeed{ID: at, Title: say.T("consultations.title"), Links: []atomLink{{"self", at + ".atom"}, {"alternate", at}}}
	newest := time.Unix(0, 0).UTC()
	for _, d := range list {
		changed := d.ChangedAt(now).UTC()
		if changed.After(newest) {
			newest = changed
		}
		feed.Entries = append(feed.Entries, atomEntry{
			ID: "urn:uuid:" + string(d.ID), Title: d.Title, Updated: changed.Format(time.RFC3339), Author: d.GroupName,
			Summary: say.T("docket.state."+string(d.State(now))) + ". " + say.T("docket.next.closes", "when", say.MomentIn(d.In(d.Closes), d.Zone)),
			Links:   []atomLink{{"alternate", at + "/" + string(d.ID)}},
		})
	}
	feed.Updated = newest.Format(time.RFC3339)
	text, err := xml.Marshal(feed)
	if err != nil {
		return err
	}
	s.feedHeaders(c, "application/atom+xml; charset=utf-8")
	return c.Status(http.StatusOK).SendString(xml.Header + string(text))
}
