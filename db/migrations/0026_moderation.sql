-- Submissions that two people decide about, that were given back to their authors, and
-- from which something was taken out.

ALTER TABLE submissions ADD COLUMN sensitive BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE submissions ADD COLUMN returned_at BIGINT NOT NULL DEFAULT 0;
-- What the first of two people decided; empty if nothing waits for a second.
ALTER TABLE submissions ADD COLUMN wanted TEXT NOT NULL DEFAULT '';

ALTER TABLE submission_steps ADD COLUMN wanted TEXT NOT NULL DEFAULT '';
-- Places in words, as long as a proposal to take them out waits.
ALTER TABLE submission_steps ADD COLUMN spans TEXT NOT NULL DEFAULT '';

-- Wordings as they were before something was taken out, encrypted with a key that isn't
-- in the database.
CREATE TABLE sealed_wordings (
	submission_id TEXT NOT NULL REFERENCES submissions (id),
	revision      BIGINT NOT NULL,
	sealed        {{bytes}} NOT NULL,
	key_id        TEXT NOT NULL,
	PRIMARY KEY (submission_id, revision)
);

-- Names that are proposed to be taken out, encrypted likewise.
CREATE TABLE docket_names (
	docket_id TEXT PRIMARY KEY REFERENCES dockets (id),
	sealed    {{bytes}} NOT NULL,
	key_id    TEXT NOT NULL
);
