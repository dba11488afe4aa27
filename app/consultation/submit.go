package consultation

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"madang/app"
)

// NewSubmission is what somebody sends, under an id made where it was typed.
type NewSubmission struct {
	ID, Docket app.ID
	Words
	Files []NewFile
	// IsSlow says that it came without a fresh form.
	IsSlow bool
	// MayBeLate says that its author wants it kept though the period has ended.
	MayBeLate bool
}

// Receipt is what somebody gets for a submission: the code is told to nobody else, and
// never again.
type Receipt struct {
	Code string
	Docket
	Submission Submission
}

// Submit takes a submission in. Nobody has to be signed in. Sent again under the same id
// with the same words and files it shows the same receipt. What comes after the end is Conflict
// "docket.closed" until its author says that it may be late.
func (s *Service) Submit(ctx context.Context, wish NewSubmission) (Receipt, error) {
	d, err := s.store.Docket(ctx, wish.Docket)
	if err != nil {
		return Receipt{}, err
	}
	if d.State(s.clock()) == StateDraft {
		return Receipt{}, app.NotFound()
	}
	made := Submission{ID: wish.ID, Docket: d.ID, Channel: ChannelWeb, ReceivedAt: s.clock(), IsSlow: wish.IsSlow, Words: wish.Words}
	return s.take(ctx, d, Arrival{Submission: made, MayBeLate: wish.MayBeLate}, wish.Files)
}

// take keeps an arrival and makes out its receipt.
func (s *Service) take(ctx context.Context, d Docket, a Arrival, files []NewFile) (Receipt, error) {
	if _, err := app.ParseID(string(a.ID)); err != nil {
		return Receipt{}, app.Invalid("api.id").On("id")
	}
	c, err := s.checker(ctx, d)
	if err != nil {
		return Receipt{}, err
	}
	if a, err = s.signed(d, c, a); err != nil {
		return Receipt{}, err
	}
	if len(files) > 0 {
		if a.Enclosed, err = s.enclosed(ctx, files); err != nil {
			return Receipt{}, err
		}
		for _, f := range a.Enclosed {
			a.Files = append(a.Files, f.File)
		}
		a.Digest = s.digestWith(a.Digest, files)
	}
	kept, digest, err := s.store.Submit(ctx, a)
	if err != nil {
		return Receipt{}, err
	}
	return s.receipt(d, a, kept, digest)
}

// signed is an arrival with tidied words, and what is kept of its receipt.
func (s *Service) signed(d Docket, c checker, a Arrival) (Arrival, error) {
	var err error
	if a.Words, a.IsSensitive, err = c.check(a.Words); err != nil {
		return a, err
	}
	a.Hash, a.Digest, a.Revision = s.hashOf(s.codeOf(a.ID)), s.digestOf(a.ID, a.Words), 1
	a.Status, a.First = d.firstStatus(a.Words, a.IsSlow || a.IsSensitive)
	return a, nil
}

// receipt is that for what is kept under an arrival's id. A withdrawn submission has no
// digest any more; its id is still known to nobody but its author.
func (s *Service) receipt(d Docket, a Arrival, kept Submission, digest []byte) (Receipt, error) {
	if kept.Docket != d.ID || kept.Status != TakenBack && !bytes.Equal(digest, a.Digest) {
		return Receipt{}, app.Conflict("id.taken")
	}
	return Receipt{Code: s.codeOf(a.ID), Docket: d, Submission: kept}, nil
}

// CheckWords refuses words that Submit would refuse, for a form that asks step by step.
func (s *Service) CheckWords(ctx context.Context, d Docket, w Words) error {
	_, _, err := s.checkWords(ctx, d, w)
	return err
}

// checkWords tidies words, and says whether they come from a sensitive group.
func (s *Service) checkWords(ctx context.Context, d Docket, w Words) (tidied Words, isSensitive bool, err error) {
	c, err := s.checker(ctx, d)
	if err != nil {
		return w, false, err
	}
	return c.check(w)
}

// checker knows what words to a docket have to fit.
type checker struct {
	text  FrozenText
	known []Stakeholder
}

