-- People who say that they stand under a submission that they didn't send, without its
-- receipt.

-- When moderators took the name away; 0 while it stands.
ALTER TABLE submissions ADD COLUMN unnamed_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE submission_contests (
	id            TEXT PRIMARY KEY,
	submission_id TEXT NOT NULL REFERENCES submissions (id),
	-- Counts those of a submission.
	no            BIGINT NOT NULL,
	at            BIGINT NOT NULL,
	slow          BOOLEAN NOT NULL,
	sentence      TEXT NOT NULL,
	key_id        TEXT NOT NULL DEFAULT '',
	-- Keyed hash of the receipt code of whoever contests.
	code_hash     {{bytes}} NOT NULL UNIQUE,
	-- The step that decided about it; NULL while it waits.
	step_id       TEXT REFERENCES submission_steps (id),
	UNIQUE (submission_id, no)
);
