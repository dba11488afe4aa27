-- What was done to look after the forum, and how it ended. This belongs to where the forum
-- runs and not to the forum: no backup holds it, and no restore takes it away.
CREATE TABLE upkeep (
	id      TEXT PRIMARY KEY,
	-- backup, drill or restore.
	task    TEXT NOT NULL,
	-- When it ended, and how many milliseconds it took.
	at      BIGINT NOT NULL,
	took    BIGINT NOT NULL,
	-- The code of what went wrong; empty if all went well.
	problem TEXT NOT NULL,
	-- Size of the backup.
	bytes   BIGINT NOT NULL,
	sealed  BOOLEAN NOT NULL
);
CREATE INDEX upkeep_task ON upkeep (task, at);
