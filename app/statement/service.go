package statement

import (
	"context"
	"time"

	"madang/app"
	"madang/app/prose"
)

// Draft is the live text of statements, as people edit it together. A document
// has the id of its statement. It is answered by realtime.
type Draft interface {
	// Begin commits the first text of a document. If the document exists it is
	// left alone and returned as it stands, so that an import can be sent again.
	Begin(ctx context.Context, by app.Membership, doc app.ID, first prose.Doc) (Text, error)
	// Read returns the committed text, or NotFound.
	Read(ctx context.Context, doc app.ID) (Text, error)
	// At returns the text as it stood at a head that it once had; Gone "live.epoch" if
	// that isn't known any more.
	At(ctx context.Context, doc app.ID, head app.LiveHead) (Text, error)
	// Edit applies the edits to the committed text in the way of prose.Apply, under
	// an id. If any of them conflicts nothing is written, and the conflicts come
	// back. What was written under the id already is left as it is; an id of
	// somebody else's is Conflict "id.taken".
	Edit(ctx context.Context, by app.Membership, doc, id app.ID, edits []prose.Edit) (Edited, error)
	// Credit is Edit by which a text comes back that others wrote: what it puts in and
	// authors have stays theirs.
	Credit(ctx context.Context, by app.Membership, doc, id app.ID, edits []prose.Edit, authors [][]app.LiveAuthored) (Edited, error)
	// Authors returns the committed text, and for each of its blocks, in order, who
	// wrote which part of its plain text.
	Authors(ctx context.Context, doc app.ID) (Text, [][]app.LiveAuthored, error)
}

// Answers knows what people outside the group were promised. It is answered by disposition.
type Answers interface {
	// Unanswered lists the issues that amendments come of and that nobody answered.
	Unanswered(ctx context.Context, amendments []app.ID) ([]OpenIssue, error)
}

// OpenIssue is an issue of a docket that waits for its answer.
type OpenIssue struct {
	Docket app.ID
	No     int
	Title  string
}

