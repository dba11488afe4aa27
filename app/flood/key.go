// Package flood protects the door through which anybody may speak. It never shuts it: it
// only says what can be taken in at once and what has to wait until somebody has looked,
// and when a docket gets more than people could have written.
//
// No address is kept. What is counted by address is counted under a key that is made by
// chance, held in memory only, and thrown away each hour, so that nobody can find out
// afterwards who came, not even who runs the forum.
package flood

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"sync"
	"time"
)

// keeper makes keys for addresses.
type keeper struct {
	mu   sync.Mutex
	hour time.Time
	key  [32]byte
}

// of returns under which key an address is counted in this hour. People behind one network
// share it: 24 bits of an IPv4 address, 48 of an IPv6 one. It is empty for what tells
// nobody from anybody else: no address, or one of this machine or its own network, where a
// proxy or an onion service stands in front of everybody. Two hours, and two processes, give different keys.
func (k *keeper) of(address string, at time.Time) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil || !parsed.IsGlobalUnicast() || parsed.Unmap().IsPrivate() {
		return ""
	}
	bits := 48
	if parsed = parsed.Unmap(); parsed.Is4() {
		bits = 24
	}
	network, err := parsed.WithZone("").Prefix(bits)
	if err != nil {
		return ""
	}
	mac := hmac.New(sha256.New, k.current(at))
	mac.Write([]byte(network.String()))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// current is the key of the hour. crypto/rand ends the program rather than give a key
// that could be guessed.
func (k *keeper) current(at time.Time) []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	if hour := at.Truncate(time.Hour); !hour.Equal(k.hour) {
		k.hour = hour
		_, _ = rand.Read(k.key[:])
	}
	kept := k.key
	return kept[:]
}
