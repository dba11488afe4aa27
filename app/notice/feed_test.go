package notice_test

import (
	"context"
	"testing"

	"madang/app"
	"madang/app/notice"
)

func TestAProgramDoesNotDecideHowSomebodyIsTold(t *testing.T) {
	program := app.Actor{Account: app.NewID(), Token: app.NewID()}
	post, feeds := notice.NewPost(nil, nil, nil, nil, nil), notice.NewFeeds(nil, nil, nil, nil)
	for what, try := range map[string]func(context.Context) error{
		"the letterbox": func(ctx context.Context) error { _, err := post.Letterbox(ctx, program); return err },
		"an address": func(ctx context.Context) error {
			_, err := post.Choose(ctx, program, notice.Wishes{Pace: notice.Daily}, "somebody@example.org")
			return err
		},
		"the feed": func(ctx context.Context) error { _, err := feeds.Of(ctx, program); return err },
		"its end":  func(ctx context.Context) error { return feeds.Revoke(ctx, program) },
	} {
		if err := try(t.Context()); app.KindOf(err) != app.KindForbidden {
			t.Errorf("%s: %v", what, err)
		}
	}
}