func (s *Service) checker(ctx context.Context, d Docket) (checker, error) {
	text, err := s.statements.Frozen(ctx, d.Version.Version)
	if err != nil {
		return checker{}, err
	}
	known, err := s.store.Stakeholders(ctx, d.Group)
	return checker{text, known}, err
}

func (c checker) check(w Words) (tidied Words, isSensitive bool, err error) {
	if w, err = w.check(c.text); err != nil || w.Stakeholder == "" {
		return w, false, err
	}
	at := slices.IndexFunc(c.known, func(k Stakeholder) bool { return k.ID == w.Stakeholder })
	if at < 0 {
		return w, false, app.Invalid("submission.stakeholder").On("stakeholder")
	}
	return w, c.known[at].IsSensitive, nil
}

// NewKeyed is a submission that came by another way, as a member types it in.
type NewKeyed struct {
	ID, Docket app.ID
	Words
	Files   []NewFile
	Channel Channel
	// On is the day on which it came, in the docket's zone.
	On time.Time
}

// KeyIn takes in what came on paper, by mail or by telephone, and makes out a receipt to
// be handed on. It is on time if it came on the closing day or before, whenever it is
// keyed in.
func (s *Service) KeyIn(ctx context.Context, actor app.Actor, wish NewKeyed) (Receipt, error) {
	d, m, err := s.docketFor(ctx, actor, wish.Docket, app.Screen)
	if err != nil {
		return Receipt{}, err
	}
	a, err := s.keyed(d, m, wish)
	if err != nil {
		return Receipt{}, err
	}
	return s.take(ctx, d, a, wish.Files)
}

// keyed is what a member keys in, on its way in.
func (s *Service) keyed(d Docket, m app.Membership, wish NewKeyed) (Arrival, error) {
	now := s.clock()
	if d.State(now) == StateDraft {
		return Arrival{}, app.Conflict("docket.not_running")
	}
	if !slices.Contains(Channels, wish.Channel) {
		return Arrival{}, app.Invalid("submission.channel").On("channel")
	}
	day := time.Date(wish.On.Year(), wish.On.Month(), wish.On.Day(), 0, 0, 0, 0, zone(d.Zone))
	if wish.On.IsZero() || day.After(now) {
		return Arrival{}, app.Invalid("submission.day").On("on")
	}
	by := m.Standing()
	made := Submission{ID: wish.ID, Docket: d.ID, Channel: wish.Channel, EnteredBy: m.Persona, ReceivedAt: day, Words: wish.Words}
	return Arrival{Submission: made, MayBeLate: true, By: &by}, nil
}

// Followed is a submission as its author sees it.
type Followed struct {
	Receipt
	State State
	Now   time.Time
	// IsUnheard says that its author appealed, and that no chair may decide about it yet.
	IsUnheard bool
}

// Follow returns what became of the submission with a receipt code, as somebody typed
// it. A code that could be one and isn't is Invalid "receipt.unknown", and that answer
// waits its turn: one a second in the whole node.
func (s *Service) Follow(ctx context.Context, typed string) (Followed, error) {
	code, err := ReadCode(typed)
	if err != nil {
		return Followed{}, err
	}
	found, err := s.store.SubmissionBy(ctx, s.hashOf(code))
	if app.KindOf(err) == app.KindNotFound {
		if err := s.misses.Wait(ctx); err != nil {
			return Followed{}, app.Busy("code.busy").Because(err)
		}
		return Followed{}, app.Invalid("receipt.unknown").On("code")
	}
	if err != nil {
		return Followed{}, err
	}
	d, err := s.store.Docket(ctx, found.Docket)
	if err != nil {
		return Followed{}, err
	}
	isUnheard, err := s.isUnheard(ctx, d, found)
	found.Steps = slices.DeleteFunc(found.Steps, func(st Step) bool { return st.Kind.isInternal() })
	now := s.clock()
	return Followed{Receipt: Receipt{Code: code, Docket: d, Submission: found}, State: d.State(now), Now: now, IsUnheard: isUnheard}, err
}

