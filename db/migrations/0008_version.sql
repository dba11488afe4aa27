-- Versions of a statement's text. They never change; only an erasure takes away the
-- words and the salt of a clause, and says under which number.
CREATE TABLE versions (
	id           TEXT PRIMARY KEY,
	statement_id TEXT NOT NULL REFERENCES statements (id),
	no           BIGINT NOT NULL,
	-- made: by a person, who wanted one; kept: before something large.
	kind         TEXT NOT NULL,
	title        TEXT NOT NULL,
	label        TEXT NOT NULL,
	changelog    TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	lang         TEXT NOT NULL,
	epoch        BIGINT NOT NULL,
	seq          BIGINT NOT NULL,
	root         {{bytes}} NOT NULL,
	created_by   TEXT NOT NULL REFERENCES personas (id),
	created_at   BIGINT NOT NULL,
	UNIQUE (statement_id, no)
);

CREATE TABLE version_clauses (
	version_id TEXT NOT NULL REFERENCES versions (id),
	place      BIGINT NOT NULL,
	cid        TEXT NOT NULL,
	leaf       {{bytes}} NOT NULL,
	-- NULL after an erasure.
	salt       {{bytes}},
	block      TEXT,
	-- Who wrote which part of its plain text, as JSON: [{"n": characters, "by": persona}].
	authors    TEXT NOT NULL DEFAULT '[]',
	key_id     TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (version_id, place)
);
