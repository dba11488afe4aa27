package thread

import (
	"context"
	"slices"

	"madang/app"
	"madang/app/seal"
)

// SealedKey names the key with which words are sealed before they reach the store.
const SealedKey = seal.Key

// Reported is a comment about which moderators have to decide.
type Reported struct {
	Comment
	Statement app.ID
	// Title is that of the statement.
	Title string
	Case  Case
	// IsUnheard says that its author appealed, and that no chair may decide about it yet.
	IsUnheard bool
}

// Sealed are all wordings of a comment, up to a revision: Conflict "comment.changed" if its
// author wrote another one meanwhile. Translations are the words of as many translations as
// Translated says, nil if there are none; Conflict as well if that isn't all of them.
type Sealed struct {
	Bytes        []byte
	Revision     int
	Translations []byte
	Translated   int
}

// SealedWords are the words of a comment that was taken down: Wordings as Sealed has them, and
// Translations, nil if there are none.
type SealedWords struct{ Wordings, Translations []byte }

// Bare is what was sealed of a comment: its wordings, and the words of its translations.
type Bare struct {
	Wordings     []Revision
	Translations map[app.ID]string
}

// CaseView is a case as one reader has it before them.
type CaseView struct {
	Comment Comment
	Thread  Thread
	Case    Case
	// Words are the comment's own, which its author may read though they are hidden, and so
	// may whoever decides about an appeal. Empty if this reader may not.
	Words string
	// IsDesk says that the reader is a moderator, IsAuthor that they wrote the comment.
	IsDesk, IsAuthor bool
	// Cannot says why a moderator decides nothing about it; nil if they may.
	Cannot error
	// IsUnheard says that its author appealed, and that no chair may decide about it yet.
	IsUnheard  bool
	Membership app.Membership
}

// Report tells moderators of a comment that shouldn't stand as it does. Anybody who may
// read it can, but its author. Who reported it nobody but moderators learns; sent again
// under the same id it is reported once.
func (s *Service) Report(ctx context.Context, actor app.Actor, comment app.ID, wish NewReport) error {
	v, err := s.caseOf(ctx, actor, comment)
	if err != nil {
		return err
	}
	if err := v.Membership.Must(app.Report); err != nil {
		return err
	}
	if err := checkIDs(&wish.ID); err != nil || v.Case.has(wish.ID) {
		return err
	}
	switch {
	case v.IsAuthor:
		return app.Forbidden("report.own")
	case v.Comment.Deleted:
		return app.Conflict("comment.changed")
	}
	sentence, err := checkSentence(wish.Sentence)
	if err != nil {
		return err
	}
	after, err := v.Case.report(CaseStep{ID: wish.ID, Kind: StepReported, By: author(v.Membership), At: s.clock(), Why: wish.Why, Sentence: sentence})
	if err != nil {
		return err
	}
	return s.keepCase(ctx, v, after, Kind(""), nil, nil)
}

func author(m app.Membership) Author { return Author{Persona: m.Persona, Name: m.Name} }

// caseOf is the case of a comment that the actor may read.
func (s *Service) caseOf(ctx context.Context, actor app.Actor, comment app.ID) (CaseView, error) {
	c, t, m, err := s.commentFor(ctx, actor, comment)
	if err != nil {
		return CaseView{}, err
	}
	v := CaseView{Comment: c, Thread: t, Membership: m, IsDesk: m.May(app.Screen), IsAuthor: c.Author.Persona == m.Persona}
	v.Case, err = s.store.Case(ctx, comment)
	return v, err
}

