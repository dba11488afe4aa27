-- Translations of clauses. Of each clause and language the newest counts; the older
-- ones stay.
CREATE TABLE translations (
	id           TEXT PRIMARY KEY,
	statement_id TEXT NOT NULL REFERENCES statements (id),
	lang         TEXT NOT NULL,
	cid          TEXT NOT NULL,
	-- Counts the translations of a clause into a language.
	no           BIGINT NOT NULL,
	words        TEXT NOT NULL,
	-- The clause as it read when it was translated.
	source       TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	created_by   TEXT NOT NULL REFERENCES personas (id),
	created_at   BIGINT NOT NULL,
	reviewed_by  TEXT REFERENCES personas (id),
	reviewed_at  BIGINT NOT NULL DEFAULT 0,
	UNIQUE (statement_id, lang, cid, no)
);
