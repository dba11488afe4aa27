package statement

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"madang/app/web/view/layout"
)

//go:embed file.css
var fileStyle string

// PageRule is the style by which every printed page of a version has at its foot what it
// can be cited by: where it always can be found, its hash, and which page it is. Boxes in
// the margin are those of CSS Paged Media Module Level 3, section 4.
func PageRule(p layout.Page, v VersionShow) string {
	lines := []string{
		fmt.Sprintf("%s, %s, %s", v.Version.Title, p.T("version.numbered", "no", v.Version.No), p.Date(v.Version.At)),
		v.Address,
		"SHA-256 " + rootText(v.Version.Root),
	}
	for i, line := range lines {
		lines[i] = cssString(line)
	}
	// Letters stand apart, for then none are joined (CSS Text Module Level 3, section 8.2): an "ff"
	// in an address has to be two letters to whoever copies it.
	const font = `font: 7pt/1.4 system-ui, "Noto Sans KR", "Noto Sans CJK KR", sans-serif; letter-spacing: .01em; vertical-align: top; padding-top: 4mm;`
	return `@page { size: A4; margin: 20mm 20mm 28mm; ` +
		`@bottom-left { content: ` + strings.Join(lines, ` "\A " `) + `; white-space: pre-line; text-align: left; ` + font + ` } ` +
		`@bottom-right { content: counter(page) " / " counter(pages); text-align: right; ` + font + ` } }`
}

// cssString writes a text so that no character of it means anything to CSS or HTML (CSS
// Syntax Module Level 3, section 4.3.7).
func cssString(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range text {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(" .,:-/", r):
			out.WriteRune(r)
		default:
			fmt.Fprintf(&out, `\%x `, r)
		}
	}
	out.WriteByte('"')
	return out.String()
}

// styled is the style of a version's file.
func styled(p layout.Page, v VersionShow) string { return fileStyle + PageRule(p, v) }

// filePolicy lets a file do nothing but have its own style: it fetches nothing and runs
// nothing, wherever it is opened.
func filePolicy(style string) string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// describedFile is what a version is, for programs (schema.org, CreativeWork).
func describedFile(v VersionShow) string {
	said, err := json.Marshal(struct {
		Context    string `json:"@context"`
		Type       string `json:"@type"`
		Name       string `json:"name"`
		InLanguage string `json:"inLanguage"`
		Version    int    `json:"version"`
		Created    string `json:"dateCreated"`
		URL        string `json:"url"`
		Identifier string `json:"identifier"`
	}{"https://schema.org", "CreativeWork", v.Version.Title, v.Version.Lang, v.Version.No, v.Version.At.UTC().Format(time.DateOnly), v.Address, "sha256:" + rootText(v.Version.Root)})
	if err != nil {
		return ""
	}
	return `<script type="application/ld+json">` + string(said) + `</script>`
}
