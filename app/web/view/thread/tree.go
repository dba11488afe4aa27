// Package thread holds the pages on which people argue: the threads of a
// statement, a thread with its comments, and a comment's own pages.
package thread

import (
	"cmp"
	"slices"

	"madang/app"
	"madang/app/thread"
)

// Node is a comment with what answers it, laid out as a page shows it: two
// levels are in sight, and whatever is deeper is folded under the second,
// oldest first and without further indentation, for a phone has no room for it.
type Node struct {
	Comment Comment
	Replies []Node
	Folded  []Node
}

// Comment is a comment as one reader is shown it.
type Comment struct {
	thread.Comment
	// HTML is the rendered body; empty if deleted. Renderings are its translations.
	HTML       string
	Renderings []Rendering
	// IsMine says that the reader wrote it.
	IsMine bool
	// To is who a folded comment answers, since its place doesn't show that.
	To thread.Author
	// IsAway says that the comment answers one that isn't on this page.
	IsAway bool
}

// Unread counts the comments in a fold the reader hasn't seen.
func (n Node) Unread() int {
	unread := 0
	for _, folded := range n.Folded {
		if folded.Comment.Unread {
			unread++
		}
	}
	return unread
}

// Holds reports whether the fold of the node holds the comment.
func (n Node) Holds(comment app.ID) bool {
	return comment != "" && slices.ContainsFunc(n.Folded, func(folded Node) bool {
		return folded.Comment.ID == comment
	})
}

// Tree lays out one page of comments. Those that answer nothing, or nothing on
// this page, keep the order they came in; answers are always oldest first, for
// a conversation is read forwards.
func Tree(comments []Comment) []Node {
	t := tree{byID: make(map[app.ID]int, len(comments)), comments: comments}
	for i, c := range comments {
		t.byID[c.ID] = i
	}
	t.children = make(map[app.ID][]int, len(comments))
	var roots []int
	for i, c := range comments {
		if _, isHere := t.byID[c.Parent]; isHere {
			t.children[c.Parent] = append(t.children[c.Parent], i)
			continue
		}
		comments[i].IsAway = c.Parent != ""
		roots = append(roots, i)
	}
	return t.nodes(roots, t.second)
}

type tree struct {
	comments []Comment
	byID     map[app.ID]int
	children map[app.ID][]int
}

func (t tree) nodes(at []int, fill func(*Node)) []Node {
	nodes := make([]Node, len(at))
	for i, index := range at {
		nodes[i].Comment = t.comments[index]
		fill(&nodes[i])
	}
	return nodes
}

func (t tree) second(n *Node) {
	n.Replies = t.nodes(t.answers(n.Comment.ID), t.fold)
}

// fold gathers all descendants. It walks a list instead of calling itself: a
// chain of replies may be as long as the page.
func (t tree) fold(n *Node) {
	waiting := t.answers(n.Comment.ID)
	var found []int
	for len(waiting) > 0 {
		next := waiting[0]
		waiting = append(waiting[1:], t.answers(t.comments[next].ID)...)
		t.comments[next].To = t.comments[t.byID[t.comments[next].Parent]].Author
		found = append(found, next)
	}
	n.Folded = t.nodes(t.oldestFirst(found), func(*Node) {})
}

func (t tree) answers(to app.ID) []int { return t.oldestFirst(t.children[to]) }

func (t tree) oldestFirst(at []int) []int {
	slices.SortFunc(at, func(a, b int) int { return cmp.Compare(t.comments[a].Seq, t.comments[b].Seq) })
	return at
}
