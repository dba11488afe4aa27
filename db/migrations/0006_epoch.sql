-- When a document's present history began; 0 for its first.
ALTER TABLE documents ADD COLUMN epoch_at BIGINT NOT NULL DEFAULT 0;
