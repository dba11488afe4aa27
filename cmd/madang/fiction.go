package main

import (
	"embed"
	"encoding/json"

	"madang/app"
	"madang/app/consultation"
	"madang/app/identity"
)

// The demonstration is made up: groups, people, statements and what they say to
// each other. It stands in fiction/forum.json and the Markdown files beside it.
//
//go:embed fiction
var fictionFiles embed.FS

type fiction struct {
	Groups []fictionGroup `json:"groups"`
}

type fictionGroup struct {
	Name          string               `json:"name"`
	Charter       string               `json:"charter"`
	Languages     []string             `json:"languages"`
	ObserversRead bool                 `json:"observers_read"`
	Stakeholders  []fictionStakeholder `json:"stakeholders"`
	// People are invited in this order; the first is the chair.
	People     []fictionPerson    `json:"people"`
	Statements []fictionStatement `json:"statements"`
}

type fictionStakeholder struct {
	Name      string `json:"name"`
	Required  bool   `json:"required"`
	Sensitive bool   `json:"sensitive"`
}

// fictionPerson is called Host in these files, and enters at HOST.localhost.
type fictionPerson struct {
	Host        string   `json:"host"`
	Name        string   `json:"name"`
	Role        app.Role `json:"role"`
	Stakeholder string   `json:"stakeholder"`
}

type fictionStatement struct {
	Title   string          `json:"title"`
	Lang    string          `json:"lang"`
	Text    string          `json:"text"` // the name of a Markdown file
	Threads []fictionThread `json:"threads"`
	// Docket puts the first version before the public.
	Docket *fictionDocket `json:"docket"`

	markdown string // in place of a file
}

// fictionDocket opens when it is played and is open for some days.
type fictionDocket struct {
	Title, Notice, Notes, Published, Kept, Contact string
	Questions                                      []string
	Days                                           int
	Submissions                                    []fictionSubmission
}

// fictionSubmission comes by the page or, with a channel, was keyed in by the chair. It is
// posted unless it waits.
type fictionSubmission struct {
	Clause, Comment, Proposed, Name, Lang string
	Kind                                  consultation.Kind
	As                                    consultation.As
	Publish                               consultation.Publish
	Channel                               consultation.Channel
	Waits                                 bool
}

// fictionThread hangs on the clause with that number, or, without one, on the
// whole statement.
type fictionThread struct {
	Clause string `json:"clause"`
	fictionComment
	Settled *struct {
		By     string `json:"by"`
		Reason string `json:"reason"`
	} `json:"settled"`
}

type fictionComment struct {
	By      string           `json:"by"`
	Body    string           `json:"body"`
	Replies []fictionComment `json:"replies"`
	// Translations are of the comment; Reviewers find them right.
	Translations []fictionTranslation `json:"translations"`
}

type fictionTranslation struct {
	By        string   `json:"by"`
	Lang      string   `json:"lang"`
	Body      string   `json:"body"`
	Reviewers []string `json:"reviewers"`
}

func readFiction() (fiction, error) {
	var read fiction
	text, err := fictionFiles.ReadFile("fiction/forum.json")
	if err != nil {
		return fiction{}, err
	}
	err = json.Unmarshal(text, &read)
	return read, err
}

// source is the first text of the statement.
func (s fictionStatement) source() ([]byte, error) {
	if s.markdown != "" {
		return []byte(s.markdown), nil
	}
	return fictionFiles.ReadFile("fiction/" + s.Text)
}

func (g fictionGroup) draft() identity.GroupDraft {
	draft := identity.GroupDraft{
		Name: g.Name, Charter: g.Charter, Languages: g.Languages, ObserversRead: g.ObserversRead,
	}
	for _, s := range g.Stakeholders {
		draft.Stakeholders = append(draft.Stakeholders,
			identity.StakeholderDraft{Name: s.Name, Required: s.Required, Sensitive: s.Sensitive})
	}
	return draft
}
