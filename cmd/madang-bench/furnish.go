package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"madang/realtime/yjs"
)

// The documents of a forum: many short ones as they are made, and three for certain
// loads.
const (
	shortDocuments = 500
	roomDocument   = shortDocuments + iota - 1 // a paragraph of 400 letters for each of 20 writers
	hallDocument                               // a paragraph of 100 letters for each of 250
	oldDocument                                // 100 kB with a history of 143,000 keystrokes
	documents                                  // how many there are
)

const (
	roomWriters = 20
	hallWriters = 250
)

// furnish writes the texts that loads need into a forum whose short documents are
// there, and returns all documents' states.
func furnish(ctx context.Context, r *running) ([][]byte, error) {
	room, err := paragraphs(roomWriters, 400)
	if err != nil {
		return nil, err
	}
	hall, err := paragraphs(hallWriters, 100)
	if err != nil {
		return nil, err
	}
	old, err := history(historyKeystrokes, historyLength)
	if err != nil {
		return nil, err
	}
	for doc, updates := range map[int][][]byte{roomDocument: room, hallDocument: hall, oldDocument: old} {
		if err := fill(ctx, r, doc, updates); err != nil {
			return nil, fmt.Errorf("document %d: %w", doc, err)
		}
	}
	return fetchStates(ctx, r)
}

// furnisher is the client id under which documents are furnished, as long on the
// wire as any.
const furnisher = 1<<32 - 7

// paragraphs is an update that adds so many, of so many letters.
func paragraphs(n, letters int) ([][]byte, error) {
	doc := yjs.NewDoc()
	root := doc.XMLFragment(rootName)
	effect, err := doc.Transact(furnisher, func(t *yjs.Txn) error {
		for i := range n {
			if _, err := addParagraph(t, root, i, prose(letters)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return [][]byte{effect.Update()}, nil
}

func addParagraph(t *yjs.Txn, root *yjs.XMLFragment, n int, words string) (*yjs.XMLText, error) {
	paragraph, err := t.InsertElement(root, n, "paragraph", map[string]any{"cid": fmt.Sprintf("c%010d", n)})
	if err != nil {
		return nil, err
	}
	text, err := t.InsertText(paragraph, 0)
	if err != nil {
		return nil, err
	}
	return text, t.Insert(text, 0, words, nil)
}

// prose is so many letters of text.
func prose(letters int) string {
	const line = "Everybody has the right to take part in the writing of what will bind them. "
	return strings.Repeat(line, letters/len(line)+1)[:letters]
}

// The old document: as long as the trace of a paper that was written in one, and as
// much worked over for its length.
const (
	historyKeystrokes = 143_000
	historyLength     = 100_000
	historyStep       = 2_000 // keystrokes in one update
)

// history is a document's making: people type a while at one place, take back some,
// and go on at another.
func history(keystrokes, length int) ([][]byte, error) {
	chance := rand.New(rand.NewPCG(3, 4))
	doc := yjs.NewDoc()
	root := doc.XMLFragment(rootName)
	takenBack := float64(keystrokes-length) / 2 / float64(keystrokes)
	var updates [][]byte
	var texts []*yjs.XMLText
	var text *yjs.XMLText
	place := 0
	for done := 0; done < keystrokes; {
		effect, err := doc.Transact(furnisher, func(t *yjs.Txn) error {
			for range min(historyStep, keystrokes-done) {
				if done%50 == 0 { // somewhere else
					if done%1500 == 0 {
						added, err := addParagraph(t, root, len(texts), "")
						if err != nil {
							return err
						}
						texts = append(texts, added)
					}
					text = texts[chance.IntN(len(texts))]
					place = chance.IntN(text.Len() + 1)
				}
				done++
				if place > 0 && chance.Float64() < takenBack {
					place--
					if err := t.Delete(text, place, 1); err != nil {
						return err
					}
					continue
				}
				if err := t.Insert(text, place, string('a'+rune(chance.IntN(26))), nil); err != nil {
					return err
				}
				place++
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		updates = append(updates, effect.Update())
	}
	return updates, nil
}

// fill sends updates to one document and waits until somebody else is sent what
// they make.
func fill(ctx context.Context, r *running, doc int, updates [][]byte) error {
	l, err := newLoop()
	if err != nil {
		return err
	}
	defer l.close()
	author, err := visit(l, r, 0, doc, 0)
	if err != nil {
		return err
	}
	want := ""
	if err := author.until(ctx, l, func(text string) bool { return text != "" || r.tokens == nil }); err != nil {
		return err
	}
	whole, err := author.read()
	if err != nil {
		return err
	}
	for _, update := range updates {
		if err := whole.ApplyUpdate(update); err != nil {
			return err
		}
		author.send(r.dialect.sync(r.docs[doc], stepUpdate, update))
	}
	want = textOf(whole)
	reader, err := visit(l, r, 0, doc, 1)
	if err != nil {
		return err
	}
	return reader.until(ctx, l, func(text string) bool { return text == want })
}

// fillAll sends a peer all documents, and lets it store them.
func fillAll(ctx context.Context, r *running) error {
	for doc, state := range r.states {
		if err := fill(ctx, r, doc, [][]byte{state}); err != nil {
			return fmt.Errorf("document %d: %w", doc, err)
		}
	}
	return rest(ctx, 3*time.Second)
}

// fetchStates reads all documents.
func fetchStates(ctx context.Context, r *running) ([][]byte, error) {
	l, err := newLoop()
	if err != nil {
		return nil, err
	}
	defer l.close()
	var states [][]byte
	for doc := range r.docs {
		reader, err := visit(l, r, 0, doc, 0)
		if err != nil {
			return nil, err
		}
		if err := reader.until(ctx, l, func(text string) bool { return text != "" }); err != nil {
			return nil, err
		}
		whole, err := reader.read()
		if err != nil {
			return nil, err
		}
		states = append(states, whole.EncodeStateAsUpdate(nil))
		reader.close()
	}
	return states, nil
}

func saveStates(folder string, states [][]byte) error {
	if err := os.MkdirAll(filepath.Join(folder, "states"), 0o755); err != nil {
		return err
	}
	for doc, state := range states {
		if err := os.WriteFile(filepath.Join(folder, "states", fmt.Sprint(doc)), state, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func readStates(folder string) ([][]byte, error) {
	states := make([][]byte, documents)
	var errs []error
	for doc := range states {
		state, err := os.ReadFile(filepath.Join(folder, "states", fmt.Sprint(doc)))
		states[doc] = state
		errs = append(errs, err)
	}
	return states, errors.Join(errs...)
}
