package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// crowd is people with the real Yjs, all in one Node process; see static/judge/crowd.mjs.
type crowd struct {
	ledger *ledger
	cmd    *exec.Cmd

	mu    sync.Mutex // of in and asked
	in    io.WriteCloser
	asked map[string]chan crowdNews // who was asked for their text
}

// crowdNews is a line that the crowd says.
type crowdNews struct {
	Who     string
	Saved   []string
	Closed  *int
	Reason  string
	Refused string
	Text    *string
	Idle    bool
}

// gatherCrowd starts the process. It ends when ctx does.
func gatherCrowd(ctx context.Context, source string, led *ledger, log *os.File) (*crowd, error) {
	cmd := exec.CommandContext(ctx, "node", filepath.Join(source, "static", "judge", "crowd.mjs"))
	cmd.Stderr = log
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("no Node; install Node 20 and run `make build`: %w", err)
	}
	c := &crowd{ledger: led, cmd: cmd, in: in, asked: map[string]chan crowdNews{}}
	go c.listen(ctx, out)
	return c, nil
}

func (c *crowd) listen(ctx context.Context, out io.Reader) {
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			if ctx.Err() == nil {
				c.ledger.find("the clients from npm ended: %v", c.cmd.Wait())
			}
			return
		}
		var news crowdNews
		if err := json.Unmarshal(line, &news); err != nil {
			c.ledger.find("the clients from npm said %q: %v", line, err)
			continue
		}
		c.hear(news)
	}
}

func (c *crowd) hear(news crowdNews) {
	c.ledger.save(news.Saved...)
	if news.Refused != "" {
		c.ledger.find("%s was refused: %s", news.Who, news.Refused)
	}
	if news.Closed != nil {
		c.ledger.end(news.Who, ending{*news.Closed, news.Reason})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if asked := c.asked[news.Who]; news.Text != nil && asked != nil {
		delete(c.asked, news.Who)
		asked <- news
	}
}

func (c *crowd) tell(command map[string]any) error {
	line, err := json.Marshal(command)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err = c.in.Write(append(line, '\n'))
	return err
}

// member is one person of the crowd.
type member struct {
	person
	crowd     *crowd
	title     string
	statement string
	line      *line
}

func (m *member) join(kind string) error {
	return m.crowd.tell(map[string]any{
		"do": "join", "who": m.title, "kind": kind, "id": m.statement, "token": m.token,
		"address": "ws://" + m.line.addr + "/live/statements",
	})
}

// keepTyping types words until ctx ends.
func (m *member) keepTyping(ctx context.Context, rnd *rand.Rand) {
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-time.After(100*time.Millisecond + time.Duration(rnd.IntN(150))*time.Millisecond):
		}
		token := m.crowd.ledger.write(m.statement, m.person, m.title, n)
		err := m.crowd.tell(map[string]any{"do": "type", "who": m.title, "word": token, "bold": rnd.IntN(10) == 0, "at": rnd.Float64()})
		if err != nil {
			m.crowd.ledger.find("%s could not type: %v", m.title, err)
			return
		}
	}
}

// ask returns what the person reads and whether everything typed is saved.
func (m *member) ask(ctx context.Context) (crowdNews, error) {
	reply := make(chan crowdNews, 1)
	m.crowd.mu.Lock()
	m.crowd.asked[m.title] = reply
	m.crowd.mu.Unlock()
	if err := m.crowd.tell(map[string]any{"do": "text", "who": m.title}); err != nil {
		return crowdNews{}, err
	}
	select {
	case news := <-reply:
		return news, nil
	case <-ctx.Done():
		return crowdNews{}, errors.Join(errors.New(m.title+" doesn't answer"), ctx.Err())
	}
}

func (m *member) text(ctx context.Context) (string, error) {
	news, err := m.ask(ctx)
	if err != nil {
		return "", err
	}
	return *news.Text, nil
}
