-- Which language a comment is in: what its author said, or what its letters told when it was
-- written; "und" if nobody knows. Empty is a comment from before, whose letters are looked at
-- as it is read.
ALTER TABLE comments ADD COLUMN lang TEXT NOT NULL DEFAULT '';

-- What people made of comments in other languages. Of each comment and language the newest
-- that wasn't taken back counts; the older ones stay.
CREATE TABLE comment_translations (
	id           TEXT PRIMARY KEY,
	comment_id   TEXT NOT NULL REFERENCES comments (id),
	lang         TEXT NOT NULL,
	-- Counts the translations of a comment into a language.
	no           BIGINT NOT NULL,
	-- The wording of the comment that was translated.
	revision     BIGINT NOT NULL,
	-- Empty once it was taken back, and while the comment is taken down.
	body         TEXT NOT NULL,
	key_id       TEXT NOT NULL DEFAULT '',
	persona_id   TEXT NOT NULL REFERENCES personas (id),
	at           BIGINT NOT NULL,
	-- Who found it right, and when the author of the comment said that it is what they meant.
	reviewed_by  TEXT REFERENCES personas (id),
	reviewed_at  BIGINT NOT NULL DEFAULT 0,
	confirmed_at BIGINT NOT NULL DEFAULT 0,
	withdrawn_by TEXT REFERENCES personas (id),
	withdrawn_at BIGINT NOT NULL DEFAULT 0,
	UNIQUE (comment_id, lang, no)
);

-- The translations of a comment whose words are hidden, as sealed_comments has its wordings.
CREATE TABLE sealed_comment_translations (
	comment_id TEXT PRIMARY KEY REFERENCES comments (id),
	sealed     {{bytes}} NOT NULL,
	key_id     TEXT NOT NULL
);
