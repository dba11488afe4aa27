package consultation

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"madang/app"
)

// Statements answers what is put before the public. It is answered by statement.
type Statements interface {
	// GroupOf returns whose statement it is, to somebody who may read it.
	GroupOf(ctx context.Context, actor app.Actor, statement app.ID) (app.ID, error)
	// Version returns a version by its number, to somebody who may read the statement.
	Version(ctx context.Context, actor app.Actor, statement app.ID, no int) (FrozenText, error)
	// Frozen returns a version that a docket has put before the public.
	Frozen(ctx context.Context, version app.ID) (FrozenText, error)
}

// Stakeholder is a stakeholder group that somebody may say they belong to.
type Stakeholder struct {
	ID          app.ID
	Name        string
	IsSensitive bool
}

// Filter selects submissions of a docket, by rising number.
type Filter struct {
	// Status and Channel select; empty is all.
	Status  Status
	Channel Channel
	Flag    Flag
	// IsPublic selects what anybody may read.
	IsPublic bool
	// Nos selects the submissions with these numbers; none selects all.
	Nos []int
	// After is the number of the last one on the page before; Limit is 1 to MaxPage.
	After, Limit int
}

// Flag selects what staff should look at first.
type Flag string

// Flags are all of them.
var Flags = []Flag{"appealed", "second", "files", "returned", "contested", "sensitive", "late", "slow"}

// MaxPage is how many submissions a page holds at most.
const MaxPage = 100

// Arrival is a submission on its way in.
type Arrival struct {
	Submission
	// Enclosed are the files that come with it.
	Enclosed []Enclosed
	// Hash is what is kept of its receipt code, Digest recognises its words and files.
	Hash, Digest []byte
	// By is the standing of the member who keys it in; nil if it came by the page.
	By *app.Standing
	// MayBeLate says that its author wants it kept if the period has ended.
	MayBeLate bool
	// First is why it begins as it does, if a reason is needed.
	First Reason
}

// Landing is what became of an arrival: what is kept under its id, and the digest of that;
// or why nothing is. IsNew says that it wasn't kept before.
type Landing struct {
	Kept   Submission
	Digest []byte
	IsNew  bool
	Err    error
}

