package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// secretSize is in bytes; it is the key of every HMAC the forum makes.
const secretSize = 32

// openSecret reads the secret from a file, 64 hexadecimal digits, and makes the
// file first where there is none. Several nodes that start at once on a shared
// folder agree on one secret: the first to link its file into place wins.
func openSecret(path string) ([]byte, error) {
	secret, err := readSecret(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return secret, err
	}
	if err := createSecret(path); err != nil {
		return nil, fmt.Errorf("secret file: %w", err)
	}
	return readSecret(path)
}

func readSecret(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(secret) != secretSize {
		return nil, fmt.Errorf("secret file %s: must hold %d hexadecimal digits", path, 2*secretSize)
	}
	return secret, nil
}

func createSecret(path string) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	draft, err := os.CreateTemp(folder, ".secret-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	secret := make([]byte, secretSize)
	rand.Read(secret) // never fails: the program ends where there is no randomness
	if _, err := fmt.Fprintln(draft, hex.EncodeToString(secret)); err != nil {
		return err
	}
	if err := errors.Join(draft.Sync(), draft.Close()); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// fingerprint names a secret without giving it away: the first 8 bytes of its
// SHA-256 under a label of its own.
func fingerprint(secret []byte) string {
	sum := sha256.Sum256(append([]byte("madang secret fingerprint\x00"), secret...))
	return hex.EncodeToString(sum[:8])
}
