package web

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"time"

	"github.com/gofiber/fiber/v2"
)

// A return code, the link of an invitation, a program's token and the address of a feed are
// shown once, and kept nowhere. To
// cross the redirect after the form that made them they travel in a cookie that only
// we can read, bound to the session, so that a reload shows them again and makes no
// new ones.

// onceFor is how long a secret can be looked at again.
const onceFor = 10 * time.Minute

// The secrets that are shown once, by the name of their cookie.
const (
	codeCookie  = "code"
	linkCookie  = "link"
	tokenCookie = "token"
	feedCookie  = "feed"
)

// showOnce keeps a secret for the next page of this session.
func (s *Server) showOnce(c *fiber.Ctx, name, session, secret string) {
	box := s.box(name)
	nonce := make([]byte, box.NonceSize())
	rand.Read(nonce) // never fails; it ends the program where it can't
	sealed := box.Seal(nonce, nonce, []byte(secret), []byte(session))
	c.Cookie(s.cookie(name, base64.RawURLEncoding.EncodeToString(sealed), onceFor))
}

// shownOnce is the secret kept for this page, or "".
func (s *Server) shownOnce(c *fiber.Ctx, name string) string {
	box := s.box(name)
	sealed, err := base64.RawURLEncoding.DecodeString(c.Cookies(name))
	if err != nil || len(sealed) < box.NonceSize() {
		return ""
	}
	nonce, words := sealed[:box.NonceSize()], sealed[box.NonceSize():]
	secret, err := box.Open(nil, nonce, words, []byte(visitorOf(c).session))
	if err != nil {
		return ""
	}
	return string(secret)
}

// box seals with a key of its own for each name.
func (s *Server) box(name string) cipher.AEAD {
	block, err := aes.NewCipher(s.prove("once", name))
	if err != nil {
		panic(err) // the key always has 32 bytes
	}
	box, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES always has the block size that GCM takes
	}
	return box
}
