package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/statement"
)

type erratumJSON struct {
	ID      app.ID       `json:"id"`
	No      int          `json:"no"`
	Reason  string       `json:"reason"`
	By      app.ID       `json:"by"`
	Name    string       `json:"name"`
	Created time.Time    `json:"created"`
	Places  []erasedJSON `json:"places"`
}

// erasedJSON is a clause of a version, by its number.
type erasedJSON struct {
	Version int    `json:"version"`
	CID     string `json:"cid"`
}

func erratumJSONOf(e statement.Erratum) erratumJSON {
	shown := erratumJSON{ID: e.ID, No: e.No, Reason: e.Reason, By: e.By, Name: e.Name, Created: e.At, Places: []erasedJSON{}}
	for _, place := range e.Places {
		shown.Places = append(shown.Places, erasedJSON(place))
	}
	return shown
}

func (s *Server) apiErrata(c *fiber.Ctx) error {
	list, err := s.statements.Errata(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(list, erratumJSONOf))
}

// erasureInput erases words from versions for good; Newest is the highest number of a
// version that the sender knows of.
type erasureInput struct {
	ID        app.ID       `json:"id"`
	Places    []erasedJSON `json:"places"`
	Newest    int          `json:"newest"`
	Reason    string       `json:"reason"`
	Confirmed bool         `json:"confirmed"`
}

func (s *Server) apiErratumCreate(c *fiber.Ctx) error {
	var input erasureInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	wish := statement.NewErasure{ID: id, Newest: input.Newest, Reason: input.Reason, Confirmed: input.Confirmed}
	for _, place := range input.Places {
		wish.Places = append(wish.Places, statement.Erased(place))
	}
	kept, err := s.statements.Erase(c.UserContext(), actorOf(c), app.ID(c.Params("id")), wish)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, erratumJSONOf(kept))
}
