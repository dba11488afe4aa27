-- Which edit of a form or of the API an update is: sent again it is known. Empty for
-- what editors send, which Yjs numbers itself.
ALTER TABLE live_updates ADD COLUMN edit_id TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX live_updates_edit ON live_updates (document_id, edit_id) WHERE edit_id <> '';
