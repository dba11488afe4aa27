package yjs

import (
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// describe is what a document says, in the words of static/judge/describe.mjs.
func describe(d *Doc) map[string]any {
	return map[string]any{
		"prosemirror": describeNodes(d.XMLFragment("prosemirror").Children()),
		"xml":         describeNodes(d.XMLFragment("xml").Children()),
		"text":        describeText(d.Text("text").Delta()),
		"map":         describeValue(d.Map("map")),
		"array":       describeValue(d.Array("array")),
	}
}

func describeNodes(nodes []Node) map[string]any {
	list := []any{}
	for _, n := range nodes {
		list = append(list, describeNode(n))
	}
	return map[string]any{"nodes": list}
}

func describeNode(n Node) any {
	switch n := n.(type) {
	case *XMLText:
		return describeText(n.Delta())
	case *XMLHook:
		return map[string]any{"hook": n.Name()}
	}
	e := n.(*XMLElement)
	described := describeNodes(e.Children())
	described["name"] = e.Name()
	described["attributes"] = describeObject(e.Attributes())
	return described
}

func describeText(runs []Run) map[string]any {
	list := []any{}
	for _, r := range runs {
		run := map[string]any{"marks": describeObject(r.Attributes)}
		if r.Embed != nil {
			run["embed"] = describeValue(r.Embed)
		} else {
			run["string"] = r.Text
		}
		list = append(list, run)
	}
	return map[string]any{"text": list}
}

func describeObject(values map[string]any) map[string]any {
	described := map[string]any{}
	for key, v := range values {
		described[key] = describeValue(v)
	}
	return described
}

func describeList(values []any) []any {
	described := []any{}
	for _, v := range values {
		described = append(described, describeValue(v))
	}
	return described
}

func describeValue(v any) any {
	switch v := v.(type) {
	case Undefined:
		return special("undefined")
	case float64:
		return describeNumber(v)
	case BigInt:
		return special("n" + strconv.FormatInt(int64(v), 10))
	case []byte:
		return special("b" + base64.StdEncoding.EncodeToString(v))
	case SubDoc:
		return map[string]any{"$": "doc " + v.GUID, "options": describeValue(v.Options)}
	case []any:
		return describeList(v)
	case map[string]any:
		return describeObject(v)
	case *Array:
		return map[string]any{"array": describeList(v.Values())}
	case *Map:
		return map[string]any{"map": describeMap(v)}
	case *Text:
		return describeText(v.Delta())
	case *XMLFragment:
		return describeNodes(v.Children())
	case Node:
		return describeNode(v)
	}
	return v
}

func describeMap(m *Map) map[string]any {
	described := map[string]any{}
	for _, key := range m.Keys() {
		v, _ := m.Get(key)
		described[key] = describeValue(v)
	}
	return described
}

func describeNumber(f float64) any {
	switch {
	case f == 0 && math.Signbit(f):
		return special("-0")
	case math.IsNaN(f):
		return special("NaN")
	case math.IsInf(f, 1):
		return special("Infinity")
	case math.IsInf(f, -1):
		return special("-Infinity")
	}
	return f
}

func special(name string) any { return map[string]any{"$": name} }

func describeVector(sv StateVector) []string {
	lines := []string{}
	for client, clock := range sv {
		lines = append(lines, fmt.Sprintf("%d:%d", client, clock))
	}
	slices.Sort(lines)
	return lines
}

func describeDeletions(ranges []Range) []string {
	lines := []string{}
	for _, r := range ranges {
		lines = append(lines, fmt.Sprintf("%d:%d+%d", r.Client, r.Clock, r.Len))
	}
	slices.Sort(lines)
	return lines
}
