package locale

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Speech is the catalogue in one language.
type Speech struct {
	Lang      string
	catalogue *Catalogue
}

// T returns the sentence of a key, with its placeholders filled by name and value
// in turn. Where none was written it returns a mark of omission and tells OnMissing.
func (s Speech) T(key string, args ...any) string {
	found, ok := s.catalogue.messages[s.Lang][key]
	if !ok {
		s.catalogue.OnMissing(key)
		return "…"
	}
	return found.fill(s, args)
}

// Has reports whether there is a sentence for the key.
func (s Speech) Has(key string) bool { return s.catalogue.Has(key) }

// value is an argument as people read it.
func (s Speech) value(arg any) string {
	switch v := arg.(type) {
	case string:
		return v
	case int:
		return s.Number(v)
	case int64:
		return s.Number(int(v))
	case time.Time:
		return s.Moment(v)
	}
	return fmt.Sprint(arg)
}

// Number groups the digits by thousands, as both languages do.
func (s Speech) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return sign + digits
}

// Percent is a share in hundredths.
func (s Speech) Percent(n int) string { return s.Number(n) + " %" }

// Bytes is a size in the unit that makes it short.
func (s Speech) Bytes(n int) string {
	switch {
	case n >= 1<<20:
		return s.Number(n>>20) + " MB"
	case n >= 1<<10:
		return s.Number(n>>10) + " kB"
	}
	return s.T("size.bytes", "count", n)
}

// korea is the one time zone of Korean readers; it has had no summer time since
// 1988, so that it needs no table.
var korea = time.FixedZone("KST", 9*60*60)

// Date is a day: in Korean that of Korea, in English that of UTC.
func (s Speech) Date(t time.Time) string {
	if s.Lang == "ko" {
		return t.In(korea).Format("2006년 1월 2일")
	}
	return t.UTC().Format("2 January 2006")
}

// Moment is a day and the time of day. The English one names its zone, for its
// readers are anywhere.
func (s Speech) Moment(t time.Time) string {
	if s.Lang == "ko" {
		return t.In(korea).Format("2006년 1월 2일 15:04")
	}
	return t.UTC().Format("2 January 2006, 15:04 UTC")
}

// Language is the name of a language in itself; one that the interface doesn't
// speak is named by its tag.
func (s Speech) Language(tag string) string {
	if key := "language." + tag; s.Has(key) {
		return s.T(key)
	}
	return tag
}

// JSON returns all sentences whose keys begin with the prefix, for a script on the
// page. Plural forms stay as they are in the catalogue.
func (s Speech) JSON(prefix string) string {
	if made, ok := s.catalogue.scripts.Load(s.Lang + " " + prefix); ok {
		return made.(string)
	}
	made := s.marshal(prefix)
	s.catalogue.scripts.Store(s.Lang+" "+prefix, made)
	return made
}

func (s Speech) marshal(prefix string) string {
	sentences := map[string]any{}
	for key, m := range s.catalogue.messages[s.Lang] {
		if strings.HasPrefix(key, prefix) {
			sentences[key] = m.source()
		}
	}
	text, err := json.Marshal(sentences)
	if err != nil {
		return "{}" // strings always marshal
	}
	return string(text)
}

// Source returns a sentence as it was written, with names in braces for what fills it in:
// the form for several, where there is one for one as well.
func (s Speech) Source(key string) string {
	return written(s.catalogue.messages[s.Lang][key].other)
}

// source is the sentence as it was written.
func (m message) source() any {
	if m.one == nil {
		return written(m.other)
	}
	return map[string]string{"one": written(m.one), "other": written(m.other)}
}

func written(parts []part) string {
	var out strings.Builder
	for _, p := range parts {
		out.WriteString(p.text)
		switch {
		case p.name == "":
		case p.particle == particle{}:
			out.WriteString("{" + p.name + "}")
		default:
			out.WriteString("{" + p.name + "|" + p.particle.closed + "/" + p.particle.open + "}")
		}
	}
	return out.String()
}

// MomentIn is a day and the time of day in the zone that the time is in, whose IANA name
// stands behind it: a deadline is meant in one place, wherever it is read.
func (s Speech) MomentIn(t time.Time, zone string) string {
	if s.Lang == "ko" {
		return t.Format("2006년 1월 2일 15:04") + " (" + zone + ")"
	}
	return t.Format("2 January 2006, 15:04") + " (" + zone + ")"
}
