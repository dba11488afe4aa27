package yjs

import "testing"

// The trace is generated: 30,000 keys of five people, each update one key, as an
// editor sends them; one key in twelve deletes.
const benchPeople, benchKeys = 5, 30_000

func BenchmarkApplyKeys(b *testing.B) {
	_, updates := typed(b, benchPeople, benchKeys, 1)
	b.ReportAllocs()
	for b.Loop() {
		doc := NewDoc()
		for _, u := range updates {
			if err := doc.ApplyUpdate(u); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(updates))*float64(b.N)/b.Elapsed().Seconds(), "updates/s")
}

func BenchmarkLoadState(b *testing.B) {
	doc, _ := typed(b, benchPeople, benchKeys, 1)
	state := doc.EncodeStateAsUpdate(nil)
	b.SetBytes(int64(len(state)))
	b.ReportAllocs()
	for b.Loop() {
		if err := NewDoc().ApplyUpdate(state); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeState(b *testing.B) {
	doc, _ := typed(b, benchPeople, benchKeys, 1)
	b.SetBytes(int64(len(doc.EncodeStateAsUpdate(nil))))
	b.ReportAllocs()
	for b.Loop() {
		doc.EncodeStateAsUpdate(nil)
	}
}

func BenchmarkMergeKeys(b *testing.B) {
	_, updates := typed(b, benchPeople, benchKeys, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := MergeUpdates(updates...); err != nil {
			b.Fatal(err)
		}
	}
}
