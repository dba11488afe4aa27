-- Texts put before the public, and what is submitted to them. Nothing here says from
-- where a submission was sent.

CREATE TABLE dockets (
	id           TEXT PRIMARY KEY,
	group_id     TEXT NOT NULL REFERENCES working_groups (id),
	year         BIGINT NOT NULL,
	-- Counts the dockets of a group in a year.
	no           BIGINT NOT NULL,
	statement_id TEXT NOT NULL REFERENCES statements (id),
	-- The version that was frozen; NULL until the docket is announced.
	version_id   TEXT REFERENCES versions (id),
	title        TEXT NOT NULL,
	lang         TEXT NOT NULL,
	notice       TEXT NOT NULL,
	notes        TEXT NOT NULL,
	-- One on each line.
	questions    TEXT NOT NULL,
	published    TEXT NOT NULL,
	kept         TEXT NOT NULL,
	contact      TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	opens_at     BIGINT NOT NULL,
	-- Becomes another by extension and early closing.
	closes_at    BIGINT NOT NULL,
	zone         TEXT NOT NULL,
	-- Separated by spaces.
	channels     TEXT NOT NULL,
	moderation   TEXT NOT NULL CHECK (moderation IN ('pre', 'post')),
	-- Follow from the acts; 0 for never.
	announced_at BIGINT NOT NULL DEFAULT 0,
	withdrawn_at BIGINT NOT NULL DEFAULT 0,
	created_by   TEXT NOT NULL REFERENCES personas (id),
	created_at   BIGINT NOT NULL,
	UNIQUE (group_id, year, no)
);

-- What was done with a docket. Rows are only ever added.
CREATE TABLE docket_acts (
	id         TEXT PRIMARY KEY,
	docket_id  TEXT NOT NULL REFERENCES dockets (id),
	-- Counts the acts of a docket.
	no         BIGINT NOT NULL,
	kind       TEXT NOT NULL,
	persona_id TEXT NOT NULL REFERENCES personas (id),
	at         BIGINT NOT NULL,
	reason     TEXT NOT NULL,
	key_id     TEXT NOT NULL DEFAULT '',
	closes_at  BIGINT NOT NULL,
	UNIQUE (docket_id, no)
);

-- How many submissions a docket received, and where they are. A row that doesn't balance
-- can't be stored.
CREATE TABLE docket_balances (
	docket_id TEXT PRIMARY KEY REFERENCES dockets (id),
	received  BIGINT NOT NULL DEFAULT 0,
	screening BIGINT NOT NULL DEFAULT 0 CHECK (screening >= 0),
	posted    BIGINT NOT NULL DEFAULT 0 CHECK (posted >= 0),
	redacted  BIGINT NOT NULL DEFAULT 0 CHECK (redacted >= 0),
	withheld  BIGINT NOT NULL DEFAULT 0 CHECK (withheld >= 0),
	withdrawn BIGINT NOT NULL DEFAULT 0 CHECK (withdrawn >= 0),
	CHECK (received = screening + posted + redacted + withheld + withdrawn)
);

CREATE TABLE submissions (
	id           TEXT PRIMARY KEY,
	docket_id    TEXT NOT NULL REFERENCES dockets (id),
	no           BIGINT NOT NULL,
	status       TEXT NOT NULL CHECK (status IN ('received', 'screened', 'posted', 'posted_redacted', 'withheld', 'withdrawn')),
	channel      TEXT NOT NULL,
	-- The member who keyed it in; NULL if it came by the page.
	entered_by   TEXT REFERENCES personas (id),
	received_at  BIGINT NOT NULL,
	late         BOOLEAN NOT NULL,
	slow         BOOLEAN NOT NULL,
	contested_at BIGINT NOT NULL DEFAULT 0,
	appealed_at  BIGINT NOT NULL DEFAULT 0,
	revision     BIGINT NOT NULL,
	-- Keyed hash of the receipt code, which itself is kept nowhere.
	code_hash    {{bytes}} NOT NULL UNIQUE,
	-- Keyed hash by which the words are known when they are sent again; empty once they
	-- were withdrawn.
	digest       {{bytes}} NOT NULL,
	UNIQUE (docket_id, no)
);

-- Every wording. Withdrawing empties all of them.
CREATE TABLE submission_revisions (
	submission_id TEXT NOT NULL REFERENCES submissions (id),
	revision      BIGINT NOT NULL,
	-- Ids separated by spaces; empty for the whole text.
	clauses       TEXT NOT NULL,
	comment       TEXT NOT NULL,
	proposed      TEXT NOT NULL,
	name          TEXT NOT NULL,
	key_id        TEXT NOT NULL DEFAULT '',
	kind          TEXT NOT NULL,
	speaker       TEXT NOT NULL,
	stakeholder   TEXT NOT NULL,
	publish       TEXT NOT NULL,
	lang          TEXT NOT NULL,
	at            BIGINT NOT NULL,
	PRIMARY KEY (submission_id, revision)
);

-- What happened to a submission. Rows are only ever added.
CREATE TABLE submission_steps (
	id            TEXT PRIMARY KEY,
	submission_id TEXT NOT NULL REFERENCES submissions (id),
	no            BIGINT NOT NULL,
	kind          TEXT NOT NULL,
	from_status   TEXT NOT NULL,
	to_status     TEXT NOT NULL,
	-- NULL for the author, and for the rule of the docket.
	persona_id    TEXT REFERENCES personas (id),
	at            BIGINT NOT NULL,
	why           TEXT NOT NULL,
	sentence      TEXT NOT NULL,
	key_id        TEXT NOT NULL DEFAULT '',
	UNIQUE (submission_id, no)
);
