package web

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/prose"
	"madang/app/statement"
)

func (s *Server) mountStatementAPI(r fiber.Router) {
	api := s.memberRoutes(r, "Statements")
	api.get("/groups/:id/statements", s.apiStatements, "Lists the statements of a working group, without their texts.", gives(200, listJSON[statementJSON]{}))
	api.post("/groups/:id/statements", s.apiStatementCreate, "Begins a statement.",
		needs(app.Draft), takes(statementInput{ID: exampleID, Title: "Rivers", Lang: "en", Markdown: "1. The water belongs to all.\n"}), gives(201, statementJSON{}))
	api.get("/statements/:id.md", s.apiStatementMarkdown, "Gives the text as Markdown.", givesFile(mimeMarkdown), canBeKept)
	api.get("/statements/:id.html", s.apiStatementHTML, "Gives the clauses as HTML with their ids, without a page around them.", givesFile(fiber.MIMETextHTML), canBeKept)
	api.get("/statements/:id.docx", s.handleStatementWord, "Gives the text as a Word document.", givesFile(mimeWord))
	api.get("/statements/:id", s.apiStatement, "Gives the text as it stands, in the format that “format” or, without it, Accept asks for.",
		query("format", "", "“json”, “markdown”, “html” or “docx”."), gives(200, statementJSON{}), givesFile(mimeMarkdown, fiber.MIMETextHTML, mimeWord), canBeKept)
	api.get("/statements/:id/clauses", s.apiClauses, "Lists the clauses of the text as it stands.", gives(200, listJSON[clauseJSON]{}))
	api.get("/statements/:id/clauses/:cid", s.apiClause, "Gives a clause as it stands.", gives(200, clauseJSON{}))
	api.patch("/statements/:id/clauses/:cid", s.apiClauseUpdate, "Changes the words of a clause, or its kind. What others changed meanwhile is merged where words allow.",
		needs(app.Draft), takes(clauseInput{ID: exampleID, Base: "The water belongs to all.", Text: "The water belongs to all who live by it."}), gives(200, editedJSON{}))
	api.get("/statements/:id/clauses/:cid/trace", s.apiTrace, "Says why a clause says what it says.", gives(200, chainJSON{}))
	api.get("/statements/:id/steps", s.apiSteps, "Lists how a statement went from phase to phase.", gives(200, listJSON[phaseStepJSON]{}))
	api.post("/statements/:id/steps", s.apiStepCreate, "Takes a statement to another phase.",
		needs(app.Govern), takes(phaseStepInput{ID: exampleID, No: 1, To: app.PhaseReview, Reason: "All clauses have been talked about."}), gives(201, phaseStepJSON{}))
}

type statementJSON struct {
	ID      app.ID    `json:"id"`
	Group   app.ID    `json:"group"`
	Title   string    `json:"title"`
	Lang    string    `json:"lang"`
	State   app.Phase `json:"state"`
	Created time.Time `json:"created"`
	// Epoch, Seq and Clauses are the text as it stands; lists leave them out.
	Epoch   int64        `json:"epoch,omitempty"`
	Seq     int64        `json:"seq,omitempty"`
	Clauses []clauseJSON `json:"clauses,omitempty"`
}

type clauseJSON struct {
	CID  string `json:"cid"`
	Node string `json:"node"`
	// Kind is that of a clause: preambular, operative, definition or note.
	Kind   string `json:"kind,omitempty"`
	Level  int    `json:"level,omitempty"`
	Number string `json:"number,omitempty"`
	Text   string `json:"text"`
}

func statementOf(st statement.Statement) statementJSON {
	return statementJSON{
		ID: st.ID, Group: st.Group, Title: st.Title, Lang: st.Lang,
		State: st.State, Created: st.CreatedAt,
	}
}

func clauseOf(b prose.Block, number string) clauseJSON {
	shown := clauseJSON{CID: b.CID, Node: b.Node, Level: b.Level, Number: number, Text: b.PlainText()}
	if b.Node == prose.Clause {
		shown.Kind = b.Kind.String()
	}
	return shown
}

func clausesOf(doc prose.Doc) []clauseJSON {
	numbers := doc.Numbers()
	clauses := make([]clauseJSON, len(doc.Blocks))
	for i, b := range doc.Blocks {
		clauses[i] = clauseOf(b, numbers[b.CID])
	}
	return clauses
}

func viewOf(v statement.View) statementJSON {
	shown := statementOf(v.Statement)
	shown.Epoch, shown.Seq, shown.Clauses = v.Text.Epoch, v.Text.Seq, clausesOf(v.Text.Doc)
	return shown
}

func (s *Server) apiStatements(c *fiber.Ctx) error {
	found, err := s.statements.List(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(found, statementOf))
}

// statementInput is what makes a statement; Markdown may be empty.
type statementInput struct {
	ID       app.ID `json:"id"`
	Title    string `json:"title"`
	Lang     string `json:"lang"`
	Markdown string `json:"markdown"`
}

