-- How statements went from phase to phase. step counts them, without a gap.

ALTER TABLE statements ADD COLUMN step BIGINT NOT NULL DEFAULT 0;

CREATE TABLE statement_steps (
	statement_id TEXT NOT NULL REFERENCES statements (id),
	no           BIGINT NOT NULL,
	id           TEXT NOT NULL UNIQUE,
	from_state   TEXT NOT NULL,
	to_state     TEXT NOT NULL,
	persona_id   TEXT NOT NULL REFERENCES personas (id),
	reason       TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	at           BIGINT NOT NULL,
	-- Where the live text stood.
	text_epoch   BIGINT NOT NULL,
	text_seq     BIGINT NOT NULL,
	PRIMARY KEY (statement_id, no)
);
