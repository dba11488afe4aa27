package thread

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"madang/app"
	"madang/app/prose"
	"madang/app/thread"
	"madang/app/web/view/layout"
)

// States and Sorts are the choices of a list, in the order pages offer them;
// the first of each is what a page shows unless asked otherwise.
var (
	States = []thread.State{thread.StateOpen, thread.StateResolved, thread.StateAll}
	Sorts  = []thread.Sort{thread.SortNewest, thread.SortOldest, thread.SortPlace}
)

// AuthorName is the pseudonym of an author, or the word for a former member who
// chose to be unnamed.
func AuthorName(p layout.Page, a thread.Author) string {
	if a.Name == "" {
		return p.T("comment.former")
	}
	return a.Name
}

// Excerpt is how a thread begins, for a list.
func Excerpt(p layout.Page, t thread.Thread) string {
	if t.Excerpt == "" {
		return p.T("comment.deleted")
	}
	return emphasis.ReplaceAllString(unformatted.Replace(t.Excerpt), "$1$2")
}

// Signs of formatting that would only be read as dirt where a comment is cut short: of single
// stars only pairs that CommonMark 0.31 (6.2) takes for emphasis, and none within a word.
var (
	unformatted = strings.NewReplacer("**", "", "`", "")
	emphasis    = regexp.MustCompile(`(^|[\s\p{P}])\*([^\s*](?:[^*]*[^\s*])?)\*`)
)

// cut is how words that a thread is about begin, for a list: two lines on a phone.
func cut(quote string) string {
	line := []rune(strings.Join(strings.Fields(quote), " "))
	if len(line) <= 80 {
		return string(line)
	}
	return string(line[:79]) + "…"
}

// stateName says in few words what became of the words a thread is about.
func stateName(p layout.Page, t thread.Thread) string {
	if t.On.Now.State == prose.AnchorChanged && t.On.Version > 0 {
		return p.T("thread.words.changed.version", "no", t.On.Version)
	}
	return p.T("thread.words." + string(t.On.Now.State))
}

// changedSince says since when the words are others.
func changedSince(p layout.Page, t thread.Thread) string {
	if t.On.Version > 0 {
		return p.T("thread.words.since.version", "no", t.On.Version)
	}
	return p.T("thread.words.since")
}

func stateOf(t thread.Thread) string {
	if t.Open {
		return string(thread.StateOpen)
	}
	return string(thread.StateResolved)
}

func settlementLine(p layout.Page, s thread.Settlement) string {
	key := "thread.resolved.by"
	if s.Open {
		key = "thread.reopened.by"
	}
	return p.T(key, "name", AuthorName(p, s.By), "time", p.Moment(s.At))
}

// listAddress is where a list of threads is; read chooses a language, from then on.
func listAddress(statement app.ID, sort thread.Sort, state thread.State, read string) templ.SafeURL {
	return withQuery("/statements/"+string(statement)+"/threads", listQuery(sort, state, read))
}

// nextAddress is where the list goes on.
func (v List) nextAddress() templ.SafeURL {
	query := listQuery(v.Options.Sort, v.Options.State, "") // the language is remembered
	query.Set("after", string(v.Next))
	return withQuery("/statements/"+string(v.Statement.ID)+"/threads", query)
}

func listQuery(sort thread.Sort, state thread.State, read string) url.Values {
	query := url.Values{}
	if sort != Sorts[0] {
		query.Set("sort", string(sort))
	}
	if state != States[0] {
		query.Set("state", string(state))
	}
	if read != "" {
		query.Set("read", read)
	}
	return query
}

// Address is where a page of a thread is: its order and what it begins after.
func Address(id app.ID, newest bool, after string) templ.SafeURL {
	query := url.Values{}
	if newest {
		query.Set("sort", string(thread.SortNewest))
	}
	if after != "" {
		query.Set("after", after)
	}
	return withQuery("/threads/"+string(id), query)
}

func withQuery(path string, query url.Values) templ.SafeURL {
	if len(query) == 0 {
		return templ.SafeURL(path)
	}
	return templ.SafeURL(path + "?" + query.Encode())
}

func seqText(seq int64) string { return strconv.FormatInt(seq, 10) }
