package realtime

import (
	"encoding/binary"

	"github.com/gorilla/websocket"
)

// wire is a frame as it crosses the network: the header of RFC 6455, section 5.2,
// and the payload. What a server sends is not masked and not fragmented here, so a
// frame for many people is made once and written to each of them as it is.
type wire []byte

// final marks a frame that is a message by itself.
const final = 0x80

// wireOf makes a frame of a payload. The opcodes are gorilla's message types.
func wireOf(opcode int, payload []byte) wire {
	w := make(wire, 0, len(payload)+10)
	w = append(w, final|byte(opcode))
	switch n := len(payload); {
	case n < 126:
		w = append(w, byte(n))
	case n < 1<<16:
		w = binary.BigEndian.AppendUint16(append(w, 126), uint16(n))
	default:
		w = binary.BigEndian.AppendUint64(append(w, 127), uint64(n))
	}
	return append(w, payload...)
}

// binaryFrame is a message to editors.
func binaryFrame(message []byte) wire { return wireOf(websocket.BinaryMessage, message) }
