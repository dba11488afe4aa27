package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// schedule is what goes wrong, and when. The same seed and length make the same
// schedule; what it meets in flight differs from run to run.
type schedule struct {
	seed     uint64
	length   time.Duration // while people write
	settings []string      // of both nodes
	steps    []step
}

// step is one thing that goes wrong for a while.
type step struct {
	at, lasts time.Duration
	fault     fault
	target    int     // which node, statement or client
	weather   weather // for faults of lines
}

type fault int

const (
	killNode fault = iota
	restartNode
	restartBoth // one after the other, as for a new version
	killPostgres
	restartPostgres
	killRedis
	postgresWeather // between a node and PostgreSQL
	redisWeather
	clientWeather // between one client and the forum
	storm         // every client is cut off at once
	desert        // nobody is in a statement: it is evicted
	faults        // how many there are
)

// weights say how often a fault occurs.
var weights = [faults]int{
	killNode: 6, restartNode: 2, restartBoth: 1, killPostgres: 3, restartPostgres: 1, killRedis: 2,
	postgresWeather: 5, redisWeather: 2, clientWeather: 6, storm: 2, desert: 2,
}

// kind names the fault without its target, to count it by.
func (s step) kind() string {
	return [faults]string{
		killNode: "kill -9 of a node", restartNode: "restarts of a node", restartBoth: "restarts of both nodes in turn",
		killPostgres: "kill -9 of PostgreSQL", restartPostgres: "restarts of PostgreSQL", killRedis: "kill -9 of Redis",
		postgresWeather: "bad lines between node and PostgreSQL", redisWeather: "bad lines between node and Redis",
		clientWeather: "bad lines of a client", storm: "reconnect storms", desert: "evictions forced",
	}[s.fault]
}

func (s step) String() string {
	what := ""
	switch s.fault {
	case killNode:
		what = fmt.Sprintf("kill -9 node %c", 'A'+s.target)
	case restartNode:
		what = fmt.Sprintf("restart node %c", 'A'+s.target)
	case restartBoth:
		what = "restart both nodes, one after the other"
	case killPostgres:
		what = "kill -9 PostgreSQL"
	case restartPostgres:
		what = "restart PostgreSQL"
	case killRedis:
		what = "kill -9 Redis"
	case postgresWeather:
		what = fmt.Sprintf("the line from node %c to PostgreSQL is %v", 'A'+s.target, s.weather)
	case redisWeather:
		what = fmt.Sprintf("the line from node %c to Redis is %v", 'A'+s.target, s.weather)
	case clientWeather:
		what = fmt.Sprintf("the line of client %d is %v", s.target, s.weather)
	case storm:
		what = "all clients are cut off"
	case desert:
		what = fmt.Sprintf("all clients of statement %d are cut off", s.target)
	}
	return fmt.Sprintf("%6.2fs for %5.2fs  %s", s.at.Seconds(), s.lasts.Seconds(), what)
}

func (s schedule) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "schedule %d, %v, nodes with %s\n", s.seed, s.length, strings.Join(s.settings, " "))
	for _, step := range s.steps {
		fmt.Fprintf(&b, "  %v\n", step)
	}
	return b.String()
}

// lowLimits make nodes store a text as a whole every few edits, and forget it a
// moment after the last has left.
var lowLimits = []string{"--compact-after=40", "--idle=1s"}

// newSchedule makes the schedule of a seed. Something begins about every second, and
// two things at once happen to different parts.
func newSchedule(seed uint64, length time.Duration, clients int) schedule {
	rnd := rand.New(rand.NewPCG(seed, 0))
	s := schedule{seed: seed, length: length, settings: lowLimits}
	if rnd.IntN(3) == 0 {
		// The bytes of edits go as soon as the text is stored: whoever is behind must load.
		s.settings = append(s.settings[:len(s.settings):len(s.settings)], "--keep-edits=1s")
	}
	free := map[string]time.Duration{} // from when on
	for at := between(rnd, 500, 1200); at < length; at += between(rnd, 300, 1500) {
		next := newStep(rnd, at, length, clients)
		parts := next.parts()
		if isFree(free, parts, at) {
			for _, part := range parts {
				free[part] = at + next.lasts
			}
			s.steps = append(s.steps, next)
		}
	}
	return s
}

func isFree(free map[string]time.Duration, parts []string, at time.Duration) bool {
	for _, part := range parts {
		if free[part] > at {
			return false
		}
	}
	return true
}

func between(rnd *rand.Rand, least, most int) time.Duration {
	return time.Duration(least+rnd.IntN(most-least)) * time.Millisecond
}

func newStep(rnd *rand.Rand, at, length time.Duration, clients int) step {
	s := step{at: at, lasts: between(rnd, 200, 1000+int(length.Milliseconds()/8)), fault: anyFault(rnd)}
	switch s.fault {
	case killNode, restartNode, postgresWeather, redisWeather:
		s.target = rnd.IntN(2)
	case clientWeather:
		s.target = rnd.IntN(clients)
	case desert:
		s.target, s.lasts = rnd.IntN(statements), between(rnd, 2500, 3000)
	}
	s.weather = anyWeather(rnd)
	return s
}

func anyFault(rnd *rand.Rand) fault {
	sum := 0
	for _, weight := range weights {
		sum += weight
	}
	left := rnd.IntN(sum)
	for f, weight := range weights {
		if left -= weight; left < 0 {
			return fault(f)
		}
	}
	panic("unreachable")
}

func anyWeather(rnd *rand.Rand) weather {
	return []weather{
		{down: true}, {swallow: true}, {frozen: true},
		{rate: 500 << rnd.IntN(5)}, {delay: between(rnd, 10, 300)},
	}[rnd.IntN(5)]
}

// parts name what a step takes hold of.
func (s step) parts() []string {
	name := func(of string) []string { return []string{fmt.Sprint(of, s.target)} }
	switch s.fault {
	case killNode, restartNode:
		return name("node")
	case restartBoth:
		return []string{"node0", "node1"}
	case killPostgres, restartPostgres:
		return []string{"PostgreSQL"}
	case killRedis:
		return []string{"Redis"}
	case postgresWeather:
		return name("to PostgreSQL")
	case redisWeather:
		return name("to Redis")
	case clientWeather:
		return name("client")
	case storm:
		return []string{"storm"}
	}
	return []string{"desert"}
}
