package yjs

import (
	"cmp"
	"slices"
	"sort"
)

// store holds the structs (items and GC structs) of a document by client.
type store struct {
	clients map[ClientID]*log
	recent  *log // the one asked for last: updates come in runs of one client
}

// log is every struct of one client, by clock, without holes.
type log struct {
	client  ClientID
	structs []*item
	begun   uint64 // the transaction that added to it last
	before  uint64 // its state when that transaction first did
}

func newStore() store { return store{clients: map[ClientID]*log{}} }

// log is the client's log, or nil if it has written nothing.
func (s *store) log(client ClientID) *log {
	if s.recent == nil || s.recent.client != client {
		l := s.clients[client]
		if l == nil {
			return nil
		}
		s.recent = l
	}
	return s.recent
}

// state is the first clock of the client that isn't known.
func (s *store) state(client ClientID) uint64 { return s.log(client).state() }

func (s *store) has(id ID) bool { return id.Clock < s.state(id.Client) }

// open is the client's log, begun if it has written nothing.
func (s *store) open(client ClientID) *log {
	l := s.log(client)
	if l == nil {
		l = &log{client: client}
		s.clients[client] = l
	}
	return l
}

// find is the struct that holds a known element.
func (s *store) find(id ID) *item {
	l := s.log(id.Client)
	return l.structs[l.index(id.Clock)]
}

// descending are the logs, highest client first, as Yjs writes them.
func (s *store) descending() []*log {
	logs := make([]*log, 0, len(s.clients))
	for _, l := range s.clients {
		logs = append(logs, l)
	}
	slices.SortFunc(logs, func(a, b *log) int { return cmp.Compare(b.client, a.client) })
	return logs
}

func (l *log) state() uint64 {
	if l == nil || len(l.structs) == 0 {
		return 0
	}
	return l.structs[len(l.structs)-1].end()
}

// index finds the struct that holds a known clock.
func (l *log) index(clock uint64) int { return after(l.structs, clock) }

func (l *log) insert(i int, it *item) { l.structs = slices.Insert(l.structs, i, it) }

// between are the structs that hold any of the clocks from first up to, not
// including, end; known to the log or not.
func (l *log) between(first, end uint64) []*item {
	if l == nil || first >= min(end, l.state()) {
		return nil
	}
	i := l.index(first)
	j := i
	for j < len(l.structs) && l.structs[j].id.Clock < end {
		j++
	}
	return l.structs[i:j]
}

// compact joins structs with their left neighbours where that can be: those holding
// any clock of the normalised spans, and the one behind each span.
func (l *log) compact(spans []Range) {
	structs := l.structs
	write, read := 0, 0
	for _, span := range spans {
		first := max(read+after(structs[read:], span.Clock), 1)
		if write < read {
			copy(structs[write:], structs[read:first])
		}
		write, read = write+first-read, first
		for read < len(structs) && structs[read].id.Clock <= span.End() {
			if !structs[write-1].join(structs[read]) {
				structs[write] = structs[read]
				write++
			}
			read++
		}
	}
	if write == read {
		return
	}
	write += copy(structs[write:], structs[read:])
	clear(structs[write:])
	l.structs = structs[:write]
}

// after is the index of the first struct that ends behind the clock.
func after(structs []*item, clock uint64) int {
	last := len(structs) - 1
	if last < 0 || structs[last].id.Clock <= clock {
		return max(last, 0)
	}
	return sort.Search(last, func(i int) bool { return structs[i].end() > clock })
}
