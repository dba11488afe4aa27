package web

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/prose"
	"madang/app/prose/docx"
	"madang/app/statement"
	"madang/app/thread"
	"madang/app/web/view/layout"
	statementview "madang/app/web/view/statement"
	threadview "madang/app/web/view/thread"
)

// A text goes out as a Word document and comes in as one. Files are named by ids, for a
// title in a list of downloads tells too much; what stands in them is what their reader
// may see in the forum, and comments only if asked for: such a file is soon elsewhere.

const mimeWord = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

func (s *Server) mountWord(r fiber.Router) {
	r.Get("/statements/:id/word", s.handleWordNew)
}

// handleWordNew asks what should go along with the text.
func (s *Server) handleWordNew(c *fiber.Ctx) error {
	view, err := s.statements.View(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, statementview.WordPage(s.titled(c, "word.download", view.Membership), view.Statement))
}

// handleStatementWord hands out the text as it stands, with ?comments=open the open
// threads in its margin, and with ?amendments=open the open amendments as tracked changes.
func (s *Server) handleStatementWord(c *fiber.Ctx) error {
	view, err := s.statements.View(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	p := s.page(c, "", view.Membership)
	address := s.base.JoinPath("statements", string(view.Statement.ID)).String()
	d := docx.Document{
		Title: view.Statement.Title, Lang: view.Statement.Lang, Text: view.Text.Doc, Origin: originOf(view),
		Footer: []string{view.Statement.Title, p.T("word.draft", "date", p.Moment(s.clock())), address},
	}
	name, err := s.namesInFiles(c, p, view.Statement.ID)
	if err != nil {
		return err
	}
	if c.Query("comments") == "open" {
		if d.Comments, err = s.openComments(c, name, view.Statement.ID); err != nil {
			return err
		}
	}
	if c.Query("amendments") == "open" {
		if err := s.trackAmendments(c, p, name, view, &d); err != nil {
			return err
		}
	}
	s.private(c, view.Membership)
	return sendWord(c, string(view.Statement.ID), d)
}

// handleVersionWord hands out a version, with what it can be cited by on every page.
func (s *Server) handleVersionWord(c *fiber.Ctx) error {
	view, err := s.version(c)
	if err != nil {
		return err
	}
	p, v := s.page(c, "", view.Membership), view.Version
	s.private(c, view.Membership)
	return sendWord(c, fmt.Sprintf("%s-%d", view.Statement.ID, v.No), docx.Document{
		Title: v.Title, Lang: v.Lang, Text: view.Doc, Origin: originOfVersion(view), Erased: gapsOf(p, view.VersionText),
		Footer: []string{
			fmt.Sprintf("%s, %s, %s", v.Title, p.T("version.numbered", "no", v.No), p.Date(v.At)),
			"SHA-256 " + hex.EncodeToString(v.Root[:]), s.versionAddress(view),
		},
	})
}

// sendWord answers with a document.
func sendWord(c *fiber.Ctx, name string, d docx.Document) error {
	var out bytes.Buffer
	if err := docx.Write(&out, d); err != nil {
		return err
	}
	c.Attachment(name + ".docx")
	c.Set(fiber.HeaderContentType, mimeWord)
	return c.Send(out.Bytes())
}

// namesInFiles is how people are called in a file: it may go anywhere, so that whoever
// speaks for a sensitive stakeholder group is only a member.
func (s *Server) namesInFiles(c *fiber.Ctx, p layout.Page, id app.ID) (func(persona app.ID, name string) string, error) {
	unnamed, err := s.statements.Unnamed(c.UserContext(), actorOf(c), id)
	return func(persona app.ID, name string) string {
		if unnamed[persona] {
			return p.T("word.member")
		}
		return threadview.AuthorName(p, thread.Author{Persona: persona, Name: name})
	}, err
}

// trackAmendments puts the open amendments into a document. Those whose words have become
// others since are comments.
func (s *Server) trackAmendments(c *fiber.Ctx, p layout.Page, name func(app.ID, string) string, view statement.View, d *docx.Document) error {
	_, list, err := s.statements.Amendments(c.UserContext(), actorOf(c), view.Statement.ID)
	if err != nil {
		return err
	}
	d.Origin.IsAmended = true
	for _, a := range slices.Backward(list) { // in the order of their numbers
		if !a.State.IsOpen() || a.No == 0 {
			continue
		}
		author := statementview.AmendmentAuthors(p, a, name)
		note := func(proposal prose.Proposal) string { return statementview.ProposalNote(p, d.Text, a, proposal) }
		adapted, stale := prose.Amendment{Name: string(a.ID), Proposals: a.Proposals}.Rebase(d.Text)
		if len(stale) == 0 {
			d.Amendments = append(d.Amendments, docx.Amendment{Author: author, At: a.At, Proposals: adapted.Proposals, Note: note})
			continue
		}
		for _, proposal := range a.Proposals {
			d.Comments = append(d.Comments, docx.Comment{CID: proposal.CID, Author: author, At: a.At, Text: note(proposal)})
		}
	}
	return nil
}

// openComments is what was said in the threads that are open, in the order of the text.
func (s *Server) openComments(c *fiber.Ctx, name func(app.ID, string) string, id app.ID) ([]docx.Comment, error) {
	ctx, actor := c.UserContext(), actorOf(c)
	threads, err := s.threads.List(ctx, actor, id, thread.ListOptions{Sort: thread.SortPlace, State: thread.StateOpen})
	if err != nil {
		return nil, err
	}
	var said []docx.Comment
	for _, t := range threads {
		if t.Amendment != "" {
			continue // it is about words that the text doesn't have
		}
		comments, err := s.commentsOf(ctx, actor, t.ID)
		if err != nil {
			return nil, err
		}
		for _, comment := range comments {
			if comment.Deleted || comment.TakenDown != "" {
				continue
			}
			out := docx.Comment{CID: t.Clause, Author: name(comment.Author.Persona, comment.Author.Name), At: comment.At, Text: comment.Body}
			if t.On != nil && !t.IsLost() {
				out.Start, out.End = t.On.Now.Start, t.On.Now.End
			}
			said = append(said, out)
		}
	}
	return said, nil
}

// commentsOf is everything that was said in a thread.
func (s *Server) commentsOf(ctx context.Context, actor app.Actor, id app.ID) ([]thread.Comment, error) {
	var all []thread.Comment
	page := thread.Page{Limit: thread.MaxPage}
	for {
		found, err := s.threads.Comments(ctx, actor, id, page)
		if err != nil {
			return nil, err
		}
		all = append(all, found.Comments...)
		if page.After = found.Next; page.After == "" {
			return all, nil
		}
	}
}

// brought is a text that somebody brings along, and what of its file couldn't come: the
// ends of the keys of sentences.
type brought struct {
	markdown []byte
	leftOut  []string
}

// What an import leaves out beyond what docx.Read does.
const (
	leftComments = "comments" // they belong to people whom the forum doesn't know
	leftChanges  = "changes"  // they are accepted
)

// leftOuts are all of the keys.
func leftOuts() []string {
	keys := []string{leftComments, leftChanges}
	for _, loss := range docx.Losses {
		keys = append(keys, string(loss))
	}
	return keys
}

// bring makes a first text of a file: Markdown, or a document.
func bring(name string, file []byte, title string) (brought, error) {
	if !docx.Looks(name, file) {
		return brought{markdown: file}, nil
	}
	if len(file) > statement.MaxMarkdown {
		return brought{}, tooLargeToBring(name)
	}
	d, err := docx.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return brought{}, err
	}
	b := brought{leftOut: leftOutBy(d)}
	b.markdown = []byte(withTitle(d, title).Markdown())
	return b, nil
}

