-- The kind of a clause that an amendment adds; empty for an operative one.
ALTER TABLE amendment_proposals ADD COLUMN clause_kind TEXT NOT NULL DEFAULT '';
