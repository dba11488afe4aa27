package prose

import (
	"crypto/sha256"
	"strings"
)

// TextHash is what two replicas compare to know that they read the same: SHA-256
// over, for each top-level block in order, its node name, U+001F, its clause id,
// U+001F, its PlainText, U+001E. A character that isn't one (in a browser, half
// of a surrogate pair) counts as U+FFFD. Marks are left out, for editors clean
// them up locally. testdata/texthash.json holds vectors for every language.
func TextHash(d Doc) [32]byte {
	var b strings.Builder
	for _, block := range d.Blocks {
		b.WriteString(block.Node + "\x1f" + block.CID + "\x1f")
		b.WriteString(strings.ToValidUTF8(block.PlainText(), "\uFFFD"))
		b.WriteString("\x1e")
	}
	return sha256.Sum256([]byte(b.String()))
}
