-- What threads hang on, if that is less than a clause. The newest row of a thread
-- stands; one with an empty quote says that it hangs on its clause as such.
CREATE TABLE thread_words (
	thread_id  TEXT NOT NULL REFERENCES threads (id),
	seq        BIGINT NOT NULL,
	clause     TEXT NOT NULL,
	quote      TEXT NOT NULL,
	prefix     TEXT NOT NULL,
	suffix     TEXT NOT NULL,
	key_id     TEXT NOT NULL DEFAULT '',
	-- In the clause's plain text, in UTF-16 units.
	start_at   BIGINT NOT NULL,
	end_at     BIGINT NOT NULL,
	-- No other clause had words that could be taken for them.
	alone      BOOLEAN NOT NULL,
	-- The first and the last character as the live text knows them; NULL if it doesn't.
	from_pos   {{bytes}},
	to_pos     {{bytes}},
	-- The statement's newest version then; 0 if there was none.
	version_no BIGINT NOT NULL,
	persona_id TEXT NOT NULL REFERENCES personas (id),
	at         BIGINT NOT NULL,
	PRIMARY KEY (thread_id, seq)
);
