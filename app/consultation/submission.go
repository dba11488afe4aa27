package consultation

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"madang/app"
)

// Submission is what somebody says to a docket.
type Submission struct {
	// ID is made by the sender and never shown to anybody else: with the words it gives
	// the receipt.
	ID, Docket app.ID
	// No counts the submissions of a docket.
	No     int
	Status Status
	// Channel and EnteredBy say how it came, and which member keyed it in, if any.
	Channel       Channel
	EnteredBy     app.ID
	EnteredByName string
	// ReceivedAt is when it came; the public is told the day.
	ReceivedAt time.Time
	// IsLate says that it came after the end, IsSlow that it came without a fresh form
	// and waits for somebody to look at it, whatever the docket's moderation.
	IsLate, IsSlow bool
	// ContestedAt and AppealedAt are flags: somebody says that they didn't send this, or
	// that it shouldn't be withheld. Zero if nobody does.
	ContestedAt, AppealedAt time.Time
	// UnnamedAt is when moderators took the name out of the public's sight, for whoever
	// stands there didn't send it; zero while it stands. Contested is how many say so and
	// wait for an answer.
	UnnamedAt time.Time
	Contested int
	// ReturnedAt is when it was given back to its author with a note; zero once they
	// answered, or somebody decided.
	ReturnedAt time.Time
	// IsSensitive says that it concerns somebody of a sensitive group: what becomes of it
	// is decided by two people. Wanted is what the first of them decided; empty if nothing
	// waits for a second.
	IsSensitive bool
	Wanted      Status
	// Revision counts its wordings, from 1. Words are the newest; they are gone once it
	// was withdrawn.
	Revision int
	Words
	// Files came with it; they are gone once it was withdrawn.
	Files []File
	// Steps tell how it came to its state, oldest first. Lists leave them out.
	Steps []Step
}

// Status is where a submission stands. (State is a docket's.)
type Status string

// What can be said of a submission. The first two are in screening.
const (
	Received  Status = "received"
	Screened  Status = "screened" // somebody looked at it and it may be posted
	Posted    Status = "posted"
	Redacted  Status = "posted_redacted" // posted without what identifies people
	Withheld  Status = "withheld"        // for a reason that its author is told
	TakenBack Status = "withdrawn"       // by its author: its words are gone
)

// Statuses are all of them, in order.
var Statuses = []Status{Received, Screened, Posted, Redacted, Withheld, TakenBack}

// IsPublic reports whether anybody may read it.
func (s Status) IsPublic() bool { return s == Posted || s == Redacted }

// Step is one thing that happened to a submission. By is empty for its author and for
// the rule of its docket.
type Step struct {
	ID       app.ID
	Kind     StepKind
	From, To Status
	By       app.ID
	Name     string
	At       time.Time
	Reason   Reason
	Sentence string
	// File is the number of the file that it is about; 0 for the submission itself.
	File int
	// Wanted and Spans are what somebody proposes, for StepProposed.
	Wanted Status
	Spans  []Span
}

// StepKind says what happened.
type StepKind string

// What can happen to a submission.
const (
	StepMoved     StepKind = "moved" // by staff, from one state to another
	StepCorrected StepKind = "corrected"
	StepAdded     StepKind = "added"
	StepTakenBack StepKind = "withdrawn"
	StepContested StepKind = "contested"
	StepAppealed  StepKind = "appealed"
	StepInsisted  StepKind = "insisted" // by its author: it is meant as it stands
	StepEnclosed  StepKind = "enclosed" // by its author: more files

	StepProposed StepKind = "proposed" // by the first of two moderators
	StepReturned StepKind = "returned" // to its author, with a note
	StepUpheld   StepKind = "upheld"   // by a chair: it stays withheld
	StepRecused  StepKind = "recused"  // by a moderator whom it is about

	StepFileShown    StepKind = "file_shown"
	StepFileWithheld StepKind = "file_withheld"
	StepFileProposed StepKind = "file_proposed" // by the first of two moderators

	// Whether the name stays, after somebody said that they didn't send it; and the same by
	// the first of two moderators.
	StepNameTaken       StepKind = "name_taken"
	StepNameKept        StepKind = "name_kept"
	StepTakingProposed  StepKind = "taking_proposed"
	StepKeepingProposed StepKind = "keeping_proposed"

	// What was taken out is read again, by two people with a reason.
	StepAsked  StepKind = "asked"
	StepOpened StepKind = "opened"
)

// isInternal reports whether a step is between moderators, and not for its author.
func (k StepKind) isInternal() bool {
	return slices.Contains([]StepKind{StepProposed, StepRecused, StepAsked, StepFileProposed, StepTakingProposed, StepKeepingProposed}, k)
}

// Reason is why a submission is withheld, from a list that anybody can read.
type Reason string

// Reasons is that list.
var Reasons = []Reason{ReasonAsked, "off_topic", "personal", "unlawful", "abusive", "spam", "false_name"}

