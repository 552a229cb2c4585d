-- $1: JSON with `due_by`, `at`, `lease`, `at_most`.
-- Marks the oldest reminders that are due fired and queues their events; what another replica is firing is left to it.
WITH input AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS x (due_by timestamptz, at timestamptz, lease interval, at_most bigint)
), due AS (
    SELECT r.id FROM reminders r
    WHERE r.fired_at IS NULL AND r.remind_at <= (SELECT due_by FROM input)
    ORDER BY r.remind_at LIMIT (SELECT at_most FROM input) FOR UPDATE SKIP LOCKED
), fired AS (
    UPDATE reminders r SET fired_at = i.at FROM due d, input i WHERE r.id = d.id RETURNING r.*
), queued AS (
    SELECT tell_reminder(f, i.at, i.lease) AS item FROM fired f, input i
)
SELECT jsonb_build_object('outbox', coalesce((SELECT jsonb_agg(item) FROM queued), '[]'))::text, 'end'
