package consultation

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"madang/app"
)

// Limits of what people write, in characters.
const (
	MaxTitle     = 200
	MaxNotice    = 20_000
	MaxQuestion  = 500
	MaxQuestions = 20
	MaxPolicy    = 5_000
	MaxReason    = 2_000
	// MaxComment and MaxProposed bound a submission: some ten printed pages each.
	MaxComment  = 20_000
	MaxProposed = 20_000
	MaxName     = 200
	// MaxClauses is how many clauses one submission may name; whoever has more to say
	// means the whole text.
	MaxClauses = 200
)

// box is a field that somebody typed into, and what is asked of it.
type box struct {
	field    string
	text     *string
	max      int
	isNeeded bool
}

// tidy trims the boxes and refuses the first that isn't right, by its field. What was
// typed comes back to its author with the sentence.
func tidy(boxes ...box) error {
	for _, b := range boxes {
		*b.text = strings.TrimSpace(strings.ReplaceAll(*b.text, "\r\n", "\n"))
		length := utf8.RuneCountInString(*b.text)
		switch {
		case !utf8.ValidString(*b.text):
			return app.Invalid("text.utf8").On(b.field)
		case strings.ContainsFunc(*b.text, isHidden):
			return app.Invalid("text.hidden").On(b.field)
		case length == 0 && b.isNeeded:
			return app.Invalid("box.empty").On(b.field)
		case length > b.max:
			return app.TooLarge("box.long", "max", b.max, "length", length).On(b.field)
		}
	}
	return nil
}

func isHidden(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

// check tidies what a chair wrote.
func (t DocketText) check() (DocketText, error) {
	t.Title = strings.Join(strings.Fields(t.Title), " ")
	if err := tidy(
		box{"title", &t.Title, MaxTitle, true}, box{"notice", &t.Notice, MaxNotice, true}, box{"notes", &t.Notes, MaxNotice, false},
		box{"published", &t.Published, MaxPolicy, true}, box{"kept", &t.Kept, MaxPolicy, true}, box{"contact", &t.Contact, MaxPolicy, false},
	); err != nil {
		return t, err
	}
	var err error
	if t.Questions, err = checkQuestions(t.Questions); err != nil {
		return t, err
	}
	switch {
	case !slices.Contains([]Moderation{ModerationPre, ModerationPost}, t.Moderation):
		return t, app.Invalid("docket.moderation").On("moderation")
	case t.Zone == "" || t.Zone == "Local" || !isZone(t.Zone):
		return t, app.Invalid("docket.zone").On("zone")
	case t.Opens.IsZero():
		return t, app.Invalid("docket.time").On("opens")
	case t.Closes.IsZero():
		return t, app.Invalid("docket.time").On("closes")
	case !t.Closes.After(t.Opens):
		return t, app.Invalid("docket.backwards").On("closes")
	}
	t.Channels = slices.DeleteFunc(slices.Clone(Channels), func(c Channel) bool { return !slices.Contains(t.Channels, c) })
	return t, nil
}

func isZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil
}

// checkQuestions leaves out empty lines.
func checkQuestions(questions []string) ([]string, error) {
	var kept []string
	for _, q := range questions {
		if err := tidy(box{"questions", &q, MaxQuestion, false}); err != nil {
			return nil, err
		}
		if q != "" {
			kept = append(kept, q)
		}
	}
	if len(kept) > MaxQuestions {
		return nil, app.TooLarge("docket.questions", "max", MaxQuestions).On("questions")
	}
	return kept, nil
}
