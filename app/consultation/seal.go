package consultation

import (
	"strconv"

	"madang/app"
	"madang/app/seal"
)

// SealedKey names the key with which wordings are sealed before they reach the store.
const SealedKey = seal.Key

// Sealed is a wording that nobody reads any more without two people's consent.
type Sealed struct {
	Revision int
	Bytes    []byte
}

func (s *Service) seal(about string, v any) ([]byte, error) { return seal.New(s.secret).Seal(about, v) }

func (s *Service) unseal(about string, sealed []byte, into any) error {
	return seal.New(s.secret).Open(about, sealed, into)
}

// aboutWording and aboutNames say what a seal is about.
func aboutWording(id app.ID, revision int) string {
	return "wording " + string(id) + " " + strconv.Itoa(revision)
}

func aboutNames(docket app.ID) string { return "names " + string(docket) }
