package main

import (
	"net/http"
	"strings"
	"testing"
)

// press submits the first form that posts to an address with this ending and shows this
// text, with its button's value.
func (p page) press(ending, label, name, value string) page {
	p.v.t.Helper()
	f := p.formWhere("says "+label, func(f form) bool { return strings.HasSuffix(f.path(), ending) && strings.Contains(f.about, label) })
	if name != "" {
		f.fields.Set(name, value)
	}
	return f.submit()
}

func (p page) mustNotSay(texts ...string) {
	p.v.t.Helper()
	for _, text := range texts {
		if p.says(text) {
			p.v.t.Errorf("%s says %q", p.at, text)
		}
	}
}

// mustMarkNothing makes sure that nothing on the page counts as unread.
func (p page) mustMarkNothing() {
	p.v.t.Helper()
	if strings.Contains(p.text, "mark-new") {
		p.v.t.Errorf("%s marks something as new", p.at)
	}
}

func TestWhoeverFollowsIsToldUntilTheyStopOrMayReadNoMore(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "1", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		s := script{t: t, base: node.URL, token: forum.Tokens[0]}
		statement := "/statements/" + forum.Statements[0]
		cid, words := s.aClause(forum.Statements[0])
		chair, listener := visit(t, node.URL), visit(t, node.URL)
		chair.enter(t, "chair", "Chioma", flags...)
		listener.enter(t, "member", "Lee", flags...)

		listener.open("/notices").mustBe(200, "There is no news")
		listener.open("/follows").mustBe(200, "You follow nothing yet")
		page := listener.open(statement).press("/follows", "Follow this statement", "follow", "yes").mustBe(200, "You follow this now", "Stop following this statement")
		if page.at.Path != statement {
			t.Errorf("led to %s", page.at)
		}

		// What others do from then on is news: a thread, an answer, an amendment.
		var opened struct{ ID string }
		s.call("POST", "/api/v1"+statement+"/threads", map[string]any{"clause": cid, "comment": map[string]any{"body": "A secret word."}}).into(&opened)
		thread := "/threads/" + opened.ID
		proposals := []map[string]any{{"kind": "text", "cid": cid, "base": words, "text": words + " Always."}}
		var amended struct{ ID string }
		s.call("POST", "/api/v1"+statement+"/amendments", map[string]any{"proposals": proposals, "reason": "Clearer."}).into(&amended)
		listener.open("/notices").mustBe(200, "A new thread").mustNotSay("Amendment", "A secret word.")
		s.call("POST", "/api/v1/amendments/"+amended.ID+"/steps", map[string]any{"to": "tabled"}).succeeded()
		s.call("POST", "/api/v1/amendments/"+amended.ID+"/comments", map[string]any{"body": "Why not?"}).succeeded()
		list := listener.open("/notices").mustBe(200, "A new thread", "Amendment 1 was tabled", "Amendment 1 is talked about", "3 new")

		// Whoever reads in the thread has read the notice; the others one takes as read.
		listener.open(thread).form("/readings").submit().mustBe(200, "2 new")
		list.press("/notices/readings", "Mark all on this page", "", "").mustBe(200, "Marked as read").mustMarkNothing()

		// A thread one wants to hear no more of is silent, and the list says what is followed.
		s.call("POST", "/api/v1"+thread+"/comments", map[string]any{"body": "More."}).succeeded()
		list = listener.open("/notices").mustBe(200, "A new comment", "1 new")
		list.press("/follows", "Stop following this thread", "follow", "no").mustBe(200, "You no longer follow this", "Amendment 1 was tabled").mustNotSay("A new comment", "A new thread")
		listener.open(thread).mustBe(200, "Follow this thread")
		listener.open("/amendments/"+amended.ID).press("/follows", "Follow this amendment", "follow", "yes").mustBe(200, "Stop following this amendment")
		listener.open(statement+"/clauses/"+cid).press("/follows", "Follow this clause", "follow", "yes").mustBe(200, "Stop following this clause")
		listener.open("/follows").mustBe(200, "The whole statement", "A clause", "Amendment 1")

		// Who speaks in a thread is told of answers, and of nothing of their own.
		chair.open(thread).form("/comments").fill("body", "I disagree.").submit()
		chair.open("/notices").mustBe(200, "There is no news")
		s.call("POST", "/api/v1"+thread+"/comments", map[string]any{"body": "Still more."}).succeeded()
		chair.open("/notices").mustBe(200, "A new comment", "1 new")

		// A draft of somebody else's and what isn't there can't be followed.
		var draft struct{ ID string }
		s.call("POST", "/api/v1"+statement+"/amendments", map[string]any{"proposals": proposals, "reason": "Again."}).into(&draft)
		f := listener.open(statement).form("/follows").fill("kind", "amendment").fill("part", draft.ID)
		f.fields.Set("follow", "yes")
		if got := f.submit(); got.status != http.StatusNotFound {
			t.Errorf("following a draft is %d", got.status)
		}

		// Without the role nothing is left: no list, no number, nothing to follow.
		listener.open("/notices").mustBe(200, "Amendment 1 was tabled")
		members := chair.open("/groups/" + s.group() + "/members")
		ending := members.formWhere("changes Lee's role", func(f form) bool { return strings.HasSuffix(f.path(), "/role") && strings.Contains(f.about, "Lee") })
		chair.open(strings.TrimSuffix(ending.path(), "/role")+"/deletion").form("/deletion").submit().mustBe(200, "membership has been ended")
		s.call("POST", "/api/v1/amendments/"+amended.ID+"/comments", map[string]any{"body": "Now?"}).succeeded()
		listener.open("/notices").mustBe(200, "There is no news").mustMarkNothing()
		listener.open("/follows").mustBe(200, "You follow nothing yet")
	})
}

