package docx

import (
	"strconv"
	"strings"

	"madang/app/prose"
)

// Word knows paragraphs in a row, we know quotes and lists in each other. So each
// paragraph within them carries a hidden bookmark that says where it stands and how
// much of that it shares with the paragraph before it. It moves and goes with its
// paragraph; one that a person adds has none, and goes by its style and numbering.

// box is a quote, a list or an item. Order is the number of a list's first item; 0 is
// 1 as well.
type box struct {
	node  string
	order int
}

func (b box) isList() bool { return b.node == prose.BulletList || b.node == prose.OrderedList }

func (b box) block() prose.Block {
	block := prose.Block{Node: b.node}
	if b.node == prose.OrderedList {
		block.Order = max(b.order, 1)
	}
	return block
}

// place is where a paragraph stands: what it is in, the outermost first.
type place []box

// shared counts the boxes that two places have in common if they stand beside each
// other.
func (p place) shared(other place) int {
	n := 0
	for n < len(p) && n < len(other) && p[n].node == other[n].node {
		n++
	}
	return n
}

// lists counts the lists among the first n boxes.
func (p place) lists(n int) int {
	count := 0
	for _, b := range p[:n] {
		if b.isList() {
			count++
		}
	}
	return count
}

// item is the innermost item that begins after the first n boxes, or -1.
func (p place) item(n int) int {
	for i := len(p) - 1; i >= n; i-- {
		if p[i].node == prose.ListItem {
			return i
		}
	}
	return -1
}

const (
	markPrefix = "_at_"
	// markMax is the longest name of a bookmark that Word takes.
	markMax = 40
	// startMax is the highest number from which Word counts.
	startMax = 32767
)

// mark is the name of the bookmark for the n-th paragraph within something; "" if the
// place is so deep that no name can tell it.
func (p place) mark(n, shared int) string {
	var out strings.Builder
	out.WriteString(markPrefix + strconv.FormatInt(int64(n), 36) + "_" + strconv.Itoa(shared) + "_")
	for i, b := range p {
		switch b.node {
		case prose.Blockquote:
			out.WriteByte('q')
		case prose.BulletList:
			out.WriteByte('u')
		case prose.OrderedList:
			out.WriteByte('o')
			if i >= shared && b.order > 1 {
				out.WriteString(strings.ToUpper(strconv.FormatInt(int64(b.order), 36)))
			}
		}
	}
	if out.Len() > markMax {
		return ""
	}
	return out.String()
}

// parseMark reads the name of a bookmark; found is false if it is no mark of ours.
func parseMark(name string) (p place, shared int, found bool) {
	rest, isMark := strings.CutPrefix(name, markPrefix)
	parts := strings.Split(rest, "_")
	if !isMark || len(parts) != 3 || len(name) > markMax {
		return nil, 0, false
	}
	shared, err := strconv.Atoi(parts[1])
	if err != nil || shared < 0 {
		return nil, 0, false
	}
	letters := parts[2]
	for len(letters) > 0 {
		letter := letters[0]
		rest := strings.TrimLeft(letters[1:], "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
		digits := letters[1 : len(letters)-len(rest)]
		letters = rest
		order, _ := strconv.ParseInt(digits, 36, 64) // the highest there is, if it's higher
		switch {
		case letter == 'q' && digits == "":
			p = append(p, box{node: prose.Blockquote})
		case letter == 'u' && digits == "":
			p = append(p, box{node: prose.BulletList}, box{node: prose.ListItem})
		case letter == 'o' && order <= orderMax:
			p = append(p, box{node: prose.OrderedList, order: int(order)}, box{node: prose.ListItem})
		default:
			return nil, 0, false
		}
	}
	return p, min(shared, len(p)), len(p) > 0
}

// orderMax is the highest number that a list of ours may begin with.
const orderMax = 999_999_999
