-- Arguing beside a text.

CREATE TABLE threads (
	id           TEXT PRIMARY KEY,
	statement_id TEXT NOT NULL REFERENCES statements (id),
	-- The clause's id; empty for the whole statement. The clause may be gone.
	clause       TEXT NOT NULL,
	open         BOOLEAN NOT NULL,
	opened_by    TEXT NOT NULL REFERENCES personas (id),
	created_at   BIGINT NOT NULL,
	-- The last comment, and the last thing of any kind, as numbers of activity.
	said_at      BIGINT NOT NULL,
	said_seq     BIGINT NOT NULL,
	last_seq     BIGINT NOT NULL
);
CREATE INDEX threads_statement ON threads (statement_id, said_seq);

-- A deleted comment keeps its row and loses its words. seq is the activity number of
-- its posting.
CREATE TABLE comments (
	id         TEXT PRIMARY KEY,
	thread_id  TEXT NOT NULL REFERENCES threads (id),
	parent_id  TEXT REFERENCES comments (id),
	persona_id TEXT NOT NULL REFERENCES personas (id),
	body       TEXT NOT NULL,
	key_id     TEXT NOT NULL DEFAULT '',
	revision   BIGINT NOT NULL DEFAULT 1,
	at         BIGINT NOT NULL,
	edited_at  BIGINT NOT NULL DEFAULT 0,
	deleted    BOOLEAN NOT NULL DEFAULT FALSE,
	seq        BIGINT NOT NULL
);
-- Holds all that counting needs, so that counting reads no comment.
CREATE INDEX comments_thread ON comments (thread_id, seq, persona_id, deleted);

-- What a comment said before it was changed.
CREATE TABLE comment_revisions (
	comment_id TEXT NOT NULL REFERENCES comments (id),
	revision   BIGINT NOT NULL,
	body       TEXT NOT NULL,
	key_id     TEXT NOT NULL DEFAULT '',
	at         BIGINT NOT NULL,
	PRIMARY KEY (comment_id, revision)
);

-- How a thread was resolved (open is false) and reopened.
CREATE TABLE settlements (
	thread_id  TEXT NOT NULL REFERENCES threads (id),
	seq        BIGINT NOT NULL,
	persona_id TEXT NOT NULL REFERENCES personas (id),
	open       BOOLEAN NOT NULL,
	reason     TEXT NOT NULL,
	key_id     TEXT NOT NULL DEFAULT '',
	at         BIGINT NOT NULL,
	PRIMARY KEY (thread_id, seq)
);

-- How far somebody has read a thread.
CREATE TABLE readings (
	thread_id  TEXT NOT NULL REFERENCES threads (id),
	persona_id TEXT NOT NULL REFERENCES personas (id),
	up_to      BIGINT NOT NULL,
	PRIMARY KEY (thread_id, persona_id)
);

-- What happened in a statement's threads; seq has no gap.
CREATE TABLE activity (
	statement_id TEXT NOT NULL REFERENCES statements (id),
	seq          BIGINT NOT NULL,
	kind         TEXT NOT NULL,
	thread_id    TEXT NOT NULL,
	comment_id   TEXT NOT NULL,
	at           BIGINT NOT NULL,
	PRIMARY KEY (statement_id, seq)
);
