package consultation

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"madang/app"
)

// Limits of the files that come with one submission, or with one form of a chair. What one
// file may be, its inspector says.
const (
	MaxFiles     = 5
	MaxFilesSize = 10 << 20 // bytes, all together
)

// NewFile is a file as it was sent. Neither its name nor its content is believed.
type NewFile struct {
	Name    string
	Content []byte
}

// FileText is a file as it may be kept.
type FileText struct {
	// Name is what its sender calls it, tidied. It may say who somebody is, so that the
	// public never learns it.
	Name string
	// Format is one of Formats.
	Format Format
	// Size is that of what is kept, in bytes; Width and Height are those of a picture, in
	// pixels.
	Size, Width, Height int
	// Remarks are what people should know before others read it.
	Remarks []Remark
}

// Format is what a file is: the code of a sentence.
type Format string

// Formats are all of them. Pictures are shown in pages; everything else is only ever
// handed out as a file.
var Formats = []Format{"jpeg", "png", "text", "docx", "pdf"}

// IsPicture reports whether pages may show it.
func (f Format) IsPicture() bool { return f == "jpeg" || f == "png" }

// Remark is something about a file that its inspector says: the code of a sentence.
type Remark string

// Remarks are all of them.
var Remarks = []Remark{"redrawn", "unseen", "names", "hidden"}

// Inspector looks into files before they are kept. It is answered by attachment.
type Inspector interface {
	// Inspect returns a file as it may be kept, with its content, or why it can't be.
	Inspect(ctx context.Context, f NewFile) (FileText, []byte, error)
}

// File is a file that came with a submission.
type File struct {
	// No counts the files of a submission.
	No int
	FileText
	State FileState
	// Wanted is what the first of two people decided about it, WantedBy who that was; empty
	// if nothing waits for a second.
	Wanted   FileState
	WantedBy app.ID
	// Reason and Sentence say why it is withheld.
	Reason   Reason
	Sentence string
}

// FileState is where a file stands. It is public only if its submission is, too.
type FileState string

// The states.
const (
	FileWaiting  FileState = "waiting" // nobody has decided about it
	FileShown    FileState = "shown"
	FileWithheld FileState = "withheld"
)

// Enclosed is a file on its way in.
type Enclosed struct {
	File
	Content []byte
}

// Enclose adds files to the submission with a receipt code, under an id that follows from
// them; sent again it is done once. Its words stay as they are, and nobody from outside gets
// a file before somebody has looked at it. It is Conflict "receipt.closed" unless the
// period is open.
func (s *Service) Enclose(ctx context.Context, typed string, id app.ID, sent []NewFile) (Followed, error) {
	f, err := s.Follow(ctx, typed)
	if err != nil {
		return f, err
	}
	if _, err := app.ParseID(string(id)); err != nil {
		return f, app.Invalid("api.id").On("id")
	}
	if f.Submission.has(id) {
		return f, nil
	}
	switch {
	case f.Submission.Status == TakenBack:
		return f, app.Conflict("submission.withdrawn")
	case f.State != StateOpen:
		return f, app.Conflict("receipt.closed").On("files")
	case len(sent) == 0:
		return f, app.Invalid("attachment.none").On("files")
	}
	list, err := s.enclosed(ctx, sent, f.Submission.Files...)
	if err != nil {
		return f, err
	}
	step := Step{ID: id, Kind: StepEnclosed, From: f.Submission.Status, To: f.Submission.Status, At: s.clock()}
	if err := s.store.Enclose(ctx, f.Submission, step, list); err != nil {
		return f, err
	}
	return s.Follow(ctx, typed)
}

// MayEnclose reports whether its author may still add files.
func (f Followed) MayEnclose() bool {
	return f.State == StateOpen && f.Submission.Status != TakenBack && len(f.Submission.Files) < MaxFiles
}

