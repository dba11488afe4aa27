package yjs

// marks are the marks in force at a place of a text, each with the item content that
// began it.
type marks map[string]*contentFormat

// set lets a mark begin or end.
func (m marks) set(c *contentFormat) {
	if c.isEnd() {
		delete(m, c.key)
		return
	}
	m[c.key] = c
}

func (c *contentFormat) isEnd() bool { return c.value == "null" }

// equal reports whether the same marks are in force, by value.
func (m marks) equal(n marks) bool {
	if len(m) != len(n) {
		return false
	}
	for key, c := range m {
		if o := n[key]; o == nil || !sameJSON(c.value, o.value) {
			return false
		}
	}
	return true
}

// values are the marks as plain values; nil if there are none.
func (m marks) values() map[string]any {
	if len(m) == 0 {
		return nil
	}
	values := make(map[string]any, len(m))
	for key, c := range m {
		values[key] = parseJSON(c.value)
	}
	return values
}