func (s *Server) apiStatementCreate(c *fiber.Ctx) error {
	var input statementInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	made, err := s.statements.Create(c.UserContext(), actorOf(c), statement.NewStatement{
		ID: id, Group: app.ID(c.Params("id")), Title: input.Title, Lang: input.Lang, Markdown: []byte(input.Markdown),
	})
	if err != nil {
		return err
	}
	c.Location("/api/v1/statements/" + string(made.ID))
	return s.answer(c, http.StatusCreated, statementOf(made))
}

// apiStatement gives the text in the format the address or, without that, the
// Accept header asks for.
func (s *Server) apiStatement(c *fiber.Ctx) error {
	switch cmp.Or(formats[c.Query("format")], c.Accepts(fiber.MIMEApplicationJSON, mimeMarkdown, fiber.MIMETextHTML, mimeWord)) {
	case mimeMarkdown:
		return s.apiStatementMarkdown(c)
	case fiber.MIMETextHTML:
		return s.apiStatementHTML(c)
	case mimeWord:
		return s.handleStatementWord(c)
	}
	return s.apiStatementJSON(c)
}

const mimeMarkdown = "text/markdown"

var formats = map[string]string{
	"json":     fiber.MIMEApplicationJSON,
	"markdown": mimeMarkdown,
	"html":     fiber.MIMETextHTML,
	"docx":     mimeWord,
}

func (s *Server) apiStatementJSON(c *fiber.Ctx) error {
	view, same, err := s.versioned(c, "json")
	if err != nil || same {
		return err
	}
	shown := viewOf(view)
	checkTold(c, func(o *operation) any { return o.Gives }, shown)
	return c.JSON(shown)
}

func (s *Server) apiStatementMarkdown(c *fiber.Ctx) error {
	view, same, err := s.versioned(c, "md")
	if err != nil || same {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/markdown; charset=utf-8")
	return c.SendString(view.Text.Doc.MarkdownFrom(originOf(view)))
}

// apiStatementHTML gives the clauses as HTML with their ids, without a page
// around them.
func (s *Server) apiStatementHTML(c *fiber.Ctx) error {
	view, same, err := s.versioned(c, "html")
	if err != nil || same {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.SendString(view.Text.Doc.HTML())
}

// versioned is the statement, or same where the sender has it already and was
// told so.
func (s *Server) versioned(c *fiber.Ctx, format string) (view statement.View, same bool, err error) {
	view, err = s.statements.View(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return view, false, err
	}
	c.Vary(fiber.HeaderAccept)
	if isUnchanged(c, versionOf(view)+"."+format) {
		return view, true, unchanged(c)
	}
	return view, false, nil
}

// versionOf changes with whatever a sender is given of a statement: its text,
// which counts its own changes, and its title, which doesn't.
func versionOf(v statement.View) string {
	title := sha256.Sum256([]byte(v.Statement.Title))
	return fmt.Sprintf("%d.%d.%x", v.Text.Epoch, v.Text.Seq, title[:6])
}

func (s *Server) apiClauses(c *fiber.Ctx) error {
	view, err := s.statements.View(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listJSON[clauseJSON]{Items: clausesOf(view.Text.Doc)})
}

func (s *Server) apiClause(c *fiber.Ctx) error {
	view, err := s.statements.Clause(c.UserContext(), actorOf(c), app.ID(c.Params("id")), c.Params("cid"))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, clauseOf(view.Block, view.Number))
}

// clauseInput changes the words of a clause: Base is what the sender saw, Text
// what it should say. Or, with a Kind, it makes a clause of that kind and Level of it
// (1 without one) and leaves the words. With an ID it can be sent again.
type clauseInput struct {
	ID    app.ID `json:"id"`
	Base  string `json:"base"`
	Text  string `json:"text"`
	Kind  string `json:"kind"`
	Level int    `json:"level"`
}

// sort is what the clause should become.
func (i clauseInput) sort() prose.Block {
	kind, isKind := prose.ParseKind(i.Kind)
	if !isKind {
		return prose.Block{} // which nothing can become
	}
	return prose.Block{Node: prose.Clause, Kind: kind, Level: max(i.Level, 1)}
}

type editedJSON struct {
	clauseJSON
	// Merged says that others had changed the clause too, and all changes are in.
	Merged bool `json:"merged"`
}

func (s *Server) apiClauseUpdate(c *fiber.Ctx) error {
	var input clauseInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	of, cid := app.ID(c.Params("id")), c.Params("cid")
	e := statement.ClauseEdit{ID: id, CID: cid, Base: input.Base, Text: input.Text}
	var edited statement.Edited
	if input.Kind == "" {
		edited, err = s.statements.EditClause(c.UserContext(), actorOf(c), of, e)
	} else {
		edited, err = s.statements.RetypeClause(c.UserContext(), actorOf(c), of, e, input.sort())
	}
	if err != nil {
		return err
	}
	block, _, ok := edited.Text.Doc.Find(cid)
	switch {
	case len(edited.Conflicts) > 0:
		return s.writeConflict(c, "clause.conflict", block.PlainText(), edited.Conflicts)
	case !ok:
		return app.NotFound()
	}
	number := edited.Text.Doc.Numbers()[cid]
	return s.answer(c, http.StatusOK, editedJSON{clauseOf(block, number), edited.Merged})
}