// enclosed looks into the files that come with a submission, beside those that it has.
func (s *Service) enclosed(ctx context.Context, sent []NewFile, there ...File) ([]Enclosed, error) {
	if err := fit(sent, there...); err != nil {
		return nil, err
	}
	before := 0
	for _, f := range there {
		before = max(before, f.No)
	}
	list := make([]Enclosed, len(sent))
	for i, f := range sent {
		text, content, err := s.inspector.Inspect(ctx, f)
		if err != nil {
			return nil, err
		}
		text.Size = len(content)
		list[i] = Enclosed{File{No: before + i + 1, FileText: text, State: FileWaiting}, content}
	}
	return list, nil
}

// fit refuses more files than are taken, before anybody looks into one.
func fit(sent []NewFile, there ...File) error {
	size := 0
	for _, f := range there {
		size += f.Size
	}
	for _, f := range sent {
		size += len(f.Content)
	}
	switch {
	case len(sent)+len(there) > MaxFiles:
		return app.TooLarge("attachment.many", "max", MaxFiles).On("files")
	case size > MaxFilesSize:
		return app.TooLarge("attachment.total", "max", MaxFilesSize>>20).On("files")
	}
	return nil
}

// SumOf names the content of a file as it was sent.
func SumOf(f NewFile) string {
	sum := sha256.Sum256(f.Content)
	return string(sum[:])
}

// WaitingFiles is how many files nobody has decided about.
func (s Submission) WaitingFiles() int {
	count := 0
	for _, f := range s.Files {
		if f.State == FileWaiting {
			count++
		}
	}
	return count
}

// file is the one with a number; NotFound if there is none.
func (s Submission) file(no int) (File, error) {
	at := slices.IndexFunc(s.Files, func(f File) bool { return f.No == no })
	if at < 0 {
		return File{}, app.NotFound()
	}
	return s.Files[at], nil
}

// with is the submission with one of its files replaced.
func (s Submission) with(f File) Submission {
	s.Files = slices.Clone(s.Files)
	for i := range s.Files {
		if s.Files[i].No == f.No {
			s.Files[i] = f
		}
	}
	return s
}

// shownFiles are those that anybody may have, without what only staff may know.
func (s Submission) shownFiles() []File {
	var list []File
	for _, f := range s.Files {
		if f.State == FileShown {
			list = append(list, f.shown())
		}
	}
	return list
}

func (f File) shown() File {
	f.Name, f.Wanted, f.WantedBy, f.Reason, f.Sentence = "", "", "", "", ""
	return f
}

// PostedFile returns a file that anybody may have: one that was shown, of a submission that
// is posted.
func (s *Service) PostedFile(ctx context.Context, actor app.Actor, docket app.ID, no, file int) (DocketView, File, []byte, error) {
	v, err := s.Docket(ctx, actor, docket)
	if err != nil {
		return v, File{}, nil, err
	}
	found, err := s.store.Submission(ctx, docket, no)
	if err != nil {
		return v, File{}, nil, err
	}
	f, err := found.file(file)
	if err == nil && (!found.Status.IsPublic() || f.State != FileShown) {
		err = app.NotFound()
	}
	if err != nil {
		return v, File{}, nil, err
	}
	content, err := s.store.FileContent(ctx, found.ID, file)
	return v, f.shown(), content, err
}

// InboxFile returns a file to those who look at submissions.
func (s *Service) InboxFile(ctx context.Context, actor app.Actor, docket app.ID, no, file int) (DocketView, File, []byte, error) {
	v, err := s.screened(ctx, actor, docket)
	if err != nil {
		return v, File{}, nil, err
	}
	found, err := s.store.Submission(ctx, docket, no)
	if err != nil {
		return v, File{}, nil, err
	}
	f, err := found.file(file)
	if err != nil {
		return v, f, nil, err
	}
	content, err := s.store.FileContent(ctx, found.ID, file)
	return v, f, content, err
}

// NewFileMove is what a moderator decides about a file, under an id made where it was
// decided.
type NewFileMove struct {
	ID app.ID
	// To is FileShown or FileWithheld.
	To       FileState
	Reason   Reason
	Sentence string
}

