package yjs

import "bytes"

// hostile are inputs of about n bytes that say much in few bytes, by what is bad about
// them.
func hostile(n int) map[string][]byte {
	return map[string][]byte{
		"nothing":                   {},
		"zeros":                     make([]byte, n),
		"ones":                      bytes.Repeat([]byte{1}, n),
		"highest bytes":             bytes.Repeat([]byte{255}, n),
		"more clients than bytes":   build(func(e *encoder) { e.uint(maxSafe) }),
		"more structs than bytes":   structs(maxSafe, nil),
		"more values than bytes":    oneStruct(kindAny, func(e *encoder) { e.uint(maxSafe) }),
		"more text than bytes":      oneStruct(kindString, func(e *encoder) { e.uint(maxSafe) }),
		"more deletions than bytes": build(func(e *encoder) { e.raw([]byte{0, 1, 1}); e.uint(maxSafe) }),
		"a GC struct of all clocks": structs(1, func(e *encoder) { e.byte(byte(kindGC)); e.uint(maxSafe) }),
		"many clients":              manyClients(n / 5),
		"many GC structs":           structs(n/2, func(e *encoder) { e.raw(bytes.Repeat([]byte{byte(kindGC), 1}, n/2)) }),
		"many skips":                structs(n/4*2, func(e *encoder) { e.raw(bytes.Repeat([]byte{byte(kindSkip), 1, byte(kindGC), 1}, n/4)) }),
		"many items":                manyItems(n / 6),
		"many deletions":            manyDeletions(n / 4),
		"many deleters":             manyDeleters(n / 5),
		"many values":               oneStruct(kindAny, func(e *encoder) { e.uint(uint64(n)); e.raw(bytes.Repeat([]byte{anyNull}, n)) }),
		"many old values":           oneStruct(kindJSON, func(e *encoder) { e.uint(uint64(n / 2)); e.raw(bytes.Repeat([]byte{1, '0'}, n/2)) }),
		"a deep array":              oneStruct(kindAny, func(e *encoder) { e.byte(1); e.raw(bytes.Repeat([]byte{anyArray, 1}, n/2)); e.byte(anyNull) }),
		"a deep object":             oneStruct(kindAny, func(e *encoder) { e.byte(1); e.raw(bytes.Repeat([]byte{anyObject, 1, 0}, n/3)); e.byte(anyNull) }),
		"a wide array":              oneStruct(kindAny, func(e *encoder) { e.byte(1); wide(e, anyArray, n, []byte{anyNull}) }),
		"a wide object":             oneStruct(kindAny, func(e *encoder) { e.byte(1); wide(e, anyObject, n/2, []byte{0, anyNull}) }),
		"deep JSON":                 oneStruct(kindEmbed, func(e *encoder) { e.text("[" + repeat("[", n/2) + repeat("]", n/2) + "]") }),
		"wide JSON":                 oneStruct(kindEmbed, func(e *encoder) { e.text("[0" + repeat(",0", n/2) + "]") }),
		"JSON that never closes":    oneStruct(kindEmbed, func(e *encoder) { e.text(repeat(`{"":`, n/4)) }),
		"a long text":               oneStruct(kindString, func(e *encoder) { e.text(repeat("😀", n/4)) }),
		"long bytes":                oneStruct(kindBinary, func(e *encoder) { e.bytes(make([]byte, n)) }),
	}
}

func repeat(s string, n int) string { return string(bytes.Repeat([]byte(s), n)) }

func build(write func(*encoder)) []byte {
	var e encoder
	write(&e)
	return e.buf
}

// structs is an update of n structs of one client.
func structs(n int, write func(*encoder)) []byte {
	return build(func(e *encoder) {
		e.uint(1)
		e.uint(uint64(n))
		e.id(ID{1, 0})
		if write != nil {
			write(e)
		}
		e.uint(0)
	})
}

// oneStruct is an update of one item in a root list.
func oneStruct(k kind, content func(*encoder)) []byte {
	return structs(1, func(e *encoder) {
		e.byte(byte(k))
		e.uint(1)
		e.text("a")
		content(e)
	})
}

func wide(e *encoder, tag byte, n int, value []byte) {
	e.byte(tag)
	e.uint(uint64(n))
	e.raw(bytes.Repeat(value, n))
}

func manyClients(n int) []byte {
	return build(func(e *encoder) {
		e.uint(uint64(n))
		for i := range n {
			e.uint(1)
			e.id(ID{uint64(i), 0})
			e.raw([]byte{byte(kindGC), 1})
		}
		e.uint(0)
	})
}

