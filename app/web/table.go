package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/consultation"
	"madang/app/prose"
	consultationview "madang/app/web/view/consultation"
	statementview "madang/app/web/view/statement"
)

// A table of letters, mails and calls comes in as one file. Nothing of the file is kept
// but the submissions; the rows that have to be mended, and the receipts of the others,
// travel in the page that reports on it, and come back as files from there.

func (s *Server) handleTableNew(c *fiber.Ctx) error {
	return s.tableForm(c, http.StatusOK, "")
}

func (s *Server) tableForm(c *fiber.Ctx, status int, problem string) error {
	v, m, err := s.tableDocket(c)
	if err != nil {
		return err
	}
	return s.render(c, status, consultationview.TablePage(s.titled(c, "table.title", m), consultationview.Table{DocketView: v, Problem: problem}))
}

func (s *Server) tableDocket(c *fiber.Ctx) (consultation.DocketView, app.Membership, error) {
	v, err := s.consultations.Docket(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return v, app.Membership{}, err
	}
	m, err := actorOf(c).MemberWho(app.Screen, v.Group)
	return v, m, err
}

func (s *Server) handleTableCreate(c *fiber.Ctx) error {
	v, m, err := s.tableDocket(c)
	if err != nil {
		return err
	}
	report, cause := s.keyInTable(c)
	if cause == nil {
		report.DocketView = v
		return s.render(c, http.StatusOK, consultationview.TableReportPage(s.titled(c, "table.title", m), report))
	}
	return s.again(c, cause, func(refused *app.Error) error {
		return s.tableForm(c, statusOf(refused.Kind), s.sentence(c, refused))
	})
}

// keyInTable keys in the file of a form and reports on each row.
func (s *Server) keyInTable(c *fiber.Ctx) (consultationview.TableReport, error) {
	_, content, err := theFileIn(c, consultation.MaxSheet, func(string) *app.Error { return consultation.TooLargeSheet() })
	if err != nil {
		return consultationview.TableReport{}, err
	}
	t, err := s.keyIn(c, content)
	if err != nil {
		return consultationview.TableReport{}, err
	}
	return s.reportOf(c, t), nil
}

// keyedTable is what became of a table.
type keyedTable struct {
	consultation.Sheet
	rows []consultation.NewRow
	done []consultation.KeyedRow
}

// keyIn keys in a table. A row that failed by the forum's own fault fails all: sent again,
// the others are known.
func (s *Server) keyIn(c *fiber.Ctx, content []byte) (t keyedTable, err error) {
	if len(content) == 0 {
		return t, app.Invalid("table.file").On("file")
	}
	if t.Sheet, err = consultation.ReadSheet(content); err != nil {
		return t, err
	}
	if t.rows, err = s.rowsOf(c, t.Sheet); err != nil {
		return t, err
	}
	if t.done, err = s.consultations.KeyInAll(c.UserContext(), actorOf(c), app.ID(c.Params("id")), t.rows); err != nil {
		return t, err
	}
	for _, row := range t.done {
		if row.Err != nil && refusalOf(row.Err).Kind == app.KindUnavailable {
			return t, row.Err
		}
	}
	return t, nil
}

// rowsOf makes rows of records: clauses are named by their numbers or ids, stakeholder
// groups by their names.
func (s *Server) rowsOf(c *fiber.Ctx, sheet consultation.Sheet) ([]consultation.NewRow, error) {
	d, text, _, err := s.frozenText(c)
	if err != nil {
		return nil, err
	}
	known, err := s.consultations.Stakeholders(c.UserContext(), d.Docket)
	if err != nil {
		return nil, err
	}
	names := clauseNames(text)
	rows := make([]consultation.NewRow, len(sheet.Records))
	for i, r := range sheet.Records {
		field := func(column string) string { return sheet.Field(r, column) }
		row := consultation.NewRow{Reference: field("reference"), Err: r.Err}
		row.Docket, row.Channel = d.ID, consultation.Channel(field("channel"))
		if on, err := time.Parse(time.DateOnly, strings.NewReplacer(".", "-", "/", "-").Replace(field("on"))); err == nil {
			row.On = on
		}
		row.Words = consultation.Words{
			Comment: field("comment"), Proposed: field("proposed"), Kind: consultation.Kind(field("kind")), As: consultation.As(field("as")), Name: field("name"),
			Stakeholder: app.ID(field("stakeholder")), Publish: consultation.Publish(field("publish")), Lang: field("lang"),
		}
		for _, name := range strings.FieldsFunc(field("clauses"), func(r rune) bool { return strings.ContainsRune(" ,;", r) }) {
			cid, ok := names[name]
			if !ok {
				cid = name // and is refused
			}
			row.Clauses = append(row.Clauses, cid)
		}
		for _, k := range known {
			if k.Name == field("stakeholder") {
				row.Stakeholder = k.ID
			}
		}
		row.Words = filled(row.Words)
		rows[i] = row
	}
	return rows, nil
}

