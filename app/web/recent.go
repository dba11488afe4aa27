package web

import "sync"

// recent remembers what was asked for lately, up to a bound on its size. It
// keeps two generations: once the young one is full it becomes the old one, and
// what nobody asked for since is let go with the one before. That costs a map
// look-up and no list, and holds at most twice the bound. Safe for concurrent
// use.
type recent[K comparable, V any] struct {
	bound int // of each generation, in what sizeOf counts
	size  func(K, V) int

	mu    sync.Mutex
	young map[K]V
	old   map[K]V
	held  int // by young
}

func newRecent[K comparable, V any](bound int, size func(K, V) int) *recent[K, V] {
	return &recent[K, V]{bound: bound, size: size, young: map[K]V{}}
}

// Get returns the value of a key, making it if it isn't remembered. Two callers
// may make the same value at once; both get an equal one.
func (r *recent[K, V]) Get(key K, build func() V) V {
	if value, ok := r.recall(key); ok {
		return value
	}
	value := build()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep(key, value)
	return value
}

func (r *recent[K, V]) recall(key K) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if value, ok := r.young[key]; ok {
		return value, true
	}
	value, ok := r.old[key]
	if ok {
		r.keep(key, value)
	}
	return value, ok
}

func (r *recent[K, V]) keep(key K, value V) {
	size := r.size(key, value)
	if r.held += size; r.held > r.bound {
		r.old, r.young, r.held = r.young, map[K]V{}, size
	}
	r.young[key] = value
}