// Store keeps statements. Every write takes a Standing and is Conflict
// "role.changed" or "phase.changed" if that no longer stands.
type Store interface {
	AmendmentStore
	ErasureStore
	// Statement returns the statement, or NotFound.
	Statement(ctx context.Context, id app.ID) (Statement, error)
	// Statements lists a group's statements, newest first.
	Statements(ctx context.Context, group app.ID) ([]Statement, error)
	// Languages lists the languages a group writes in.
	Languages(ctx context.Context, group app.ID) ([]string, error)
	// Create keeps a new statement and returns what is kept under its id, which
	// is an older statement if the id was taken.
	Create(ctx context.Context, by app.Standing, made Statement) (Statement, error)
	// Rename gives the statement another title.
	Rename(ctx context.Context, by app.Standing, id app.ID, title string) error

	// Steps lists the steps a statement took, newest first.
	Steps(ctx context.Context, of app.ID) ([]Step, error)
	// TakeStep takes one, if the live text still is where the step says and no other step
	// came before it: else Conflict "phase.moved" or "phase.changed".
	TakeStep(ctx context.Context, by app.Standing, step Step) error
	// Stages returns where statements are, in one query; unknown ones are missing.
	Stages(ctx context.Context, ids []app.ID) (map[app.ID]app.Stage, error)
	// Touched lists the clauses that updates touched since a text stood at a head.
	Touched(ctx context.Context, of app.ID, since app.LiveHead) ([]string, error)

	// Versions lists a statement's versions, newest first.
	Versions(ctx context.Context, of app.ID) ([]Version, error)
	// VersionByID returns one of them, or NotFound.
	VersionByID(ctx context.Context, id app.ID) (Version, error)
	// VersionText returns what it says.
	VersionText(ctx context.Context, id app.ID) (VersionText, error)
	// ClauseTexts returns what all versions of a statement say of clauses.
	ClauseTexts(ctx context.Context, of app.ID, cids []string) ([]VersionClause, error)
	// EditHeads returns where the live text stood with each of the edits; those that
	// changed nothing are missing.
	EditHeads(ctx context.Context, of app.ID, edits []app.ID) (map[app.ID]app.LiveHead, error)
	// AddVersion keeps a version under the next number, and returns what is kept
	// under its id.
	AddVersion(ctx context.Context, by app.Standing, v Version, text VersionText) (Version, error)

	// Voices lists a group's stakeholder groups in their order, and for which of them
	// each persona speaks or, having left, last spoke.
	Voices(ctx context.Context, group app.ID) ([]Voice, map[app.ID]app.ID, error)
	// ClauseChanges lists the updates that touched a clause, newest first: the newest
	// max of them.
	ClauseChanges(ctx context.Context, of app.ID, cid string, max int) ([]ClauseChange, error)

	// References lists what the clauses of a statement rest on.
	References(ctx context.Context, of app.ID) ([]Reference, error)
	AddReference(ctx context.Context, by app.Standing, of app.ID, r Reference) error
	RemoveReference(ctx context.Context, by app.Standing, of app.ID, r Reference) error
	// FramingTerms lists a group's words in their order; SetFramingTerms replaces them.
	FramingTerms(ctx context.Context, group app.ID) ([]FramingTerm, error)
	SetFramingTerms(ctx context.Context, by app.Standing, group app.ID, terms []FramingTerm) error
	// FlagAnswers lists what was answered in a statement, newest first. AddFlagAnswer
	// keeps one more, once however often it is sent.
	FlagAnswers(ctx context.Context, of app.ID) ([]FlagAnswer, error)
	AddFlagAnswer(ctx context.Context, by app.Standing, of app.ID, a FlagAnswer) error

	// Translations returns the newest translation of each clause, by its id.
	Translations(ctx context.Context, of app.ID, lang string) (map[string]Translation, error)
	// Translation returns one of them, new or old, or NotFound.
	Translation(ctx context.Context, of, id app.ID) (Translation, error)
	// AddTranslation keeps one under its number, and returns what is kept under its
	// id; Conflict "translation.changed" if the number is taken.
	AddTranslation(ctx context.Context, by app.Standing, of app.ID, t Translation) (Translation, error)
	// ReviewTranslation notes who found it right, if nobody did before.
	ReviewTranslation(ctx context.Context, by app.Standing, id app.ID, at time.Time) error

	// Descents lists what was split and merged in a statement, by whatever door.
	Descents(ctx context.Context, of app.ID) ([]Descent, error)

	// Notes returns the newest note on each clause, by its id; Note one of them, new or
	// old, or NotFound.
	Notes(ctx context.Context, of app.ID) (map[string]Note, error)
	Note(ctx context.Context, of, id app.ID) (Note, error)
	// AddNote keeps one under its number, and returns what is kept under its id;
	// Conflict "note.changed" if the number is taken.
	AddNote(ctx context.Context, by app.Standing, of app.ID, n Note) (Note, error)
	// RelabelNote says in which language the newest note on a clause is, or with an empty one
	// that its letters tell; Conflict "note.changed" if it is the newest no more.
	RelabelNote(ctx context.Context, by app.Standing, of app.ID, n Note, lang string) (Note, error)
	// NoteTranslations lists all translations of the notes on a clause, or with an empty id on
	// all clauses, by clause, language and number.
	NoteTranslations(ctx context.Context, of app.ID, cid string) ([]NoteTranslation, error)
	// TranslateNote keeps a translation under the next number, if the clause has a note, else
	// Conflict "notetongue.gone", and if the newest one into that language that counts is
	// still the base, else Conflict "notetongue.changed"; Conflict "id.taken" if the id is.
	TranslateNote(ctx context.Context, by app.Standing, of app.ID, wish NewNoteTranslation, at time.Time) error
	// ReviewNoteTranslation keeps that somebody found a translation right, if it is the newest
	// and of the newest note, and not theirs, else Conflict "notetongue.moved".
	ReviewNoteTranslation(ctx context.Context, by app.Standing, of app.ID, t NoteTranslation, at time.Time) error
	// WithdrawNoteTranslation takes the words of a translation out of reach, and of what the
	// same person translated into that language before, if somebody else didn't already, else
	// Conflict "notetongue.moved".
	WithdrawNoteTranslation(ctx context.Context, by app.Standing, of app.ID, t NoteTranslation, at time.Time) error

	// Holds lists the held changes of a statement, newest first, without their bytes.
	Holds(ctx context.Context, id app.ID) ([]Hold, error)
	// Hold returns one of them whole, or NotFound.
	Hold(ctx context.Context, of, id app.ID) (Hold, error)
	// Waiting counts those that nobody has decided about.
	Waiting(ctx context.Context, id app.ID) (int, error)
	// RefusedEdits are those of one persona, or everybody's if by is empty, since a moment:
	// the last first, most at the most, without their words.
	RefusedEdits(ctx context.Context, id, by app.ID, since time.Time, most int) ([]RefusedEdit, error)
	// Decline keeps a decision; Conflict "hold.decided" if there is one already.
	Decline(ctx context.Context, by app.Standing, id app.ID, d Decision) error
	// CountWith counts the members of a group that have one of the roles.
	CountWith(ctx context.Context, group app.ID, roles []app.Role) (int, error)
}

// Service is what people do with statements.
type Service struct {
	store Store
	draft Draft
	brake Brake
	codes Codes
	clock app.Clock
	// answers is nil where nothing was ever put before the public.
	answers Answers

	onStep func(of app.ID)
}

// New returns the service over a store and the live text.
func New(store Store, draft Draft, brake Brake, codes Codes, clock app.Clock) *Service {
	return &Service{store: store, draft: draft, brake: brake, codes: codes, clock: clock}
}

// Heed lets acceptances wait for answers: what comes of an issue isn't applied before all
// who raised it have theirs.
func (s *Service) Heed(answers Answers) { s.answers = answers }
