-- An amendment is argued about in a thread of its own, and what becomes of it is
-- activity of its statement.

-- What the thread is about, if that is an amendment; it was tabled before.
ALTER TABLE threads ADD COLUMN amendment_id TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX threads_amendment ON threads (amendment_id) WHERE amendment_id <> '';

-- The amendment that came to the state that kind names; thread_id is empty then.
ALTER TABLE activity ADD COLUMN amendment_id TEXT NOT NULL DEFAULT '';
