-- A well-formed event that a consumer gave up on is published again by itself: most come here because something was away.
ALTER TABLE dead_letters ADD COLUMN next_try timestamptz;
CREATE INDEX dead_letters_next_try ON dead_letters (next_try) WHERE next_try IS NOT NULL;
