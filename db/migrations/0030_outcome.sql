-- Versions that came of dockets: anybody may read them. Rows are only ever added.
CREATE TABLE docket_outcomes (
	id         TEXT PRIMARY KEY,
	docket_id  TEXT NOT NULL REFERENCES dockets (id),
	version_id TEXT NOT NULL REFERENCES versions (id),
	persona_id TEXT NOT NULL REFERENCES personas (id),
	at         BIGINT NOT NULL,
	UNIQUE (docket_id, version_id)
);