// tooLargeToBring says of a text or document that it is too large to be read.
func tooLargeToBring(name string) *app.Error {
	if docx.Looks(name, nil) {
		return app.TooLarge("docx.large", "max", statement.MaxMarkdown).On("file")
	}
	return app.TooLarge("markdown.large", "max", statement.MaxMarkdown).On("file")
}

// leftOutBy says what of a document stays outside.
func leftOutBy(d docx.Document) []string {
	var leftOut []string
	if len(d.Comments) > 0 {
		leftOut = append(leftOut, leftComments)
	}
	if d.Before != nil {
		leftOut = append(leftOut, leftChanges)
	}
	for _, loss := range d.Losses {
		leftOut = append(leftOut, string(loss))
	}
	return leftOut
}

// withTitle is the text of a document, headed by its title if the statement has
// another one.
func withTitle(d docx.Document, title string) prose.Doc {
	if d.Title == "" || d.Title == strings.TrimSpace(title) {
		return d.Text
	}
	heading := prose.Block{Node: prose.Heading, Level: 1, Inline: []prose.Span{{Text: strings.Join(strings.Fields(d.Title), " ")}}}
	return prose.Doc{Blocks: append([]prose.Block{heading}, d.Text.Blocks...)}
}

// told is how the address of the new statement says that something was left out.
func (b brought) told() string {
	if len(b.leftOut) == 0 {
		return ""
	}
	return "?" + url.Values{"done": {"imported"}, "without": b.leftOut}.Encode()
}

// leftOutOf is what the address says that an import left out.
func leftOutOf(c *fiber.Ctx) []string {
	var found []string
	for _, key := range leftOuts() {
		if slices.ContainsFunc(c.Context().QueryArgs().PeekMulti("without"), func(value []byte) bool { return string(value) == key }) {
			found = append(found, "word.lost."+key)
		}
	}
	return found
}