// Store keeps dockets and what is submitted to them. Writes of members take a Standing
// and are Conflict "role.changed" if that no longer stands.
type Store interface {
	// Docket returns one with its acts, or NotFound.
	Docket(ctx context.Context, id app.ID) (Docket, error)
	// Dockets lists those of a group, newest first; without a group the announced ones
	// of all groups.
	Dockets(ctx context.Context, group app.ID) ([]Docket, error)
	// AddDocket keeps one under the next number, and returns what is kept under its id.
	AddDocket(ctx context.Context, by app.Standing, d Docket) (Docket, error)
	// ReviseDocket replaces the text of a draft; Conflict "docket.announced" if it is none.
	ReviseDocket(ctx context.Context, by app.Standing, d Docket) error
	// AddAct keeps an act and the docket as it is after it, unless the act is kept
	// already; Conflict "docket.changed" if another act came in between.
	AddAct(ctx context.Context, by app.Standing, after Docket, a Act) error
	// Chairs lists the memberships of those who chair a group now.
	Chairs(ctx context.Context, group app.ID) ([]app.Membership, error)
	// Stakeholders lists a group's stakeholder groups in their order.
	Stakeholders(ctx context.Context, group app.ID) ([]Stakeholder, error)
	// Stated returns by number which stakeholder group the submissions that anybody may read
	// say their authors belong to; those that concern a sensitive group are missing.
	Stated(ctx context.Context, docket app.ID) (map[int]app.ID, error)
	// Balance returns a docket's.
	Balance(ctx context.Context, docket app.ID) (Balance, error)

	// Submit keeps a submission under the next number if its docket takes it at that
	// moment, and returns what is kept under its id and the digest of that. It is
	// Conflict "docket.closed" if the period has ended and it mayn't be late, Conflict
	// "docket.not_yet" before the opening, Gone "docket.withdrawn".
	Submit(ctx context.Context, a Arrival) (kept Submission, digest []byte, err error)
	// SubmitAll does what Submit does for many at once, of one docket and one member: all
	// that can be kept are, and for each it is said what became of it.
	SubmitAll(ctx context.Context, list []Arrival) ([]Landing, error)
	// SubmissionBy returns the one whose receipt code has the hash, with its steps, or
	// NotFound; Submission the one with a number.
	SubmissionBy(ctx context.Context, hash []byte) (Submission, error)
	Submission(ctx context.Context, docket app.ID, no int) (Submission, error)
	// Submissions lists them without their steps.
	Submissions(ctx context.Context, docket app.ID, f Filter) ([]Submission, error)
	// Waiting lists submissions to a group's dockets that wait for somebody to decide: they
	// were received, need a second person, were appealed, have files that nobody looked at,
	// or a name that somebody contests. The longest waiting come first. Those that were
	// appealed have their steps.
	Waiting(ctx context.Context, group app.ID, limit int) ([]Submission, error)
	// Step keeps a step and the submission as it is after it, unless the step is kept
	// already. The submission must still have the status and the revision it had before
	// (the step's From, and the revision given), else Conflict "submission.changed". By
	// is nil for its author. What is withdrawn loses the words of all revisions.
	Step(ctx context.Context, by *app.Standing, after Submission, revision int, st Step) error
	// AddContest keeps a contest of a submission under its next number, unless it is kept
	// already; Conflict "submission.changed" if the public reads the submission no more.
	// ContestBy returns the one whose receipt code has the hash and the submission, or
	// NotFound. Contests lists those of a submission, oldest first.
	AddContest(ctx context.Context, docket app.ID, no int, c Contest, hash []byte) error
	ContestBy(ctx context.Context, hash []byte) (Contest, Submission, error)
	Contests(ctx context.Context, submission app.ID) ([]Contest, error)
	// DecideName keeps a step about the name as Step does; if it is a decision that holds,
	// the contests up to a number are answered by it. It is Conflict "submission.changed" if
	// anything else happened to the submission meanwhile.
	DecideName(ctx context.Context, by app.Standing, after Submission, revision int, st Step, upTo int) error
	// Marks lists what tells of each of a docket's submissions whether it changed, by
	// rising number.
	Marks(ctx context.Context, docket app.ID) ([]Mark, error)
	// Enclose keeps more files of a submission, and the step by which its author added them,
	// unless the step is kept already. It is Conflict "submission.changed" if the submission
	// or its files are others now, and Conflict "receipt.closed" unless the period is open at
	// the time of the step.
	Enclose(ctx context.Context, of Submission, st Step, list []Enclosed) error
	// FileContent returns what is in a file of a submission, or NotFound.
	FileContent(ctx context.Context, submission app.ID, no int) ([]byte, error)
	// DecideFile keeps a step about a file as Step does, and the file as it is after it. It
	// is Conflict "submission.changed" if the file isn't any more as it was before.
	DecideFile(ctx context.Context, by app.Standing, after Submission, revision int, st Step, before File) error
	// Revisions lists a submission's wordings, oldest first. Those that are sealed have
	// no words.
	Revisions(ctx context.Context, id app.ID) ([]Revision, error)
	// Redact keeps a step as Step does, and takes the words of the former wordings out of
	// reach: what is left of them are the seals. A wording that is sealed already stays so.
	Redact(ctx context.Context, by app.Standing, after Submission, revision int, st Step, seals []Sealed) error
	// Sealed lists the sealed wordings of a submission, oldest first.
	Sealed(ctx context.Context, id app.ID) ([]Sealed, error)
	// AddDocument keeps a file of a docket under its next number, and returns what is kept
	// under its id. RemoveDocument takes one out of a draft; Conflict "docket.announced"
	// if it is none.
	AddDocument(ctx context.Context, by app.Standing, docket app.ID, d Document, content []byte) (Document, error)
	RemoveDocument(ctx context.Context, by app.Standing, docket app.ID, no int) error
	// Documents lists them in order; DocumentContent returns what is in one, or NotFound.
	Documents(ctx context.Context, docket app.ID) ([]Document, error)
	DocumentContent(ctx context.Context, docket app.ID, no int) ([]byte, error)
	// Names returns a docket's sealed list of names, nil if there is none; KeepNames
	// replaces it.
	Names(ctx context.Context, docket app.ID) ([]byte, error)
	KeepNames(ctx context.Context, by app.Standing, docket app.ID, sealed []byte) error
}

// Revision is one wording of a submission.
type Revision struct {
	No int
	At time.Time
	Words
	// IsSealed says that something was taken out after it, so that its words are sealed.
	IsSealed bool
}

// Service is what chairs, the public and moderators do with dockets.
type Service struct {
	store      Store
	statements Statements
	comparer   Comparer
	inspector  Inspector
	secret     []byte
	clock      app.Clock
	// dockets are those that are kept in campaigns, and sorting guards them.
	sorting sync.Mutex
	dockets map[app.ID]*sorted
	// misses lets one wrong code a second be answered, whoever sent it.
	misses *rate.Limiter
}

// New returns the service over a store. The secret is the forum's; receipt codes follow
// from it.
func New(store Store, statements Statements, comparer Comparer, inspector Inspector, secret []byte, clock app.Clock) *Service {
	return &Service{
		store: store, statements: statements, comparer: comparer, inspector: inspector, secret: secret, clock: clock,
		dockets: map[app.ID]*sorted{}, misses: rate.NewLimiter(rate.Every(time.Second), 1),
	}
}

// Now is the moment by which dockets are judged.
func (s *Service) Now() time.Time { return s.clock() }
