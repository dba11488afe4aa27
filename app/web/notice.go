package web

import (
	"github.com/gofiber/fiber/v2"

	"madang/app/web/view/layout"
)

// notices are what a page says after something was done; the address names which, so
// that no cookie has to carry it.
var notices = map[string]string{
	"moved":            "place.done.moved",
	"retyped":          "clause.retyped",
	"split":            "place.done.split",
	"united":           "place.done.united",
	"translated":       "translation.done",
	"joined":           "translation.done.merged",
	"reviewed":         "translation.done.reviewed",
	"tongue-reviewed":  "translation.done.reviewed",
	"tongue-withdrawn": "tongue.done.withdrawn",
	"version":          "version.done",
	"erased":           "erasure.done",
	"tabled":           "amendment.done.tabled",
	"discussed":        "amendment.done.discussed",
	"rejected":         "amendment.done.rejected",
	"withdrawn":        "amendment.done.withdrawn",
	"superseded":       "amendment.done.superseded",
	"unchosen":         "amendment.done.unchosen",
	"adopted":          "amendment.done.adopted",
	"accepted":         "acceptance.done",
	"brought":          "copy.done",
	"added":            "universality.done.added",
	"taken":            "universality.done.removed",
	"answered":         "universality.done.answered",
	"terms":            "universality.done.terms",
	"stepped":          "phase.done",
	"restored":         "restoration.done",
	"imported":         "word.imported",
	"saved":            "clause.saved",
	"merged":           "clause.merged",
	"inserted":         "clause.inserted",
	"removed":          "clause.deleted",
	"reading":          "me.done.reading",
	"signin":           "me.done.signin",
	"signins":          "me.done.signins",
	"token":            "tokens.done",
	"charter":          "group.done.charter",
	"group-archived":   "group.done.archived",
	"group-resumed":    "group.done.resumed",
	"released":         "hold.done.released",
	"declined":         "hold.done.declined",
	"role":             "member.done.role",
	"ended":            "member.done.ended",
	"signout":          "member.done.signout",

	"docket":              "docket.done.saved",
	"docket-announced":    "docket.done.announced",
	"docket-stays":        "docket.done.stays",
	"docket-extended":     "docket.done.extended",
	"docket-closed_early": "docket.done.closed_early",
	"docket-withdrawn":    "docket.done.withdrawn",
	"marked":              "answer.done.marked",
	"unmarked":            "answer.done.dropped",
	"grouped":             "answer.done.grouped",
	"assigned":            "answer.done.assigned",
	"reading-done":        "answer.done.read",
	"issue-opened":        "answer.done.opened",
	"answer-written":      "answer.done.answered",
	"judged":              "answer.done.judged",
	"linked":              "answer.done.linked",
	"unlinked":            "answer.done.unlinked",
	"report":              "answer.done.published",
	"report-uncounted":    "answer.done.uncounted",
	"outcome":             "outcome.done",
	"moved-submission":    "inbox.done",
	"kept-names":          "names.done",
	"added-document":      "documents.done.added",
	"removed-document":    "documents.done.removed",
	"reported":            "report.done",
	"decided":             "case.done",
	"follows":             "follow.done.on",
	"unfollows":           "follow.done.off",
	"news":                "notice.done.read",
	"mail":                "mail.done",
	"mail-asked":          "mail.done.asked",
	"feed":                "feed.done.made",
	"feed-revoked":        "feed.done.revoked",
}

// noticeOf is the key of the sentence the address asks for, or "".
func noticeOf(c *fiber.Ctx) string { return notices[c.Query("done")] }

// noticeIn is that sentence, or "".
func noticeIn(c *fiber.Ctx, p layout.Page) string {
	if key := noticeOf(c); key != "" {
		return p.T(key)
	}
	return ""
}
