package flood

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"madang/app"
)

// A proof of work is a speed bump, no proof that somebody is a person: a script in a
// browser tries a quarter of a million SHA-256 a second, a program on one core thirty times
// as many. So it is asked for only under load, it is short, and whoever can't give one is
// let in by the slow lane. (After A. Back, "Hashcash", 2002.)

const (
	// fresh is how long a challenge can be answered.
	fresh = 10 * time.Minute
	// easiest and hardest are in bits: some 0.1 s and 4 s in the browser of an old phone.
	easiest, hardest = 14, 20
)

// Challenge asks for a number: one whose decimal digits, behind Text and a colon, have a
// SHA-256 that begins with Bits zeros. With 0 bits nothing is asked.
type Challenge struct {
	Text string
	Bits int
}

// challenge asks for work before something is said to a docket. It is signed, so that
// nothing has to be kept until an answer comes.
func challenge(secret []byte, of app.ID, work int, at time.Time) Challenge {
	var body [25]byte
	body[0] = byte(work)
	binary.BigEndian.PutUint64(body[1:], uint64(at.Add(fresh).UnixMilli()))
	_, _ = rand.Read(body[9:])
	text := base64.RawURLEncoding.EncodeToString(body[:])
	return Challenge{Text: text + "." + sign(secret, of, text), Bits: work}
}

func sign(secret []byte, of app.ID, text string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("flood " + string(of) + " " + text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// isSolved reports whether a number answers a challenge of ours for this docket in time,
// and how much work that was.
func isSolved(secret []byte, of app.ID, text, number string, at time.Time) (work int, ok bool) {
	body, signature, _ := strings.Cut(text, ".")
	if !hmac.Equal([]byte(signature), []byte(sign(secret, of, body))) {
		return 0, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil || len(raw) != 25 || at.UnixMilli() > int64(binary.BigEndian.Uint64(raw[1:])) {
		return 0, false
	}
	if len(number) > 20 {
		return 0, false
	}
	work = int(raw[0])
	return work, zeros(sha256.Sum256([]byte(text+":"+number))) >= work
}

func zeros(sum [sha256.Size]byte) int {
	for i, b := range sum {
		if b != 0 {
			return 8*i + bits.LeadingZeros8(b)
		}
	}
	return 8 * len(sum)
}

// solve answers a challenge as a browser does.
func (c Challenge) solve() string {
	for n := 0; ; n++ {
		if number := strconv.Itoa(n); zeros(sha256.Sum256([]byte(c.Text+":"+number))) >= c.Bits {
			return number
		}
	}
}
