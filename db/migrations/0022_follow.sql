-- What people follow, and how far they have read what they are told.

-- What somebody chose: to follow (is_on) what came after the activity number since, or to
-- hear no more of it. Without a row people follow what they began or spoke in.
CREATE TABLE follows (
	persona_id   TEXT NOT NULL REFERENCES personas (id),
	statement_id TEXT NOT NULL REFERENCES statements (id),
	kind         TEXT NOT NULL,
	-- The id of the clause, thread or amendment; empty for the whole statement.
	part         TEXT NOT NULL,
	is_on        BOOLEAN NOT NULL,
	since        BIGINT NOT NULL,
	PRIMARY KEY (persona_id, statement_id, kind, part)
);

-- All notices up to a number are read, and single ones beyond it.
CREATE TABLE notice_marks (
	persona_id   TEXT NOT NULL REFERENCES personas (id),
	statement_id TEXT NOT NULL REFERENCES statements (id),
	up_to        BIGINT NOT NULL,
	PRIMARY KEY (persona_id, statement_id)
);
CREATE TABLE notice_readings (
	persona_id   TEXT NOT NULL REFERENCES personas (id),
	statement_id TEXT NOT NULL REFERENCES statements (id),
	seq          BIGINT NOT NULL,
	PRIMARY KEY (persona_id, statement_id, seq)
);

-- Where somebody spoke, and what they are an author of.
CREATE INDEX comments_persona ON comments (persona_id, thread_id, seq);
CREATE INDEX amendment_authors_persona ON amendment_authors (persona_id);
CREATE INDEX statements_created_by ON statements (created_by);
