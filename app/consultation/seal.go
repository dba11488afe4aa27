package consultation

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strconv"

	"madang/app"
)

// SealedKey names the key with which wordings are sealed before they reach the store: one
// that follows from the forum's secret, which is not in the database. So a copy of the
// database doesn't tell what was taken out of a submission.
const SealedKey = "forum"

// Sealed is a wording that nobody reads any more without two people's consent.
type Sealed struct {
	Revision int
	Bytes    []byte
}

// seal encrypts with AES-256-GCM (NIST SP 800-38D) under a key of its own for each thing
// that is sealed; what it is about is authenticated with it.
func (s *Service) seal(about string, v any) ([]byte, error) {
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

// unseal reads what seal wrote. Something sealed by another forum, or for another place,
// is Unavailable.
func (s *Service) unseal(about string, sealed []byte, into any) error {
	box, err := s.box(about)
	if err != nil {
		return err
	}
	if len(sealed) < box.NonceSize() {
		return app.Unavailable(errors.New("consultation: a seal is too short"))
	}
	text, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], []byte(about))
	if err != nil {
		return app.Unavailable(err)
	}
	return json.Unmarshal(text, into)
}

func (s *Service) box(about string) (cipher.AEAD, error) {
	block, err := aes.NewCipher(s.mac("key of what is sealed", about))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// aboutWording and aboutNames say what a seal is about.
func aboutWording(id app.ID, revision int) string {
	return "wording " + string(id) + " " + strconv.Itoa(revision)
}

func aboutNames(docket app.ID) string { return "names " + string(docket) }
