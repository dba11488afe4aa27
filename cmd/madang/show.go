package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/url"

	"madang/app"
	"madang/app/web"
	demoview "madang/app/web/view/demo"
)

// shown is a made-up person as the forum remembers them from one start to the next.
type shown struct {
	Host    string   `json:"host"`
	Name    string   `json:"name"`
	Role    app.Role `json:"role"`
	Group   string   `json:"group"`
	Persona app.ID   `json:"persona"`
}

// rememberedAs is the setting that lists them.
const rememberedAs = "demonstration"

// show returns the made-up people one can be: of the fiction, played now if the
// forum is empty, or of a former start. A forum of real people has none.
func (f *forum) show(ctx context.Context) ([]shown, error) {
	kept, err := f.db.Recall(ctx, rememberedAs)
	if err != nil {
		return nil, err
	}
	if kept == "" {
		if kept, err = f.playAll(ctx); err != nil {
			return nil, err
		}
	}
	var people []shown
	if kept == "" {
		return nil, nil
	}
	return people, json.Unmarshal([]byte(kept), &people)
}

// playAll plays the whole fiction into an empty forum.
func (f *forum) playAll(ctx context.Context) (kept string, err error) {
	if empty, err := f.isEmpty(ctx); err != nil || !empty {
		return "", err
	}
	told, err := readFiction()
	if err != nil {
		return "", err
	}
	var people []shown
	for _, group := range told.Groups {
		made, err := f.playGroup(ctx, group)
		if err != nil {
			return "", fmt.Errorf("%s: %w", group.Name, err)
		}
		for _, p := range made.people {
			people = append(people, shown{Host: p.Host, Name: p.Name, Role: p.Role, Group: group.Name, Persona: p.persona})
		}
	}
	text, err := json.Marshal(people)
	if err != nil {
		return "", err
	}
	return f.db.Remember(ctx, rememberedAs, string(text))
}

// doors gives each of them a fresh return code and the page that uses it.
func (f *forum) doors(ctx context.Context, people []shown) ([]web.DemoPersona, error) {
	var doors []web.DemoPersona
	for _, p := range people {
		actor, err := f.identity.Behind(ctx, p.Persona)
		if err != nil {
			return nil, err
		}
		code, err := f.identity.NewCode(ctx, actor)
		if err != nil {
			return nil, err
		}
		doors = append(doors, web.DemoPersona{
			Token:  rand.Text(),
			Person: demoview.Person{Name: p.Name, Role: p.Role, Group: p.Group, Code: code},
		})
	}
	return doors, nil
}

// doorAddress is where one enters as somebody: each has a host name of their own,
// so that one browser can be several people. Whatever ends in ".localhost" is this
// machine (RFC 6761, section 6.3).
func doorAddress(base, host, token string) (string, error) {
	address, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	address.Host = net.JoinHostPort(host+".localhost", address.Port())
	address.Path = "/demo/" + token
	return address.String(), nil
}
