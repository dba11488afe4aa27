package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"madang/app"
)

// Limits of a group.
const (
	MaxCharter      = 20_000 // characters
	MaxStakeholders = 20
)

// GroupDraft is a group as somebody wants it to be.
type GroupDraft struct {
	Name, Charter string
	// Languages are tags as "ko"; at least one.
	Languages     []string
	ObserversRead bool
	Stakeholders  []StakeholderDraft
}

// StakeholderDraft is a stakeholder group as somebody wants it to be; ID is empty
// for a new one.
type StakeholderDraft struct {
	ID                  app.ID
	Name                string
	Required, Sensitive bool
}

// apply makes the group what the draft says, or tells what is wrong with it.
func (d GroupDraft) apply(g Group) (Group, error) {
	var err error
	if g.Name, err = line(d.Name, MaxGroupName, "name"); err != nil {
		return g, err
	}
	if g.Charter, err = charter(d.Charter); err != nil {
		return g, err
	}
	if g.Languages, err = languages(d.Languages); err != nil {
		return g, err
	}
	g.Terms = app.Terms{ObserversRead: d.ObserversRead}
	g.Stakeholders, err = d.stakeholders(g.Stakeholders)
	return g, err
}

func charter(typed string) (string, error) {
	switch length := utf8.RuneCountInString(typed); {
	case !utf8.ValidString(typed):
		return "", app.Invalid("text.utf8").On("charter")
	case strings.ContainsRune(typed, 0): // no database keeps it
		return "", app.Invalid("text.hidden").On("charter")
	case length > MaxCharter:
		return "", app.TooLarge("charter.long", "max", MaxCharter, "length", length).On("charter")
	}
	return strings.TrimSpace(typed), nil
}

// languages checks tags against BCP 47 and drops doubles.
func languages(chosen []string) ([]string, error) {
	var tags []string
	for _, text := range chosen {
		tag, err := language.Parse(text)
		if err != nil {
			return nil, app.Invalid("languages.unknown").On("languages")
		}
		if !slices.Contains(tags, tag.String()) {
			tags = append(tags, tag.String())
		}
	}
	if len(tags) == 0 {
		return nil, app.Invalid("languages.empty").On("languages")
	}
	return tags, nil
}

// stakeholders keeps the ids and slugs of those that were there before.
func (d GroupDraft) stakeholders(before []Stakeholder) ([]Stakeholder, error) {
	var kept []Stakeholder
	slugs, names := map[string]bool{}, map[string]bool{}
	for _, s := range before {
		slugs[s.Slug] = true
	}
	for _, wish := range d.Stakeholders {
		s, err := wish.apply(before, slugs)
		if err != nil {
			return nil, err
		}
		key := nameKey(s.Name)
		if names[key] {
			return nil, app.Invalid("stakeholders.doubled", "name", s.Name).On("stakeholders")
		}
		names[key] = true
		kept = append(kept, s)
	}
	switch {
	case len(kept) == 0:
		return nil, app.Invalid("stakeholders.empty").On("stakeholders")
	case len(kept) > MaxStakeholders:
		return nil, app.Invalid("stakeholders.many", "max", MaxStakeholders).On("stakeholders")
	}
	return kept, nil
}

func (d StakeholderDraft) apply(before []Stakeholder, slugs map[string]bool) (Stakeholder, error) {
	name, err := line(d.Name, MaxPseudonym, "stakeholders")
	if err != nil {
		return Stakeholder{}, err
	}
	made := Stakeholder{ID: d.ID, Name: name, Required: d.Required, Sensitive: d.Sensitive}
	if made.ID == "" {
		made.ID, made.Slug = app.NewID(), freeSlug(slugOf(name), func(s string) bool { return slugs[s] })
		slugs[made.Slug] = true
		return made, nil
	}
	for _, s := range before {
		if s.ID == d.ID {
			made.Slug = s.Slug
			return made, nil
		}
	}
	return Stakeholder{}, app.Invalid("stakeholder.unknown").On("stakeholders")
}

// freeSlug appends a number to a slug that is taken.
func freeSlug(slug string, isTaken func(string) bool) string {
	free := slug
	for n := 2; isTaken(free); n++ {
		free = fmt.Sprintf("%s-%d", slug, n)
	}
	return free
}

// CreateGroup makes a working group. Only a steward may; that doesn't let them in.
func (s *Service) CreateGroup(ctx context.Context, actor app.Actor, draft GroupDraft) (Group, error) {
	if !actor.Steward {
		return Group{}, app.Forbidden("group.steward_only")
	}
	g, err := draft.apply(Group{ID: app.NewID(), CreatedAt: s.clock()})
	if err != nil {
		return Group{}, err
	}
	var failed error
	g.Slug = freeSlug(slugOf(g.Name), func(slug string) bool {
		taken, err := s.store.HasSlug(ctx, slug)
		failed = err
		return taken && err == nil
	})
	if failed != nil {
		return Group{}, failed
	}
	return g, s.store.CreateGroup(ctx, actor.Account, g)
}

// Groups lists the groups the actor is in, by name; a steward sees all of them, as
// names.
func (s *Service) Groups(ctx context.Context, actor app.Actor) ([]Group, error) {
	if !actor.IsSignedIn() {
		return nil, app.SignIn()
	}
	var ids []app.ID // nil are all
	if !actor.Steward {
		ids = []app.ID{}
		for _, m := range actor.Memberships {
			ids = append(ids, m.Group)
		}
	}
	groups, err := s.store.Groups(ctx, ids)
	for i, g := range groups {
		groups[i] = g.shownTo(actor)
	}
	return groups, err
}

// Group returns a group and the actor's membership of it, which is zero for a
// steward who isn't in it. To all others the group doesn't exist (NotFound).
func (s *Service) Group(ctx context.Context, actor app.Actor, id app.ID) (Group, app.Membership, error) {
	m, isMember := actor.In(id)
	if !isMember && !actor.Steward {
		return Group{}, app.Membership{}, app.NotFound()
	}
	g, err := s.store.Group(ctx, id)
	return g.shownTo(actor), m, err
}

// shownTo is the group without what only those learn who may read in it.
func (g Group) shownTo(actor app.Actor) Group {
	if _, err := actor.MemberWho(app.Read, g.ID); err != nil {
		g.Ended = Act{}
	}
	return g
}

// GroupBySlug returns a group by its name on a command line. Only the command line
// may call it.
func (s *Service) GroupBySlug(ctx context.Context, slug string) (Group, error) {
	return s.store.GroupBySlug(ctx, slug)
}

// ReviseGroup changes a group's name, charter, languages, terms and stakeholder
// groups.
func (s *Service) ReviseGroup(ctx context.Context, actor app.Actor, id app.ID, draft GroupDraft) (Group, error) {
	m, err := actor.MemberWho(app.Govern, id)
	if err != nil {
		return Group{}, err
	}
	before, err := s.store.Group(ctx, id)
	if err != nil {
		return Group{}, err
	}
	g, err := draft.apply(before)
	if err != nil {
		return Group{}, err
	}
	return g, s.store.ReviseGroup(ctx, m.Standing(), g)
}
