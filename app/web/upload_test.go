package web

import (
	"context"
	"testing"
	"time"

	"madang/app"
)

func TestLargeFormsComeInWithinOneBudgetAndAreDealtWithInTurns(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	u := newUploads(func() time.Time { return now })
	for i := range 4 {
		if !u.begin(uploadsAtOnce / 4) {
			t.Fatalf("number %d may not come", i)
		}
	}
	if u.begin(1) {
		t.Error("one more may come")
	}
	done, err := u.arrive(t.Context(), uploadsAtOnce/4)
	if err != nil {
		t.Fatal(err)
	}
	hurried, stop := context.WithCancel(t.Context())
	stop()
	if _, err := u.arrive(hurried, uploadsAtOnce/4); app.KindOf(err) != app.KindBusy {
		t.Errorf("two at once: %v", err)
	}
	if !u.begin(uploadsAtOnce/4) || u.begin(1) {
		t.Error("whoever gave up still takes room, or all of them do")
	}
	done()
	if _, err := u.arrive(t.Context(), uploadsAtOnce/4); err != nil {
		t.Error(err)
	}
	now = now.Add(sendTime + time.Second)
	if !u.begin(uploadsAtOnce) {
		t.Error("what never arrived takes room for ever")
	}
}

func TestOnlyFormsWithFilesMayBeLarge(t *testing.T) {
	for path, want := range map[string]bool{
		"/consultations/x/submissions": true, "/api/v1/consultations/x/submissions": true, "/consultations/x/inbox": true, "/consultations/x/documents": true,
		"/receipt/files": true, "/api/v1/receipts/files": true, "/receipt/steps": false,
		"/consultations/x/submissions/new": false, "/consultations/submissions": false, "/submissions": false, "/consultations/x/inbox/1/moves": false, "/": false,
	} {
		if isUpload(path) != want {
			t.Errorf("%s: %v", path, !want)
		}
	}
}
