package statement

import (
	"context"

	"madang/app"
)

// Relatives returns, for each clause that was ever split or merged, the clauses it shares
// words with by that, over however many steps, nearest first; they may be gone. It tells
// ids only, so it asks for nobody's permission.
func (s *Service) Relatives(ctx context.Context, of app.ID) (map[string][]string, error) {
	descents, err := s.store.Descents(ctx, of)
	return relativesIn(descents), err
}

// relativesIn walks breadth first from each clause.
func relativesIn(descents []Descent) map[string][]string {
	beside := map[string][]string{}
	for _, d := range descents {
		beside[d.CID] = append(beside[d.CID], d.Other)
		beside[d.Other] = append(beside[d.Other], d.CID)
	}
	relatives := make(map[string][]string, len(beside))
	for cid := range beside {
		seen := map[string]bool{cid: true}
		found := []string{cid}
		for i := 0; i < len(found); i++ {
			for _, next := range beside[found[i]] {
				if !seen[next] {
					seen[next] = true
					found = append(found, next)
				}
			}
		}
		relatives[cid] = found[1:]
	}
	return relatives
}
