package thread

import (
	"context"
	"html"
	"io"
	"strings"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/thread"
	"madang/app/web/view/layout"
)

// A page holds the form that answers a comment once for every comment. They differ in
// two words, so that one is rendered and the others are stamped from it: of a page
// with 500 comments that takes a fifth of the time.
type stamp struct {
	parts []string
	err   error // why there is none
}

// Where the comment's id and its author's name go: words that no template holds.
const (
	idMark   = "0STAMP-ID0"
	nameMark = "0STAMP-NAME0"
)

// stampOf cuts the stamp from the form as the template renders it.
func stampOf(p layout.Page, w *phrases, c Compose) stamp {
	var form strings.Builder
	sample := Comment{Comment: thread.Comment{ID: app.ID(idMark), Author: thread.Author{Name: nameMark}}}
	err := replyForm(p, w, Compose{Action: c.Action, Nonce: c.Nonce, Languages: c.Languages}, sample).Render(context.Background(), &form)
	text := strings.ReplaceAll(form.String(), idMark, "\x00I")
	return stamp{strings.Split(strings.ReplaceAll(text, nameMark, "\x00N"), "\x00"), err}
}

// reply is the form that answers a comment.
func (s stamp) reply(id app.ID, name string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, out io.Writer) error {
		if s.err != nil {
			return s.err
		}
		name := html.EscapeString(name)
		for i, part := range s.parts {
			if i > 0 {
				if _, err := io.WriteString(out, fill(part[0], string(id), name)); err != nil {
					return err
				}
				part = part[1:]
			}
			if _, err := io.WriteString(out, part); err != nil {
				return err
			}
		}
		return nil
	})
}

func fill(mark byte, id, name string) string {
	if mark == 'I' {
		return id
	}
	return name
}
