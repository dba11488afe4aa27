-- On which articles of universal instruments a clause rests.
CREATE TABLE norm_references (
	statement_id TEXT NOT NULL REFERENCES statements (id),
	cid          TEXT NOT NULL,
	instrument   TEXT NOT NULL,
	article      BIGINT NOT NULL,
	created_by   TEXT NOT NULL REFERENCES personas (id),
	created_at   BIGINT NOT NULL,
	PRIMARY KEY (statement_id, cid, instrument, article)
);

-- Words of which a group wants to be reminded that they may not be everybody's.
CREATE TABLE framing_terms (
	group_id TEXT NOT NULL REFERENCES working_groups (id),
	position BIGINT NOT NULL,
	kind     TEXT NOT NULL,
	term     TEXT NOT NULL,
	key_id   TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (group_id, position)
);

-- What drafters answered where such a word stands. The newest counts; all are kept.
CREATE TABLE framing_answers (
	id           TEXT PRIMARY KEY,
	statement_id TEXT NOT NULL REFERENCES statements (id),
	cid          TEXT NOT NULL,
	term         TEXT NOT NULL,
	reason       TEXT NOT NULL,
	-- The clause as it read then.
	words        TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	-- Whether the sentence would be accepted about any country.
	anywhere     BOOLEAN NOT NULL,
	created_by   TEXT NOT NULL REFERENCES personas (id),
	created_at   BIGINT NOT NULL
);
CREATE INDEX framing_answers_statement ON framing_answers (statement_id);
