package locale

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// message is one sentence: a text with placeholders as "{name}", or, with a Korean
// particle that depends on what stands there, "{name|은/는}". A sentence that counts
// something is given as {"one": ..., "other": ...} and chooses by its {count}.
type message struct {
	one, other []part // one is nil where the language makes no difference
}

// part is a piece of a sentence: literal text, or a placeholder.
type part struct {
	text     string
	name     string
	particle particle
}

// UnmarshalJSON reads either form.
func (m *message) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		m.other = parse(text)
		return nil
	}
	var forms struct{ One, Other string }
	if err := json.Unmarshal(raw, &forms); err != nil || forms.Other == "" {
		return fmt.Errorf("neither a sentence nor its plural forms: %s", raw)
	}
	m.other = parse(forms.Other)
	if forms.One != "" {
		m.one = parse(forms.One)
	}
	return nil
}

var placeholder = regexp.MustCompile(`\{([a-z]+)(?:\|([^/}]+)/([^}]+))?\}`)

func parse(text string) []part {
	var parts []part
	end := 0
	for _, at := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		if at[0] > end {
			parts = append(parts, part{text: text[end:at[0]]})
		}
		found := part{name: text[at[2]:at[3]]}
		if at[4] >= 0 {
			found.particle = particle{closed: text[at[4]:at[5]], open: text[at[6]:at[7]]}
		}
		parts = append(parts, found)
		end = at[1]
	}
	if end < len(text) {
		parts = append(parts, part{text: text[end:]})
	}
	return parts
}

// names lists the placeholders, in order and once each.
func (m message) names() []string {
	var names []string
	for _, p := range slices.Concat(m.one, m.other) {
		if p.name != "" && !slices.Contains(names, p.name) {
			names = append(names, p.name)
		}
	}
	slices.Sort(names)
	return names
}

// fill writes the sentence with its values, given as name and value in turn.
func (m message) fill(s Speech, args []any) string {
	if len(m.other) == 1 && m.one == nil && m.other[0].name == "" {
		return m.other[0].text
	}
	parts := m.other
	if count, ok := argument(args, "count").(int); ok && count == 1 && m.one != nil {
		parts = m.one
	}
	var out strings.Builder
	for _, p := range parts {
		out.WriteString(p.text)
		if p.name != "" {
			value := s.value(argument(args, p.name))
			out.WriteString(value + p.particle.after(value))
		}
	}
	return out.String()
}

func argument(args []any, name string) any {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1]
		}
	}
	return nil
}
