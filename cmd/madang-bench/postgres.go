package main

import (
	"context"
	"database/sql"
	"errors"
	"net/url"

	_ "github.com/lib/pq"
)

// template is the database that every run on PostgreSQL begins with a copy of.
const template = "madang_bench_template"

var errNoPostgres = errors.New("no PostgreSQL: run it as `make bench` does, or give --postgres-url")

// database is the URL of a database on the server.
func (s *stage) database(name string) string {
	u, err := url.Parse(s.postgres)
	if err != nil {
		return s.postgres // whoever opens it says what is wrong
	}
	u.Path = "/" + name
	return u.String()
}

func (s *stage) hasTemplate(ctx context.Context) bool {
	db, err := sql.Open("postgres", s.database(template))
	if err != nil {
		return false
	}
	defer db.Close()
	return db.PingContext(ctx) == nil
}

func (s *stage) makeTemplate(ctx context.Context) error {
	return s.execute(ctx, "DROP DATABASE IF EXISTS "+template, "CREATE DATABASE "+template)
}

// copyTemplate makes a database for one run, which goes with it.
func (s *stage) copyTemplate(ctx context.Context, r *running, name string) error {
	if err := s.execute(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		return err
	}
	r.ended = append(r.ended, func() {
		// What stays behind ends with the server.
		_ = s.execute(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)")
	})
	u, err := url.Parse(s.postgres)
	if err != nil {
		return err
	}
	pid, err := findProcess("/postgres ", " -p "+u.Port()+" ")
	r.beside = append(r.beside, pid)
	return err
}

func (s *stage) execute(ctx context.Context, statements ...string) error {
	if s.postgres == "" {
		return errNoPostgres
	}
	db, err := sql.Open("postgres", s.postgres)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
