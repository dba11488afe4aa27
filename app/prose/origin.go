package prose

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Origin says what an exported copy of a text was made from, so that an edited one can
// be compared with just that when it comes back. The zero Origin is an unknown one. It is
// as true as whoever had the copy left it: nothing but a comparison may rest on it.
type Origin struct {
	// Statement is the id of the statement.
	Statement string
	// Version is the number of a version; 0 stands for the live text as it was at Seq of
	// its Epoch.
	Version    int
	Epoch, Seq int64
	// IsAmended says that open amendments stand in the copy as tracked changes.
	IsAmended bool
}

// IsKnown reports whether the copy says where it comes from.
func (o Origin) IsKnown() bool { return o.Statement != "" }

// String writes an origin in one line, without what XML or HTML would have to escape;
// "" if it is unknown.
func (o Origin) String() string {
	if !o.IsKnown() {
		return ""
	}
	line := fmt.Sprintf("madang statement %s draft %d.%d", o.Statement, o.Epoch, o.Seq)
	if o.Version > 0 {
		line = fmt.Sprintf("madang statement %s version %d", o.Statement, o.Version)
	}
	if o.IsAmended {
		line += " amended"
	}
	return line
}

var originLine = regexp.MustCompile(`^madang statement ([0-9a-f-]{36}) (?:version ([0-9]{1,9})|draft ([0-9]{1,18})\.([0-9]{1,18}))( amended)?$`)

// ParseOrigin reads what String wrote; of anything else it returns the zero Origin.
func ParseOrigin(line string) Origin {
	m := originLine.FindStringSubmatch(strings.TrimSpace(line))
	if m == nil {
		return Origin{}
	}
	o := Origin{Statement: m[1], IsAmended: m[5] != ""}
	o.Version, _ = strconv.Atoi(m[2])
	o.Epoch, _ = strconv.ParseInt(m[3], 10, 64)
	o.Seq, _ = strconv.ParseInt(m[4], 10, 64)
	return o
}

// MarkdownFrom is Markdown that says in a comment at its head where it comes from;
// ParseMarkdown reads over that, and OriginOf reads it.
func (d Doc) MarkdownFrom(o Origin) string {
	if !o.IsKnown() {
		return d.Markdown()
	}
	return "<!-- " + o.String() + " -->\n\n" + d.Markdown()
}

// originComment is the comment at the head of Markdown that left the forum.
var originComment = regexp.MustCompile(`^\s*<!-- (madang statement [^\n>]*?) -->[ \t]*(?:\r?\n|$)`)

// OriginOf reads where Markdown comes from.
func OriginOf(markdown []byte) Origin {
	m := originComment.FindSubmatch(bytes.TrimPrefix(markdown, []byte("\uFEFF")))
	if m == nil {
		return Origin{}
	}
	return ParseOrigin(string(m[1]))
}
