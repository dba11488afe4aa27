package disposition

import (
	"context"
	"slices"
	"time"

	"madang/app"
)

// Reading is who reads a submission, and when they had.
type Reading struct {
	Submission int
	Reader     app.ID
	Name       string // of Reader
	// At is zero until it is read.
	At time.Time
}

// Progress is how far readers have come; the line of everybody has no name.
type Progress struct {
	Reader         Person
	Assigned, Read int
}

// Desk is what those who answer have before them.
type Desk struct {
	Docket
	Membership app.Membership
	// Everybody and Readers tell how far reading has come. Everybody.Assigned are all
	// that were posted, Unassigned those nobody reads.
	Everybody  Progress
	Unassigned int
	Readers    []Progress
	// Issues stand in the order of the text.
	Issues []Issue
	// Loose is how many excerpts are under no issue.
	Loose  int
	Report Report
}

// MayAnswer reports whether the reader answers, and MayPublish whether they publish the
// report.
func (v Desk) MayAnswer() bool { return v.Membership.May(app.Answer) && !v.Report.IsPublished() }

// MayPublish: see MayAnswer.
func (v Desk) MayPublish() bool { return v.Membership.May(app.Govern) && !v.Report.IsPublished() }

// Desk returns a docket's issues: to those who answer with how far they have come, and to
// everybody once the report is published.
func (s *Service) Desk(ctx context.Context, actor app.Actor, id app.ID) (Desk, error) {
	d, _, err := s.consultations.Docket(ctx, actor, id)
	if err != nil {
		return Desk{}, err
	}
	v := Desk{Docket: d}
	if v.Report, err = s.report(ctx, id); err != nil {
		return v, err
	}
	m, refusal := d.studiedBy(actor)
	if refusal != nil && !v.Report.IsPublished() {
		return v, refusal
	}
	if refusal == nil {
		v.Membership = m
	}
	if v.Issues, err = s.store.Issues(ctx, id); err != nil {
		return v, err
	}
	slices.SortStableFunc(v.Issues, func(a, b Issue) int { return d.place(a.CID) - d.place(b.CID) })
	return v, nil
}

// Progress adds to a desk how far reading has come.
func (s *Service) Progress(ctx context.Context, v Desk) (Desk, error) {
	p, err := s.pile(ctx, v.ID)
	return v.with(p), err
}

// with is the desk with how far a pile was read.
func (v Desk) with(p pile) Desk {
	v.Loose = 0
	for _, e := range p.excerpts {
		if e.Issue == "" {
			v.Loose++
		}
	}
	v.Everybody, v.Unassigned, v.Readers = progress(p.posted, p.readings)
	return v
}

// progress counts what is posted; what was read and is posted no longer doesn't count.
func progress(posted []int, readings []Reading) (everybody Progress, unassigned int, readers []Progress) {
	of := map[int]Reading{}
	for _, r := range readings {
		of[r.Submission] = r
	}
	for _, no := range posted {
		everybody.Assigned++
		r, isAssigned := of[no]
		if !isAssigned {
			unassigned++
			continue
		}
		at := slices.IndexFunc(readers, func(known Progress) bool { return known.Reader.ID == r.Reader })
		if at < 0 {
			at, readers = len(readers), append(readers, Progress{Reader: Person{r.Reader, r.Name}})
		}
		readers[at].Assigned++
		if !r.At.IsZero() {
			readers[at].Read++
			everybody.Read++
		}
	}
	return everybody, unassigned, readers
}

// Shelf is what was posted, with who reads it.
type Shelf struct {
	Desk
	Items []Item
	// Next is the number after which the next page begins; 0 on the last.
	Next int
	// People are those who may be given something to read.
	People []Person
}

// Item is a submission on the shelf. Excerpts counts the passages marked in it.
type Item struct {
	Said     Submission
	Reading  Reading
	Excerpts int
}

// Choice is what of a shelf to list, a page at a time: all of it, with IsMine what the actor
// reads, with IsUnread what nobody has read yet, behind the number After.
type Choice struct {
	IsMine, IsUnread bool
	After            int
}

// ShelfPage is how many submissions a page lists.
const ShelfPage = 100

// Shelf lists what was posted, as it was chosen.
func (s *Service) Shelf(ctx context.Context, actor app.Actor, docket app.ID, choice Choice) (Shelf, error) {
	v, _, err := s.shelf(ctx, actor, docket)
	if err != nil {
		return v, err
	}
	v.Items = slices.DeleteFunc(v.Items, func(i Item) bool {
		return i.Said.No <= choice.After || choice.IsMine && i.Reading.Reader != v.Membership.Persona || choice.IsUnread && !i.Reading.At.IsZero()
	})
	if len(v.Items) > ShelfPage {
		v.Items = v.Items[:ShelfPage]
		v.Next = v.Items[ShelfPage-1].Said.No
	}
	if v.People, err = s.store.Readers(ctx, docket); err != nil {
		return v, err
	}
	return v, s.fill(ctx, docket, v.Items)
}

