package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/disposition"
	"madang/app/prose"
	"madang/app/prose/docx"
	answerview "madang/app/web/view/answer"
	"madang/app/web/view/layout"
)

// matrix is the response matrix as it was asked for: a page of it, or with 0 all.
func (s *Server) matrix(c *fiber.Ctx, page int) (disposition.Matrix, error) {
	return s.answers.Matrix(c.UserContext(), actorOf(c), app.ID(c.Params("id")), disposition.View{
		CID: c.Query("clause"), Kind: disposition.Kind(c.Query("kind")), Code: disposition.Code(c.Query("code")), Issue: numberIn(c, "issue"),
		Submission: numberIn(c, "submission"), Group: app.ID(c.Query("group")), Order: disposition.Order(c.Query("order")), Page: page,
	})
}

func (s *Server) handleMatrix(c *fiber.Ctx) error {
	m, err := s.matrix(c, max(1, numberIn(c, "page")))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, answerview.MatrixPage(s.titled(c, "matrix.title", m.Membership), answerview.Matrix{Matrix: m}))
}

// attach hands out a file named by the docket's number.
func attach(c *fiber.Ctx, m disposition.Matrix, kind, mime string, file []byte) error {
	c.Attachment(m.Number + "." + kind)
	c.Set(fiber.HeaderContentType, mime)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(file)
}

// matrixHead names the columns.
func matrixHead(p layout.Page, m disposition.Matrix) []string {
	var head []string
	for _, column := range answerview.ColumnsOf(m) {
		head = append(head, p.T("matrix.column."+column))
	}
	return head
}

// handleMatrixCSV writes RFC 4180 with a byte order mark, by which spreadsheets know the
// encoding. No cell can be taken for a formula.
func (s *Server) handleMatrixCSV(c *fiber.Ctx) error {
	m, err := s.matrix(c, 0)
	if err != nil {
		return err
	}
	p := s.page(c, "", m.Membership)
	out := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(out)
	w.UseCRLF = true
	err = w.Write(matrixHead(p, m))
	for _, r := range m.Rows {
		cells := answerview.Cells(p, m, r)
		for i := range cells {
			cells[i] = prose.Cell(cells[i])
		}
		if err == nil {
			err = w.Write(cells)
		}
	}
	w.Flush()
	if err != nil {
		return err
	}
	return attach(c, m, "csv", "text/csv; charset=utf-8", out.Bytes())
}

// handleMatrixWord writes the rows as a table of a Word document.
func (s *Server) handleMatrixWord(c *fiber.Ctx) error {
	m, err := s.matrix(c, 0)
	if err != nil {
		return err
	}
	p := s.page(c, "", m.Membership)
	table := prose.Block{CID: prose.CIDOf("matrix"), Node: prose.TableBlock, Children: []prose.Block{tableRow(matrixHead(p, m))}}
	for _, r := range m.Rows {
		table.Children = append(table.Children, tableRow(answerview.Cells(p, m, r)))
	}
	title := p.T("matrix.title") + " " + m.Number
	var out bytes.Buffer
	if err := docx.Write(&out, docx.Document{Title: title, Lang: p.Lang, Text: prose.Doc{Blocks: []prose.Block{table}}, Footer: []string{title}}); err != nil {
		return err
	}
	return attach(c, m, "docx", mimeWord, out.Bytes())
}

// tableRow is a row of cells with their lines.
func tableRow(cells []string) prose.Block {
	row := prose.Block{Node: prose.TableRow}
	for _, text := range cells {
		cell := prose.Block{Node: prose.TableCell}
		for i, line := range strings.Split(text, "\n") {
			if i > 0 {
				cell.Inline = append(cell.Inline, prose.Span{Break: true})
			}
			if line != "" {
				cell.Inline = append(cell.Inline, prose.Span{Text: line})
			}
		}
		row.Children = append(row.Children, cell)
	}
	return row
}

// rowJSON is a line of the matrix for programs.
type rowJSON struct {
	Submission string            `json:"submission"`
	Clause     string            `json:"clause"` // empty is the whole text
	Number     string            `json:"clause_number,omitempty"`
	Kind       disposition.Kind  `json:"kind"`
	ISO        string            `json:"iso_type"`
	Field      disposition.Field `json:"field"`
	Words      string            `json:"words"` // empty once their author changed or withdrew them
	Issue      int               `json:"issue,omitempty"`
	Title      string            `json:"issue_title,omitempty"`
	Code       disposition.Code  `json:"code,omitempty"`
	// HL7 is the code in the system v3-hl7VoteResolution, where one means the same.
	HL7       string `json:"hl7,omitempty"`
	Rationale string `json:"rationale,omitempty"`
	// Amendments are the numbers of those that come of it.
	Amendments []int `json:"amendments,omitempty"`
	// Group is the stakeholder group that its author said they belong to. Only those who
	// answer are told, and never of a sensitive one.
	Group string `json:"group,omitempty"`
}

func (s *Server) handleMatrixJSON(c *fiber.Ctx) error {
	m, err := s.matrix(c, 0)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(m.Rows, func(r disposition.Row) rowJSON {
		shown := rowJSON{
			Submission: m.Number + "-" + strconv.Itoa(r.Excerpt.Submission), Clause: r.Excerpt.CID, Number: r.Clause.Number, Kind: r.Kind(), ISO: r.Kind().ISO(),
			Field: r.Excerpt.Field, Words: r.Excerpt.Words, Issue: r.Issue.No, Title: r.Issue.Title, Code: r.Answer.Code, HL7: r.Answer.Code.HL7(), Rationale: r.Answer.Rationale, Group: r.Group.Name,
		}
		for _, a := range r.Issue.Amendments {
			shown.Amendments = append(shown.Amendments, a.No)
		}
		return shown
	}))
}
