package db_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"madang/app/search"
	"madang/db/dbtest"
)

// BenchmarkIndexAfterAKeystroke is what the index does about one keystroke in a text of 300
// clauses of some 270 words. "while writing" is a look that finds somebody at it and leaves the text
// alone; "after a pause" brings the index up to date. However fast people type, that is one
// look in two seconds and one renewal in ten; no keystroke waits for either.
func BenchmarkIndexAfterAKeystroke(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *dbtest.Forum{"SQLite": dbtest.OnSQLite, "PostgreSQL": dbtest.OnPostgres} {
		b.Run(name, func(b *testing.B) {
			l := newLibrary(b, open(b))
			random := rand.New(rand.NewPCG(3, 1))
			text := make([]search.Words, 300)
			for i := range text {
				var words []string
				for range 60 {
					words = append(words, randomWords(random))
				}
				text[i] = search.Words{CID: fmt.Sprintf("c%010d", i), Text: strings.Join(words, " ")}
			}
			pause := func() {
				l.look(b) // sees that there is something new
				l.Clock.Advance(time.Minute)
				l.look(b)
			}
			l.write(b, text...)
			pause()
			key := func(n int) {
				text[n%300].Text += "가"
				l.write(b, text...)
			}
			b.Run("while writing", func(b *testing.B) {
				for n := 0; b.Loop(); n++ {
					b.StopTimer()
					key(n)
					b.StartTimer()
					l.look(b)
				}
			})
			pause()
			b.Run("after a pause", func(b *testing.B) {
				for n := 0; b.Loop(); n++ {
					b.StopTimer()
					key(n)
					b.StartTimer()
					pause()
				}
			})
		})
	}
}
