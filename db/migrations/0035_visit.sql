-- How far people had come with statements when they last looked at them, so that they can be
-- told what changed since. Nobody else is told, no backup holds this table, and a row goes
-- with the membership. Times are cut to the half hour.
CREATE TABLE visits (
	persona_id    TEXT NOT NULL REFERENCES personas (id),
	statement_id  TEXT NOT NULL REFERENCES statements (id),
	-- The end of the visit before, all 0 on the first one: where the text stood, the number
	-- of the last activity and that of the newest version.
	last_at       BIGINT NOT NULL,
	last_epoch    BIGINT NOT NULL,
	last_seq      BIGINT NOT NULL,
	last_activity BIGINT NOT NULL,
	last_version  BIGINT NOT NULL,
	-- The same of the present visit, as of the last look.
	now_at        BIGINT NOT NULL,
	now_epoch     BIGINT NOT NULL,
	now_seq       BIGINT NOT NULL,
	now_activity  BIGINT NOT NULL,
	now_version   BIGINT NOT NULL,
	PRIMARY KEY (persona_id, statement_id)
);
