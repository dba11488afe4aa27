package realtime

import (
	"testing"
	"time"

	"madang/realtime/yjs"
)

func TestADatabaseThatIsOlderThanWhatWasCommittedBeginsANewEpoch(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	for _, word := range []string{"하나 ", "둘 ", "셋"} {
		amina.types(0, word)
		amina.awaitSaved()
	}
	f.log.(*memoryLog).forget(f.doc, 2)
	amina.awaitClose(closeEpoch)

	again := f.join("amina")
	again.await("the epoch", func() bool { return again.epoch == 2 })
	again.awaitText("하나 ")
	again.types(0, "넷")
	again.awaitSaved()
	if f.hub.metrics.Incidents.Load() > 0 {
		t.Error("somebody was called an attacker")
	}
}

func TestNobodyIsCalledAnAttackerJustAfterANewEpoch(t *testing.T) {
	for begun, incidents := range map[time.Duration]int64{0: 0, afterRenewal + time.Minute: 1} {
		f := newForum(t)
		amina := f.join("amina")
		amina.types(0, "a")
		amina.awaitSaved()
		log := f.log.(*memoryLog)
		if err := log.Renew(t.Context(), f.doc, 1, time.Now().Add(-begun)); err != nil {
			t.Fatal(err)
		}
		amina.awaitClose(closeEpoch)
		bo := f.connect("bo", yjs.NewDoc(), amina.client, upToDate)
		bo.await("the text", func() bool { return bo.synced })
		bo.types(0, "b") // under amina's client id
		bo.awaitClose(closeRebuild)
		if isTold := f.hub.metrics.IncidentAt.Load() != 0; isTold != (incidents > 0) {
			t.Errorf("that an incident was at some time: %v, of %d", isTold, incidents)
		}
		if got := f.hub.metrics.Incidents.Load(); bo.refused != "live.client_foreign" || got != incidents {
			t.Errorf("%v after the epoch began: refused with %q, %d incidents", begun, bo.refused, got)
		}
	}
}

func TestALogThatIsOnlyReadLateIsNotDoubted(t *testing.T) {
	f := newForum(t)
	amina := f.join("amina")
	amina.types(0, "a")
	amina.awaitSaved()
	r := f.hub.resident(f.doc)
	_ = r.visit(t.Context(), func() error {
		late := r.head
		late.Seq--
		r.tick(late)
		return nil
	})
	if r.head.Epoch != 1 {
		t.Error("a new epoch began")
	}
}
