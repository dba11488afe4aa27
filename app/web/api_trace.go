package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"madang/app"
	"madang/app/prose"
	"madang/app/trace"
	traceview "madang/app/web/view/trace"
)

// chainJSON is why a clause says what it says. Version 0 is the live text.
type chainJSON struct {
	Clause     string      `json:"clause"`
	Version    int         `json:"version"`
	Erratum    int         `json:"erratum,omitempty"` // that which took the words away
	Runs       []runJSON   `json:"runs"`              // what accepted amendments brought is "inserted"
	Links      []linkJSON  `json:"links"`
	Considered []inputJSON `json:"considered"` // nothing of it came into the text
}

// linkJSON is an amendment, what it comes of, and what became of its words.
type linkJSON struct {
	Amendment sourceJSON  `json:"amendment"`
	Issues    []inputJSON `json:"issues"`
	Deeds     []deedJSON  `json:"deeds"`
}

// sourceJSON is an amendment whose words were put into the text.
type sourceJSON struct {
	ID         app.ID    `json:"id,omitempty"`
	No         int       `json:"no"`
	State      string    `json:"state"`
	Reason     string    `json:"reason,omitempty"`
	Decision   string    `json:"decision,omitempty"`
	Accepted   time.Time `json:"accepted"`
	Acceptance app.ID    `json:"acceptance,omitempty"`
}

// inputJSON is an issue of a docket.
type inputJSON struct {
	Docket    app.ID `json:"docket"`
	No        int    `json:"no"`
	Title     string `json:"title"`
	Code      string `json:"code,omitempty"`
	Rationale string `json:"rationale,omitempty"`
	// Passages are told with the chain of a clause, and not with hunks.
	Passages []sourcePassageJSON `json:"passages,omitempty"`
}

// sourcePassageJSON is a passage of a submission; without words, its author took them back.
type sourcePassageJSON struct {
	Submission int    `json:"submission"`
	Words      string `json:"words,omitempty"`
}

type deedJSON struct {
	Kind   prose.ProposalKind `json:"kind"`
	Stands []standJSON        `json:"stands"`
}

// standJSON is what became of words in a version.
type standJSON struct {
	Version int        `json:"version"`
	Clause  string     `json:"clause"`
	Fate    trace.Fate `json:"fate"`
	Erratum int        `json:"erratum,omitempty"`
	Runs    []runJSON  `json:"runs"`
}

func runsJSON(runs []prose.Run) []runJSON {
	shown := make([]runJSON, len(runs))
	for i, r := range runs {
		shown[i] = runJSON(r)
	}
	return shown
}

func sourceJSONOf(a trace.Amendment) sourceJSON {
	return sourceJSON{a.ID, a.No, a.State, a.Reason, a.Decision.Reason, a.Decision.At, a.Decision.Acceptance}
}

func inputJSONOf(i trace.Issue) inputJSON {
	passages := listOf(i.Passages, func(p trace.Passage) sourcePassageJSON { return sourcePassageJSON{p.Submission, p.Words} })
	return inputJSON{Docket: i.Docket, No: i.No, Title: i.Title, Code: i.Code, Rationale: i.Rationale, Passages: passages.Items}
}

func standJSONOf(s trace.Stand) standJSON {
	return standJSON{Version: s.Version.No, Clause: s.CID, Fate: s.Fate, Erratum: s.Clause.Erratum, Runs: runsJSON(s.Runs())}
}

func linkJSONOf(l trace.Link) linkJSON {
	deeds := listOf(l.Deeds, func(d trace.Deed) deedJSON { return deedJSON{d.Kind, listOf(d.Stands, standJSONOf).Items} })
	return linkJSON{sourceJSONOf(l.Amendment), listOf(l.Issues, inputJSONOf).Items, deeds.Items}
}

func chainJSONOf(c trace.Chain) chainJSON {
	return chainJSON{
		Clause: c.CID, Version: c.Now.Version.No, Erratum: c.Now.Clause.Erratum, Runs: runsJSON(c.Now.Runs()),
		Links: listOf(c.Links, linkJSONOf).Items, Considered: listOf(c.Considered, inputJSONOf).Items,
	}
}

func (s *Server) apiTrace(c *fiber.Ctx) error {
	v, err := s.traces.Why(c.UserContext(), actorOf(c), app.ID(c.Params("id")), c.Params("cid"))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, chainJSONOf(v.Chain))
}

