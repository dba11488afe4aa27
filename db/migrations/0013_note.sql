-- Explanatory notes beside clauses. Of each clause the newest counts, and if it is empty
-- there is none; the older ones stay.
CREATE TABLE clause_notes (
	id           TEXT PRIMARY KEY,
	statement_id TEXT NOT NULL REFERENCES statements (id),
	cid          TEXT NOT NULL,
	-- Counts the notes of a clause.
	no           BIGINT NOT NULL,
	words        TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	created_by   TEXT NOT NULL REFERENCES personas (id),
	created_at   BIGINT NOT NULL,
	UNIQUE (statement_id, cid, no)
);
