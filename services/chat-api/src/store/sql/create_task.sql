-- $1: what goes with one new task, as JSON, $2: the task's document, but for its number. Answers created, replayed (the same key or
-- command before), key_reused, or settings_changed when the caller went by settings that are no longer the user's.
WITH input AS (
    SELECT c.*, d.*, $2::jsonb AS document
    FROM jsonb_to_record($1::jsonb) AS c (
        command_id uuid, settings_zone text, default_reminder_minutes integer, channels text[], rank smallint,
        remind_from timestamptz, due_start text, head jsonb, lease interval, idempotency_key text, fingerprint text
    ), jsonb_to_record($2::jsonb) AS d (
        id uuid, user_id text, title text, description text, tags text[], project text, due jsonb, due_at timestamptz, zone text,
        duration_minutes integer, reminders jsonb, recurrence jsonb, series_id uuid, created_at timestamptz, created_by text
    )
), known_key AS (
    SELECT k.fingerprint, k.response FROM idempotency_keys k JOIN input i ON k.user_id = i.user_id AND k.key = i.idempotency_key
), known_task AS (
    SELECT task_document(t) AS document FROM tasks t JOIN input i ON t.id = i.id
), owner AS (
    INSERT INTO users AS u (user_id, zone, default_reminder_minutes, channels, last_number, sequence)
    SELECT i.user_id, i.settings_zone, i.default_reminder_minutes, i.channels, 1, 1 FROM input i
    WHERE NOT EXISTS (SELECT FROM known_key) AND NOT EXISTS (SELECT FROM known_task)
    ON CONFLICT (user_id) DO UPDATE SET last_number = u.last_number + 1, sequence = u.sequence + 1
        WHERE u.zone = excluded.zone AND u.channels = excluded.channels
          AND u.default_reminder_minutes IS NOT DISTINCT FROM excluded.default_reminder_minutes
    RETURNING u.last_number, u.sequence
), task AS (
    INSERT INTO tasks (id, user_id, number, title, description, priority, tags, project, due, due_at, remind_from,
        due_start, zone, duration_minutes, reminders, recurrence, series_id, occurrence_key, created_at, updated_at,
        created_by, command_id)
    SELECT i.id, i.user_id, o.last_number, i.title, i.description, i.rank, i.tags, i.project, i.due, i.due_at, i.remind_from,
        i.due_start, i.zone, i.duration_minutes, i.reminders, i.recurrence, i.series_id,
        CASE WHEN i.series_id IS NOT NULL THEN i.due_start END, i.created_at, i.created_at, i.created_by, i.command_id
    FROM input i, owner o
    RETURNING *
), change AS (
    INSERT INTO outbox (kind, key, payload, lease_until)
    SELECT 'change', i.user_id,
        jsonb_build_object('head', i.head, 'sequence', o.sequence, 'previous', '{}'::jsonb,
            'task_data', i.document || jsonb_build_object('number', o.last_number)),
        clock_timestamp() + i.lease
    FROM input i, owner o
    RETURNING seq
), remembered AS (
    -- A concurrent request with the same key makes this fail, and the whole statement with it; run again, it replays.
    INSERT INTO idempotency_keys (user_id, key, fingerprint, response, created_at)
    SELECT i.user_id, i.idempotency_key, i.fingerprint, i.document || jsonb_build_object('number', o.last_number), i.created_at
    FROM input i, owner o WHERE i.idempotency_key IS NOT NULL
)
SELECT coalesce(
    (SELECT jsonb_build_object('outcome', 'created', 'made', jsonb_build_object(
        'number', o.last_number, 'sequence', o.sequence, 'seq', c.seq,
        'jobs', CASE WHEN t.reminders <> '[]' THEN plan_reminders(NULL::tasks, t::tasks, false, i.created_at, i.lease) END))
     FROM task t, owner o, change c, input i),
    (SELECT jsonb_build_object('outcome', 'key_reused') FROM known_key k, input i WHERE k.fingerprint <> i.fingerprint),
    (SELECT jsonb_build_object('outcome', 'replayed', 'task', k.response) FROM known_key k),
    (SELECT jsonb_build_object('outcome', 'replayed', 'task', k.document) FROM known_task k),
    (SELECT jsonb_build_object('outcome', 'settings_changed', 'settings', jsonb_build_object('zone', u.zone, 'locale', u.locale,
        'default_reminder_minutes', u.default_reminder_minutes, 'channels', to_jsonb(u.channels)))
     FROM users u JOIN input i USING (user_id))
)::text, 'end'
