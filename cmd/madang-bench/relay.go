package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// relayCommand is what any server in Go on gorilla has to do at the least: read a
// frame, and write it to everybody else at the same address. It knows no documents,
// keeps nothing and lets everybody in.
type relayCommand struct {
	Listen string `default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Where to listen; port 0 picks a free one. Default: 127.0.0.1:0."`
}

// Run relays until the context ends.
func (c *relayCommand) Run(ctx context.Context, out io.Writer) error {
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: newRelay(), ReadHeaderTimeout: 5 * time.Second}
	defer context.AfterFunc(ctx, func() { server.Close() })()
	fmt.Fprintf(out, "listening on http://%s\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// relay passes frames on between the connections of one path.
type relay struct {
	upgrader websocket.Upgrader

	mu    sync.Mutex
	peers map[string]map[*relayConn]bool
}

// relayConn is a connection that is written to by one goroutine at a time.
type relayConn struct {
	mu sync.Mutex
	ws *websocket.Conn
}

func newRelay() *relay {
	return &relay{
		upgrader: websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 4096, WriteBufferPool: &sync.Pool{}},
		peers:    map[string]map[*relayConn]bool{},
	}
}

func (r *relay) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	ws, err := r.upgrader.Upgrade(w, req, nil)
	if err != nil {
		return // Upgrade has answered
	}
	defer ws.Close()
	c := &relayConn{ws: ws}
	r.enter(req.URL.Path, c)
	defer r.leave(req.URL.Path, c)
	for {
		_, frame, err := ws.ReadMessage()
		if err != nil {
			return
		}
		r.passOn(req.URL.Path, c, frame)
	}
}

func (r *relay) enter(path string, c *relayConn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.peers[path] == nil {
		r.peers[path] = map[*relayConn]bool{}
	}
	r.peers[path][c] = true
}

func (r *relay) leave(path string, c *relayConn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.peers[path], c)
	if len(r.peers[path]) == 0 {
		delete(r.peers, path)
	}
}

// passOn writes a frame, prepared once, to everybody on the path but its author.
func (r *relay) passOn(path string, author *relayConn, frame []byte) {
	prepared, err := websocket.NewPreparedMessage(websocket.BinaryMessage, frame)
	if err != nil {
		return // only for a message type that there is not
	}
	for _, c := range r.others(path, author) {
		c.write(prepared)
	}
}

func (r *relay) others(path string, author *relayConn) []*relayConn {
	r.mu.Lock()
	defer r.mu.Unlock()
	others := make([]*relayConn, 0, len(r.peers[path]))
	for c := range r.peers[path] {
		if c != author {
			others = append(others, c)
		}
	}
	return others
}

// write ends the connection if it can't be written to; its reader notices.
func (c *relayConn) write(frame *websocket.PreparedMessage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ws.WritePreparedMessage(frame) != nil {
		c.ws.Close()
	}
}
