// Package realtime carries the live text between people.
//
// A connection's life: the Hub checks where a request comes from, upgrades it,
// identifies the person, admits them to the document and hands them to the
// document's room. The room is one goroutine. It takes what people send from
// its queue, judges the effect (gate.go), applies it speculatively, commits the
// batch to the Log, and only then acknowledges it, sends it to everybody else
// and publishes it to the other nodes. Whoever joins or reads is served between
// two batches, hence from the committed state: nobody ever sees a word that a
// crash could take back.
//
// Edits that fit the schema one by one fit it together. Each rule is about one child of
// one parent, one attribute or one mark, all of which are judged when they come; nodes
// change neither their name nor their parent; and no content has to be there, for
// app/prose loads no other table. So nobody's edit is refused for what another does at
// the same time. Two things only come about together: two clauses with one id, and one
// clause split twice (mend.go). The server repairs both in the update that makes them.
//
// Frames are binary and hold one message: a varuint type, then the type's
// fields. Numbers, strings and byte strings are written as lib0 writes them.
// Messages, Closings and Refusals (tell.go) list them with who sends which, the codes with
// which connections end, and what is refused; /programs tells it to people who write clients.
//
// After a refusal a client's Yjs document can't be mended: what was refused is
// sent again at every resynchronisation, or leaves a gap for ever. So 4409 means
// to offer the unsent text for copying and to begin with a fresh document.
package realtime
