package yjs

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Undefined is JavaScript's undefined, which null (nil here) is not.
type Undefined struct{}

// BigInt is JavaScript's bigint, as far as lib0 carries it.
type BigInt int64

// The tags of lib0's "any": the plain values of JavaScript.
const (
	anyUndefined = 127 - iota
	anyNull
	anyInteger
	anyFloat32
	anyFloat64
	anyBigInt
	anyFalse
	anyTrue
	anyString
	anyObject
	anyArray
	anyBytes
)

// any reads a value. Numbers are float64 as in JavaScript, whatever encoding they
// came in; objects are map[string]any, arrays []any and byte arrays []byte.
func (d *decoder) any() any {
	switch tag := d.byte(); tag {
	case anyNull:
		return nil
	case anyInteger:
		return d.int()
	case anyFloat32:
		return float64(math.Float32frombits(uint32(d.fixed(4))))
	case anyFloat64:
		return math.Float64frombits(d.fixed(8))
	case anyBigInt:
		return BigInt(d.fixed(8))
	case anyFalse, anyTrue:
		return tag == anyTrue
	case anyString:
		return string(d.text())
	case anyObject:
		return d.object()
	case anyArray:
		return d.array()
	case anyBytes:
		return slices.Clone(d.bytes())
	}
	return Undefined{}
}

func (d *decoder) object() map[string]any {
	object := map[string]any{}
	for n := d.count(2); n > 0; n-- {
		key := string(d.text())
		object[key] = d.any()
	}
	return object
}

func (d *decoder) array() []any {
	array := make([]any, 0, d.count(1))
	for range cap(array) {
		array = append(array, d.any())
	}
	return array
}

// fixed reads size bytes, the highest first.
func (d *decoder) fixed(size int) uint64 {
	var word [8]byte
	copy(word[8-size:], d.take(size))
	return binary.BigEndian.Uint64(word[:])
}

// skipAny checks a value without building it. Values nested deeper than depth fail
// with ErrLimit.
func (d *decoder) skipAny(depth int) {
	if depth < 0 {
		d.tooDeep()
		return
	}
	switch tag := d.byte(); tag {
	case anyUndefined, anyNull, anyFalse, anyTrue:
	case anyInteger:
		d.int()
	case anyFloat32:
		d.take(4)
	case anyFloat64, anyBigInt:
		d.take(8)
	case anyString:
		d.text()
	case anyBytes:
		d.bytes()
	case anyObject:
		for n := d.count(2); n > 0; n-- {
			d.text()
			d.skipAny(depth - 1)
		}
	case anyArray:
		for n := d.count(1); n > 0; n-- {
			d.skipAny(depth - 1)
		}
	default:
		d.fail("unknown kind of value")
	}
}

func (d *decoder) tooDeep() {
	if d.err == nil {
		d.err = fmt.Errorf("%w: value nested too deeply at byte %d", ErrLimit, d.pos)
	}
	d.pos = len(d.buf)
}

// any writes a value as lib0 does: numbers in the shortest of three encodings, the
// keys of objects sorted. It refuses what JavaScript has no plain value for.
func (e *encoder) any(v any) error {
	switch v := v.(type) {
	case Undefined:
		e.byte(anyUndefined)
	case nil:
		e.byte(anyNull)
	case bool:
		e.bool(v)
	case int:
		e.number(float64(v))
	case int64:
		e.number(float64(v))
	case float64:
		e.number(v)
	case BigInt:
		e.byte(anyBigInt)
		e.buf = binary.BigEndian.AppendUint64(e.buf, uint64(v))
	case string:
		e.byte(anyString)
		e.text(wellFormed(v))
	case []byte:
		e.byte(anyBytes)
		e.bytes(v)
	case []any:
		return e.array(v)
	case map[string]any:
		return e.object(v)
	default:
		return fmt.Errorf("yjs: no plain value: %T", v)
	}
	return nil
}

func (e *encoder) bool(v bool) {
	if v {
		e.byte(anyTrue)
		return
	}
	e.byte(anyFalse)
}

// number prefers an integer of 31 bits, then a float32 if that loses nothing.
func (e *encoder) number(f float64) {
	switch {
	case f == math.Trunc(f) && math.Abs(f) <= 1<<31-1:
		e.byte(anyInteger)
		e.int(f)
	case float64(float32(f)) == f:
		e.byte(anyFloat32)
		e.buf = binary.BigEndian.AppendUint32(e.buf, math.Float32bits(float32(f)))
	default:
		e.byte(anyFloat64)
		e.buf = binary.BigEndian.AppendUint64(e.buf, math.Float64bits(f))
	}
}

func (e *encoder) array(array []any) error {
	e.byte(anyArray)
	e.uint(uint64(len(array)))
	for _, v := range array {
		if err := e.any(v); err != nil {
			return err
		}
	}
	return nil
}

func (e *encoder) object(object map[string]any) error {
	e.byte(anyObject)
	e.uint(uint64(len(object)))
	for _, key := range sortedKeys(object) {
		e.text(wellFormed(key))
		if err := e.any(object[key]); err != nil {
			return err
		}
	}
	return nil
}

// wellFormed replaces what is not UTF-8, as browsers do when they write a lone
// surrogate: a document never holds a string its peers would refuse.
func wellFormed(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
