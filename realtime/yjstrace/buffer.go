package yjstrace

// buffer is a text with a gap where it was changed last, so that typing on costs
// nothing.
type buffer struct {
	before []byte
	behind []byte // backwards
}

func (b *buffer) len() int { return len(b.before) + len(b.behind) }

// patch changes ASCII text.
func (b *buffer) patch(p Patch) {
	b.moveTo(p.At + p.Remove)
	b.before = append(b.before[:p.At], p.Insert...)
}

func (b *buffer) moveTo(at int) {
	for len(b.before) > at {
		last := len(b.before) - 1
		b.behind = append(b.behind, b.before[last])
		b.before = b.before[:last]
	}
	for len(b.before) < at {
		last := len(b.behind) - 1
		b.before = append(b.before, b.behind[last])
		b.behind = b.behind[:last]
	}
}

func (b *buffer) String() string {
	b.moveTo(b.len())
	return string(b.before)
}
