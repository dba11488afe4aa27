package web

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"madang/app"
	"madang/app/consultation"
	"madang/app/disposition"
	"madang/app/identity"
	"madang/app/notice"
	"madang/app/prose"
	"madang/app/search"
	"madang/app/statement"
	"madang/app/thread"
	"madang/app/trace"
)

// object is a piece of JSON.
type object = map[string]any

// schemas describes Go types as encoding/json writes and reads them, in the words of
// JSON Schema 2020-12. Each named struct is described once, under its name.
type schemas struct {
	named object
	types map[string]reflect.Type
	// isRead says that what is described is read: nothing is required then, for what is
	// missing is empty, and what isn't known is refused.
	isRead bool
}

// enumerations are the words that a type may hold.
var enumerations = map[reflect.Type][]any{
	typeOf[app.Phase]():               anys(app.Phases...),
	typeOf[app.Role]():                anys(app.GroupRoles...),
	typeOf[prose.AnchorState]():       anys(prose.AnchorExact, prose.AnchorMoved, prose.AnchorChanged, prose.AnchorOrphaned),
	typeOf[prose.CollisionKind]():     anys(prose.CollidesWords, prose.CollidesDeletion, prose.CollidesPlace, prose.CollidesGone),
	typeOf[prose.Kind]():              anys(prose.Kinds...),
	typeOf[prose.LeftoverKind]():      anys(prose.LeftoverKinds...),
	typeOf[prose.ProposalKind]():      anys(prose.ProposeText, prose.ProposeDeletion, prose.ProposeMove, prose.ProposeClause),
	typeOf[prose.RunKind]():           anys(prose.Equal, prose.Inserted, prose.Deleted),
	typeOf[prose.Verdict]():           anys(prose.Verified, prose.Erased, prose.Altered),
	typeOf[disposition.Code]():        anys(append(slices.Clone(disposition.Codes), disposition.Unanswered)...),
	typeOf[disposition.Field]():       anys(disposition.FieldComment, disposition.FieldProposed),
	typeOf[disposition.Kind]():        anys(disposition.Kinds...),
	typeOf[disposition.State]():       anys(disposition.States...),
	typeOf[disposition.Verdict]():     anys(disposition.Agreed, disposition.Returned),
	typeOf[identity.ActKind]():        anys(identity.ActKinds...),
	typeOf[consultation.ActKind]():    anys(consultation.Announced, consultation.Extended, consultation.ClosedEarly, consultation.Withdrawn),
	typeOf[consultation.As]():         anys(consultation.Speakers...),
	typeOf[consultation.Channel]():    anys(append(slices.Clone(consultation.Channels), consultation.ChannelWeb)...),
	typeOf[consultation.FileState]():  anys(consultation.FileWaiting, consultation.FileShown, consultation.FileWithheld),
	typeOf[consultation.Format]():     anys(consultation.Formats...),
	typeOf[consultation.Remark]():     anys(consultation.Remarks...),
	typeOf[trace.Lot]():               anys(trace.LotAdopted, trace.LotDeclined, trace.LotOtherwise, trace.LotUnanswered, trace.LotAnswered, trace.LotRest, trace.LotOthers, trace.LotReceived),
	typeOf[trace.Fate]():              anys(trace.Carried, trace.Reworded, trace.Removed, trace.Erased),
	typeOf[consultation.Flag]():       anys(consultation.Flags...),
	typeOf[consultation.Kind]():       anys(consultation.Kinds...),
	typeOf[consultation.Moderation](): anys(consultation.ModerationPre, consultation.ModerationPost),
	typeOf[consultation.Publish]():    anys(consultation.Permissions...),
	typeOf[consultation.Reason]():     anys(append(slices.Concat(consultation.Reasons, consultation.Notes), consultation.ReasonIdentifying)...),
	typeOf[consultation.State]():      anys(append(slices.Clone(consultation.States), consultation.StateDraft)...),
	typeOf[consultation.Status]():     anys(consultation.Statuses...),
	typeOf[consultation.StepKind](): anys(
		consultation.StepMoved, consultation.StepCorrected, consultation.StepAdded, consultation.StepTakenBack, consultation.StepContested,
		consultation.StepAppealed, consultation.StepInsisted, consultation.StepEnclosed, consultation.StepProposed, consultation.StepReturned, consultation.StepUpheld,
		consultation.StepRecused, consultation.StepFileShown, consultation.StepFileWithheld, consultation.StepFileProposed, consultation.StepAsked, consultation.StepOpened,
		consultation.StepNameTaken, consultation.StepNameKept, consultation.StepTakingProposed, consultation.StepKeepingProposed,
	),
	typeOf[identity.Scope]():             anys(identity.Scopes...),
	typeOf[notice.Kind]():                anys(notice.Kinds...),
	typeOf[search.Kind]():                anys(search.Kinds...),
	typeOf[statement.AmendmentState]():   anys(statement.AmendmentStates...),
	typeOf[statement.TranslationState](): anys(statement.TranslationMissing, statement.TranslationDraft, statement.TranslationReviewed, statement.TranslationStale),
	typeOf[statement.VersionKind]():      anys(statement.VersionMade, statement.VersionKept),
	typeOf[thread.CaseState]():           anys(thread.CaseReported, thread.CaseKept, thread.CaseTakenDown),
	typeOf[thread.CaseStepKind]():        anys(thread.CaseStepKinds...),
	typeOf[thread.ReportReason]():        anys(thread.ReportReasons...),
	typeOf[thread.Sort]():                anys(thread.SortNewest, thread.SortOldest, thread.SortPlace),
	typeOf[thread.TranslationState]():    anys(thread.TranslationStates...),
	typeOf[thread.State]():               anys(thread.StateOpen, thread.StateResolved, thread.StateAll),
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

func anys[T any](list ...T) []any {
	made := make([]any, len(list))
	for i, one := range list {
		made[i] = one
	}
	return made
}

// of describes a type; a named struct by a reference.
func (s *schemas) of(t reflect.Type) object {
	switch {
	case t == typeOf[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case t == typeOf[app.ID]():
		return object{"type": "string", "format": "uuid"}
	case enumerations[t] != nil:
		return object{"type": "string", "enum": enumerations[t]}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return object{"anyOf": []any{s.of(t.Elem()), object{"type": "null"}}}
	case reflect.Slice:
		return object{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "propertyNames": s.of(t.Key()), "additionalProperties": s.of(t.Elem())}
	case reflect.Struct:
		return s.reference(t)
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Interface:
		return object{}
	}
	panic("web: nobody knows how to describe " + t.String())
}

// reference describes a struct, if it isn't yet, and refers to that.
func (s *schemas) reference(t reflect.Type) object {
	name := s.name(t)
	if known, isKnown := s.types[name]; isKnown && known != t {
		panic("web: two types are called " + name)
	}
	if s.named[name] == nil {
		s.types[name] = t
		described := object{}
		s.named[name] = described // before its members, for one may be of the same type
		s.describe(t, described)
	}
	return object{"$ref": "#/components/schemas/" + name}
}

// name is what a struct is called: ThreadList for listJSON[threadJSON], ThreadInput for
// threadInput.
func (s *schemas) name(t reflect.Type) string {
	name := t.Name()
	if outer, inner, isGeneric := strings.Cut(name, "["); isGeneric {
		inner = strings.TrimSuffix(inner[strings.LastIndex(inner, ".")+1:], "]")
		name = strings.TrimSuffix(inner, "JSON") + strings.ToUpper(outer[:1]) + outer[1:]
	}
	name = strings.TrimSuffix(name, "JSON")
	name = strings.ToUpper(name[:1]) + name[1:]
	if s.isRead && !strings.HasSuffix(name, "Input") {
		name += "Input"
	}
	return name
}

// describe fills in what a struct is like. Members of embedded structs are its own.
func (s *schemas) describe(t reflect.Type, described object) {
	members, required := object{}, []string{}
	s.members(t, members, &required)
	described["type"], described["properties"] = "object", members
	if text := comments().of(t.Name(), ""); text != "" {
		described["description"] = text
	}
	if s.isRead {
		described["additionalProperties"] = false
	} else if len(required) > 0 {
		slices.Sort(required)
		described["required"] = required
	}
}

func (s *schemas) members(t reflect.Type, members object, required *[]string) {
	for field := range eachField(t) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			s.members(field.Type, members, required)
			continue
		}
		isOptional := strings.Contains(options, "omitempty")
		of := field.Type
		if of.Kind() == reflect.Pointer && isOptional {
			of = of.Elem() // absent rather than null
		}
		member := s.of(of)
		if text := comments().of(t.Name(), field.Name); text != "" {
			member["description"] = text
		}
		members[name] = member
		if !isOptional {
			*required = append(*required, name)
		}
	}
}

