package realtime

import (
	"time"

	"madang/app"
)

// An epoch is one history of a document. Restoring a backup begins a new one, and so
// does a database that is found to stand before what was committed to it: numbers and
// client ids that were given once would be given again, for other words.

// afterRenewal is how long after an epoch began nobody is called an attacker: windows
// that were open before may send what fits the former history only.
const afterRenewal = 10 * time.Minute

// isNew reports whether the document's epoch, if it isn't the first, began a moment ago.
func (r *room) isNew(now time.Time) bool {
	begun := time.UnixMilli(r.begun.Load())
	return now.Sub(begun) < afterRenewal
}

// doubt begins a new epoch if the log, asked once more, stands before a number that
// is known to have been committed: somebody has put an older database in its place.
// Clients then build their document anew, and offer the words that are gone.
func (r *room) doubt(committed int64) {
	ctx, cancel := r.patience()
	defer cancel()
	heads, err := r.hub.log.Heads(ctx, []app.ID{r.id})
	head, exists := heads[r.id]
	if err != nil || !exists || head.Epoch != r.head.Epoch || head.Seq >= committed {
		return
	}
	r.hub.logger.Error("the database is older than what was committed to it: a new epoch begins",
		"document", r.id, "seq", head.Seq)
	if err := r.hub.log.Renew(ctx, r.id, head.Epoch, r.hub.clock()); err != nil {
		r.hub.logger.Error("no new epoch", "document", r.id, "err", err)
		return
	}
	r.giveUp(nil)
	_ = r.load()
}
