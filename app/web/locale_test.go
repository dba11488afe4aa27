package web

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

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
	"madang/app/web/locale"
	answerview "madang/app/web/view/answer"
	consultationview "madang/app/web/view/consultation"
	"madang/app/web/view/layout"
	programview "madang/app/web/view/program"
	statementview "madang/app/web/view/statement"
	threadview "madang/app/web/view/thread"
	traceview "madang/app/web/view/trace"
)

// made are the keys that the program puts together from parts.
func made() []string {
	var keys []string
	add := func(prefix string, parts ...string) {
		for _, part := range parts {
			keys = append(keys, prefix+part)
		}
	}
	for _, role := range app.GroupRoles {
		add("role."+string(role), "", ".may")
	}
	for kind := range statuses {
		add("refusal."+string(kind), "", ".title")
	}
	for _, state := range thread.TranslationStates {
		add("tongue.state.", string(state))
		add("tongue.card.", string(state))
	}
	for _, state := range threadview.States {
		add("thread.state.", string(state))
	}
	for _, sort := range threadview.Sorts {
		add("thread.sort.", string(sort))
	}
	for _, may := range []app.Capability{app.Read, app.Comment, app.Settle, app.Draft, app.Translate, app.Publish, app.Govern, app.Propose, app.Decide, app.Screen, app.Study, app.Answer, app.Retract, app.Report, app.Keep} {
		add("error.role.", string(may))
		add("error.token.", string(may))
	}
	for _, section := range programview.Sections {
		add("program."+section, "", ".text")
	}
	add("program.message.", "sync", "awareness", "auth", "query", "acknowledgement", "refusal", "role", "epoch", "announcement", "hash", "notice")
	add("program.closing.", "sign_in", "forbidden", "not_found", "rebuild", "epoch", "schema", "restart", "busy")
	add("program.then.", "sign_in", "forbidden", "not_found", "rebuild", "epoch", "schema")
	add("program.from.", "both", "client", "server")
	for _, scope := range identity.Scopes {
		add("scope."+string(scope), "", ".may")
	}
	add("error.backup.", "busy", "failed", "full", "key", "sealed")
	add("error.drill.", "busy", "differs", "failed", "none")
	for _, act := range []string{"deletion", "signout"} {
		add("member."+act, "", ".title", ".lead", ".submit", ".keep")
	}
	add("docket.moves.", "public_comment", "public_comment.hint", "disposition", "disposition.hint", "reason.public_comment", "reason.disposition")
	add("steward.grade.", "warning", "fault")
	add("steward.task.", "backup", "drill", "restore")
	add("steward.area.", "database", "redis")
	add("error.", "recovery.busy", "restore.failed", "label.empty")
	add("error.doctor.", "backup.failed", "backup.none", "backup.old", "backup.plain", "chromium", "clock", "database.away", "database.damaged", "database.empty", "database.full", "database.missing", "database.newer", "database.older", "disk.full", "disk.low", "drill.failed", "drill.none", "drill.old", "folder.closed", "folder.missing", "folder.open", "live.fault", "live.incident", "mail.away", "mail.settings", "redis", "settings", "settings.address", "settings.key", "settings.plain", "settings.root")
	add("mail.pace.", "never", "at_once", "daily", "weekly")
	add("mail.", "hour", "quiet_from", "quiet_to")
	for _, link := range []string{"confirm", "stop"} {
		add("mail."+link, ".title", ".text", ".submit", ".done")
	}
	for _, tenet := range []string{"text", "threads", "safe"} {
		add("home."+tenet, "", ".title")
	}
	add("clause.", "blockquote", "bullet_list", "clause", "definition", "heading", "note", "ordered_list", "paragraph", "preambular", "table")
	add("clause.kind.", statementview.ClauseKinds...)
	add("version.by.", string(statement.VersionMade), string(statement.VersionKept))
	add("version.verdict.", string(prose.Verified), string(prose.Erased), string(prose.Altered))
	for _, i := range statement.Instruments {
		add("instrument."+i.Key, "", ".short")
		for article := range i.Articles {
			add("instrument."+i.Key+".", strconv.Itoa(article+1))
		}
	}
	for _, kind := range statement.FramingKinds {
		add("universality.kind."+string(kind), "", ".hint")
	}
	for _, state := range []statement.TranslationState{statement.TranslationMissing, statement.TranslationDraft, statement.TranslationReviewed, statement.TranslationStale} {
		add("translation.state.", string(state))
		add("translation.count.", string(state))
	}
	for _, choice := range statementview.MarginChoices {
		add("margin.choice.", string(choice))
		add("margin.none.", string(choice))
	}
	for _, state := range []prose.AnchorState{prose.AnchorExact, prose.AnchorMoved, prose.AnchorChanged, prose.AnchorOrphaned} {
		if state != prose.AnchorChanged {
			add("thread.words.", string(state)+".long")
		}
		if state != prose.AnchorExact {
			add("thread.words.", string(state))
		}
	}
	for _, state := range statement.AmendmentStates {
		add("amendment.state.", string(state))
		if state != statement.AmendmentDraft {
			add("amendment.step.", string(state))
		}
	}
	add("changes.thread.", "resolved", "reopened")
	add("amendment.show.", statementview.Shows...)
	add("amendment.kind.", statementview.AmendKinds...)
	add("amendment.deed.", statementview.AmendKinds...)
	add("amendment.further.deed.", statementview.FurtherKinds...)
	add("amendment.further.do.", "accepted", "rejected")
	add("amendment.further.ask.", "accepted", "rejected")
	add("amendment.further.step.", "accepted", "rejected", "superseded")
	add("amendment.do.", "tabled", "discussed", "rejected", "superseded", "withdrawn")
	add("amendment.ask.", "rejected", "superseded", "withdrawn")
	for _, kind := range prose.LeftoverKinds {
		add("copy.left.", string(kind))
	}
	add("acceptance.collision.", string(prose.CollidesWords), string(prose.CollidesDeletion), string(prose.CollidesPlace))
	for _, act := range identity.ActKinds {
		add("group.act.", string(act))
		add("group.do."+string(act), "", ".lead")
	}
	add("notice.group.", notice.GroupActs...)
	for _, phase := range app.Phases {
		add("statement.state.", string(phase))
		add("phase.means.", string(phase))
		if phase.Closes(app.Draft) {
			add("error.phase.", string(app.Draft))
			add("phase.still.", string(phase))
		}
	}
	add("word.lost.", leftOuts()...)
	add("invitation.state.", "open", "used", "expired", "withdrawn")
	for _, kind := range search.Kinds {
		add("search.kind.", string(kind))
		add("search.hit.", string(kind))
	}
	keys = append(keys, consultationKeys()...)
	keys = append(keys, answerKeys()...)
	for _, kind := range trace.TurnKinds {
		add("trace.turn.", string(kind))
	}
	add("trace.deed.", traceview.PlainDeeds...)
	for _, why := range thread.ReportReasons {
		add("report.reason.", string(why))
	}
	for _, state := range []thread.CaseState{thread.CaseReported, thread.CaseKept, thread.CaseTakenDown} {
		add("case.state.", string(state))
	}
	for _, kind := range thread.CaseStepKinds {
		add("case.step.", string(kind))
	}
	add("influence.", trace.GroupNone, trace.GroupOthers)
	add("influence.lot.", string(trace.LotAnswered), string(trace.LotAdopted), string(trace.LotDeclined), string(trace.LotOtherwise), string(trace.LotRest), string(trace.LotOthers))
	for _, kind := range notice.Kinds {
		add("follow.", string(kind))
		add("follow.stop.", string(kind))
		add("follow.kind.", string(kind))
	}
	add("notice.thread.", append(slices.Clone(notice.Events[:4]), notice.Translated)...)
	add("notice.amendment.", notice.Events...)
	add("me.size.", layout.TextSizes...)
	add("language.", locale.Languages...)
	add("typed.", typedFields...)
	add("editor.do.heading", "1", "2", "3", "4")
	add("error.name.", "empty", "long") // app/identity names them after the field
	add("error.stakeholders.", "empty", "long")
	return keys
}

