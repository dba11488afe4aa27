// Package seal keeps words that nobody may read for now, with a key that isn't in the
// database: it follows from the forum's secret. So a copy of the database doesn't tell what
// was taken out of a text. What is sealed opens only for what it is about.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"

	"madang/app"
)

// Key names the key with which words are sealed before they reach a store.
const Key = "forum"

// Sealer seals with the forum's secret.
type Sealer struct{ secret []byte }

// New returns one.
func New(secret []byte) Sealer { return Sealer{secret} }

// Seal encrypts with AES-256-GCM (NIST SP 800-38D) under a key of its own for each thing
// that is sealed; what it is about is authenticated with it.
func (s Sealer) Seal(about string, v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	box, err := s.box(about)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	rand.Read(nonce) // never fails
	return box.Seal(nonce, nonce, text, []byte(about)), nil
}

// Open reads what Seal wrote. Something sealed by another forum, or for another place, is
// Unavailable.
func (s Sealer) Open(about string, sealed []byte, into any) error {
	box, err := s.box(about)
	if err != nil {
		return err
	}
	if len(sealed) < box.NonceSize() {
		return app.Unavailable(errors.New("seal: it is too short"))
	}
	text, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], []byte(about))
	if err != nil {
		return app.Unavailable(err)
	}
	return json.Unmarshal(text, into)
}

func (s Sealer) box(about string) (cipher.AEAD, error) {
	h := hmac.New(sha256.New, s.secret)
	h.Write([]byte("key of what is sealed\x00" + about))
	block, err := aes.NewCipher(h.Sum(nil))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
