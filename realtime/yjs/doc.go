// Package yjs keeps Yjs 13 documents in Go: it reads and writes their update
// format, integrates concurrent edits as the JavaScript library does, and tells
// a server what an update would do before it is let in.
//
// # The model
//
// A document is a set of items. An item is a run of consecutive elements (UTF-16
// units of text, embeds, nested types, values) that one client inserted in one
// go. Its ID is the client's number and the client's clock at its first element;
// the clock advances by one per element, so every element has an ID of its own
// and an item may be split and joined without losing any.
//
// An item remembers the IDs of its neighbours at the moment it was typed, its
// origin to the left and its right origin. Integration (see integrate.go) places
// it between them by the rule of YATA, so that replicas which know the same
// items put them in the same order, whatever order they came in:
//
//	Nicolaescu, Jahns, Derntl, Klamma: Near Real-Time Peer-to-Peer Shared Editing
//	on Extensible Data Types. GROUP 2016. doi:10.1145/2957276.2957310
//
// Items are never removed, only marked as deleted: a deletion is a set of ID
// ranges (a delete set). Because clocks have no holes, what a replica knows is
// said by one number per client (a state vector), and an update is simply some
// items plus some deleted ranges. Applying an update twice, or late, or before
// the one it builds on, is harmless.
//
// The content of deleted items is dropped at the end of the transaction that
// deletes them, unless the document keeps history ([KeepDeleted]). The children of
// a deleted type shrink to GC structs, which remember nothing but their length.
//
// # Places
//
// An index is true for a moment only. A [RelativePosition] names the element it
// belongs to instead, and [Doc.Resolve] says where that is by now.
//
// # Two ways in
//
// A replica that trusts its peers calls [Doc.ApplyUpdate], which keeps early
// updates until what they miss has come. A server that doesn't calls [Decode] with
// [Limits], asks [Doc.Inspect] what the update would do, and then [Doc.Apply],
// which answers with its [Effect]. Effects encode what was integrated, not what
// was sent.
//
// # Two formats
//
// Yjs writes updates in two formats. V1 has one struct after another, which makes it
// quick to read, cut and merge; it is what editors send, and what everything in this
// package is made for. V2 has each field of all structs in a column of its own, in
// run-length encodings; a long history takes a fraction of the space. It is
// translated where it comes in and goes out: [DecodeV2], [Update.EncodeV2] and the
// functions whose names end likewise.
//
// A document belongs to one goroutine.
package yjs
