package thread

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"madang/app"
	"madang/app/thread"
)

// said makes comments from "id<parent" in the order they were posted.
func said(notes ...string) []Comment {
	comments := make([]Comment, len(notes))
	for i, note := range notes {
		id, parent, _ := strings.Cut(note, "<")
		comments[i] = Comment{Comment: thread.Comment{
			ID: app.ID(id), Parent: app.ID(parent), Seq: int64(i + 1),
			Author: thread.Author{Persona: app.ID("by-" + id), Name: "by-" + id},
		}}
	}
	return comments
}

// drawn writes a tree in a line: replies in round brackets, folds in square ones.
func drawn(nodes []Node) string {
	var parts []string
	for _, n := range nodes {
		part := string(n.Comment.ID)
		if len(n.Replies) > 0 {
			part += "(" + drawn(n.Replies) + ")"
		}
		if len(n.Folded) > 0 {
			part += "[" + drawn(n.Folded) + "]"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

func TestTwoLevelsAreInSightAndDeeperOnesAreFolded(t *testing.T) {
	nodes := Tree(said("a", "b<a", "c<b", "d", "e<c", "f<a", "g<b"))
	if got, want := drawn(nodes), "a(b[c e g] f) d"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if to := nodes[0].Replies[0].Folded[1].Comment.To.Name; to != "by-c" {
		t.Errorf("the folded e says it answers %q, not the author of c", to)
	}
}

func TestNewestFirstTurnsOnlyTheFirstLevel(t *testing.T) {
	comments := said("a", "b<a", "c<a", "d")
	for i, j := 0, len(comments)-1; i < j; i, j = i+1, j-1 {
		comments[i], comments[j] = comments[j], comments[i]
	}
	if got, want := drawn(Tree(comments)), "d a(b c)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAReplyToAnotherPageSaysSo(t *testing.T) {
	nodes := Tree(said("b<a", "c<b"))
	if got, want := drawn(nodes), "b(c)"; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	if !nodes[0].Comment.IsAway || nodes[0].Replies[0].Comment.IsAway {
		t.Error("not the one comment whose parent is elsewhere is marked")
	}
}

func TestNoCommentIsEverUnreachable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(0, 60).Draw(t, "count")
		notes := make([]string, count)
		for i := range notes {
			notes[i] = fmt.Sprintf("%d<", i)
			if parent := rapid.IntRange(-2, i-1).Draw(t, "parent"); parent >= 0 {
				notes[i] += fmt.Sprint(parent)
			}
		}
		seen := map[app.ID]int{}
		walk(Tree(said(notes...)), func(id app.ID) { seen[id]++ })
		for i := range notes {
			if seen[app.ID(fmt.Sprint(i))] != 1 {
				t.Fatalf("%q: comment %d is shown %d times", notes, i, seen[app.ID(fmt.Sprint(i))])
			}
		}
	})
}

func walk(nodes []Node, visit func(app.ID)) {
	for _, n := range nodes {
		visit(n.Comment.ID)
		walk(n.Replies, visit)
		walk(n.Folded, visit)
	}
}
