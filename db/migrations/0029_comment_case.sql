-- Comments that somebody reported, and what moderators decided.

CREATE TABLE comment_cases (
	comment_id  TEXT PRIMARY KEY REFERENCES comments (id),
	group_id    TEXT NOT NULL REFERENCES working_groups (id),
	state       TEXT NOT NULL CHECK (state IN ('reported', 'kept', 'taken_down')),
	sensitive   BOOLEAN NOT NULL,
	-- What the first of two people decided; empty if nothing waits for a second.
	wanted      TEXT NOT NULL,
	appealed_at BIGINT NOT NULL,
	-- Whether somebody has to decide, and since when.
	waiting     BOOLEAN NOT NULL,
	since       BIGINT NOT NULL
);
CREATE INDEX comment_cases_waiting ON comment_cases (group_id, waiting, since);

-- What happened in a case. Rows are only ever added.
CREATE TABLE comment_case_steps (
	id         TEXT PRIMARY KEY,
	comment_id TEXT NOT NULL REFERENCES comments (id),
	no         BIGINT NOT NULL,
	kind       TEXT NOT NULL,
	persona_id TEXT NOT NULL REFERENCES personas (id),
	at         BIGINT NOT NULL,
	why        TEXT NOT NULL,
	sentence   TEXT NOT NULL,
	key_id     TEXT NOT NULL DEFAULT '',
	wanted     TEXT NOT NULL,
	UNIQUE (comment_id, no)
);

-- Why the words of a comment are hidden; empty if they aren't.
ALTER TABLE comments ADD COLUMN taken_down TEXT NOT NULL DEFAULT '';

-- All wordings of a comment whose words are hidden, encrypted with a key that isn't in the
-- database.
CREATE TABLE sealed_comments (
	comment_id TEXT PRIMARY KEY REFERENCES comments (id),
	sealed     {{bytes}} NOT NULL,
	key_id     TEXT NOT NULL
);
