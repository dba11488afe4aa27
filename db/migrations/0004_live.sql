-- The live text. Documents don't refer to statements: a document is committed
-- before its statement is, so that no statement ever lacks its text.

CREATE TABLE documents (
	id         TEXT PRIMARY KEY,
	epoch      BIGINT NOT NULL,
	seq        BIGINT NOT NULL,
	created_at BIGINT NOT NULL
);

-- One row for each committed update, for ever. Compaction takes away the bytes (NULL)
-- and leaves who changed which clauses, when and by how much.
CREATE TABLE live_updates (
	document_id TEXT NOT NULL REFERENCES documents (id),
	epoch       BIGINT NOT NULL,
	seq         BIGINT NOT NULL,
	persona_id  TEXT NOT NULL REFERENCES personas (id),
	at          BIGINT NOT NULL,
	clauses     TEXT NOT NULL,
	added       BIGINT NOT NULL,
	removed     BIGINT NOT NULL,
	bytes       {{bytes}},
	key_id      TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (document_id, epoch, seq)
);

-- Which persona types under which client id. A client id is never given to another.
CREATE TABLE live_clients (
	document_id TEXT NOT NULL REFERENCES documents (id),
	epoch       BIGINT NOT NULL,
	client      BIGINT NOT NULL,
	persona_id  TEXT NOT NULL REFERENCES personas (id),
	day         BIGINT NOT NULL,
	PRIMARY KEY (document_id, epoch, client)
);

-- Who wrote which text, where that isn't whoever typed it.
CREATE TABLE live_runs (
	document_id TEXT NOT NULL REFERENCES documents (id),
	epoch       BIGINT NOT NULL,
	client      BIGINT NOT NULL,
	clock       BIGINT NOT NULL,
	length      BIGINT NOT NULL,
	persona_id  TEXT NOT NULL REFERENCES personas (id),
	PRIMARY KEY (document_id, epoch, client, clock)
);

-- The newest compacted state of a document.
CREATE TABLE live_states (
	document_id TEXT PRIMARY KEY REFERENCES documents (id),
	epoch       BIGINT NOT NULL,
	seq         BIGINT NOT NULL,
	bytes       {{bytes}} NOT NULL,
	key_id      TEXT NOT NULL DEFAULT ''
);

-- What was refused, kept for whoever wrote it.
CREATE TABLE live_refusals (
	id          TEXT PRIMARY KEY,
	document_id TEXT NOT NULL,
	persona_id  TEXT NOT NULL,
	at          BIGINT NOT NULL,
	code        TEXT NOT NULL,
	bytes       {{bytes}} NOT NULL,
	key_id      TEXT NOT NULL DEFAULT ''
);
CREATE INDEX live_refusals_age ON live_refusals (at);