// answerKeys are those of the pages on which the public is answered.
func answerKeys() []string {
	var keys []string
	for _, code := range append(disposition.Codes, disposition.Unanswered) {
		keys = append(keys, "answer.code."+string(code))
	}
	for _, state := range disposition.States {
		keys = append(keys, "issue.state."+string(state))
	}
	for _, order := range disposition.Orders {
		keys = append(keys, "matrix.order."+string(order))
	}
	for _, column := range append([]string{"group"}, answerview.Columns...) {
		keys = append(keys, "matrix.column."+column)
	}
	return keys
}

// consultationKeys are those of the pages by which a text is put before the public.
func consultationKeys() []string {
	var keys []string
	add := func(prefix string, parts ...string) {
		for _, part := range parts {
			keys = append(keys, prefix+part)
		}
	}
	for _, format := range consultation.Formats {
		add("file.format.", string(format))
	}
	for _, remark := range consultation.Remarks {
		add("file.remark.", string(remark))
	}
	add("file.state.", string(consultation.FileWaiting), string(consultation.FileShown), string(consultation.FileWithheld))
	add("docket.state.", string(consultation.StateDraft))
	for _, state := range consultation.States {
		add("docket.state.", string(state))
	}
	for _, act := range []consultation.ActKind{consultation.Announced, consultation.Extended, consultation.ClosedEarly, consultation.Withdrawn} {
		add("docket.act.", string(act))
		add("docket.do."+string(act), "", ".lead")
	}
	for _, mode := range []consultation.Moderation{consultation.ModerationPre, consultation.ModerationPost} {
		add("docket.moderation.", string(mode))
		add("docket.next.moderation.", string(mode))
	}
	for _, box := range []string{"notice", "questions", "notes", "published", "kept", "contact"} {
		add("docket.box."+box, "", ".hint")
	}
	add("docket.balance.", "received", "screening", "posted", "redacted", "withheld", "withdrawn")
	add("submission.step.", append(slices.Clone(consultationview.Steps), consultationview.StepLang)...)
	for _, kind := range consultation.Kinds {
		add("submission.kind."+string(kind), "", ".hint")
	}
	for _, as := range consultation.Speakers {
		add("submission.as.", string(as))
	}
	for _, permission := range consultation.Permissions {
		add("submission.publish.", string(permission))
	}
	for _, channel := range append(slices.Clone(consultation.Channels), consultation.ChannelWeb) {
		add("submission.channel.", string(channel))
	}
	for _, status := range consultation.Statuses {
		add("submission.status."+string(status), "", ".author")
	}
	for _, reason := range consultation.Reasons {
		add("submission.reason.", string(reason))
	}
	for _, flag := range consultation.Flags {
		add("inbox.flag.", string(flag))
	}
	for _, note := range append(slices.Clone(consultation.Notes), consultation.ReasonIdentifying) {
		add("submission.reason.", string(note))
	}
	add("table.column.", consultation.Columns...)
	add("table.file.", "receipts", "faults")
	for _, sort := range consultation.Sorts {
		add("finding.", string(sort))
	}
	for _, step := range []consultation.StepKind{
		consultation.StepProposed, consultation.StepReturned, consultation.StepUpheld, consultation.StepRecused, consultation.StepAsked, consultation.StepOpened,
		consultation.StepFileShown, consultation.StepFileWithheld, consultation.StepFileProposed,
		consultation.StepNameTaken, consultation.StepNameKept, consultation.StepTakingProposed, consultation.StepKeepingProposed,
	} {
		add("submission.step.did.", string(step))
	}
	for _, step := range []consultation.StepKind{
		consultation.StepCorrected, consultation.StepAdded, consultation.StepTakenBack, consultation.StepContested, consultation.StepAppealed, consultation.StepInsisted, consultation.StepEnclosed,
	} {
		add("submission.step.did.", string(step))
		add("receipt.done.", string(step))
	}
	for _, flag := range []consultation.StepKind{consultation.StepContested, consultation.StepAppealed, consultation.StepInsisted} {
		add("receipt."+string(flag), "", ".label")
	}
	for _, step := range []consultation.StepKind{consultation.StepNameTaken, consultation.StepNameKept} {
		add("naming.", string(step))
		add("contests.do.", string(step))
	}
	add("submission.", "clauses", "comment", "proposed", "kind", "as", "stakeholder", "publish", "lang")
	return keys
}

