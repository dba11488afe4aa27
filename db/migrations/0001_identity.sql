-- Who comes in and what they may do.

CREATE TABLE settings (
	name  TEXT PRIMARY KEY,
	value TEXT NOT NULL
);

CREATE TABLE accounts (
	id          TEXT PRIMARY KEY,
	steward     BOOLEAN NOT NULL,
	-- The day only: the hour could be matched with who received a letter when.
	created_day BIGINT NOT NULL
);

-- An account's return code; lookup is 32 bits of its HMAC, hash is Argon2id.
CREATE TABLE codes (
	account_id TEXT PRIMARY KEY REFERENCES accounts (id),
	lookup     BIGINT NOT NULL,
	salt       {{bytes}} NOT NULL,
	hash       {{bytes}} NOT NULL
);
CREATE INDEX codes_lookup ON codes (lookup);

-- Sign-ins; times are rounded to ten minutes, addresses and browsers are not kept.
CREATE TABLE sessions (
	id         TEXT PRIMARY KEY,
	hash       {{bytes}} NOT NULL UNIQUE,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	created_at BIGINT NOT NULL,
	seen_at    BIGINT NOT NULL,
	expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- What somebody sent after their sign-in had expired.
CREATE TABLE drafts (
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	form       {{bytes}} NOT NULL,
	key_id     TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL
);
CREATE INDEX drafts_account ON drafts (account_id);

CREATE TABLE working_groups (
	id             TEXT PRIMARY KEY,
	slug           TEXT NOT NULL UNIQUE,
	name           TEXT NOT NULL,
	charter        TEXT NOT NULL,
	key_id         TEXT NOT NULL DEFAULT '',
	-- Language tags, separated by spaces.
	languages      TEXT NOT NULL,
	observers_read BOOLEAN NOT NULL,
	-- Whether any of its stakeholder groups is.
	sensitive      BOOLEAN NOT NULL,
	created_at     BIGINT NOT NULL,
	-- Grows with every change of who is in it: whoever changes that takes turns here.
	roster         BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE stakeholders (
	id        TEXT PRIMARY KEY,
	group_id  TEXT NOT NULL REFERENCES working_groups (id),
	slug      TEXT NOT NULL,
	name      TEXT NOT NULL,
	required  BOOLEAN NOT NULL,
	sensitive BOOLEAN NOT NULL,
	position  BIGINT NOT NULL,
	UNIQUE (group_id, slug)
);

-- What others see of an account in one group. The name of a former member who
-- chose to be unnamed is empty, and so is its name_key: the name folded so that
-- names that look alike are equal.
CREATE TABLE personas (
	id         TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES accounts (id),
	group_id   TEXT NOT NULL REFERENCES working_groups (id),
	name       TEXT NOT NULL,
	name_key   TEXT NOT NULL,
	key_id     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX personas_account ON personas (account_id);
CREATE UNIQUE INDEX personas_name ON personas (group_id, name_key) WHERE name_key <> '';

CREATE TABLE memberships (
	persona_id     TEXT PRIMARY KEY REFERENCES personas (id),
	group_id       TEXT NOT NULL REFERENCES working_groups (id),
	account_id     TEXT NOT NULL REFERENCES accounts (id),
	role           TEXT NOT NULL,
	stakeholder_id TEXT NOT NULL REFERENCES stakeholders (id),
	version        BIGINT NOT NULL,
	since          BIGINT NOT NULL,
	ended_at       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX memberships_group ON memberships (group_id);
CREATE UNIQUE INDEX memberships_standing ON memberships (account_id, group_id) WHERE ended_at = 0;

-- group_id and stakeholder_id are NULL in a steward's invitation, created_by in one
-- made at the command line.
CREATE TABLE invitations (
	id             TEXT PRIMARY KEY,
	hash           {{bytes}} NOT NULL UNIQUE,
	group_id       TEXT REFERENCES working_groups (id),
	role           TEXT NOT NULL,
	stakeholder_id TEXT REFERENCES stakeholders (id),
	created_by     TEXT REFERENCES accounts (id),
	created_at     BIGINT NOT NULL,
	expires_at     BIGINT NOT NULL,
	used_at        BIGINT NOT NULL DEFAULT 0,
	withdrawn_at   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX invitations_group ON invitations (group_id);

-- Bearer tokens of programs that act as a persona.
CREATE TABLE tokens (
	id         TEXT PRIMARY KEY,
	hash       {{bytes}} NOT NULL UNIQUE,
	persona_id TEXT NOT NULL REFERENCES personas (id),
	label      TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	revoked_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX tokens_persona ON tokens (persona_id);