func eachField(t reflect.Type) func(yield func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

// What a type is for is said once, above it in the source.
//
//go:embed api*.go campaign.go copy.go problem.go translation.go
var sources embed.FS

// remarks are comments by type, and by type and field.
type remarks map[string]string

func (r remarks) of(name, field string) string { return r[name+"."+field] }

// comments reads them from the source that the program was made of.
var comments = sync.OnceValue(func() remarks {
	found := remarks{}
	entries, err := sources.ReadDir(".")
	for _, entry := range entries {
		var text []byte
		if text, err = sources.ReadFile(entry.Name()); err != nil {
			break
		}
		var file *ast.File
		if file, err = parser.ParseFile(token.NewFileSet(), entry.Name(), text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			break
		}
		found.read(file)
	}
	if err != nil {
		panic("web: the program's own source: " + err.Error()) // which was compiled
	}
	return found
})

func (r remarks) read(file *ast.File) {
	for _, decl := range file.Decls {
		group, isGroup := decl.(*ast.GenDecl)
		if !isGroup || group.Tok != token.TYPE {
			continue
		}
		for _, spec := range group.Specs {
			made := spec.(*ast.TypeSpec)
			name := made.Name.Name
			r[name+"."] = aboutType(name, group.Doc.Text())
			fields, isStruct := made.Type.(*ast.StructType)
			if !isStruct {
				continue
			}
			for _, field := range fields.Fields.List {
				for _, ident := range field.Names {
					r[name+"."+ident.Name] = oneLine(field.Doc.Text() + field.Comment.Text())
				}
			}
		}
	}
}

// aboutType takes the name of the Go type out of what is said of it: "threadInput opens a
// thread" becomes "Opens a thread", "versionJSON is a version" "A version".
func aboutType(name, text string) string {
	text = oneLine(text)
	text = strings.TrimPrefix(text, name+" ")
	text = strings.TrimPrefix(strings.TrimPrefix(text, "is "), "are ")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
