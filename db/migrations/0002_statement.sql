-- Statements. The text is in the live document of the same id.

CREATE TABLE statements (
	id           TEXT PRIMARY KEY,
	group_id     TEXT NOT NULL REFERENCES working_groups (id),
	title        TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	lang         TEXT NOT NULL,
	state        TEXT NOT NULL,
	created_by   TEXT NOT NULL REFERENCES personas (id),
	created_at   BIGINT NOT NULL,
	-- Counts what happened in its threads, without a gap.
	activity_seq BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX statements_group ON statements (group_id);
