-- Updates that took away too much of what others wrote. They wait, with the text as it
-- was, for a second person to release or decline them.
CREATE TABLE live_holds (
	id          TEXT PRIMARY KEY,
	document_id TEXT NOT NULL REFERENCES documents (id),
	epoch       BIGINT NOT NULL,
	seq         BIGINT NOT NULL,
	persona_id  TEXT NOT NULL REFERENCES personas (id),
	at          BIGINT NOT NULL,
	clauses     TEXT NOT NULL,
	lost        BIGINT NOT NULL,
	digest      {{bytes}} NOT NULL,
	bytes       {{bytes}} NOT NULL,
	state       {{bytes}} NOT NULL,
	key_id      TEXT NOT NULL DEFAULT '',
	-- waiting, released or declined; by whom, when, and what they said to it.
	decision    TEXT NOT NULL DEFAULT 'waiting',
	decided_by  TEXT REFERENCES personas (id),
	decided_at  BIGINT NOT NULL DEFAULT 0,
	reason      TEXT NOT NULL DEFAULT '',
	UNIQUE (document_id, epoch, persona_id, digest)
);
CREATE INDEX live_holds_waiting ON live_holds (document_id) WHERE decision = 'waiting';

-- How much of other people's text an update took away, less what it put back.
ALTER TABLE live_updates ADD COLUMN lost BIGINT NOT NULL DEFAULT 0;
CREATE INDEX live_updates_lost ON live_updates (document_id, persona_id, at) WHERE lost <> 0;
