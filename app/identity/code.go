package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"math/big"
	"strings"
	"unicode"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"madang/app"
)

// codeDigits are those of a return code: 53 bits, and it looks like a telephone
// number in an address book.
const codeDigits = 16

// StoredCode is what is kept of a return code. Lookup is the first 32 bits of the
// code's HMAC under the forum's secret; Hash is Argon2id over the whole HMAC. Without
// the secret, which isn't in the database, neither can be tried out.
type StoredCode struct {
	Account    app.ID
	Lookup     uint32
	Salt, Hash []byte
}

// Argon2id (RFC 9106) with 19 MiB and two passes, the lower of OWASP's settings:
// about 30 ms, which a small machine can bear.
const (
	argonPasses  = 2
	argonMemory  = 19 << 10 // KiB
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// normalCode reads a code as people write it: with spaces, hyphens or other signs
// between, or with full-width digits. Anything but sixteen digits is "".
func normalCode(typed string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			return -1
		}
		return 'x'
	}, norm.NFKC.String(typed))
	if len(digits) != codeDigits || strings.Contains(digits, "x") {
		return ""
	}
	return digits
}

// drawCode draws a code; each is as likely as any other.
func drawCode() string {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(codeDigits), nil)
	n, err := rand.Int(rand.Reader, limit)
	if err != nil {
		panic("identity: no randomness: " + err.Error()) // crypto/rand ends the program before
	}
	text := n.String()
	return strings.Repeat("0", codeDigits-len(text)) + text
}

// mac is the code's HMAC-SHA256 under the forum's secret.
func (s *Service) mac(code string) []byte {
	h := hmac.New(sha256.New, s.secret)
	h.Write([]byte("return code\x00" + code))
	return h.Sum(nil)
}

// newCode draws a return code and what is to be stored of it. It waits while four
// others are being hashed; Busy if ctx ends first.
func (s *Service) newCode(ctx context.Context) (string, StoredCode, error) {
	code := drawCode()
	mac := s.mac(code)
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	hash, err := s.gate.hash(ctx, mac, salt)
	return code, StoredCode{Lookup: lookupOf(mac), Salt: salt, Hash: hash}, err
}

func lookupOf(mac []byte) uint32 { return binary.BigEndian.Uint32(mac) }

// NewCode replaces the account's return code and returns the new one, which is
// shown once.
func (s *Service) NewCode(ctx context.Context, actor app.Actor) (code string, err error) {
	if err := actor.InPerson(); err != nil {
		return "", err
	}
	code, stored, err := s.newCode(ctx)
	if err != nil {
		return "", err
	}
	stored.Account = actor.Account
	return code, s.store.SetCode(ctx, stored)
}

// Enter opens a session by a return code. A code that hits is answered at once, so
// that nobody can lock others out by guessing; the answer to a miss, Invalid
// "code.unknown", waits its turn: one a second in the whole forum.
func (s *Service) Enter(ctx context.Context, typed string) (session string, err error) {
	account, err := s.accountWithCode(ctx, normalCode(typed))
	if err != nil {
		return "", err
	}
	if account == "" {
		if err := s.gate.slow(ctx); err != nil {
			return "", err
		}
		return "", app.Invalid("code.unknown").On("code")
	}
	token, opened := s.newSession(account)
	return token, s.store.OpenSession(ctx, opened, opened.Created.Add(-forgetAfter))
}

// Confirm makes sure that whoever asks has the return code of the account they came in
// with. Any other code, also one that is somebody else's, is Invalid "code.unknown", and
// that answer waits its turn as in Enter.
func (s *Service) Confirm(ctx context.Context, actor app.Actor, typed string) error {
	if !actor.IsSignedIn() {
		return app.SignIn()
	}
	account, err := s.accountWithCode(ctx, normalCode(typed))
	if err != nil || account == actor.Account {
		return err
	}
	if err := s.gate.slow(ctx); err != nil {
		return err
	}
	return app.Invalid("code.unknown").On("code")
}

// accountWithCode returns the account whose code it is, or "". It hashes at least
// once, also for what isn't a code, so that the time taken tells nothing.
func (s *Service) accountWithCode(ctx context.Context, code string) (app.ID, error) {
	mac := s.mac(code)
	candidates, err := s.store.Codes(ctx, lookupOf(mac))
	if err != nil {
		return "", err
	}
	if len(candidates) == 0 {
		candidates = []StoredCode{{Salt: make([]byte, argonSalt), Hash: make([]byte, argonKey)}}
	}
	for _, candidate := range candidates {
		hash, err := s.gate.hash(ctx, mac, candidate.Salt)
		if err != nil {
			return "", err
		}
		if subtle.ConstantTimeCompare(hash, candidate.Hash) == 1 {
			return candidate.Account, nil
		}
	}
	return "", nil
}

// argon is the slow hash.
func argon(mac, salt []byte) []byte {
	return argon2.IDKey(mac, salt, argonPasses, argonMemory, argonThreads, argonKey)
}