// DecideFile shows a file to the public once its submission is posted, or withholds it with
// a reason that its author is told. The rules are those of Move: nobody decides about
// themselves, two people where a sensitive group is concerned, and a chair who didn't
// withhold it after an appeal.
func (s *Service) DecideFile(ctx context.Context, actor app.Actor, docket app.ID, no, file int, wish NewFileMove) error {
	found, m, err := s.onDesk(ctx, actor, docket, no, wish.ID)
	if err != nil || found.has(wish.ID) {
		return err
	}
	if err := found.MayBeDecidedBy(m); err != nil {
		return err
	}
	before, err := found.file(file)
	if err != nil {
		return err
	}
	after, step, err := found.decideFile(m.Persona, before, wish, s.clock())
	if err != nil {
		return err
	}
	if err := found.mayAnswerFileAppeal(m, before, step); err != nil {
		return err
	}
	return s.store.DecideFile(ctx, m.Standing(), after, found.Revision, step, before)
}

// decideFile is the submission after a decision about one of its files, and the step that
// leads there.
func (s Submission) decideFile(by app.ID, f File, wish NewFileMove, at time.Time) (Submission, Step, error) {
	step := Step{ID: wish.ID, From: s.Status, To: s.Status, By: by, At: at, File: f.No, Reason: wish.Reason, Sentence: strings.TrimSpace(wish.Sentence)}
	if err := tidy(box{"reason", &step.Sentence, MaxReason, false}); err != nil {
		return s, step, err
	}
	step.Kind, step.Reason = s.deedOn(f, wish)
	if err := s.mayFileBecome(f, wish.To, step); err != nil {
		return s, step, err
	}
	if s.IsSensitive {
		first := s.last(func(st Step) bool { return st.Kind == StepFileProposed && st.File == f.No })
		isSame := f.Wanted == wish.To && first.Reason == step.Reason
		if isSame && f.WantedBy == by {
			return s, step, app.Conflict("moderation.second")
		}
		if !isSame {
			f.Wanted, f.WantedBy = wish.To, by
			step.Kind = StepFileProposed
			return s.with(f), step, nil
		}
	}
	f.State, f.Wanted, f.WantedBy, f.Reason, f.Sentence = wish.To, "", "", step.Reason, step.Sentence
	after := s.with(f)
	if s.Status != Withheld {
		after.AppealedAt = time.Time{}
	}
	return after, step, nil
}

// deedOn is what a decision does to a file, and the reason that counts; no kind is none that
// there is. Whoever withholds after an appeal what is withheld upholds that.
func (s Submission) deedOn(f File, wish NewFileMove) (StepKind, Reason) {
	switch {
	case wish.To == FileShown:
		return StepFileShown, ""
	case wish.To != FileWithheld:
		return "", ""
	case f.State == FileWithheld && !s.AppealedAt.IsZero():
		return StepUpheld, f.Reason
	}
	return StepFileWithheld, wish.Reason
}

// mayFileBecome is nil if a step to that state says all that it has to, and changes something.
func (s Submission) mayFileBecome(f File, to FileState, step Step) error {
	needsWords := !s.AppealedAt.IsZero() || to == FileWithheld && step.Reason != ReasonAsked
	switch {
	case step.Kind == "":
		return app.Invalid("submission.state").On("to")
	case step.Kind != StepUpheld && f.State == to:
		return app.Conflict("submission.moved")
	case to == FileShown && s.Publish == PublishNone:
		return app.Conflict("submission.private")
	case step.Kind == StepFileWithheld && !slices.Contains(Reasons, step.Reason):
		return app.Invalid("submission.reason").On("why")
	case needsWords && step.Sentence == "":
		return app.Invalid("reason.empty").On("reason")
	}
	return nil
}

// mayAnswerFileAppeal is nil if a member may take the step though the author appealed, as
// mayAnswerAppeal is for the submission itself.
func (s Submission) mayAnswerFileAppeal(m app.Membership, f File, step Step) error {
	return s.mayAnswer(m, f.Wanted != "" && step.Kind != StepFileProposed, s.fileWithheldBy(f))
}

// fileWithheldBy is who withheld a file last.
func (s Submission) fileWithheldBy(f File) app.ID {
	return s.last(func(st Step) bool { return st.Kind == StepFileWithheld && st.File == f.No }).By
}
