package yjs_test

import (
	"fmt"
	"strings"

	"madang/realtime/yjs"
)

// write makes an update of what one client types into an empty document.
func write(client yjs.ClientID, words string) []byte {
	doc := yjs.NewDoc()
	effect, err := doc.Transact(client, func(t *yjs.Txn) error {
		return t.Insert(doc.Text("norm"), 0, words, nil)
	})
	if err != nil {
		panic(err)
	}
	return effect.Update()
}

// Replicas that know the same updates read the same, whatever order they came in.
func Example() {
	updates := [][]byte{write(1, "한국어 "), write(2, "English ")}
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		doc := yjs.NewDoc()
		for _, i := range order {
			if err := doc.ApplyUpdate(updates[i]); err != nil {
				fmt.Println(err)
			}
		}
		fmt.Println(strings.TrimSpace(doc.Text("norm").String()))
	}
	// Output:
	// 한국어 English
	// 한국어 English
}

// A server that doesn't trust its peers decodes within limits and looks at what an
// update would do before it lets it in.
func ExampleDoc_Inspect() {
	doc := yjs.NewDoc()
	update, err := yjs.Decode(write(1, "No one"), yjs.DefaultLimits())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range doc.Inspect(update).New {
		fmt.Printf("client %d would add %d elements\n", r.Client, r.Len)
	}
	if _, err := doc.Apply(update); err != nil {
		fmt.Println(err)
	}
	fmt.Println("known:", doc.Inspect(update).NoEffect)
	// Output:
	// client 1 would add 6 elements
	// known: true
}

// What an update would write can be read without a document.
func ExampleUpdate_Texts() {
	update, err := yjs.Decode(write(1, "아무도 No one"), yjs.DefaultLimits())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%q\n", update.Texts())
	// Output:
	// ["아무도 No one"]
}

// A comment stays with its word while others write before it.
func ExampleDoc_Resolve() {
	doc := yjs.NewDoc()
	text := doc.Text("norm")
	insert := func(index int, words string) {
		if _, err := doc.Transact(1, func(t *yjs.Txn) error { return t.Insert(text, index, words, nil) }); err != nil {
			fmt.Println(err)
		}
	}
	insert(0, "No one shall be tortured")
	word, err := yjs.RelativePositionAt(text, len("No one "), yjs.After)
	if err != nil {
		fmt.Println(err)
	}
	insert(0, "Article 5: ")
	if at, known := doc.Resolve(word); known {
		fmt.Println(text.String()[at.Index:])
	}
	// Output: shall be tortured
}

// A document that keeps its history can be read as it was.
func ExampleDoc_At() {
	doc := yjs.NewDoc(yjs.KeepDeleted())
	text := doc.Text("norm")
	change := func(edit func(*yjs.Txn) error) {
		if _, err := doc.Transact(1, edit); err != nil {
			fmt.Println(err)
		}
	}
	change(func(t *yjs.Txn) error { return t.Insert(text, 0, "No one shall be tortured", nil) })
	before := doc.Snapshot()
	change(func(t *yjs.Txn) error { return t.Delete(text, 0, len("No one ")) })
	was, err := doc.At(before)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(text)
	fmt.Println(was.Text("norm"))
	// Output:
	// shall be tortured
	// No one shall be tortured
}

// A long history takes less room in format V2, and says the same.
func ExampleConvertV1ToV2() {
	doc := yjs.NewDoc()
	for range 100 {
		if _, err := doc.Transact(1, func(t *yjs.Txn) error { return t.Insert(doc.Text("norm"), 0, "all ", nil) }); err != nil {
			fmt.Println(err)
		}
	}
	v1 := doc.EncodeStateAsUpdate(nil)
	v2, err := yjs.ConvertV1ToV2(v1)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println("smaller by half:", len(v2) < len(v1)/2)
	again := yjs.NewDoc()
	if err := again.ApplyUpdateV2(v2); err != nil {
		fmt.Println(err)
	}
	fmt.Println("the same:", again.Text("norm").String() == doc.Text("norm").String())
	// Output:
	// smaller by half: true
	// the same: true
}