// fill adds what was said to items that have just its number.
func (s *Service) fill(ctx context.Context, docket app.ID, items []Item) error {
	if len(items) == 0 {
		return nil
	}
	nos := make([]int, len(items))
	for i, item := range items {
		nos[i] = item.Said.No
	}
	posted, err := s.consultations.Posted(ctx, docket, nos...)
	said := map[int]Submission{}
	for _, p := range posted {
		said[p.No] = p
	}
	for i := range items {
		if found, isThere := said[items[i].Said.No]; isThere {
			items[i].Said = found
		}
	}
	return err
}

// shelf is the numbers of all that was posted, to somebody who answers, with the pile that
// it was made of.
func (s *Service) shelf(ctx context.Context, actor app.Actor, docket app.ID) (Shelf, pile, error) {
	desk, err := s.Desk(ctx, actor, docket)
	if err == nil {
		_, err = desk.studiedBy(actor)
	}
	if err != nil {
		return Shelf{}, pile{}, err
	}
	p, err := s.pile(ctx, docket)
	if err != nil {
		return Shelf{}, p, err
	}
	of, marked := map[int]Reading{}, map[int]int{}
	for _, r := range p.readings {
		of[r.Submission] = r
	}
	for _, e := range p.excerpts {
		marked[e.Submission]++
	}
	v := Shelf{Desk: desk.with(p)}
	for _, no := range p.posted {
		v.Items = append(v.Items, Item{Submission{No: no}, of[no], marked[no]})
	}
	return v, p, nil
}

// Assign gives the posted submissions from one number to another to a reader; with fresh
// only those that nobody reads yet.
func (s *Service) Assign(ctx context.Context, actor app.Actor, docket app.ID, from, to int, reader app.ID, fresh bool) (int, error) {
	shelf, _, err := s.shelf(ctx, actor, docket)
	if err == nil {
		err = shelf.Membership.Must(app.Answer)
	}
	if err != nil {
		return 0, err
	}
	var nos []int
	for _, item := range shelf.Items {
		if no := item.Said.No; no >= from && (to == 0 || no <= to) && !(fresh && item.Reading.Reader != "") {
			nos = append(nos, no)
		}
	}
	if len(nos) == 0 {
		return 0, app.Invalid("reading.none").On("from")
	}
	return len(nos), s.store.Assign(ctx, shelf.Membership.Standing(), docket, nos, reader)
}

// MarkRead notes that the actor has read posted submissions.
func (s *Service) MarkRead(ctx context.Context, actor app.Actor, docket app.ID, nos ...int) error {
	_, m, err := s.answering(ctx, actor, docket)
	if err != nil {
		return err
	}
	posted, err := s.consultations.Posted(ctx, docket, nos...)
	if err != nil {
		return err
	}
	if len(nos) == 0 || len(posted) < len(nos) {
		return app.Invalid("reading.none").On("from")
	}
	return s.store.MarkRead(ctx, m.Standing(), docket, nos, Reading{Reader: m.Persona, At: s.clock()})
}

// Page is one submission before its reader.
type Page struct {
	Desk
	Said     Submission
	Reading  Reading
	Excerpts []Excerpt
	// Next is the number of the next one that the reader hasn't read; 0 if there is none.
	Next int
}

// Read shows a posted submission to somebody who answers.
func (s *Service) Read(ctx context.Context, actor app.Actor, docket app.ID, no int) (Page, error) {
	shelf, p, err := s.shelf(ctx, actor, docket)
	if err != nil {
		return Page{}, err
	}
	v := Page{Desk: shelf.Desk}
	at := slices.IndexFunc(shelf.Items, func(i Item) bool { return i.Said.No == no })
	if at < 0 {
		return v, app.NotFound()
	}
	one := shelf.Items[at : at+1]
	if err := s.fill(ctx, docket, one); err != nil {
		return v, err
	}
	v.Said, v.Reading = one[0].Said, one[0].Reading
	for _, item := range append(slices.Clone(shelf.Items[at+1:]), shelf.Items[:at]...) {
		if item.Reading.At.IsZero() && item.Reading.Reader == v.Membership.Persona {
			v.Next = item.Said.No
			break
		}
	}
	for _, e := range p.excerpts {
		if e.Submission == no {
			v.Excerpts = append(v.Excerpts, e)
		}
	}
	s.quote(v.Excerpts, []Submission{v.Said})
	return v, nil
}