// Reasons that follow from what is done: the author wants nothing published; something
// was taken out.
const (
	ReasonAsked       Reason = "asked"
	ReasonIdentifying Reason = "identifying"
)

// Notes are why a submission is given back to its author before it is published.
var Notes = []Reason{"names_you", "names_others", "says_where"}

// Words are what a submission says, and how its author wants to appear.
type Words struct {
	// Clauses are the ids of those it is about; none means the whole text.
	Clauses           []string
	Comment, Proposed string
	Kind              Kind
	As                As
	// Name is that of the person or the organisation; it may be empty, and is for
	// somebody anonymous.
	Name string
	// Stakeholder is one of the group's stakeholder groups, if they like to say so.
	Stakeholder app.ID
	Publish     Publish
	Lang        string
}

// Kind is what sort of comment it is, as ISO and others sort them.
type Kind string

// Kinds are general, technical and editorial.
var Kinds = []Kind{"general", "technical", "editorial"}

// As is how somebody speaks.
type As string

// How somebody speaks.
const (
	AsIndividual   As = "individual"
	AsOrganisation As = "organisation"
	AsAnonymous    As = "anonymous"
)

// Speakers are the ways to speak, in the order in which pages offer them.
var Speakers = []As{AsIndividual, AsOrganisation, AsAnonymous}

// Publish is what its author lets be published.
type Publish string

// What may be published.
const (
	PublishAll   Publish = "all"   // words and name
	PublishWords Publish = "words" // words without the name
	PublishNone  Publish = "none"
)

// Permissions are the choices, in the order in which pages offer them.
var Permissions = []Publish{PublishAll, PublishWords, PublishNone}

// Languages are those that a submission can be marked with.
var Languages = []string{"ko", "en"}

// Tracking is the number by which a submission is spoken of, as "2026-3-00042". It opens
// nothing.
func Tracking(d Docket, no int) string { return fmt.Sprintf("%s-%05d", d.Number(), no) }

// check tidies what somebody wants to say about a text that has these clauses.
func (w Words) check(text FrozenText) (Words, error) {
	if w.As == AsAnonymous {
		w.Name = ""
	}
	w.Name = strings.Join(strings.Fields(w.Name), " ")
	if err := tidy(
		box{"comment", &w.Comment, MaxComment, false}, box{"proposed", &w.Proposed, MaxProposed, false},
		box{"name", &w.Name, MaxName, w.As == AsOrganisation},
	); err != nil {
		return w, err
	}
	w.Clauses = slices.Clone(w.Clauses)
	slices.Sort(w.Clauses)
	w.Clauses = slices.Compact(w.Clauses)
	switch {
	case w.Comment == "" && w.Proposed == "":
		return w, app.Invalid("submission.empty").On("comment")
	case len(w.Clauses) > MaxClauses:
		return w, app.TooLarge("submission.clauses", "max", MaxClauses).On("clauses")
	case slices.ContainsFunc(w.Clauses, func(cid string) bool { return !text.has(cid) }):
		return w, app.Invalid("submission.clause").On("clauses")
	case !slices.Contains(Kinds, w.Kind):
		return w, app.Invalid("submission.kind").On("kind")
	case !slices.Contains(Speakers, w.As):
		return w, app.Invalid("submission.as").On("as")
	case !slices.Contains(Permissions, w.Publish):
		return w, app.Invalid("submission.publish").On("publish")
	case !slices.Contains(Languages, w.Lang):
		return w, app.Invalid("submission.lang").On("lang")
	}
	return w, nil
}

func (t FrozenText) has(cid string) bool {
	for _, b := range t.Doc.Blocks {
		if b.CID == cid {
			return true
		}
	}
	return false
}

// Guess is the language in which most letters of a text are written: Korean if at least
// a third are Hangul, for Korean texts quote much English; English otherwise.
func Guess(text string) string {
	letters, hangul := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
		}
		if unicode.Is(unicode.Hangul, r) {
			hangul++
		}
	}
	if hangul > 0 && hangul*3 >= letters {
		return "ko"
	}
	return "en"
}

// firstStatus is where a submission stands when it comes in.
func (d Docket) firstStatus(w Words, mustWait bool) (Status, Reason) {
	switch {
	case w.Publish == PublishNone:
		return Withheld, ReasonAsked
	case d.Moderation == ModerationPost && !mustWait:
		return Posted, ""
	}
	return Received, ""
}

// Balance is how many submissions a docket received, and where they are. It balances
// whatever happens: the database refuses a row that doesn't.
type Balance struct{ Received, Screening, Posted, Redacted, Withheld, Withdrawn int }

// IsBalanced reports whether nothing is missing.
func (b Balance) IsBalanced() bool {
	return b.Received == b.Screening+b.Posted+b.Redacted+b.Withheld+b.Withdrawn
}
