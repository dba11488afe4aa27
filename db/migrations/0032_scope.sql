-- What a token leaves of what its persona may, in the words of identity.Scope with a space
-- between; those from before leave all of it, and don't end. The day of its last use is
-- the first moment of that day, 0 for none.
ALTER TABLE tokens ADD COLUMN scopes   TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN ends_at  BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN used_day BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN key_id   TEXT NOT NULL DEFAULT '';
