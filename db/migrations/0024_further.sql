-- Amendments to amendments.

-- The amendment that it amends; empty for one to the text.
ALTER TABLE amendments ADD COLUMN parent_id TEXT NOT NULL DEFAULT '';
CREATE INDEX amendments_parent ON amendments (parent_id) WHERE parent_id <> '';

-- How often it got other words by adopting one of those, and which of its wordings each
-- author signed.
ALTER TABLE amendments ADD COLUMN wording BIGINT NOT NULL DEFAULT 0;
ALTER TABLE amendment_authors ADD COLUMN wording BIGINT NOT NULL DEFAULT 0;

-- What it proposed before, as JSON: nobody looks for anything in it.
CREATE TABLE amendment_wordings (
	amendment_id TEXT NOT NULL REFERENCES amendments (id),
	wording      BIGINT NOT NULL,
	adopted_id   TEXT NOT NULL REFERENCES amendments (id),
	proposals    TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	at           BIGINT NOT NULL,
	PRIMARY KEY (amendment_id, wording)
);
