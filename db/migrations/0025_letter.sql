-- Where people's letters go, if they want any, and letters until they are handed over.

CREATE TABLE letterboxes (
	account_id TEXT PRIMARY KEY REFERENCES accounts (id),
	address    TEXT NOT NULL,
	key_id     TEXT NOT NULL DEFAULT '',
	confirmed  BOOLEAN NOT NULL,
	asked_at   BIGINT NOT NULL,
	-- Letters came back: no more are sent.
	trouble    BOOLEAN NOT NULL,
	pace       TEXT NOT NULL,
	hour       BIGINT NOT NULL,
	zone       TEXT NOT NULL,
	quiet_from BIGINT NOT NULL,
	quiet_to   BIGINT NOT NULL,
	lang       TEXT NOT NULL,
	aware      BOOLEAN NOT NULL,
	-- When to look for news, and up to when they were told.
	next_at    BIGINT NOT NULL,
	told_at    BIGINT NOT NULL
);
CREATE INDEX letterboxes_next ON letterboxes (next_at);

-- Letters on their way. They say nothing: what they say is written when they go.
CREATE TABLE letters (
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	kind       TEXT NOT NULL,
	since      BIGINT NOT NULL,
	made_at    BIGINT NOT NULL,
	tries      BIGINT NOT NULL,
	-- When it is to be tried, and no sooner: a node that has taken it puts this off.
	next_at    BIGINT NOT NULL
);
CREATE INDEX letters_next ON letters (next_at);
CREATE INDEX letters_account ON letters (account_id);

-- Letters that were given up, without whose they were.
CREATE TABLE letter_failures (
	id      TEXT PRIMARY KEY,
	kind    TEXT NOT NULL,
	day     BIGINT NOT NULL,
	tries   BIGINT NOT NULL,
	refused BOOLEAN NOT NULL
);
CREATE INDEX letter_failures_day ON letter_failures (day);
