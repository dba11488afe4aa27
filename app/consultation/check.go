package consultation

import (
	"slices"
	"strings"
	"time"

	"madang/app"
	"madang/app/prose"
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

// tidy trims the boxes and refuses the first that isn't right, by its field.
func tidy(boxes ...box) error {
	for _, b := range boxes {
		if err := prose.Tidy(b.field, b.text, b.max, b.isNeeded); err != nil {
			return err
		}
	}
	return nil
}

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
