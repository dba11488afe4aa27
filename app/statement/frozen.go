package statement

import (
	"context"

	"madang/app"
)

// Frozen returns a version that was put before the public, to anybody: whoever asks has
// made sure that it was. What was erased from it stays erased.
func (s *Service) Frozen(ctx context.Context, version app.ID) (Version, VersionText, error) {
	v, err := s.store.VersionByID(ctx, version)
	if err != nil {
		return v, VersionText{}, err
	}
	text, err := s.store.VersionText(ctx, version)
	return v, text, err
}
