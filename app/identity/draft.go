package identity

import (
	"context"
	"time"

	"madang/app"
)

// draftLife is how long something sent too late is kept.
const draftLife = 24 * time.Hour

// MaxDraft bounds what is kept of one form, in bytes.
const MaxDraft = 1 << 20

// Draft is a form that was sent after its sender's session had expired.
type Draft struct {
	ID      app.ID
	Account app.ID
	Form    []byte
	At      time.Time
}

// KeepDraft keeps a form under the account whose expired session sent it, for 24
// hours. A session that is unknown by now is a SignIn error.
func (s *Service) KeepDraft(ctx context.Context, session string, form []byte) (app.ID, error) {
	if len(form) > MaxDraft {
		return "", app.TooLarge("draft.long")
	}
	_, owner, err := s.find(ctx, session)
	if err != nil {
		return "", err
	}
	draft := Draft{ID: app.NewID(), Account: owner.Account, Form: form, At: s.clock()}
	return draft.ID, s.store.KeepDraft(ctx, draft, draft.At.Add(-draftLife))
}

// Draft returns a form of the actor's that was kept, or NotFound.
func (s *Service) Draft(ctx context.Context, actor app.Actor, id app.ID) ([]byte, error) {
	draft, err := s.store.Draft(ctx, actor.Account, id)
	if err != nil {
		return nil, err
	}
	if !s.clock().Before(draft.At.Add(draftLife)) {
		return nil, app.NotFound()
	}
	return draft.Form, nil
}

// DropDraft forgets a form once it has been sent again, or isn't wanted.
func (s *Service) DropDraft(ctx context.Context, actor app.Actor, id app.ID) error {
	return s.store.DropDraft(ctx, actor.Account, id)
}
