package statement

import (
	"context"
	"slices"
	"time"

	"madang/app"
	"madang/app/prose"
)

// MaxStepReason is how long the reason of a step may be, in characters.
const MaxStepReason = 2000

// stepTries is how often a step is tried while others edit the text.
const stepTries = 5

// Step is how a statement went from one phase to the next: never changed, never taken
// back; the way back is another step. No counts a statement's steps from 1.
type Step struct {
	ID, Statement app.ID
	No            int64
	From, To      app.Phase
	By            Author
	Reason        string
	At            time.Time
	// Text is where the live text stood.
	Text app.LiveHead
}

// NewStep is a wish to let a statement go to another phase. ID is made where it was
// typed, so that sending it again takes one step; No is the number the step will have, as
// its author was shown.
type NewStep struct {
	ID     app.ID
	No     int64
	To     app.Phase
	Reason string
}

// ways is the one table of where a statement can go from where. Each has a way back to
// drafting.
var ways = map[app.Phase][]app.Phase{
	app.PhaseDrafting:    {app.PhaseReview},
	app.PhaseReview:      {app.PhasePublic, app.PhaseDrafting},
	app.PhasePublic:      {app.PhaseDisposition, app.PhaseDrafting},
	app.PhaseDisposition: {app.PhaseReview, app.PhasePublic, app.PhaseDrafting},
}

// Ways lists the phases that a statement can go to next.
func (s Statement) Ways() []app.Phase { return ways[s.State] }

// Course is how a statement came to where it is, and where it can go.
type Course struct {
	Statement  Statement
	Membership app.Membership
	// Steps are those taken, newest first.
	Steps []Step
	// Missing and Open are what keeps it in drafting: numbered clauses that rest on no
	// universal instrument, and words that nobody answered for.
	Missing, Open int
	// IsEmpty says that nothing is written yet.
	IsEmpty bool
}

// IsReady reports whether the text may leave drafting.
func (c Course) IsReady() bool { return !c.IsEmpty && c.Missing == 0 && c.Open == 0 }

// Course returns it to those who may read the statement.
func (s *Service) Course(ctx context.Context, actor app.Actor, of app.ID) (Course, error) {
	c, _, err := s.course(ctx, actor, of)
	return c, err
}

func (s *Service) course(ctx context.Context, actor app.Actor, of app.ID) (Course, Text, error) {
	u, text, err := s.universality(ctx, actor, of)
	if err != nil {
		return Course{}, text, err
	}
	steps, err := s.store.Steps(ctx, of)
	return Course{
		Statement: u.Statement, Membership: u.Membership, Steps: steps,
		Missing: u.Missing(), Open: u.Open(), IsEmpty: isEmpty(text.Doc),
	}, text, err
}

func isEmpty(text prose.Doc) bool {
	return !slices.ContainsFunc(text.Blocks, func(b prose.Block) bool { return b.PlainText() != "" })
}

// Step lets a statement go to another phase, with a reason. Sent again under the same id
// it returns the step that was taken. Somebody else's step in between is Conflict
// "phase.changed"; a phase that can't be reached from here is Conflict "phase.far"; a text
// that isn't ready to leave drafting is Conflict "phase.unready". A text that is edited
// meanwhile is looked at again; if people type so fast that none of five attempts catches
// it as it was looked at, nothing is done: Conflict "phase.moved".
func (s *Service) Step(ctx context.Context, actor app.Actor, of app.ID, wish NewStep) (step Step, err error) {
	if _, err := app.ParseID(string(wish.ID)); err != nil {
		return Step{}, app.Invalid("api.id").On("id")
	}
	for range stepTries {
		if step, err = s.step(ctx, actor, of, wish); !app.IsCode(err, "phase.moved") {
			break
		}
	}
	return step, err
}

func (s *Service) step(ctx context.Context, actor app.Actor, of app.ID, wish NewStep) (Step, error) {
	c, text, err := s.course(ctx, actor, of)
	if err != nil {
		return Step{}, err
	}
	m := c.Membership
	if err := m.Must(app.Govern); err != nil {
		return Step{}, err
	}
	if i := slices.IndexFunc(c.Steps, func(taken Step) bool { return taken.ID == wish.ID }); i >= 0 {
		return c.Steps[i].sentAgain(m)
	}
	if wish.Reason, err = checkReason(wish.Reason, MaxStepReason); err != nil {
		return Step{}, err
	}
	switch {
	case wish.No != c.Statement.Step+1:
		return Step{}, app.Conflict("phase.changed")
	case !slices.Contains(app.Phases, wish.To):
		return Step{}, app.Invalid("phase.unknown").On("to")
	case !slices.Contains(c.Statement.Ways(), wish.To):
		return Step{}, app.Conflict("phase.far").On("to")
	case c.Statement.State == app.PhaseDrafting && !c.IsReady():
		return Step{}, app.Conflict("phase.unready")
	}
	step := Step{
		ID: wish.ID, Statement: of, No: wish.No, From: c.Statement.State, To: wish.To,
		By: Author{Persona: m.Persona, Name: m.Name}, Reason: wish.Reason, At: s.clock(),
		Text: app.LiveHead{Epoch: text.Epoch, Seq: text.Seq},
	}
	if err := s.store.TakeStep(ctx, m.Standing(), step); err != nil {
		return Step{}, err
	}
	if s.onStep != nil {
		s.onStep(of)
	}
	return step, nil
}

func (t Step) sentAgain(m app.Membership) (Step, error) {
	if t.By.Persona != m.Persona {
		return Step{}, app.Conflict("id.taken")
	}
	return t, nil
}

// OnStep calls tell whenever a statement went to another phase. It is a hint: the
// database is asked on every write anyway.
func (s *Service) OnStep(tell func(of app.ID)) { s.onStep = tell }

// Stages returns where statements are, in one query. Unknown ones are missing.
func (s *Service) Stages(ctx context.Context, ids []app.ID) (map[app.ID]app.Stage, error) {
	return s.store.Stages(ctx, ids)
}
