package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/identity"
)

func (s *Server) mountGroupAPI(r fiber.Router) {
	api := s.memberRoutes(r, "Groups")
	api.get("/groups", s.apiGroups, "Lists the working groups that the sender is in.", gives(200, listJSON[groupJSON]{}))
	api.get("/groups/:id", s.apiGroup, "Gives a working group, and who the sender is in it.", gives(200, groupJSON{}))
	api.get("/groups/:id/acts", s.apiGroupActs, "Lists when a group was archived and began to work again, the last first.", gives(200, listJSON[groupActJSON]{}))
	api.post("/groups/:id/acts", s.apiGroupActCreate, "Archives a group, or lets it work again. It isn't archived while people outside wait for something.",
		needs(app.Keep), takes(groupActInput{ID: exampleID, Kind: identity.Archived, Reason: "The text is adopted; our work is done."}), gives(201, groupActJSON{}))
}

type groupJSON struct {
	ID           app.ID            `json:"id"`
	Slug         string            `json:"slug"`
	Name         string            `json:"name"`
	Charter      string            `json:"charter,omitempty"`
	Languages    []string          `json:"languages"`
	Stakeholders []stakeholderJSON `json:"stakeholders"`
	// Role and Persona are the sender's own; absent for a steward.
	Role    app.Role `json:"role,omitempty"`
	Persona app.ID   `json:"persona,omitempty"`
	// Archived is the act by which the group ended; absent while it works.
	Archived *groupActJSON `json:"archived,omitempty"`
}

type stakeholderJSON struct {
	ID        app.ID `json:"id"`
	Name      string `json:"name"`
	Required  bool   `json:"required"`
	Sensitive bool   `json:"sensitive"`
}

func groupOf(g identity.Group, m app.Membership) groupJSON {
	shown := groupJSON{
		ID: g.ID, Slug: g.Slug, Name: g.Name, Charter: g.Charter, Languages: listed(g.Languages), Stakeholders: []stakeholderJSON{},
		Role: m.Role, Persona: m.Persona,
	}
	if g.IsArchived() {
		ended := groupActOf(g.Ended)
		shown.Archived = &ended
	}
	for _, s := range g.Stakeholders {
		shown.Stakeholders = append(shown.Stakeholders, stakeholderJSON{s.ID, s.Name, s.Required, s.Sensitive})
	}
	return shown
}

func (s *Server) apiGroups(c *fiber.Ctx) error {
	actor := actorOf(c)
	groups, err := s.identity.Groups(c.UserContext(), actor)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(groups, func(g identity.Group) groupJSON {
		m, _ := actor.In(g.ID) // a steward sees groups without being in them
		return groupOf(g, m)
	}))
}

func (s *Server) apiGroup(c *fiber.Ctx) error {
	group, m, err := s.identity.Group(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, groupOf(group, m))
}

// groupActJSON is one thing done with a group as a whole.
type groupActJSON struct {
	ID     app.ID           `json:"id"`
	No     int              `json:"no"`
	Kind   identity.ActKind `json:"kind"`
	By     authorJSON       `json:"by"`
	Reason string           `json:"reason"`
	At     time.Time        `json:"at"`
}

func groupActOf(a identity.Act) groupActJSON {
	return groupActJSON{ID: a.ID, No: a.No, Kind: a.Kind, By: authorJSON{a.By, a.Name}, Reason: a.Reason, At: a.At}
}

func (s *Server) apiGroupActs(c *fiber.Ctx) error {
	acts, err := s.identity.Acts(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(acts, groupActOf))
}

// groupActInput archives a group, or lets it work again.
type groupActInput struct {
	ID     app.ID           `json:"id"`
	Kind   identity.ActKind `json:"kind"`
	Reason string           `json:"reason"`
}

func (s *Server) apiGroupActCreate(c *fiber.Ctx) error {
	var body groupActInput
	if err := bindJSON(c, &body); err != nil {
		return err
	}
	id, err := idOr(body.ID)
	if err != nil {
		return err
	}
	act, err := s.identity.Do(c.UserContext(), actorOf(c), app.ID(c.Params("id")), identity.NewAct{ID: id, Kind: body.Kind, Reason: body.Reason})
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, groupActOf(act))
}
