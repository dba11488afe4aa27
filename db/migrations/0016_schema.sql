-- The number of the first schema of texts that holds all that was ever in a document,
-- and that which an update needs. A document's number only grows; a program that knows
-- a smaller one would lose what it can't read, and neither reads nor writes it.
ALTER TABLE documents ADD COLUMN schema_number BIGINT NOT NULL DEFAULT 1;
ALTER TABLE live_updates ADD COLUMN schema_number BIGINT NOT NULL DEFAULT 1;