func TestAProgramFollowsReadsNoticesAndMarksThem(t *testing.T) {
	eachDatabase(t, func(t *testing.T, flags []string) {
		forum := populate(t, append([]string{"--personas", "2", "--statements", "1"}, flags...)...)
		node := serve(t, flags...)
		says, hears := script{t: t, base: node.URL, token: forum.Tokens[0]}, script{t: t, base: node.URL, token: forum.Tokens[1]}
		type notices struct {
			Items []struct {
				Statement, Event, Comment string
				Seq                       int64
				Unread                    bool
			}
		}
		heard := func() (list notices) {
			hears.call("GET", "/api/v1/notices", nil).into(&list)
			return list
		}
		before := len(heard().Items)
		follow := map[string]any{"statement": forum.Statements[0], "kind": "statement", "follow": true}
		hears.call("PUT", "/api/v1/follows", follow).succeeded()
		says.call("POST", "/api/v1/statements/"+forum.Statements[0]+"/threads", map[string]any{"comment": map[string]any{"body": "One."}}).succeeded()
		list := heard()
		if len(list.Items) != before+1 || list.Items[0].Event != "opened" || !list.Items[0].Unread || list.Items[0].Comment == "" {
			t.Fatalf("%d, then %+v", before, list)
		}
		for _, all := range []bool{false, true} {
			hears.call("POST", "/api/v1/notices/readings", map[string]any{"statement": forum.Statements[0], "seq": list.Items[0].Seq, "all": all}).succeeded()
			if list := heard(); list.Items[0].Unread {
				t.Errorf("%+v", list)
			}
		}
		follow["follow"] = false
		hears.call("PUT", "/api/v1/follows", follow).succeeded()
		if list := heard(); len(list.Items) != before {
			t.Errorf("%+v", list)
		}
		for _, wrong := range []map[string]any{
			{"statement": forum.Statements[0], "kind": "person", "follow": true},
			{"statement": forum.Statements[0], "kind": "clause", "part": "gone", "follow": true},
			{"statement": "nowhere", "kind": "statement", "follow": true},
		} {
			if got := hears.call("PUT", "/api/v1/follows", wrong); got.status != http.StatusNotFound {
				t.Errorf("%v: %d", wrong, got.status)
			}
		}
	})
}
