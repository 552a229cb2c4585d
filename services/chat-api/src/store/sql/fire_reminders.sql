-- $1: JSON with `id` for one reminder or null for all that are overdue, `due_by`, `at`, `lease`, `at_most`.
-- Marks them fired and queues their events; a fired one is left alone.
WITH input AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS x (
        id uuid, due_by timestamptz, at timestamptz, correlation_id text, lease interval, at_most bigint
    )
), due AS (
    SELECT r.id FROM reminders r, input i
    WHERE r.fired_at IS NULL AND r.remind_at <= i.due_by AND (i.id IS NULL OR r.id = i.id)
    ORDER BY r.remind_at LIMIT (SELECT at_most FROM input) FOR UPDATE OF r SKIP LOCKED
), fired AS (
    UPDATE reminders r SET fired_at = i.at FROM due d, input i WHERE r.id = d.id RETURNING r.*
), queued AS (
    SELECT enqueue('reminder', f.user_id, jsonb_build_object(
        'schema_version', 1, 'event_id', time_ordered_uuid(), 'task_id', t.id, 'reminder_id', f.id, 'title', t.title,
        'due_at', instant_text(t.due_at), 'remind_at', instant_text(f.remind_at), 'user_id', f.user_id,
        'notification_type', f.channel,
        'late_by_ms', greatest(0, (extract(epoch FROM i.at - f.remind_at) * 1000)::bigint),
        'timestamp', instant_text(i.at), 'correlation_id', coalesce(i.correlation_id, 'reminder-' || f.id)
    ), i.lease) AS item
    FROM fired f JOIN tasks t ON t.id = f.task_id, input i
)
SELECT jsonb_build_object('outbox', coalesce((SELECT jsonb_agg(item) FROM queued), '[]'))::text, 'end'
