-- $1: what comes after a completed occurrence, as JSON; `due` is null when the series is over. Answers created, exists, ended,
-- superseded (the predecessor is gone, open again or repeats no more), or zone_changed when the caller understood the due in a
-- zone that is no longer the user's.
WITH input AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS x (
        command_id uuid, id uuid, predecessor_id uuid, series_id uuid, user_id text, occurrence_key text, due jsonb,
        due_at timestamptz, remind_from timestamptz, zone text, settings_zone text, missed integer, correlation_id text,
        at timestamptz, lease interval
    )
), predecessor AS (
    SELECT t.*, u.zone AS user_zone, coalesce(u.zone = i.settings_zone, true) AS understood
    FROM tasks t JOIN input i ON t.id = i.predecessor_id AND t.user_id = i.user_id AND t.series_id = i.series_id
    JOIN users u ON u.user_id = i.user_id
    WHERE t.completed_at IS NOT NULL AND t.recurrence IS NOT NULL FOR UPDATE OF t FOR NO KEY UPDATE OF u
), known AS (
    SELECT t.id FROM tasks t JOIN input i ON t.predecessor_id = i.predecessor_id
        OR (t.series_id = i.series_id AND t.occurrence_key = i.occurrence_key)
), settled AS (
    UPDATE tasks t SET succeeded = true FROM predecessor p WHERE t.id = p.id AND (p.understood OR EXISTS (SELECT FROM known))
), owner AS (
    UPDATE users u SET last_number = u.last_number + 1, sequence = u.sequence + 1 FROM input i, predecessor p
    WHERE u.user_id = i.user_id AND i.due IS NOT NULL AND i.due <> 'null' AND p.understood AND NOT p.succeeded
      AND NOT EXISTS (SELECT FROM known)
    RETURNING u.*
), task AS (
    INSERT INTO tasks (id, user_id, number, title, description, priority, tags, project, due, due_at, remind_from, due_start,
        zone, duration_minutes, reminders, recurrence, series_id, occurrence_key, predecessor_id, created_at, updated_at,
        created_by, command_id)
    SELECT i.id, i.user_id, o.last_number, p.title, p.description, p.priority, p.tags, p.project, i.due, i.due_at, i.remind_from,
        i.occurrence_key, i.zone, p.duration_minutes,
        -- A reminder at an instant of its own belonged to that occurrence alone.
        planned_reminders((SELECT coalesce(jsonb_agg(spec), '[]') FROM jsonb_array_elements(p.reminders) AS s (spec) WHERE NOT spec ? 'at'),
                          i.remind_from),
        p.recurrence || jsonb_build_object('missed', i.missed), p.series_id, i.occurrence_key, p.id, i.at, i.at, 'recurring', i.command_id
    FROM input i, owner o, predecessor p
    RETURNING *
)
SELECT coalesce(
    (SELECT jsonb_build_object('outcome', 'created', 'task', task_document(t::tasks),
        'outbox', record_revision(NULL::tasks, t::tasks, 'created', o.sequence, 'recurring', i.correlation_id, i.at, i.lease))
     FROM task t, owner o, input i),
    (SELECT '{"outcome": "exists"}'::jsonb FROM known LIMIT 1),
    (SELECT jsonb_build_object('outcome', CASE WHEN p.succeeded THEN 'exists' WHEN p.understood THEN 'ended' ELSE 'zone_changed' END,
        'zone', p.user_zone) FROM predecessor p),
    '{"outcome": "superseded"}'
)::text, 'end'
