package main

import (
	"os"
	"time"
)

// meter measures what a stretch of time costs whom.
type meter struct {
	server  *running
	began   time.Time
	machine machine
	nodes   time.Duration
	beside  time.Duration
	self    time.Duration
}

// spent is what a window cost, as shares of one core.
type spent struct {
	window time.Duration
	nodes  float64 // the measured servers
	beside float64 // databases that run beside them
	self   float64 // the generator
	others float64 // whatever else ran
	steal  float64 // what the host of this machine took away
}

func (r *running) startMeter() (*meter, error) {
	m := &meter{server: r, began: time.Now()}
	var err error
	m.machine, m.nodes, m.beside, m.self, err = r.read()
	return m, err
}

func (r *running) read() (all machine, nodes, beside, self time.Duration, err error) {
	if all, err = readMachine(); err != nil {
		return
	}
	for _, p := range r.processes {
		used, err := cpuOf(p.pid())
		if err != nil {
			return all, 0, 0, 0, err
		}
		nodes += used
	}
	for _, root := range r.beside {
		for _, pid := range family(root) {
			used, err := cpuOf(pid)
			if err == nil { // else it has ended, and its parent has counted it
				beside += used
			}
		}
	}
	self, err = cpuOf(os.Getpid())
	return all, nodes, beside, self, err
}

func (m *meter) stop() (*spent, error) {
	all, nodes, beside, self, err := m.server.read()
	if err != nil {
		return nil, err
	}
	window := time.Since(m.began)
	share := func(d time.Duration) float64 { return d.Seconds() / window.Seconds() }
	s := &spent{
		window: window, nodes: share(nodes - m.nodes), beside: share(beside - m.beside), self: share(self - m.self),
		steal: share(all.steal - m.machine.steal),
	}
	s.others = max(share(all.busy-m.machine.busy)-s.nodes-s.beside-s.self, 0)
	return s, nil
}
