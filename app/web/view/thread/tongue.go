package thread

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/prose"
	"madang/app/thread"
	"madang/app/web/view/layout"
)

// AsWritten is the choice to read every comment in the language it was written in.
const AsWritten = "as-written"

// Rendering is a translation of a comment as a page shows it.
type Rendering struct {
	thread.Translation
	HTML string
}

// rendering is the comment's translation into a language.
func (c Comment) rendering(lang string) (Rendering, bool) {
	i := slices.IndexFunc(c.Renderings, func(r Rendering) bool { return r.Lang == lang })
	if i < 0 {
		return Rendering{}, false
	}
	return c.Renderings[i], true
}

// isUntranslated reports whether somebody who reads in a language meets another one.
func (c Comment) isUntranslated(read string) bool {
	return read != "" && c.Lang != read && c.Lang != prose.Undetermined
}

// spoken says which language words are in, if that is known.
func spoken(lang string) templ.Attributes {
	if lang == "" || lang == prose.Undetermined {
		return nil
	}
	return templ.Attributes{"lang": lang}
}

// into is the language that a reader is offered to translate a comment into: the one they
// read in, their page's, or else the first other one of the group; "" if there is none.
func (v Show) into(p layout.Page, c Comment) string {
	for _, lang := range append([]string{v.Read, p.Lang}, v.Languages...) {
		if lang != c.Lang && slices.Contains(v.Languages, lang) {
			return lang
		}
	}
	return ""
}

func tongueAddress(comment app.ID, lang string, more ...string) templ.SafeURL {
	return templ.SafeURL("/comments/" + string(comment) + "/translations/" + lang + strings.Join(more, ""))
}

// readAddress chooses in which language the comments of a thread are read.
func readAddress(id app.ID) func(lang string) templ.SafeURL {
	return func(lang string) templ.SafeURL { return templ.SafeURL("/threads/" + string(id) + "?read=" + lang) }
}

// isWeak reports whether a mark is a warning.
func isWeak(state thread.TranslationState) bool { return state == thread.TranslationStale }

// Tongue is the page of a comment in another language.
type Tongue struct {
	Comment    Comment
	Thread     thread.Thread
	Membership app.Membership
	Lang       string
	// Languages are those of the group.
	Languages []string
	// All are the translations into the language that there were, oldest first.
	All []thread.Translation
	// Nonce is of this page: the form sent twice saves once.
	Nonce app.ID
	// Base is the translation the box began with, Body what stands in it.
	Base app.ID
	Body string
	// Theirs says that somebody else translated it meanwhile.
	Theirs  bool
	Problem string
	Notice  string
}

// others are the languages that the comment can be put into besides this one.
func (v Tongue) others() []string {
	return slices.DeleteFunc(slices.Clone(v.Languages), func(lang string) bool { return lang == v.Lang || lang == v.Comment.Lang })
}

func (v Tongue) mayReview(r Rendering) bool {
	return v.Comment.MayReview(v.Membership, r.Translation) == nil && !v.Comment.IsReviewedBy(v.Membership, r.Translation)
}

func (v Tongue) mayWithdraw(r Rendering) bool {
	return v.Comment.MayWithdraw(v.Membership, r.Translation) == nil
}