// ShowCase returns the case of a comment to moderators and, without what is between them, to
// its author; to everybody else there is none.
func (s *Service) ShowCase(ctx context.Context, actor app.Actor, comment app.ID) (CaseView, error) {
	v, err := s.caseOf(ctx, actor, comment)
	if err != nil {
		return v, err
	}
	if !v.IsDesk && !v.IsAuthor || len(v.Case.Steps) == 0 {
		return v, app.NotFound()
	}
	words, err := s.words(ctx, v.Comment)
	if err != nil {
		return v, err
	}
	v.Cannot = v.Case.mayBeDecidedBy(v.Membership, v.Comment.Author.Persona, words)
	if !v.Case.AppealedAt.IsZero() {
		chairs, err := s.store.Chairs(ctx, v.Membership.Group)
		if err != nil {
			return v, err
		}
		v.IsUnheard = v.Case.isUnheard(chairs, v.Comment.Author.Persona, words)
	}
	mayRead := v.IsAuthor || v.Comment.TakenDown == "" || v.Cannot == nil && !v.Case.AppealedAt.IsZero()
	if mayRead {
		v.Words = words
	}
	if v.IsAuthor {
		v.IsDesk = false
		v.Case = v.Case.forAuthor()
		if len(v.Case.Steps) == 0 {
			return v, app.NotFound()
		}
	}
	return v, nil
}

// words are what a comment says, or said before it was hidden.
func (s *Service) words(ctx context.Context, c Comment) (string, error) {
	all, err := s.wordsOf(ctx, []Comment{c})
	return all[c.ID], err
}

// wordsOf are the words of comments, by their id.
func (s *Service) wordsOf(ctx context.Context, list []Comment) (map[app.ID]string, error) {
	words := map[app.ID]string{}
	var hidden []app.ID
	for _, c := range list {
		if words[c.ID] = c.Body; c.TakenDown != "" {
			hidden = append(hidden, c.ID)
		}
	}
	if hidden == nil {
		return words, nil
	}
	sealed, err := s.store.SealedWords(ctx, hidden)
	if err != nil {
		return nil, err
	}
	for _, id := range hidden {
		bare, err := s.open(id, sealed[id])
		if err != nil {
			return nil, err
		}
		words[id] = ""
		if last := len(bare.Wordings) - 1; last >= 0 {
			words[id] = bare.Wordings[last].Body
		}
	}
	return words, nil
}

func aboutComment(id app.ID) string { return "comment " + string(id) }

func aboutTranslations(comment app.ID) string { return "translations of comment " + string(comment) }

// open is what was sealed of a comment; nothing, if nothing was.
func (s *Service) open(comment app.ID, sealed SealedWords) (bare Bare, err error) {
	if sealed.Wordings == nil {
		return bare, nil
	}
	if err := s.sealer.Open(aboutComment(comment), sealed.Wordings, &bare.Wordings); err != nil || sealed.Translations == nil {
		return bare, err
	}
	return bare, s.sealer.Open(aboutTranslations(comment), sealed.Translations, &bare.Translations)
}

// MaxCases is how many cases a queue shows at once.
const MaxCases = 100

// Cases lists the reported comments of a group to those who moderate it, longest waiting
// first, but those that they wrote themselves.
func (s *Service) Cases(ctx context.Context, actor app.Actor, group app.ID) ([]Reported, error) {
	m, err := actor.MemberWho(app.Screen, group)
	if err != nil {
		return nil, err
	}
	list, err := s.store.WaitingCases(ctx, group, MaxCases)
	if err != nil {
		return nil, err
	}
	chairs, err := s.store.Chairs(ctx, group)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(r Reported) bool { return r.Author.Persona == m.Persona })
	var appealed []Comment
	for _, r := range list {
		if !r.Case.AppealedAt.IsZero() {
			appealed = append(appealed, r.Comment)
		}
	}
	words, err := s.wordsOf(ctx, appealed)
	for i, r := range list {
		list[i].IsUnheard = r.Case.isUnheard(chairs, r.Author.Persona, words[r.ID])
	}
	return list, err
}