// hunkJSON is one change of a clause and what it comes of; of nothing if inputs is empty.
type hunkJSON struct {
	Deleted  string          `json:"deleted,omitempty"`
	Inserted string          `json:"inserted,omitempty"`
	Moved    bool            `json:"moved,omitempty"`
	Inputs   []hunkInputJSON `json:"inputs"`
}

type hunkInputJSON struct {
	Amendment sourceJSON  `json:"amendment"`
	Issues    []inputJSON `json:"issues"`
}

func hunkJSONOf(h trace.Hunk) hunkJSON {
	inputs := listOf(h.Inputs, func(in trace.Input) hunkInputJSON {
		return hunkInputJSON{sourceJSONOf(in.Amendment), listOf(in.Issues, inputJSONOf).Items}
	})
	return hunkJSON{h.Deleted, h.Inserted, h.IsMove, inputs.Items}
}

// apiPublicTrace tells anybody why a clause says what it says.
func (s *Server) apiPublicTrace(c *fiber.Ctx) error {
	_, v, err := s.traces.PublicWhy(c.UserContext(), app.ID(c.Params("id")), c.Params("cid"))
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusOK, chainJSONOf(v.Chain))
}

// outcomeJSON is the version that came of a docket, and what became of the frozen one.
type outcomeJSON struct {
	From      int          `json:"from"`
	To        int          `json:"to"`
	Published time.Time    `json:"published"`
	Clauses   []changeJSON `json:"clauses"`
}

func (s *Server) apiOutcome(c *fiber.Ctx) error {
	v, err := s.outcome(c)
	if err != nil {
		return err
	}
	shown := outcomeJSON{From: v.No, To: v.Outcome.No, Published: v.Outcome.At, Clauses: []changeJSON{}}
	for _, clause := range v.Comparison.Comparison.Clauses {
		change := changeOf(clause)
		change.Erratum = v.Comparison.Gaps[clause.CID]
		for _, h := range v.Hunks[clause.CID] {
			change.Hunks = append(change.Hunks, hunkJSONOf(h))
		}
		shown.Clauses = append(shown.Clauses, change)
	}
	return s.answer(c, http.StatusOK, shown)
}

// outcomeInput lets anybody read a version, by its number: confirmed has to be true.
type outcomeInput struct {
	ID        app.ID `json:"id"`
	Version   int    `json:"version"`
	Confirmed bool   `json:"confirmed"`
}

func (s *Server) apiOutcomeCreate(c *fiber.Ctx) error {
	var input outcomeInput
	if err := bindJSON(c, &input); err != nil {
		return err
	}
	if !input.Confirmed {
		return app.Invalid("outcome.unconfirmed").On("confirmed")
	}
	id, err := idOr(input.ID)
	if err == nil {
		err = s.traces.PublishOutcome(c.UserContext(), actorOf(c), app.ID(c.Params("id")), id, input.Version)
	}
	if err != nil {
		return err
	}
	return s.answer(c, http.StatusCreated, madeJSON{ID: id})
}

// influenceJSON is a line of the influence ledger; what may not be told is absent. Group is
// the id of a stakeholder group, "none" of those who said none, "others" of all about which
// too little may be told, and empty of all together.
type influenceJSON struct {
	Group    string             `json:"group,omitempty"`
	Name     string             `json:"name,omitempty"`
	Received *int               `json:"received,omitempty"`
	Lots     map[trace.Lot]*int `json:"lots,omitempty"`
	// MedianDays is a stretch in which half of the people had their answer, as "8-30".
	MedianDays string `json:"median_days,omitempty"`
	// Satisfied are how many of those who Replied.
	Satisfied int `json:"satisfied,omitempty"`
	Replied   int `json:"replied,omitempty"`
}

func (s *Server) apiInfluence(c *fiber.Ctx) error {
	v, err := s.traces.Influence(c.UserContext(), app.ID(c.Params("id")))
	if err != nil {
		return err
	}
	list := listJSON[influenceJSON]{Items: []influenceJSON{}}
	if !v.Lots.At.IsZero() {
		list = listOf(traceview.Lines(v), func(l traceview.Line) influenceJSON {
			shown := influenceJSON{Group: l.Key, Name: l.Name, Received: l.Received, Satisfied: l.Satisfied, Replied: l.Replied, Lots: map[trace.Lot]*int{}}
			for lot, n := range l.Lots {
				if n != nil {
					shown.Lots[lot] = n
				}
			}
			if l.Days != nil {
				shown.MedianDays = l.Days.String()
			}
			return shown
		})
	}
	return s.answer(c, http.StatusOK, list)
}
