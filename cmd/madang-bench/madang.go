package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// madang is the program itself, with all that it does for each keystroke: it knows
// who writes, judges, commits to disk, acknowledges, and only then passes on.
type madang struct {
	onPostgres bool
}

// people is how many personas the forum has, of five sockets each, which is as many
// as a person may have.
const people = 1100

func (m madang) name() string {
	if m.onPostgres {
		return "madang-postgres"
	}
	return "madang-sqlite"
}

func (m madang) prepare(ctx context.Context, s *stage) error {
	folder, isMade := s.prepared(m.name())
	if !isMade || m.onPostgres && !s.hasTemplate(ctx) {
		if err := m.make(ctx, s, folder); err != nil {
			return err
		}
	}
	if m.onPostgres {
		return nil
	}
	// Everybody else begins with the documents of the embedded database.
	var err error
	s.states, err = readStates(folder)
	return err
}

// make fills a forum with people and documents.
func (m madang) make(ctx context.Context, s *stage, folder string) error {
	data := filepath.Join(folder, "data")
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if err := os.MkdirAll(data, 0o755); err != nil {
		return err
	}
	flags := []string{"--data", data}
	if m.onPostgres {
		if err := s.makeTemplate(ctx); err != nil {
			return err
		}
		flags = append(flags, "--database-url", s.database(template))
	}
	demo := append([]string{"demo", "--personas", fmt.Sprint(people), "--statements", fmt.Sprint(documents)}, flags...)
	made, err := exec.CommandContext(ctx, s.madang, demo...).Output()
	if err != nil {
		return fmt.Errorf("madang demo: %w", err)
	}
	if err := os.WriteFile(filepath.Join(folder, "forum"), made, 0o600); err != nil {
		return err
	}
	return m.furnish(ctx, s, folder, flags)
}

// furnish gives the documents the texts that loads need.
func (m madang) furnish(ctx context.Context, s *stage, folder string, flags []string) error {
	r, err := m.open(s, folder, flags)
	if err != nil {
		return err
	}
	if r, err = r.startAll(ctx, s, 1); err != nil {
		return err
	}
	defer r.stop()
	states, err := furnish(ctx, r)
	if err != nil {
		return err
	}
	r.processes[0].stop()
	if err := saveStates(folder, states); err != nil {
		return err
	}
	return s.markMade(m.name())
}

// open reads who is in the forum. Nothing is started yet.
func (m madang) open(s *stage, folder string, flags []string) (*running, error) {
	made, err := os.ReadFile(filepath.Join(folder, "forum"))
	if err != nil {
		return nil, err
	}
	r := &running{dialect: madangDialect, states: s.states}
	for line := range strings.Lines(string(made)) {
		var row struct{ Token, ID string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			return nil, fmt.Errorf("%w in %q", err, line)
		}
		if row.Token != "" {
			r.tokens = append(r.tokens, row.Token)
		} else {
			r.docs = append(r.docs, row.ID)
		}
	}
	command := append([]string{s.madang, "serve", "--listen", "127.0.0.1:0"}, flags...)
	r.again = func(ctx context.Context) error { return r.add(ctx, nil, command...) }
	return r, nil
}

func (m madang) start(ctx context.Context, s *stage, nodes int) (*running, error) {
	data, err := s.copyOf(m.name())
	if err != nil {
		return nil, err
	}
	flags := []string{"--data", data}
	name := strings.ReplaceAll(filepath.Base(data), "-", "_")
	if m.onPostgres {
		flags = append(flags, "--database-url", s.database(name))
	}
	if nodes > 1 {
		flags = append(flags, "--redis-url", s.redis)
	}
	folder, _ := s.prepared(m.name())
	r, err := m.open(s, folder, flags)
	if err != nil {
		return nil, err
	}
	r.data = data
	if m.onPostgres {
		if err := s.copyTemplate(ctx, r, name); err != nil {
			r.stop()
			return nil, err
		}
	}
	return r.startAll(ctx, s, nodes)
}
