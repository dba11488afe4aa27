package yjs

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
)

// Format V1 writes the values of marks and embeds as JSON, format V2 in lib0's
// encoding. They are carried from one to the other as JSON.stringify and JSON.parse
// do, down to the order of keys.

// appendJSONOfAny reads a value and appends it as JSON. Values JSON has no way to write
// fail; those which JSON.stringify writes as something else become that.
func appendJSONOfAny(b []byte, d *decoder, depth int) []byte {
	if depth < 0 {
		d.tooDeep()
		return b
	}
	switch d.peek() {
	case anyNull:
		d.byte()
		return append(b, "null"...)
	case anyFalse:
		d.byte()
		return append(b, "false"...)
	case anyTrue:
		d.byte()
		return append(b, "true"...)
	case anyInteger, anyFloat32, anyFloat64:
		return appendJSONNumber(b, d.any().(float64))
	case anyString:
		d.byte()
		return appendJSONString(b, d.text())
	case anyObject:
		return appendJSONObject(b, d, depth)
	case anyArray:
		return appendJSONArray(b, d, depth)
	case anyBytes:
		d.byte()
		return appendJSONBytes(b, d.bytes())
	}
	d.fail("value that JSON doesn't know")
	return b
}

// peek is the next byte, which stays to be read.
func (d *decoder) peek() byte {
	if d.rest() == 0 {
		return 0
	}
	return d.buf[d.pos]
}

func appendJSONObject(b []byte, d *decoder, depth int) []byte {
	d.byte()
	b = append(b, '{')
	isFirst := true
	for n := d.count(2); n > 0; n-- {
		key := d.text()
		if d.peek() == anyUndefined {
			d.byte()
			continue
		}
		if !isFirst {
			b = append(b, ',')
		}
		isFirst = false
		b = append(appendJSONString(b, key), ':')
		b = appendJSONOfAny(b, d, depth-1)
	}
	return append(b, '}')
}

func appendJSONArray(b []byte, d *decoder, depth int) []byte {
	d.byte()
	b = append(b, '[')
	for i, n := 0, d.count(1); i < n && d.err == nil; i++ {
		if i > 0 {
			b = append(b, ',')
		}
		if d.peek() == anyUndefined {
			d.byte()
			b = append(b, "null"...)
			continue
		}
		b = appendJSONOfAny(b, d, depth-1)
	}
	return append(b, ']')
}

// appendJSONBytes writes bytes as the object JavaScript takes them for.
func appendJSONBytes(b, value []byte) []byte {
	b = slices.Grow(b, len(`"":255,`)*len(value)+len(value)*len(strconv.Itoa(len(value)))+2)
	b = append(b, '{')
	for i, c := range value {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = strconv.AppendInt(b, int64(i), 10)
		b = append(b, '"', ':')
		b = strconv.AppendInt(b, int64(c), 10)
	}
	return append(b, '}')
}

func appendJSONNumber(b []byte, f float64) []byte {
	switch abs := math.Abs(f); {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return append(b, "null"...)
	case f == 0:
		return append(b, '0') // the negative one too
	case abs >= 1e-6 && abs < 1e21:
		return strconv.AppendFloat(b, f, 'f', -1, 64)
	}
	b = strconv.AppendFloat(b, f, 'e', -1, 64)
	if n := len(b); b[n-4] == 'e' && b[n-3] == '-' && b[n-2] == '0' {
		b = append(b[:n-2], b[n-1]) // e-07 is e-7 in JavaScript
	}
	return b
}

// escapes are the characters JSON.stringify writes in two.
var escapes = map[byte]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}

func appendJSONString(b, utf8 []byte) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for _, c := range utf8 {
		if c >= ' ' && c != '"' && c != '\\' {
			b = append(b, c)
		} else if short, ok := escapes[c]; ok {
			b = append(b, '\\', short)
		} else {
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		}
	}
	return append(b, '"')
}

// anyOfJSON writes a checked JSON text as a value.
func (e *encoder) anyOfJSON(raw []byte) {
	in := json.NewDecoder(bytes.NewReader(raw))
	in.UseNumber()
	e.nextJSON(in)
}

func (e *encoder) nextJSON(in *json.Decoder) {
	token, err := in.Token()
	if err != nil {
		panic("yjs: unchecked JSON: " + err.Error())
	}
	switch v := token.(type) {
	case json.Delim:
		e.nestedJSON(in, v)
	case json.Number:
		f, _ := strconv.ParseFloat(string(v), 64) // what is too large is infinite, as in JavaScript
		e.number(f)
	case string:
		e.byte(anyString)
		e.text(v)
	case bool:
		e.bool(v)
	case nil:
		e.byte(anyNull)
	}
}

// nestedJSON writes an array or object, whose opening bracket was read.
func (e *encoder) nestedJSON(in *json.Decoder, opening json.Delim) {
	var values encoder
	n := uint64(0)
	for ; in.More(); n++ {
		if opening == '{' {
			key, _ := in.Token()
			values.text(key.(string))
		}
		values.nextJSON(in)
	}
	in.Token() // the closing bracket
	if opening == '{' {
		e.byte(anyObject)
	} else {
		e.byte(anyArray)
	}
	e.uint(n)
	e.raw(values.buf)
}
