-- Amendments to a statement's text, and how they were accepted.
CREATE TABLE amendments (
	id           TEXT PRIMARY KEY,
	statement_id TEXT NOT NULL REFERENCES statements (id),
	-- 0 until it is tabled.
	no           BIGINT NOT NULL DEFAULT 0,
	state        TEXT NOT NULL,
	reason       TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	epoch        BIGINT NOT NULL,
	seq          BIGINT NOT NULL,
	created_at   BIGINT NOT NULL,
	-- Who is putting it into the text, and since when.
	claimed_by   TEXT NOT NULL DEFAULT '',
	claimed_at   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX amendments_statement ON amendments (statement_id);

CREATE TABLE amendment_proposals (
	amendment_id TEXT NOT NULL REFERENCES amendments (id),
	place        BIGINT NOT NULL,
	kind         TEXT NOT NULL,
	cid          TEXT NOT NULL,
	after        TEXT NOT NULL,
	node         TEXT NOT NULL,
	level        BIGINT NOT NULL,
	-- What its authors saw, and what they propose.
	base         TEXT NOT NULL,
	text         TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (amendment_id, place)
);

-- Who wrote it (at place 0) and who signed it.
CREATE TABLE amendment_authors (
	amendment_id TEXT NOT NULL REFERENCES amendments (id),
	persona_id   TEXT NOT NULL REFERENCES personas (id),
	signed_at    BIGINT NOT NULL,
	is_first     BOOLEAN NOT NULL,
	PRIMARY KEY (amendment_id, persona_id)
);

CREATE TABLE amendment_acceptances (
	id           TEXT PRIMARY KEY,
	statement_id TEXT NOT NULL REFERENCES statements (id),
	persona_id   TEXT NOT NULL REFERENCES personas (id),
	reason       TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	at           BIGINT NOT NULL
);

-- How an amendment came to its state.
CREATE TABLE amendment_steps (
	amendment_id  TEXT NOT NULL REFERENCES amendments (id),
	place         BIGINT NOT NULL,
	was           TEXT NOT NULL,
	state         TEXT NOT NULL,
	persona_id    TEXT NOT NULL REFERENCES personas (id),
	reason        TEXT NOT NULL,
	key_id        TEXT NOT NULL DEFAULT '',
	at            BIGINT NOT NULL,
	acceptance_id TEXT REFERENCES amendment_acceptances (id),
	PRIMARY KEY (amendment_id, place)
);
CREATE INDEX amendment_steps_acceptance ON amendment_steps (acceptance_id);

-- What collided in an acceptance, with every wording and what became of the place, as
-- JSON: nobody looks for anything in it.
CREATE TABLE amendment_collisions (
	acceptance_id TEXT NOT NULL REFERENCES amendment_acceptances (id),
	place         BIGINT NOT NULL,
	collision     TEXT NOT NULL,
	key_id        TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (acceptance_id, place)
);
