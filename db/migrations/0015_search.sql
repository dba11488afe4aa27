-- What can be searched. All of it is made from other tables and from live texts, so
-- that it is in no backup and refers to no row: where it is missing it is made anew.

-- no is the time in milliseconds, and 20 bits by chance: newer texts have higher ones.
CREATE TABLE search_texts (
	no           BIGINT PRIMARY KEY,
	kind         TEXT NOT NULL,
	statement_id TEXT NOT NULL,
	id           TEXT NOT NULL,
	place        TEXT NOT NULL,
	persona_id   TEXT NOT NULL,
	body         TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	UNIQUE (statement_id, kind, id)
);

-- How far each statement's live text is indexed, and by which tokenizer. claim is
-- whose turn it is to index it.
CREATE TABLE search_heads (
	statement_id TEXT PRIMARY KEY,
	tokenizer    BIGINT NOT NULL,
	epoch        BIGINT NOT NULL,
	seq          BIGINT NOT NULL,
	claim        TEXT NOT NULL,
	claimed_at   BIGINT NOT NULL
);

-- Which grams each text has.
{{grams}};
