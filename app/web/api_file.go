package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/consultation"
)

// fileJSON is a file that came with a submission. The public is never told its name.
type fileJSON struct {
	No      int                    `json:"no"`
	Name    string                 `json:"name,omitempty"`
	Format  consultation.Format    `json:"format"`
	Size    int                    `json:"size"` // bytes
	Width   int                    `json:"width,omitempty"`
	Height  int                    `json:"height,omitempty"`
	Remarks []consultation.Remark  `json:"remarks"`
	State   consultation.FileState `json:"state"`
	// Wanted is a decision that waits for a second person.
	Wanted   consultation.FileState `json:"wanted,omitempty"`
	Reason   consultation.Reason    `json:"reason,omitempty"`
	Sentence string                 `json:"sentence,omitempty"`
}

func fileJSONOf(f consultation.File) fileJSON {
	return fileJSON{
		No: f.No, Name: f.Name, Format: f.Format, Size: f.Size, Width: f.Width, Height: f.Height,
		Remarks: append([]consultation.Remark{}, f.Remarks...), State: f.State, Wanted: f.Wanted, Reason: f.Reason, Sentence: f.Sentence,
	}
}

// bindWithFiles reads JSON that may come with files: alone, or as a field of a form.
func bindWithFiles(c *fiber.Ctx, field string, into any) ([]consultation.NewFile, error) {
	if !strings.HasPrefix(string(c.Request().Header.ContentType()), fiber.MIMEMultipartForm) {
		return nil, bindJSON(c, into)
	}
	checkTold(c, func(o *operation) any { return o.Takes }, into)
	if err := decode([]byte(c.FormValue(field)), into); err != nil {
		return nil, err
	}
	return filesIn(c, "files")
}

type fileMoveInput struct {
	ID       app.ID                 `json:"id"`
	To       consultation.FileState `json:"to"`
	Reason   consultation.Reason    `json:"reason"`
	Sentence string                 `json:"sentence"`
}

// apiFileDecision shows a file, or withholds it.
func (s *Server) apiFileDecision(c *fiber.Ctx) error {
	var input fileMoveInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	at, err := numberAt(c, "file")
	if err != nil {
		return err
	}
	ctx, actor, docket := c.UserContext(), actorOf(c), app.ID(c.Params("id"))
	wish := consultation.NewFileMove{ID: id, To: input.To, Reason: input.Reason, Sentence: input.Sentence}
	if err := s.consultations.DecideFile(ctx, actor, docket, no, at, wish); err != nil {
		return err
	}
	v, after, _, err := s.consultations.InboxOne(ctx, actor, docket, no)
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, submissionJSONOf(v.Docket, after))
}

// documentJSON is a file of a docket.
type documentJSON struct {
	No     int                 `json:"no"`
	Title  string              `json:"title"`
	Name   string              `json:"name"`
	Format consultation.Format `json:"format"`
	Size   int                 `json:"size"` // bytes
}

func documentJSONOf(d consultation.Document) documentJSON {
	return documentJSON{No: d.No, Title: d.Title, Name: d.Name, Format: d.Format, Size: d.Size}
}

// documentInput says what a file of a docket is.
type documentInput struct {
	ID    app.ID `json:"id"`
	Title string `json:"title"`
}

// apiDocumentCreate adds a file to a docket: a form with JSON of its title in "document",
// and the file in "files".
func (s *Server) apiDocumentCreate(c *fiber.Ctx) error {
	var input documentInput
	files, err := bindWithFiles(c, "document", &input)
	if err != nil {
		return err
	}
	if len(files) != 1 {
		return app.Invalid("attachment.none").On("files")
	}
	id, err := idOr(input.ID)
	if err != nil {
		return err
	}
	made, err := s.consultations.AddDocument(c.UserContext(), actorOf(c), app.ID(c.Params("id")), consultation.NewDocument{ID: id, Title: input.Title, NewFile: files[0]})
	if err != nil {
		return err
	}
	c.Location("/api/v1/consultations/" + c.Params("id") + "/documents/" + strconv.Itoa(made.No))
	return s.answer(c, http.StatusCreated, documentJSONOf(made))
}
