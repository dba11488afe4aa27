package main

import "testing"

func TestPeopleWhoMeanNoHarmAreRefusedNothingAndLoseNoWord(t *testing.T) {
	t.Parallel()
	folder, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	keepIfFailed(t, folder)
	r, err := newRig(t.Context(), place{Source: source, Folder: folder}, program, 25)
	if err != nil {
		t.Fatal(err)
	}
	total, findings, err := r.playHonestly(t.Context(), 1, mostSessions)
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range findings {
		t.Error(finding)
	}
	t.Logf("in 25 sessions:\n%v", total)
	for _, what := range []string{
		"reconnections with new typing first", "merges of documents written elsewhere", "half days of work in one update",
		"clean-ups sent by the reader", "updates that came before what they build on", "words in the text at the end",
	} {
		if total[what] == 0 {
			t.Errorf("nothing was tried: no %s", what)
		}
	}
}
