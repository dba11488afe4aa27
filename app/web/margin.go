package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"madang/app/statement"
	"madang/app/thread"
	"madang/app/web/view/layout"
	statementview "madang/app/web/view/statement"
)

// maxBeside is how many threads stand beside the text; a page of more is slow on a phone.
const maxBeside = 100

// margin is what stands beside a text, as the address chooses.
func (s *Server) margin(c *fiber.Ctx, p layout.Page, view statement.View) (statementview.Margin, error) {
	choice := statementview.MarginChoice(c.Query("threads"))
	if !slices.Contains(statementview.MarginChoices, choice) {
		choice = statementview.MarginChoices[0]
	}
	o := thread.ListOptions{Sort: thread.SortPlace, State: thread.State(choice)}
	if choice == statementview.MarginMine {
		o.State, o.Mine = thread.StateAll, true
	}
	threads, err := s.threads.List(c.UserContext(), actorOf(c), view.Statement.ID, o)
	if err != nil {
		return statementview.Margin{}, err
	}
	shown := cards(p, view.Membership, s.text(view), threads[:min(len(threads), maxBeside)])
	return statementview.NewMargin(view.Statement.ID, choice, shown, len(threads) > maxBeside), nil
}