var (
	literal = regexp.MustCompile(`["'` + "`" + `]([a-z_]+(?:\.[a-z0-9_]+)+)["'` + "`" + `]`)
	uttered = regexp.MustCompile(`\bT\(\s*"([^"]+)"\s*[,)]|titled\(c, "([^"]+)"|\b(?:t|strings)\('([^']+)'`)
	// A script puts some keys together: a prefix, and a word that stands in it too.
	prefix  = regexp.MustCompile("`((?:editor|live)\\.[a-z_.]*)\\$\\{")
	word    = regexp.MustCompile(`'([a-z0-9_]+)'`)
	refused = regexp.MustCompile(`app\.(?:Invalid|Forbidden|Conflict|Gone|TooLarge|Busy)\("([^"]+)"`)
)

// read collects what the sources of the program say.
func read(t *testing.T) (mentioned, needed map[string]bool) {
	t.Helper()
	mentioned, needed = map[string]bool{}, map[string]bool{}
	prefixes, words := map[string]bool{}, map[string]bool{}
	for _, root := range []string{"../../app", "../../realtime", "../../db", "../../static/src"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if os.IsNotExist(err) || err == nil && (entry.IsDir() || !isSource(path)) {
				return nil
			}
			if err != nil {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, found := range literal.FindAllSubmatch(text, -1) {
				mentioned[string(found[1])] = true
				mentioned["error."+string(found[1])] = true
			}
			if filepath.Ext(path) == ".ts" {
				gather(prefixes, prefix, text)
				gather(words, word, text)
			}
			for _, found := range uttered.FindAllSubmatch(text, -1) {
				needed[string(found[1])+string(found[2])+string(found[3])] = true
			}
			for _, found := range refused.FindAllSubmatch(text, -1) {
				needed["error."+string(found[1])] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for start := range prefixes {
		for end := range words {
			mentioned[start+end] = true
		}
	}
	return mentioned, needed
}

func gather(into map[string]bool, pattern *regexp.Regexp, text []byte) {
	for _, found := range pattern.FindAllSubmatch(text, -1) {
		into[string(found[1])] = true
	}
}

func isSource(path string) bool {
	if strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, ".test.ts") {
		return false
	}
	return slices.Contains([]string{".go", ".templ", ".ts"}, filepath.Ext(path))
}

func TestNoSentenceIsMissingAndNoneUnused(t *testing.T) {
	speech, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	mentioned, needed := read(t)
	for _, key := range append(made(), "error.not_found", "error.sign_in", "error.unavailable", "error.cross_site") {
		mentioned[key], needed[key] = true, true
	}
	for key := range needed {
		if !speech.Has(key) && !strings.HasSuffix(key, ".") {
			t.Errorf("nobody wrote a sentence for %q", key)
		}
	}
	for _, key := range speech.Keys() {
		if !mentioned[key] {
			t.Errorf("nothing says %q", key)
		}
	}
}

func TestTheLanguageIsThatOfTheReader(t *testing.T) {
	s := open(t)
	for _, c := range []struct{ cookie, accept, lang string }{
		{"", "", "en"},
		{"", "ko-KR,ko;q=0.9,en;q=0.8", "ko"},
		{"", "fr,ko;q=0.5", "ko"},
		{"", "fr", "en"},
		{"", ";;;", "en"},
		{"en", "ko", "en"},
		{"ko", "en", "ko"},
		{"xx", "ko", "ko"},
	} {
		r := s.request("", http.MethodGet, "/", nil)
		r.Header.Set("Accept-Language", c.accept)
		if c.cookie != "" {
			r.AddCookie(&http.Cookie{Name: languageCookie, Value: c.cookie})
		}
		s.do(r).mustSay(`<html lang="` + c.lang + `"`)
	}
}

func TestTheLanguageSwitchKeepsThePlace(t *testing.T) {
	s := open(t)
	place := "/statements/" + string(s.text.ID) + "/threads?sort=oldest"
	session := s.signIn(s.Minho)
	s.get(session, place).mustSay(`name="to" value="` + place + `"`)
	chosen := s.post(session, "/language", "lang", "ko", "to", place)
	if to := chosen.leadsTo(); to != place {
		t.Errorf("it leads to %s", to)
	}
	if lang, _ := chosen.cookie(languageCookie); lang != "ko" {
		t.Errorf("the choice is kept as %q", lang)
	}
}

func TestNoFormLeadsToAnotherSite(t *testing.T) {
	s := open(t)
	for _, to := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "", "evil", "/a\r\nSet-Cookie: x=y"} {
		if got := s.post("", "/language", "lang", "ko", "to", to).leadsTo(); got != "/" {
			t.Errorf("%q leads to %s", to, got)
		}
	}
}