// Decide keeps a reported comment or takes it down: its words are sealed in all wordings,
// and why stands in their place. Two people decide where a sensitive group is concerned.
// After an appeal a chair who didn't take it down brings it back or upholds that.
func (s *Service) Decide(ctx context.Context, actor app.Actor, comment app.ID, wish NewVerdict) error {
	v, err := s.caseOf(ctx, actor, comment)
	if err != nil {
		return err
	}
	if err := v.Membership.Must(app.Screen); err != nil {
		return err
	}
	if err := checkIDs(&wish.ID); err != nil || v.Case.has(wish.ID) {
		return err
	}
	words, err := s.words(ctx, v.Comment)
	if err != nil {
		return err
	}
	if err := v.Case.mayBeDecidedBy(v.Membership, v.Comment.Author.Persona, words); err != nil {
		return err
	}
	if wish.Sentence, err = checkSentence(wish.Sentence); err != nil {
		return err
	}
	wish.IsSensitive = wish.IsSensitive || v.Membership.Sensitive
	after, err := v.Case.decide(wish, CaseStep{By: author(v.Membership), At: s.clock(), Sentence: wish.Sentence})
	if err != nil {
		return err
	}
	switch after.Steps[len(after.Steps)-1].Kind {
	case StepTakenDown:
		return s.hide(ctx, v, after)
	case StepRestored:
		sealed, err := s.store.SealedWords(ctx, []app.ID{comment})
		if err != nil {
			return err
		}
		bare, err := s.open(comment, sealed[comment])
		if err != nil {
			return err
		}
		return s.keepCase(ctx, v, after, Restored, nil, &bare)
	}
	return s.keepCase(ctx, v, after, Kind(""), nil, nil)
}

func (s *Service) hide(ctx context.Context, v CaseView, after Case) error {
	wordings, err := s.store.Revisions(ctx, v.Comment.ID)
	if err != nil {
		return err
	}
	sealed, err := s.sealer.Seal(aboutComment(v.Comment.ID), wordings)
	if err != nil {
		return err
	}
	hidden := Sealed{Bytes: sealed, Revision: len(wordings)}
	if err := s.sealTranslations(ctx, v.Comment.ID, &hidden); err != nil {
		return err
	}
	return s.keepCase(ctx, v, after, Hidden, &hidden, nil)
}

func (s *Service) sealTranslations(ctx context.Context, comment app.ID, into *Sealed) error {
	all, err := s.store.Translations(ctx, comment)
	if err != nil {
		return err
	}
	words := map[app.ID]string{}
	for _, t := range all {
		if t.Body != "" {
			words[t.ID] = t.Body
		}
	}
	if into.Translated = len(words); into.Translated > 0 {
		into.Translations, err = s.sealer.Seal(aboutTranslations(comment), words)
	}
	return err
}

// Recuse says that a comment is about whoever says it, or somebody close to them.
func (s *Service) Recuse(ctx context.Context, actor app.Actor, comment, id app.ID) error {
	v, err := s.caseOf(ctx, actor, comment)
	if err != nil {
		return err
	}
	if err := v.Membership.Must(app.Screen); err != nil {
		return err
	}
	if len(v.Case.Steps) == 0 {
		return app.NotFound()
	}
	if err := checkIDs(&id); err != nil || v.Case.has(id) || v.Case.by(v.Membership.Persona, StepRecused) {
		return err
	}
	after := v.Case.and(CaseStep{ID: id, Kind: StepRecused, By: author(v.Membership), At: s.clock()})
	return s.keepCase(ctx, v, after, Kind(""), nil, nil)
}

// Appeal asks a chair to look again at a comment that was taken down, by its author.
func (s *Service) Appeal(ctx context.Context, actor app.Actor, comment, id app.ID, reason string) error {
	v, err := s.caseOf(ctx, actor, comment)
	if err != nil {
		return err
	}
	if err := v.Membership.Must(app.Report); err != nil {
		return err
	}
	if err := checkIDs(&id); err != nil || v.Case.has(id) {
		return err
	}
	if !v.IsAuthor {
		return app.Forbidden("comment.not_yours")
	}
	if reason, err = checkReason(reason); err != nil {
		return err
	}
	if err := v.Case.MayBeAppealed(); err != nil {
		return err
	}
	after := v.Case.and(CaseStep{ID: id, Kind: StepAppealed, By: author(v.Membership), At: s.clock(), Sentence: reason})
	after.AppealedAt = s.clock()
	return s.keepCase(ctx, v, after, Kind(""), nil, nil)
}

func (s *Service) keepCase(ctx context.Context, v CaseView, after Case, kind Kind, sealed *Sealed, bare *Bare) error {
	after.Comment = v.Comment.ID
	act := s.act(v.Membership, v.Thread.Statement, kind, v.Thread.ID, v.Comment.ID)
	seq, err := s.store.KeepCase(ctx, act, after, sealed, bare)
	if kind == "" {
		return err
	}
	return s.announce(ctx, act, seq, err)
}
