package yjs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// Format V1 writes the values of marks and embeds as JSON text. They are kept as
// that text and read when somebody asks, so that what we hand on is what we got.

// skipJSON checks a JSON text. It fails with ErrLimit where arrays and objects nest
// deeper than depth.
func (d *decoder) skipJSON(depth int) {
	raw := d.text()
	switch {
	case d.err != nil:
	case jsonDepth(raw) > depth:
		d.tooDeep()
	case !json.Valid(raw):
		d.fail("JSON")
	}
}

// jsonDepth is how deeply arrays and objects nest, for text that may turn out not
// to be JSON.
func jsonDepth(raw []byte) int {
	depth, deepest, quoted := 0, 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
			deepest = max(deepest, depth)
		case c == ']' || c == '}':
			depth--
		}
	}
	return deepest
}

// parseJSON reads a checked JSON text. Numbers are float64; those too large are
// infinite, as in JavaScript.
func parseJSON(raw string) any {
	var v any
	dec := json.NewDecoder(bytes.NewReader([]byte(raw)))
	dec.UseNumber()
	if dec.Decode(&v) != nil {
		return Undefined{}
	}
	return floats(v)
}

func floats(v any) any {
	switch v := v.(type) {
	case json.Number:
		f, _ := strconv.ParseFloat(string(v), 64)
		return f
	case []any:
		for i := range v {
			v[i] = floats(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = floats(v[key])
		}
	}
	return v
}

// formatJSON writes a value as JSON text. It refuses what JSON doesn't know.
func formatJSON(v any) (string, error) {
	if err := checkJSON(v); err != nil {
		return "", err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", fmt.Errorf("yjs: write JSON: %w", err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

func checkJSON(v any) error {
	switch v := v.(type) {
	case nil, bool, int, int64, string:
		return nil
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return nil
		}
	case []any:
		for _, e := range v {
			if err := checkJSON(e); err != nil {
				return err
			}
		}
		return nil
	case map[string]any:
		for _, e := range v {
			if err := checkJSON(e); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("yjs: no JSON value: %T", v)
}
