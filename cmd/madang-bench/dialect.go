package main

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// dialect is how the clients of one server speak: the y-websocket protocol, and
// what the server adds to it.
type dialect struct {
	// prefixed says that every message begins with the document's name, and that a
	// client has to introduce itself: Hocuspocus serves many documents on one socket.
	prefixed bool
	// ack is the type of the message that answers an update; zero if none does.
	ack uint64
	// counted says that each answer counts one message, the first of them not being
	// an update; otherwise it names a clock.
	counted bool
	// keeps says that the server has the documents, and answers what is in them.
	keeps bool
	// path is where a document is, with %s for its name.
	path string
}

// The types of messages, and the steps of those that synchronise.
const (
	messageSync      = 0
	messageAuth      = 2
	messageSyncReply = 4 // Hocuspocus: a sync message that wants no answer in turn

	stepVector = 0
	stepReply  = 1
	stepUpdate = 2
)

var (
	madangDialect     = dialect{ack: 64, keeps: true, path: "/live/statements/%s"}
	hocuspocusDialect = dialect{prefixed: true, ack: 8, counted: true, keeps: true, path: "/%s"}
	ywebsocketDialect = dialect{keeps: true, path: "/%s"}
	relayDialect      = dialect{path: "/%s"}
)

// upgrade is the whole request by which a client comes in.
func (d dialect) upgrade(host, doc, token string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "GET "+d.path+" HTTP/1.1\r\nHost: %s\r\n", doc, host)
	b.WriteString("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
	if token != "" {
		fmt.Fprintf(&b, "Authorization: Bearer %s\r\n", token)
	}
	b.WriteString("\r\n")
	return []byte(b.String())
}

// greeting is what a client without any text says first.
func (d dialect) greeting(doc string) [][]byte {
	ask := d.sync(doc, stepVector, []byte{0})
	if !d.prefixed {
		return [][]byte{ask}
	}
	auth := append(d.begin(doc), messageAuth, 0)
	return [][]byte{appendField(auth, nil), ask}
}

func (d dialect) sync(doc string, step byte, body []byte) []byte {
	return appendField(append(d.begin(doc), messageSync, step), body)
}

func (d dialect) begin(doc string) []byte {
	if !d.prefixed {
		return nil
	}
	return appendField(nil, []byte(doc))
}

func appendField(b, field []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(field))), field...)
}

// heard is a message from a server: a sync message with its step and body, or an
// answer to updates up to a clock. Of anything else only the type is told.
type heard struct {
	kind  uint64
	step  uint64
	body  []byte
	clock uint64
}

func (d dialect) parse(message []byte) (heard, error) {
	c := cursor{rest: message}
	if d.prefixed {
		c.bytes()
	}
	h := heard{kind: c.number()}
	switch {
	case h.kind == messageSync, h.kind == messageSyncReply && d.prefixed:
		h.kind = messageSync
		h.step, h.body = c.number(), c.bytes()
	case h.kind == d.ack && d.ack != 0 && !d.counted:
		c.number() // the client
		h.clock = c.number()
	}
	if c.failed {
		return heard{}, fmt.Errorf("malformed message %x", message[:min(len(message), 40)])
	}
	return h, nil
}
