-- $1: one new task as JSON. Answers created, replayed (the same key or command before), key_reused, or zone_changed when the caller
-- understood the due in a zone that is no longer the user's.
WITH input AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS x (
        command_id uuid, id uuid, user_id text, title text, description text, priority smallint, tags text[],
        project text, due jsonb, due_at timestamptz, remind_from timestamptz, due_start text, zone text,
        settings_zone text, duration_minutes integer, reminders jsonb, recurrence jsonb, series_id uuid, actor text,
        correlation_id text, at timestamptz, lease interval, idempotency_key text, fingerprint text
    )
), known_key AS (
    SELECT k.fingerprint, k.response FROM idempotency_keys k JOIN input i ON k.user_id = i.user_id AND k.key = i.idempotency_key
), known_task AS (
    SELECT task_document(t) AS document FROM tasks t JOIN input i ON t.id = i.id
), owner AS (
    INSERT INTO users AS u (user_id, zone, last_number, sequence)
    SELECT i.user_id, i.settings_zone, 1, 1 FROM input i
    WHERE NOT EXISTS (SELECT FROM known_key) AND NOT EXISTS (SELECT FROM known_task)
    ON CONFLICT (user_id) DO UPDATE SET last_number = u.last_number + 1, sequence = u.sequence + 1
        WHERE u.zone = excluded.zone
    RETURNING u.*
), task AS (
    INSERT INTO tasks (id, user_id, number, title, description, priority, tags, project, due, due_at, remind_from,
        due_start, zone, duration_minutes, reminders, recurrence, series_id, occurrence_key, created_at, updated_at,
        created_by, command_id)
    SELECT i.id, i.user_id, o.last_number, i.title, i.description, i.priority, i.tags, i.project, i.due, i.due_at,
        i.remind_from, i.due_start, i.zone, i.duration_minutes,
        planned_reminders(coalesce(i.reminders, (
            -- Nothing said about reminders: the user's default, when there is something to count back from.
            SELECT jsonb_agg(jsonb_build_object('before_minutes', o.default_reminder_minutes, 'channel', c))
            FROM unnest(o.channels) AS c WHERE o.default_reminder_minutes IS NOT NULL
        ), '[]'), i.remind_from),
        i.recurrence, i.series_id, CASE WHEN i.series_id IS NOT NULL THEN i.due_start END, i.at, i.at, i.actor, i.command_id
    FROM input i, owner o
    RETURNING *
), answer AS (
    SELECT task_document(t::tasks) AS document,
        record_revision(NULL::tasks, t::tasks, 'created', o.sequence, i.actor, i.correlation_id, i.at, i.lease) AS outbox
    FROM task t, owner o, input i
), remembered AS (
    -- A concurrent request with the same key makes this fail, and the whole statement with it; run again, it replays.
    INSERT INTO idempotency_keys (user_id, key, fingerprint, response, created_at)
    SELECT i.user_id, i.idempotency_key, i.fingerprint, a.document, i.at FROM input i, answer a
    WHERE i.idempotency_key IS NOT NULL
)
SELECT coalesce(
    (SELECT jsonb_build_object('outcome', 'created', 'task', a.document, 'outbox', a.outbox) FROM answer a),
    (SELECT jsonb_build_object('outcome', 'key_reused') FROM known_key k, input i WHERE k.fingerprint <> i.fingerprint),
    (SELECT jsonb_build_object('outcome', 'replayed', 'task', k.response) FROM known_key k),
    (SELECT jsonb_build_object('outcome', 'replayed', 'task', k.document) FROM known_task k),
    (SELECT jsonb_build_object('outcome', 'zone_changed', 'zone', u.zone) FROM users u JOIN input i USING (user_id))
)::text, 'end'
