package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
)

// The opcodes of WebSocket frames (RFC 6455, section 5.2).
const (
	opContinuation = 0
	opText         = 1
	opBinary       = 2
	opClose        = 8
	opPing         = 9
	opPong         = 10
)

// clientFrame is a whole message as a client puts it on the wire, masked. Frames
// are made before the load begins, so that sending one is a single write.
func clientFrame(op byte, payload []byte) []byte {
	b := make([]byte, 0, len(payload)+14)
	b = append(b, 0x80|op)
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	var mask [4]byte
	binary.LittleEndian.PutUint32(mask[:], rand.Uint32())
	b = append(b, mask[:]...)
	for i, c := range payload {
		b = append(b, c^mask[i%4])
	}
	return b
}

// wireFrame is one frame from a server. Its payload shares memory with what it was
// read from.
type wireFrame struct {
	op      byte
	final   bool
	payload []byte
}

var errWire = errors.New("not a WebSocket frame of a server")

// parseFrame takes the first frame off b. It reports ok false while the frame is
// not yet there as a whole.
func parseFrame(b []byte) (f wireFrame, rest []byte, ok bool, err error) {
	if len(b) < 2 {
		return f, b, false, nil
	}
	if b[0]&0x70 != 0 || b[1]&0x80 != 0 {
		return f, b, false, errWire
	}
	f.op, f.final = b[0]&0x0f, b[0]&0x80 != 0
	length, head := uint64(b[1]), 2
	switch {
	case length == 126 && len(b) >= 4:
		length, head = uint64(binary.BigEndian.Uint16(b[2:])), 4
	case length == 127 && len(b) >= 10:
		length, head = binary.BigEndian.Uint64(b[2:]), 10
	case length >= 126:
		return f, b, false, nil
	}
	if uint64(len(b)-head) < length {
		return f, b, false, nil
	}
	end := head + int(length)
	f.payload = b[head:end:end]
	return f, b[end:], true, nil
}

// closing says what a close frame said.
func closing(payload []byte) error {
	if len(payload) < 2 {
		return errors.New("closed without a code")
	}
	return fmt.Errorf("closed with %d %s", binary.BigEndian.Uint16(payload), payload[2:])
}
