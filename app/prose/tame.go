package prose

import (
	"bytes"
	"regexp"
)

// maxSigns is how many signs of emphasis, links and code one block may have. The parser
// compares them with each other, so that its time grows with their square: a megabyte
// of "*a" would take half an hour.
const maxSigns = 600

var (
	// signs are what the parser compares; a run of one counts once.
	signs = regexp.MustCompile("\\*+|_+|`+|[\\[\\]<!&]")
	// beginsBlock matches a line that is no part of the block before it.
	beginsBlock = regexp.MustCompile(`^ {0,3}(?:[-+*][ \t]+\S|1[.)][ \t]+\S|#{1,6}[ \t])`)
	// opening is how a line begins that is an item of a list or part of a quote.
	opening = regexp.MustCompile(`^[ \t]*(?:(?:>|[-+*]|[0-9]{1,9}[.)])[ \t]*)*`)
)

// tame makes mere words of the signs in blocks that have more than maxSigns of them.
func tame(source []byte) []byte {
	if len(signs.FindAllIndex(source, maxSigns+1)) <= maxSigns {
		return source
	}
	var out bytes.Buffer
	for len(source) > 0 {
		block := source[:blockEnd(source)]
		source = source[len(block):]
		if len(signs.FindAllIndex(block, maxSigns+1)) > maxSigns {
			block = literal(block)
		}
		out.Write(block)
	}
	return out.Bytes()
}

// blockEnd is where the first block ends: before the next line that begins another
// one, or behind an empty line.
func blockEnd(source []byte) int {
	end := 0
	for end < len(source) {
		length := len(source) - end
		if newline := bytes.IndexByte(source[end:], '\n'); newline >= 0 {
			length = newline + 1
		}
		line := source[end : end+length]
		if end > 0 && beginsBlock.Match(line) {
			return end
		}
		end += length
		if len(bytes.TrimSpace(line)) == 0 {
			return end
		}
	}
	return end
}

// literal puts a backslash before every sign that isn't at the beginning of a line,
// where it makes an item or a quote (CommonMark 0.31, section 2.4).
func literal(block []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(block) {
		start := opening.FindIndex(line)[1]
		out.Write(line[:start])
		for _, c := range line[start:] {
			if bytes.IndexByte([]byte("*_[]`<!&\\"), c) >= 0 {
				out.WriteByte('\\')
			}
			out.WriteByte(c)
		}
	}
	return out.Bytes()
}
