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
// Types up to 3 are y-websocket's, so that a stock provider joins; the others
// are ours, and a stock provider only logs them.
//
//	type                from    fields
//	 0 sync             both    varuint step, bytes: 0 state vector, 1 answer to it, 2 update
//	 1 awareness        both    bytes: the states of some clients
//	 2 auth             -       ignored
//	 3 query awareness  client  none; answered by 1
//	64 acknowledgement  server  varuint client, clock, seq: one for each answer or update sent, in order
//	65 refusal          server  string code, string text key; close 4409 follows
//	66 role             server  string "writer" or "reader", varuint schema number
//	67 epoch            server  varuint epoch
//	68 announcement     server  varuint seq of the statement's activity
//	69 text hash        both    varuint seq, 32 bytes; a client sends its own only when they differ
//	70 notice           server  string code, string text key: what became of something one wrote
//
// A connection ends with one of these codes. A y-websocket provider comes back
// after all but 4400 to 4499.
//
//	4401 sign in again        4403 role or access ended   4404 no such statement
//	4409 rebuild the document 4410 epoch over             4426 schema too old
//	1012 restart              1013 busy                   (reason "retry-ms=N")
//
// After a refusal a client's Yjs document can't be mended: what was refused is
// sent again at every resynchronisation, or leaves a gap for ever. So 4409 means
// to offer the unsent text for copying and to begin with a fresh document.
package realtime
