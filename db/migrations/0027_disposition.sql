-- What becomes of what the public said. No word of a submission is kept here: an excerpt
-- is a place in it.

-- Who reads which submission; read_at is 0 until it was read.
CREATE TABLE submission_readings (
	docket_id     TEXT NOT NULL REFERENCES dockets (id),
	submission_no BIGINT NOT NULL,
	persona_id    TEXT NOT NULL REFERENCES personas (id),
	read_at       BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (docket_id, submission_no),
	FOREIGN KEY (docket_id, submission_no) REFERENCES submissions (docket_id, no)
);

CREATE TABLE issues (
	id         TEXT PRIMARY KEY,
	docket_id  TEXT NOT NULL REFERENCES dockets (id),
	-- Counts the issues of a docket.
	no         BIGINT NOT NULL,
	-- Empty for the whole text.
	cid        TEXT NOT NULL,
	title      TEXT NOT NULL,
	key_id     TEXT NOT NULL DEFAULT '',
	kind       TEXT NOT NULL CHECK (kind IN ('general', 'technical', 'editorial')),
	created_by TEXT NOT NULL REFERENCES personas (id),
	created_at BIGINT NOT NULL,
	-- Counts the changes of what is under it.
	revision   BIGINT NOT NULL DEFAULT 1,
	UNIQUE (docket_id, no)
);

CREATE TABLE excerpts (
	id            TEXT PRIMARY KEY,
	docket_id     TEXT NOT NULL REFERENCES dockets (id),
	submission_no BIGINT NOT NULL,
	revision      BIGINT NOT NULL,
	field         TEXT NOT NULL CHECK (field IN ('comment', 'proposed')),
	-- In characters.
	begins        BIGINT NOT NULL,
	ends          BIGINT NOT NULL CHECK (ends > begins),
	-- Keyed hash of the words.
	digest        {{bytes}} NOT NULL,
	cid           TEXT NOT NULL,
	issue_id      TEXT REFERENCES issues (id),
	created_by    TEXT NOT NULL REFERENCES personas (id),
	created_at    BIGINT NOT NULL,
	UNIQUE (docket_id, submission_no, field, begins, ends, cid),
	FOREIGN KEY (docket_id, submission_no) REFERENCES submissions (docket_id, no)
);
CREATE INDEX excerpts_issue ON excerpts (issue_id);

-- Rows are only ever added; the newest of an issue counts.
CREATE TABLE issue_answers (
	id         TEXT PRIMARY KEY,
	issue_id   TEXT NOT NULL REFERENCES issues (id),
	no         BIGINT NOT NULL,
	-- That of the issue which is answered.
	revision   BIGINT NOT NULL,
	code       TEXT NOT NULL,
	rationale  TEXT NOT NULL,
	persona_id TEXT NOT NULL REFERENCES personas (id),
	at         BIGINT NOT NULL,
	-- The second reader's; empty until there is one.
	second_id  TEXT REFERENCES personas (id),
	verdict    TEXT NOT NULL DEFAULT '' CHECK (verdict IN ('', 'agreed', 'returned')),
	remark     TEXT NOT NULL DEFAULT '',
	second_at  BIGINT NOT NULL DEFAULT 0,
	key_id     TEXT NOT NULL DEFAULT '',
	UNIQUE (issue_id, no),
	CHECK (second_id IS NULL OR second_id <> persona_id)
);

-- Which amendments come of an issue.
CREATE TABLE issue_amendments (
	issue_id     TEXT NOT NULL REFERENCES issues (id),
	amendment_id TEXT NOT NULL REFERENCES amendments (id),
	persona_id   TEXT NOT NULL REFERENCES personas (id),
	PRIMARY KEY (issue_id, amendment_id)
);
CREATE INDEX issue_amendments_amendment ON issue_amendments (amendment_id);

CREATE TABLE docket_reports (
	docket_id  TEXT PRIMARY KEY REFERENCES dockets (id),
	id         TEXT NOT NULL UNIQUE,
	summary    TEXT NOT NULL,
	key_id     TEXT NOT NULL DEFAULT '',
	persona_id TEXT NOT NULL REFERENCES personas (id),
	at         BIGINT NOT NULL
);

-- What contributors said to the answers they got.
CREATE TABLE issue_replies (
	issue_id      TEXT NOT NULL REFERENCES issues (id),
	docket_id     TEXT NOT NULL REFERENCES dockets (id),
	submission_no BIGINT NOT NULL,
	reply         TEXT NOT NULL CHECK (reply IN ('satisfied', 'not_satisfied')),
	PRIMARY KEY (issue_id, submission_no),
	FOREIGN KEY (docket_id, submission_no) REFERENCES submissions (docket_id, no)
);
