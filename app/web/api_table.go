package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"madang/app"
)

const mimeCSV = "text/csv"

const tableSample = `reference,channel,on,comment,publish
L-1,letter,2026-03-02,"Say who is meant by ""all"".",words
T-7,telephone,2026-03-03,The second clause is about us as well.,words
`

// mountTableAPI takes in what came by letter, mail and telephone by the thousand.
func (s *Server) mountTableAPI(r fiber.Router) {
	s.memberRoutes(r, "Consultations").post("/consultations/:id/tables", s.apiTableCreate,
		"Keys in a table of letters, mails and calls, a row each. Good rows go in whatever is wrong with others; sent again, each goes in once.",
		needs(app.Screen), takesFile(mimeCSV), asInFile(tableSample), gives(200, tableJSON{}))
}

// tableJSON is what became of a table: of each row, in its order.
type tableJSON struct {
	// Kept are the rows that went in now, Known those that had before, Faulty all others.
	Kept   int            `json:"kept"`
	Known  int            `json:"known"`
	Faulty int            `json:"faulty"`
	Rows   []tableRowJSON `json:"rows"`
}

type tableRowJSON struct {
	// Line is where the row begins in the file.
	Line      int    `json:"line"`
	Reference string `json:"reference"`
	Known     bool   `json:"known,omitempty"`
	// Receipt is what to send to whoever wrote; absent if the row didn't go in.
	Receipt *receiptJSON    `json:"receipt,omitempty"`
	Problem *rowProblemJSON `json:"problem,omitempty"`
}

// rowProblemJSON says what has to be mended in a row: Field names its column.
type rowProblemJSON struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Field  string `json:"field,omitempty"`
}

// apiTableCreate takes the file as the body of the request.
func (s *Server) apiTableCreate(c *fiber.Ctx) error {
	if _, _, err := s.tableDocket(c); err != nil {
		return err
	}
	t, err := s.keyIn(c, c.Body())
	if err != nil {
		return err
	}
	shown := tableJSON{Rows: make([]tableRowJSON, len(t.done))}
	for i, row := range t.done {
		one := tableRowJSON{Line: t.Records[i].Line, Reference: t.rows[i].Reference, Known: row.IsKnown}
		switch {
		case row.Err != nil:
			refused := refusalOf(row.Err)
			one.Problem = &rowProblemJSON{refused.Code, s.sentence(c, refused), refused.Field}
			shown.Faulty++
		case row.IsKnown:
			shown.Known++
		default:
			shown.Kept++
		}
		if row.Err == nil {
			receipt := receiptJSONOf(row.Receipt)
			one.Receipt = &receipt
		}
		shown.Rows[i] = one
	}
	return s.answer(c, http.StatusOK, shown)
}
