-- Where clauses come from and go to: split: the clause was split off from the other;
-- merged: its words went into the other.
CREATE TABLE clause_lineage (
	statement_id TEXT NOT NULL REFERENCES statements (id),
	cid          TEXT NOT NULL,
	kind         TEXT NOT NULL,
	other        TEXT NOT NULL,
	created_by   TEXT NOT NULL REFERENCES personas (id),
	created_at   BIGINT NOT NULL,
	PRIMARY KEY (statement_id, cid, kind)
);
