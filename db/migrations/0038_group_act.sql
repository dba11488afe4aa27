-- What was done with groups as a whole: archived, and begun again. no counts them in a group.

-- 0 while the group works.
ALTER TABLE working_groups ADD COLUMN archived_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE group_acts (
	group_id     TEXT NOT NULL REFERENCES working_groups (id),
	no           BIGINT NOT NULL,
	id           TEXT NOT NULL UNIQUE,
	kind         TEXT NOT NULL,
	persona_id   TEXT NOT NULL REFERENCES personas (id),
	reason       TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	at           BIGINT NOT NULL,
	-- The activity by which members are told of it, once each; empty and 0 in a group without a text.
	statement_id TEXT NOT NULL DEFAULT '',
	seq          BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (group_id, no)
);