// manyItems are deleted elements, each inserted before the last, so that none joins.
func manyItems(n int) []byte {
	return structs(n, func(e *encoder) {
		e.raw([]byte{byte(kindDeleted), 1, 1, 'a', 1})
		for i := range n - 1 {
			e.byte(byte(kindDeleted) | bitRightOrigin)
			e.id(ID{1, uint64(i)})
			e.uint(1)
		}
	})
}

func manyDeletions(n int) []byte {
	return build(func(e *encoder) {
		e.raw([]byte{0, 1, 1})
		e.uint(uint64(n))
		for i := range n {
			e.uint(uint64(2 * i))
			e.uint(1)
		}
	})
}

func manyDeleters(n int) []byte {
	return build(func(e *encoder) {
		e.uint(0)
		e.uint(uint64(n))
		for i := range n {
			e.id(ID{uint64(i), 1})
			e.id(ID{0, 1})
		}
	})
}

// hostileToSnapshots are inputs for decoders of delete sets and state vectors.
func hostileToSnapshots(n int) map[string][]byte {
	inputs := hostile(n)
	for name, b := range hostile(n) {
		inputs["deletions: "+name] = bytes.TrimPrefix(b, []byte{0})
		inputs["vector: "+name] = append([]byte{0}, b...)
	}
	vector := build(func(e *encoder) {
		e.uint(uint64(n / 4))
		for i := range n / 4 {
			e.id(ID{uint64(i), 0})
		}
	})
	inputs["many known"] = vector
	inputs["vector: many known"] = append([]byte{0}, vector...)
	return inputs
}

// hostileV2 are the same in format V2, and runs such as only that has: they say in a few
// bytes what takes 2^53 in format V1.
func hostileV2(n int) map[string][]byte {
	inputs := map[string][]byte{
		"endless GC structs": endless(kindGC, func(e *encoderV2) { e.lengths.write(1); e.lengths.count = maxSafe }),
		"endless items":      endless(kindDeleted, func(e *encoderV2) { e.lengths.write(1); e.lengths.count = maxSafe }),
		"endless names":      endless(kindType, func(e *encoderV2) { endlessNames(e); e.keys.write(nil) }),
		"endless names to remember": endless(kindType, func(e *encoderV2) {
			endlessNames(e)
			e.keys.written = 7
			e.keys.write(nil)
			e.keys.flush()
			e.keys.diff = 1
			e.keys.count = maxSafe
		}),
		"endless old values": endless(kindJSON, func(e *encoderV2) { e.lengths.write(maxSafe); e.strings.lengths.count = maxSafe }),
		"halves of characters": endless(kindString, func(e *encoderV2) {
			e.strings.raw([]byte(repeat("😀", n/4)))
			e.strings.lengths.value = 1
			e.strings.lengths.count = uint64(n)
		}),
		"bytes as an embed":              endless(kindEmbed, func(e *encoderV2) { e.rest.byte(anyBytes); e.rest.bytes(bytes.Repeat([]byte{255}, n)) }),
		"undefined as an embed":          endless(kindEmbed, func(e *encoderV2) { wide(&e.rest, anyArray, n, []byte{anyUndefined}) }),
		"control characters as an embed": endless(kindEmbed, func(e *encoderV2) { e.rest.byte(anyString); e.rest.bytes(make([]byte, n)) }),
	}
	for name, v1 := range hostile(n) {
		inputs["as V1: "+name] = v1
		if v2, err := ConvertV1ToV2(v1); err == nil {
			inputs[name] = v2
		}
	}
	return inputs
}

// endless is an update that promises 2^53 items with the same origin.
func endless(k kind, content func(*encoderV2)) []byte {
	e := newEncoderV2()
	e.rest.uint(1)
	e.rest.uint(maxSafe)
	e.rest.uint(1)
	e.infos.write(byte(k))
	if k != kindGC {
		e.infos.value |= bitOrigin
		e.infos.buf[0] |= bitOrigin
	}
	e.clients.count = maxSafe
	e.left.count = maxSafe
	content(e)
	e.rest.uint(0)
	return e.finish()
}

func endlessNames(e *encoderV2) {
	e.typeRefs.value, e.typeRefs.count = uint64(refXMLElement), maxSafe
	e.strings.lengths.count = maxSafe
}
