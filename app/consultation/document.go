package consultation

import (
	"context"
	"strings"
	"time"

	"madang/app"
)

// MaxDocuments is how many files a docket may have.
const MaxDocuments = 30

// Document is a file that belongs to a docket: a note that explains the text, or what its
// notice speaks of.
type Document struct {
	ID app.ID
	// No counts the files of a docket.
	No int
	// Title is what its chair calls it. Anybody reads it.
	Title string
	FileText
	By app.ID
	At time.Time
}

// NewDocument is a file as a chair adds it, under an id made where it was chosen.
type NewDocument struct {
	ID    app.ID
	Title string
	NewFile
}

// Documents lists the files of a docket to whoever may read it.
func (s *Service) Documents(ctx context.Context, d DocketView) ([]Document, error) {
	return s.store.Documents(ctx, d.ID)
}

// AddDocument adds a file to a docket. Once the docket is announced it can't be taken out
// any more: what was before the public stays in the record. Sent again under the same id
// it is added once.
func (s *Service) AddDocument(ctx context.Context, actor app.Actor, docket app.ID, wish NewDocument) (Document, error) {
	d, m, err := s.governed(ctx, actor, docket)
	if err != nil {
		return Document{}, err
	}
	if _, err := app.ParseID(string(wish.ID)); err != nil {
		return Document{}, app.Invalid("api.id").On("id")
	}
	if d.State(s.clock()) == StateWithdrawn {
		return Document{}, app.Gone("docket.withdrawn")
	}
	wish.Title = strings.Join(strings.Fields(wish.Title), " ")
	if err := tidy(box{"title", &wish.Title, MaxTitle, true}); err != nil {
		return Document{}, err
	}
	text, content, err := s.inspector.Inspect(ctx, wish.NewFile)
	if err != nil {
		return Document{}, err
	}
	text.Size = len(content)
	made := Document{ID: wish.ID, Title: wish.Title, FileText: text, By: m.Persona, At: s.clock()}
	return s.store.AddDocument(ctx, m.Standing(), docket, made, content)
}

// RemoveDocument takes a file out of a draft.
func (s *Service) RemoveDocument(ctx context.Context, actor app.Actor, docket app.ID, no int) error {
	_, m, err := s.governed(ctx, actor, docket)
	if err != nil {
		return err
	}
	return s.store.RemoveDocument(ctx, m.Standing(), docket, no)
}

// DocumentFile returns a file of a docket to whoever may read it.
func (s *Service) DocumentFile(ctx context.Context, actor app.Actor, docket app.ID, no int) (DocketView, Document, []byte, error) {
	v, err := s.Docket(ctx, actor, docket)
	if err != nil {
		return v, Document{}, nil, err
	}
	list, err := s.store.Documents(ctx, docket)
	if err != nil {
		return v, Document{}, nil, err
	}
	for _, d := range list {
		if d.No == no {
			content, err := s.store.DocumentContent(ctx, docket, no)
			return v, d, content, err
		}
	}
	return v, Document{}, nil, app.NotFound()
}