// filled gives what an office may leave open its usual value. What may be published is
// never guessed.
func filled(w consultation.Words) consultation.Words {
	if w.Kind == "" {
		w.Kind = "general"
	}
	if w.As == "" {
		w.As = consultation.AsIndividual
		if w.Name == "" {
			w.As = consultation.AsAnonymous
		}
	}
	if w.Lang == "" {
		w.Lang = consultation.Guess(w.Comment + w.Proposed)
	}
	return w
}

// clauseNames are the clauses by number and by id.
func clauseNames(text statementview.Rendered) map[string]string {
	names := map[string]string{}
	for _, clause := range text.Clauses {
		names[clause.CID] = clause.CID
		if clause.Number != "" {
			names[clause.Number] = clause.CID
		}
	}
	return names
}

// shownFaults is how many rows a page lists; the file has all of them.
const shownFaults = 100

func (s *Server) reportOf(c *fiber.Ctx, t keyedTable) consultationview.TableReport {
	var report consultationview.TableReport
	var faults, receipts bytes.Buffer
	bad, good := csv.NewWriter(&faults), csv.NewWriter(&receipts)
	bad.Write(append(headerOf(t.Sheet), "line", "problem"))
	good.Write([]string{"reference", "tracking", "code", "state"})
	for i, row := range t.done {
		r := t.Records[i]
		switch {
		case row.Err != nil:
			problem := s.sentence(c, refusalOf(row.Err))
			report.Faulty++
			if len(report.Faults) < shownFaults {
				report.Faults = append(report.Faults, consultationview.Fault{Line: r.Line, Reference: t.rows[i].Reference, Problem: problem})
			}
			bad.Write(append(cellsOf(t.Sheet, r), strconv.Itoa(r.Line), prose.Cell(problem)))
			continue
		case row.IsKnown:
			report.Known++
		default:
			report.Kept++
		}
		kept := row.Receipt
		good.Write([]string{
			prose.Cell(t.rows[i].Reference), consultation.Tracking(kept.Docket, kept.Submission.No), consultation.SpacedCode(kept.Code), string(kept.Submission.Status),
		})
	}
	bad.Flush()
	good.Flush()
	report.FaultFile, report.ReceiptFile = faults.String(), receipts.String()
	return report
}

// headerOf names the columns so that the file can be mended and sent again.
func headerOf(sheet consultation.Sheet) []string {
	header := make([]string, len(sheet.Columns))
	for i, name := range sheet.Columns {
		if header[i] = name; name == "" {
			header[i] = "-"
		}
	}
	return header
}

// cellsOf are the cells of a row; one that couldn't be cut into cells stands in the first.
func cellsOf(sheet consultation.Sheet, r consultation.Record) []string {
	cells := make([]string, len(sheet.Columns))
	for i := range min(len(cells), len(r.Fields)) {
		cells[i] = prose.Cell(r.Fields[i])
	}
	return cells
}

// handleTableFile gives back a file that a report carried. It is the reader's own page
// that sends it, and it is never shown as a page.
func (s *Server) handleTableFile(c *fiber.Ctx) error {
	if _, _, err := s.tableDocket(c); err != nil {
		return err
	}
	name := "receipts.csv"
	if c.FormValue("kind") == "faults" {
		name = "faults.csv"
	}
	c.Attachment(name)
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	// Browsers end the lines of a form their own way; the mark tells spreadsheets that
	// it is UTF-8.
	return c.SendString("\ufeff" + strings.ReplaceAll(c.FormValue("content"), "\r\n", "\n"))
}
