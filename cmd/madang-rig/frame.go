package main

import (
	"encoding/binary"
	"errors"
	"regexp"
	"strconv"
	"time"

	"github.com/gorilla/websocket"
)

// The message types of the live text that a writer understands; see realtime's
// package comment.
const (
	msgSync    = 0
	msgAck     = 64
	msgRefusal = 65
)

// The steps of a sync message.
const (
	syncStep1  = 0
	syncStep2  = 1
	syncUpdate = 2
)

func syncMessage(step byte, body []byte) []byte {
	return append(binary.AppendUvarint([]byte{msgSync, step}, uint64(len(body))), body...)
}

// number reads a varuint; one that is cut off is 0 with nothing behind it.
func number(b []byte) (n uint64, rest []byte) {
	n, size := binary.Uvarint(b)
	if size <= 0 {
		return 0, nil
	}
	return n, b[size:]
}

// field reads a byte string; one that is cut off is empty.
func field(b []byte) (body, rest []byte) {
	n, rest := number(b)
	if n > uint64(len(rest)) {
		return nil, nil
	}
	return rest[:n], rest[n:]
}

// ending is how a connection ended.
type ending struct {
	code   int // 0: without a word
	reason string
}

func endingOf(err error) ending {
	var closed *websocket.CloseError
	if errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure {
		return ending{closed.Code, closed.Text}
	}
	return ending{}
}

// isForGood reports whether the forum meant that the client can't just come back.
func (e ending) isForGood() bool { return e.code >= 4400 && e.code < 4500 }

// isOrderly reports whether a client was told to come back, and when.
func (e ending) isOrderly() bool {
	return (e.code == websocket.CloseServiceRestart || e.code == websocket.CloseTryAgainLater) && retryShape.MatchString(e.reason)
}

var retryShape = regexp.MustCompile(`^retry-ms=(\d{1,6})$`)

// retry is how long the forum asked to wait.
func (e ending) retry() time.Duration {
	found := retryShape.FindStringSubmatch(e.reason)
	if found == nil {
		return 0
	}
	ms, _ := strconv.Atoi(found[1]) // digits, by its shape
	return time.Duration(ms) * time.Millisecond
}
