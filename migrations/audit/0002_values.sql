-- What changed fields said before and say now: [{"field", "old", "new"}], as told by the event.
ALTER TABLE entries ADD COLUMN diff jsonb NOT NULL DEFAULT '[]';
