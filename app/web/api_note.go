package web

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/statement"
)

func (s *Server) mountNoteAPI(r fiber.Router) {
	const (
		clause = "/statements/:id/clauses/:cid/note"
		tongue = clause + "/translations"
	)
	api := s.memberRoutes(r, "Notes")
	api.get("/statements/:id/notes", s.apiNotes, "Lists the notes that explain the clauses of a statement, in the order of its text.", gives(200, listJSON[noteJSON]{}))
	api.get(clause, s.apiNote, "Gives the note that explains a clause.", gives(200, noteJSON{}))
	api.put(clause, s.apiNoteUpdate, "Explains a clause, or takes the note away. What others changed meanwhile is merged where words allow.",
		needs(app.Draft), takes(noteInput{ID: exampleID, Text: "Because rivers cross borders.", Lang: "en"}), gives(200, notedJSON{}))
	api.get(tongue, s.apiNoteTongues, "Lists all translations of a clause's notes that there were, by language.", gives(200, listJSON[noteTongueJSON]{}))
	api.post(tongue, s.apiNoteTongueCreate, "Puts a note into another language of the group.",
		needs(app.Comment), takes(noteTongueInput{ID: exampleID, Lang: "ko", Text: "강은 국경을 넘기 때문이다.", Note: 1}), gives(201, noteJSON{}))
	api.post(tongue+"/:translation/reviews", s.apiNoteTongueReview, "Says that a translation of a note is right. Nobody reviews their own.",
		needs(app.Comment), gives(200, noteJSON{}))
	api.delete(tongue+"/:translation", s.apiNoteTongueWithdraw,
		"Takes the words of a translation away. Whoever made it may, whoever wrote the note, and moderators.",
		needs(app.Retract), gives(200, noteJSON{}))
}

// noteJSON explains a clause without being part of it.
type noteJSON struct {
	ID     app.ID `json:"id"`
	Clause string `json:"clause"`
	// No counts the notes of a clause: each change is another note.
	No int `json:"no"`
	// Text is empty once the note was taken away.
	Text string `json:"text"`
	// Lang is the language of the text, “und” if nobody knows.
	Lang string     `json:"lang"`
	By   authorJSON `json:"by"`
	At   time.Time  `json:"at"`
	// Translations are what people made of it in other languages.
	Translations []noteTongueJSON `json:"translations,omitempty"`
}

// noteTongueJSON is a note in another language.
type noteTongueJSON struct {
	ID   app.ID     `json:"id"`
	Lang string     `json:"lang"`
	By   authorJSON `json:"by"`
	At   time.Time  `json:"at"`
	// Text is empty once it was taken back.
	Text string `json:"text"`
	// Note is the number of the note that was translated.
	Note int `json:"note"`
	// State says how far one can rely on it: draft, reviewed by somebody else, or stale,
	// because the note has changed since.
	State     statement.TranslationState `json:"state"`
	Reviewer  *authorJSON                `json:"reviewer,omitempty"`
	Reviewed  *time.Time                 `json:"reviewed,omitempty"`
	Withdrawn *time.Time                 `json:"withdrawn,omitempty"`
}

func noteOf(n statement.Note) noteJSON {
	shown := noteJSON{ID: n.ID, Clause: n.CID, No: n.No, Text: n.Words, Lang: n.Lang, By: authorJSON{n.By, n.Name}, At: n.At}
	for _, t := range n.Translations {
		shown.Translations = append(shown.Translations, noteTongueOf(n, t))
	}
	return shown
}

func noteTongueOf(n statement.Note, t statement.NoteTranslation) noteTongueJSON {
	shown := noteTongueJSON{
		ID: t.ID, Lang: t.Lang, By: authorJSON(t.By), At: t.At, Text: t.Words, Note: t.Note, State: n.StateOf(t),
		Reviewed: timeOf(t.ReviewedAt), Withdrawn: timeOf(t.WithdrawnAt),
	}
	if t.Reviewer.Persona != "" {
		reviewer := authorJSON(t.Reviewer)
		shown.Reviewer = &reviewer
	}
	return shown
}

