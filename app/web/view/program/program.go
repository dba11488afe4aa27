// Package program is the page for people who write programs that use the forum.
package program

import "time"

// Protocol is how the live text is spoken about; who speaks it fills it in.
type Protocol struct {
	Messages []Message
	Closings []Closing
	// Refusals are codes of what isn't taken, each with a sentence "error." and the code.
	Refusals []string
	Limits   Limits
}

// Message is a type of message: who sends it, and what follows its number.
type Message struct {
	Number             int
	Name, From, Fields string
}

// Closing is why a connection ended, and whether there is no use in coming back.
type Closing struct {
	Code    int
	Name    string
	IsFinal bool
}

// Limits are what one connection may cost; sizes are bytes, Text is UTF-16 units.
type Limits struct {
	Frame, FirstReply, Text   int
	Rate                      float64
	Burst, Sockets            int
	FirstMessage, Ping, Lease time.Duration
}

// Guide is what the page shows.
type Guide struct {
	Protocol
	// Requests and Live are samples, made out to this forum; Refusal is what it answers.
	Requests, Again, Live, Refusal string
	// Quota is how many requests there are a minute.
	Quota int
}

// mebibytes is a size as people say it.
func mebibytes(size int) int { return size >> 20 }

func seconds(d time.Duration) int { return int(d / time.Second) }
