package web

import (
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
	c.Vary(fiber.HeaderCookie, fiber.HeaderAcceptLanguage)
	c.Set(fiber.HeaderContentType, "text/calendar; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	return c.Status(http.StatusOK).SendString(out.String())
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

// handleDocketFeed answers with one entry for each docket, new again with each act and when it
// opens and closes.
func (s *Server) handleDocketFeed(c *fiber.Ctx) error {
	list, err := s.consultations.Public(c.UserContext())
	if err != nil {
		return err
	}
	say, now := s.speech.In(s.languageOf(c)), s.consultations.Now()
	at := s.base.JoinPath("/consultations").String()
	feed := newFeed(at+".atom", at, atomText{say.Lang, say.T("consultations.title")})
	feed.ID = at // readers know it by this
	for _, d := range list {
		feed.add(d.ChangedAt(now), atomEntry{
			ID: "urn:uuid:" + string(d.ID), Title: atomText{d.Lang, d.Title}, Author: &atomPerson{d.GroupName},
			Summary: &atomText{say.Lang, say.T("docket.state."+string(d.State(now))) + ". " + say.T("docket.next.closes", "when", say.MomentIn(d.In(d.Closes), d.Zone))},
			Links:   []atomLink{{"alternate", at + "/" + string(d.ID)}},
		})
	}
	c.Vary(fiber.HeaderCookie, fiber.HeaderAcceptLanguage)
	return sendFeed(c, feed)
}
