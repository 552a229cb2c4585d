-- Reminders that were shown: who asked for two channels at one moment gets two events, and sees one. Its key finds it whatever the
-- planner takes the size of a table for; a partial index of `deliveries` was read whole by every claim until the table had been analysed.

CREATE TABLE shown (
    task_id   uuid        NOT NULL,
    remind_at timestamptz NOT NULL,
    -- The event that it is shown by.
    event_id  uuid        NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (task_id, remind_at)
);

CREATE INDEX shown_by_age ON shown (at);

INSERT INTO shown (task_id, remind_at, event_id, at)
SELECT (story ->> 'task_id')::uuid, (story ->> 'remind_at')::timestamptz, event_id, created_at
FROM deliveries WHERE channel = 'push' AND story ? 'remind_at'
ORDER BY created_at
ON CONFLICT DO NOTHING;

DROP INDEX deliveries_shown;
