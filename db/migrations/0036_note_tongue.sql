-- Which language an explanatory note is in, if its author said so; empty if its letters tell.
ALTER TABLE clause_notes ADD COLUMN lang TEXT NOT NULL DEFAULT '';

-- What people made of notes in other languages. Of each clause and language the newest that
-- wasn't taken back counts, if it is of a note since the last one that was taken away; the
-- older ones stay.
CREATE TABLE note_translations (
	id           TEXT PRIMARY KEY,
	statement_id TEXT NOT NULL REFERENCES statements (id),
	cid          TEXT NOT NULL,
	lang         TEXT NOT NULL,
	-- Counts the translations of a clause's notes into a language.
	no           BIGINT NOT NULL,
	-- The number of the note that was translated.
	note_no      BIGINT NOT NULL,
	-- Empty once it was taken back.
	words        TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	persona_id   TEXT NOT NULL REFERENCES personas (id),
	at           BIGINT NOT NULL,
	reviewed_by  TEXT REFERENCES personas (id),
	reviewed_at  BIGINT NOT NULL DEFAULT 0,
	withdrawn_by TEXT REFERENCES personas (id),
	withdrawn_at BIGINT NOT NULL DEFAULT 0,
	UNIQUE (statement_id, cid, lang, no)
);