// NewStep is what an author does with their submission, under an id made where it was
// typed; sent again it is done once.
type NewStep struct {
	ID   app.ID
	Kind StepKind
	// Revision is that of the words the author saw, for StepCorrected and StepAdded.
	Revision int
	// Words are the corrected ones; Sentence is what is added, or said to the flag.
	Words
	Sentence string
}

// Take does what the author of a submission wants. A corrected or added wording is a new
// revision, and the old one is kept; withdrawn words are destroyed at once, in all
// revisions. Where submissions are looked at before they are posted, new words are
// looked at again.
func (s *Service) Take(ctx context.Context, typed string, wish NewStep) (Followed, error) {
	f, err := s.Follow(ctx, typed)
	if err != nil {
		return f, err
	}
	if _, err := app.ParseID(string(wish.ID)); err != nil {
		return f, app.Invalid("api.id").On("id")
	}
	if f.Submission.has(wish.ID) {
		return f, nil // sent again
	}
	after, sentence, err := s.stepped(ctx, f, wish)
	if err != nil {
		return f, err
	}
	step := Step{ID: wish.ID, Kind: wish.Kind, From: f.Submission.Status, To: after.Status, At: s.clock(), Sentence: sentence}
	if after.Status == Withheld && f.Submission.Status != Withheld {
		step.Reason = ReasonAsked
	}
	if err := s.store.Step(ctx, nil, after, f.Submission.Revision, step); err != nil {
		return f, err
	}
	return s.Follow(ctx, typed)
}

// stepped is the submission as it is after the step, and what is said to it.
func (s *Service) stepped(ctx context.Context, f Followed, wish NewStep) (Submission, string, error) {
	after := f.Submission
	if after.Status == TakenBack {
		return after, "", app.Conflict("submission.withdrawn")
	}
	sentence := strings.TrimSpace(wish.Sentence)
	switch wish.Kind {
	case StepCorrected:
		return s.reworded(ctx, f, wish.Words, wish.Revision)
	case StepAdded:
		if err := tidy(box{"added", &sentence, MaxComment, true}); err != nil {
			return after, "", err
		}
		words := after.Words
		words.Comment = strings.TrimSpace(words.Comment + "\n\n" + sentence)
		return s.reworded(ctx, f, words, wish.Revision)
	case StepTakenBack:
		after.Status, after.Words, after.Files, after.Wanted, after.ReturnedAt = TakenBack, Words{}, nil, "", time.Time{}
	case StepContested:
		after.ContestedAt = s.clock()
		return after, sentence, tidy(box{"sentence", &sentence, MaxReason, false})
	case StepInsisted:
		if after.ReturnedAt.IsZero() {
			return after, "", app.Conflict("submission.not_returned")
		}
		after.ReturnedAt = time.Time{}
		return after, sentence, tidy(box{"sentence", &sentence, MaxReason, false})
	case StepAppealed:
		if err := f.Submission.MayBeAppealed(); err != nil {
			return after, "", err
		}
		after.AppealedAt = s.clock()
		return after, sentence, tidy(box{"sentence", &sentence, MaxReason, true})
	default:
		return after, "", app.Invalid("submission.step").On("kind")
	}
	return after, "", nil
}

func (s *Service) reworded(ctx context.Context, f Followed, w Words, revision int) (Submission, string, error) {
	after := f.Submission
	if revision != after.Revision {
		return after, "", app.Conflict("submission.changed")
	}
	if f.State == StateWithdrawn {
		return after, "", app.Gone("docket.withdrawn")
	}
	words, isSensitive, err := s.checkWords(ctx, f.Docket, w)
	if err != nil {
		return after, "", err
	}
	after.Words = words
	after.Revision++
	after.IsSensitive = after.IsSensitive || isSensitive
	// Other words don't undo what a moderator decided: somebody looks at them again.
	wasStopped := after.Status == Withheld && f.Submission.Publish != PublishNone || !after.ReturnedAt.IsZero() || words.isMasked()
	after.Status, _ = f.Docket.firstStatus(words, after.IsSlow || after.IsSensitive || wasStopped)
	after.Wanted, after.ReturnedAt, after.AppealedAt = "", time.Time{}, time.Time{}
	return after, "", nil
}
