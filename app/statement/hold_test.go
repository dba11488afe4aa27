package statement_test

import (
	"testing"

	"madang/app"
	"madang/app/statement"
)

func TestTwoPeopleHaveToWantALargeLoss(t *testing.T) {
	held := statement.Hold{LiveHold: app.LiveHold{Persona: "bo"}}
	for _, c := range []struct {
		who     app.ID
		editors int
		want    statement.Release
	}{
		{"amina", 2, statement.ReleaseFreely},
		{"amina", 1, statement.ReleaseFreely}, // bo may not edit any more
		{"bo", 2, statement.ReleaseByAnother},
		{"bo", 1, statement.ReleaseByCode},
	} {
		if got := held.ReleaseBy(c.who, c.editors); got != c.want {
			t.Errorf("%s among %d may release as %d, not %d", c.who, c.editors, got, c.want)
		}
	}
}
