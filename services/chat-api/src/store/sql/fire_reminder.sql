-- $1: JSON with `id`, `due_by`, `at`, `lease`.
-- Marks one reminder fired, if it is due and nobody has fired it, and queues its event. Found by its key alone: among ten
-- thousand that are due at a moment, looking through those that are due would cost each of them all the others.
WITH input AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS x (id uuid, due_by timestamptz, at timestamptz, lease interval)
), fired AS (
    UPDATE reminders r SET fired_at = i.at FROM input i
    WHERE r.id = i.id AND r.fired_at IS NULL AND r.remind_at <= i.due_by RETURNING r.*
), queued AS (
    SELECT tell_reminder(f, i.at, i.lease) AS item FROM fired f, input i
)
SELECT jsonb_build_object('outbox', coalesce((SELECT jsonb_agg(item) FROM queued), '[]'))::text, 'end'
