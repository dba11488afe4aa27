-- Acts by which words of versions were erased: where, by whom and why, never what. Of a
-- clause that was erased version_clauses keeps the id, the kind and the level, so that
-- the others keep their numbers, and has no salt and no authors any more.
CREATE TABLE errata (
	id           TEXT PRIMARY KEY,
	statement_id TEXT NOT NULL REFERENCES statements (id),
	-- Counts the errata of a statement.
	no           BIGINT NOT NULL,
	reason       TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	-- Refers to no row: what a backup brings back is erased again, even if whoever did it
	-- isn't in the backup.
	created_by   TEXT NOT NULL,
	created_at   BIGINT NOT NULL,
	UNIQUE (statement_id, no)
);

-- The number of the erratum that erased it; 0 for a clause that has its words.
ALTER TABLE version_clauses ADD COLUMN erratum_no BIGINT NOT NULL DEFAULT 0;
