-- Files that came with submissions, and those of dockets. What is here was looked into,
-- and pictures were drawn anew, before it was kept.

CREATE TABLE submission_files (
	submission_id TEXT NOT NULL REFERENCES submissions (id),
	-- Counts the files of a submission.
	no            BIGINT NOT NULL,
	name          TEXT NOT NULL,
	format        TEXT NOT NULL,
	-- In bytes; width and height in pixels, 0 for what is no picture.
	size          BIGINT NOT NULL,
	width         BIGINT NOT NULL,
	height        BIGINT NOT NULL,
	-- Separated by spaces.
	remarks       TEXT NOT NULL,
	state         TEXT NOT NULL CHECK (state IN ('waiting', 'shown', 'withheld')),
	-- What the first of two people decided, and who that was.
	wanted        TEXT NOT NULL DEFAULT '',
	wanted_by     TEXT REFERENCES personas (id),
	why           TEXT NOT NULL DEFAULT '',
	sentence      TEXT NOT NULL DEFAULT '',
	content       {{bytes}} NOT NULL,
	-- Of name, sentence and content.
	key_id        TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (submission_id, no)
);

-- The file that a step is about; 0 for the submission itself.
ALTER TABLE submission_steps ADD COLUMN file_no BIGINT NOT NULL DEFAULT 0;

CREATE TABLE docket_files (
	id         TEXT PRIMARY KEY,
	docket_id  TEXT NOT NULL REFERENCES dockets (id),
	no         BIGINT NOT NULL,
	title      TEXT NOT NULL,
	name       TEXT NOT NULL,
	format     TEXT NOT NULL,
	size       BIGINT NOT NULL,
	width      BIGINT NOT NULL,
	height     BIGINT NOT NULL,
	remarks    TEXT NOT NULL,
	content    {{bytes}} NOT NULL,
	key_id     TEXT NOT NULL DEFAULT '',
	persona_id TEXT NOT NULL REFERENCES personas (id),
	at         BIGINT NOT NULL,
	UNIQUE (docket_id, no)
);
