package realtime

import (
	"hash/fnv"
	"sync"

	"madang/app"
)

// Broker joins the nodes of a forum. It may lose notes and it may be down: the
// log is the truth, and a note only saves waiting for the next look at it.
type Broker interface {
	// Connect begins delivery to a listener.
	Connect(l Listener) Line
}

// Listener is a node as its broker sees it. Its methods must not block.
type Listener interface {
	// Heard is called with each note of a followed topic, sometimes with those
	// of other topics and with the node's own.
	Heard(note []byte)
	// Resumed is called whenever the notes of a shard begin to come: whatever
	// was published before may have been missed.
	Resumed(shard int)
}

// Line is one node's end of a broker. Its methods don't wait for the network.
type Line interface {
	Follow(topic app.ID)
	Unfollow(topic app.ID)
	Publish(topic app.ID, note []byte)
	Close() error
}

// shards is the number of channels that topics are spread over: enough that a
// node hears little that it has no use for, few enough to subscribe to at once.
const shards = 256

// everybody is the topic that every node follows, on a shard of its own.
const everybody app.ID = ""

func shardOf(topic app.ID) int {
	if topic == everybody {
		return shards
	}
	h := fnv.New32a()
	h.Write([]byte(topic))
	return int(h.Sum32() % shards)
}

// follows counts how many followed topics lie on each shard.
type follows struct {
	mu    sync.Mutex
	count [shards + 1]int
}

// change adds delta topics to the shard of topic and reports whether the shard
// became wanted or unwanted by it.
func (f *follows) change(topic app.ID, delta int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	shard := shardOf(topic)
	before := f.count[shard] > 0
	f.count[shard] += delta
	return before != (f.count[shard] > 0)
}

func (f *follows) wants(shard int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count[shard] > 0
}

// MemoryBroker joins hubs of one process. With a single hub it has nothing to
// carry.
type MemoryBroker struct {
	mu    sync.Mutex
	lines map[*memoryLine]bool
}

// NewMemoryBroker returns a broker without nodes.
func NewMemoryBroker() *MemoryBroker {
	return &MemoryBroker{lines: map[*memoryLine]bool{}}
}

// Connect adds a node.
func (b *MemoryBroker) Connect(l Listener) Line {
	line := &memoryLine{broker: b, listener: l}
	line.follows.change(everybody, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines[line] = true
	return line
}

func (b *MemoryBroker) others(than *memoryLine) []*memoryLine {
	b.mu.Lock()
	defer b.mu.Unlock()
	var others []*memoryLine
	for line := range b.lines {
		if line != than {
			others = append(others, line)
		}
	}
	return others
}

type memoryLine struct {
	broker   *MemoryBroker
	listener Listener
	follows  follows
}

// Follow tells of the shard from another goroutine, as a network would: whoever
// calls may hold what the listener needs.
func (l *memoryLine) Follow(topic app.ID) {
	if l.follows.change(topic, 1) {
		go l.listener.Resumed(shardOf(topic))
	}
}

func (l *memoryLine) Unfollow(topic app.ID) { l.follows.change(topic, -1) }

func (l *memoryLine) Publish(topic app.ID, note []byte) {
	for _, other := range l.broker.others(l) {
		if other.follows.wants(shardOf(topic)) {
			other.listener.Heard(note)
		}
	}
}

func (l *memoryLine) Close() error {
	l.broker.mu.Lock()
	defer l.broker.mu.Unlock()
	delete(l.broker.lines, l)
	return nil
}