func (s *Server) apiNotes(c *fiber.Ctx) error {
	ctx, actor, id := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	view, err := s.statements.View(ctx, actor, id)
	if err != nil {
		return err
	}
	notes, err := s.statements.Notes(ctx, actor, id)
	if err != nil {
		return err
	}
	list := listJSON[noteJSON]{Items: []noteJSON{}}
	for _, b := range view.Text.Doc.Blocks {
		if n, isThere := notes[b.CID]; isThere && n.Words != "" {
			list.Items = append(list.Items, noteOf(n))
		}
	}
	return s.answer(c, http.StatusOK, list)
}

// notedIn is a clause of the address with its note.
func (s *Server) notedIn(c *fiber.Ctx) (statement.NotedIn, error) {
	return s.statements.NoteIn(c.UserContext(), actorOf(c), app.ID(c.Params("id")), c.Params("cid"))
}

func (s *Server) apiNote(c *fiber.Ctx) error {
	v, err := s.notedIn(c)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, noteOf(v.Note))
}

// noteInput explains a clause: Base is the note the sender saw, absent if there was none;
// Text what it should say, or nothing, which takes the note away; Lang the language of the
// text, absent if its letters tell. With an ID it can be sent again.
type noteInput struct {
	ID   app.ID `json:"id"`
	Base app.ID `json:"base"`
	Text string `json:"text"`
	Lang string `json:"lang"`
}

type notedJSON struct {
	noteJSON
	// Merged says that others had changed the note too, and all changes are in.
	Merged bool `json:"merged"`
}

func (s *Server) apiNoteUpdate(c *fiber.Ctx) error {
	var input noteInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	made, err := s.statements.Annotate(c.UserContext(), actorOf(c), app.ID(c.Params("id")), statement.NewNote{
		ID: id, Base: input.Base, CID: c.Params("cid"), Words: input.Text, Lang: input.Lang,
	})
	if err != nil {
		return err
	}
	if len(made.Conflicts) > 0 {
		return s.writeConflict(c, "note.conflict", made.Newest.Words, made.Conflicts)
	}
	return s.answer(c, http.StatusOK, notedJSON{noteOf(made.Newest), made.Merged})
}

func (s *Server) apiNoteTongues(c *fiber.Ctx) error {
	v, err := s.notedIn(c)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, listOf(v.All, func(t statement.NoteTranslation) noteTongueJSON { return noteTongueOf(v.Note, t) }))
}

// noteTongueInput puts a note into another language: Base is the translation the sender
// saw, if there was one, Note the number of the note that they read.
type noteTongueInput struct {
	ID   app.ID `json:"id"`
	Base app.ID `json:"base"`
	Lang string `json:"lang"`
	Text string `json:"text"`
	Note int    `json:"note"`
}

func (s *Server) apiNoteTongueCreate(c *fiber.Ctx) error {
	var input noteTongueInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	made, err := s.statements.TranslateNote(c.UserContext(), actorOf(c), app.ID(c.Params("id")), statement.NewNoteTranslation{
		ID: id, Base: input.Base, CID: c.Params("cid"), Lang: input.Lang, Words: input.Text, Note: input.Note,
	})
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, noteOf(made))
}

func (s *Server) apiNoteTongueReview(c *fiber.Ctx) error {
	return s.apiNoteTongueStep(c, s.statements.ReviewNoteTranslation)
}

func (s *Server) apiNoteTongueWithdraw(c *fiber.Ctx) error {
	return s.apiNoteTongueStep(c, s.statements.WithdrawNoteTranslation)
}

func (s *Server) apiNoteTongueStep(c *fiber.Ctx, act func(context.Context, app.Actor, app.ID, string, app.ID) (statement.Note, error)) error {
	made, err := act(c.UserContext(), actorOf(c), app.ID(c.Params("id")), c.Params("cid"), app.ID(c.Params("translation")))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, noteOf(made))
}
