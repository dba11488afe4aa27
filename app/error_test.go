package app_test

import (
	"errors"
	"fmt"
	"testing"

	"madang/app"
)

func TestEveryRefusalHasItsKind(t *testing.T) {
	for kind, err := range map[app.Kind]*app.Error{
		app.KindInvalid:     app.Invalid("x"),
		app.KindSignIn:      app.SignIn(),
		app.KindForbidden:   app.Forbidden("x"),
		app.KindNotFound:    app.NotFound(),
		app.KindConflict:    app.Conflict("x"),
		app.KindGone:        app.Gone("x"),
		app.KindTooLarge:    app.TooLarge("x"),
		app.KindBusy:        app.Busy("x"),
		app.KindUnavailable: app.Unavailable(errors.New("x")),
	} {
		if err.Kind != kind || err.Code == "" {
			t.Errorf("%s is %+v", kind, err)
		}
		if got := app.KindOf(fmt.Errorf("thread: post: %w", err)); got != kind {
			t.Errorf("%s, wrapped, is %s", kind, got)
		}
	}
}

func TestAFailureNobodyNamedIsTheForumsOwn(t *testing.T) {
	if got := app.KindOf(errors.New("connection reset")); got != app.KindUnavailable {
		t.Error(got)
	}
}

func TestARefusalTellsTheLogWhatAndWhy(t *testing.T) {
	cause := errors.New("disk full")
	err := app.TooLarge("comment.long", "max", 10_000, "length", 10_001).On("body").Because(cause)
	if got, want := err.Error(), "comment.long max=10000 length=10001: disk full"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if !errors.Is(err, cause) || err.Field != "body" {
		t.Errorf("%+v", err)
	}
}

func TestTwoRefusalsShareNothing(t *testing.T) {
	app.NotFound().On("group").Because(errors.New("seen by the log"))
	if err := app.NotFound(); err.Field != "" || err.Err != nil {
		t.Errorf("one reader's refusal was told to another: %+v", err)
	}
}
