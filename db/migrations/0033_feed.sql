-- Feeds of news by which people are told without signing in, and how far they have read
-- statements.

-- Whoever has the address of a feed reads it; only a hash of what is secret in it is kept.
-- No backup holds this table, and a restore ends all feeds: an address that was revoked
-- must not come back.
CREATE TABLE feeds (
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL UNIQUE REFERENCES accounts (id),
	hash       {{bytes}} NOT NULL UNIQUE,
	lang       TEXT NOT NULL,
	-- What groups with a sensitive stakeholder group do is told, too.
	aware      BOOLEAN NOT NULL,
	made_at    BIGINT NOT NULL
);
