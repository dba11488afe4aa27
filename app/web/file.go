package web

import (
	"mime"
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/consultation"
	consultationview "madang/app/web/view/consultation"
)

// filePolicy lets a file that is opened after all load and do nothing.
const filePolicy = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// fileKinds are the media types and endings of the formats.
var fileKinds = map[consultation.Format]struct{ media, ending string }{
	"jpeg": {"image/jpeg", ".jpg"}, "png": {"image/png", ".png"}, "text": {"text/plain; charset=utf-8", ".txt"},
	"docx": {mimeWord, ".docx"}, "pdf": {mimePDF, ".pdf"},
}

// fileMedia are those types without their parameters.
var fileMedia = []string{"image/jpeg", "image/png", fiber.MIMETextPlain, mimeWord, mimePDF}

// sendFile hands out a file that came from somebody else. It is only ever saved, never
// opened here; a page may show it as a picture if it is one. What is withdrawn is asked for
// again each time.
func (s *Server) sendFile(c *fiber.Ctx, name string, of consultation.Format, content []byte) error {
	kind, isKnown := fileKinds[of]
	if !isKnown {
		return app.NotFound()
	}
	s.private(c, app.Membership{})
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	c.Set(fiber.HeaderContentSecurityPolicy, filePolicy)
	c.Set(fiber.HeaderContentType, kind.media)
	return c.Send(content)
}

// numberAt is a number in an address, in the one way to write it.
func numberAt(c *fiber.Ctx, name string) (int, error) {
	no, err := strconv.Atoi(c.Params(name))
	if err != nil || no < 1 || strconv.Itoa(no) != c.Params(name) {
		return 0, app.NotFound()
	}
	return no, nil
}

// handlePostedFile hands out a file of a submission, under a name that says nothing of who
// sent it.
func (s *Server) handlePostedFile(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	at, err := numberAt(c, "file")
	if err != nil {
		return err
	}
	v, f, content, err := s.consultations.PostedFile(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no, at)
	if err != nil {
		return err
	}
	name := consultation.Tracking(v.Docket, no) + "-" + strconv.Itoa(f.No) + fileKinds[f.Format].ending
	return s.sendFile(c, name, f.Format, content)
}

// handleInboxFile hands out a file to those who look at it, under the name that it came
// with.
func (s *Server) handleInboxFile(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	at, err := numberAt(c, "file")
	if err != nil {
		return err
	}
	_, f, content, err := s.consultations.InboxFile(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no, at)
	if err != nil {
		return err
	}
	return s.sendFile(c, f.Name, f.Format, content)
}

func (s *Server) handleFileDecision(c *fiber.Ctx) error {
	at, err := numberAt(c, "file")
	if err != nil {
		return err
	}
	return s.handleDesk(c, func(no int) error {
		wish := consultation.NewFileMove{To: consultation.FileState(c.FormValue("to")), Reason: consultation.Reason(c.FormValue("why")), Sentence: typed(c, "reason")}
		wish.ID = idFor(nonceOf(c.FormValue("nonce")), "file", strconv.Itoa(at), string(wish.To), string(wish.Reason), wish.Sentence)
		return s.consultations.DecideFile(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no, at, wish)
	})
}

func (s *Server) handleDocumentShow(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	_, d, content, err := s.consultations.DocumentFile(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no)
	if err != nil {
		return err
	}
	return s.sendFile(c, d.Name, d.Format, content)
}

func (s *Server) handleDocumentIndex(c *fiber.Ctx) error {
	return s.documents(c, http.StatusOK, consultationview.Documents{Nonce: app.NewID()})
}

// documents shows the files of a docket to a chair; v may hold a form that was refused.
func (s *Server) documents(c *fiber.Ctx, status int, v consultationview.Documents) error {
	d, err := s.consultations.Docket(c.UserContext(), actorOf(c), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	m, err := actorOf(c).MemberWho(app.Govern, d.Group)
	if err != nil {
		return err
	}
	v.DocketView = d
	if v.Documents, err = s.consultations.Documents(c.UserContext(), d); err != nil {
		return err
	}
	page := s.titled(c, "documents.title", m)
	if v.Problem == "" {
		v.Notice = noticeIn(c, page)
	}
	return s.render(c, status, consultationview.DocumentsPage(page, v))
}

func (s *Server) handleDocumentCreate(c *fiber.Ctx) error {
	v := consultationview.Documents{Nonce: nonceOf(c.FormValue("nonce")), Title: c.FormValue("title")}
	made, cause := s.addDocument(c, v.Nonce, v.Title)
	if cause == nil {
		return s.seeOther(c, "/consultations/"+c.Params("id")+"/documents?done=added-document#document-"+strconv.Itoa(made.No))
	}
	return s.again(c, cause, func(refused *app.Error) error {
		v.Problem, v.Field = s.sentence(c, refused), refused.Field
		return s.documents(c, statusOf(refused.Kind), v)
	})
}

func (s *Server) addDocument(c *fiber.Ctx, nonce app.ID, title string) (consultation.Document, error) {
	files, err := filesIn(c, "files")
	if err != nil {
		return consultation.Document{}, err
	}
	if len(files) != 1 {
		return consultation.Document{}, app.Invalid("attachment.none").On("files")
	}
	return s.consultations.AddDocument(c.UserContext(), actorOf(c), app.ID(c.Params("id")), consultation.NewDocument{
		ID: idFor(nonce, title, files[0].Name, consultation.SumOf(files[0])), Title: title, NewFile: files[0],
	})
}

func (s *Server) handleDocumentRemove(c *fiber.Ctx) error {
	no, err := submissionNo(c)
	if err != nil {
		return err
	}
	if err := s.consultations.RemoveDocument(c.UserContext(), actorOf(c), app.ID(c.Params("id")), no); err != nil {
		return err
	}
	return s.seeOther(c, "/consultations/"+c.Params("id")+"/documents?done=removed-document")
}
