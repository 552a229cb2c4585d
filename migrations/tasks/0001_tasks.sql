-- Tasks, their reminders, the settings of their owners, and the outbox through which every consequence leaves.
-- Names are unqualified: the migrator and the service's role have `tasks` as their search path.

CREATE TABLE users (
    user_id text PRIMARY KEY,
    -- The number of the newest task: numbers are never used twice.
    last_number bigint NOT NULL DEFAULT 0,
    -- Counts the changes of all the user's tasks, without gaps.
    sequence bigint NOT NULL DEFAULT 0,
    zone text NOT NULL,
    locale text NOT NULL DEFAULT 'en',
    -- Minutes before the due time; NULL for no reminder unless one is asked for.
    default_reminder_minutes integer DEFAULT 0 CHECK (default_reminder_minutes >= 0),
    channels text[] NOT NULL DEFAULT '{push}'
);

CREATE TABLE tasks (
    id uuid PRIMARY KEY,
    user_id text NOT NULL REFERENCES users,
    number bigint NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    completed_at timestamptz,
    priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 4),
    tags text[] NOT NULL,
    project text,
    -- The due as the user said it, and what it came to: the instant it is overdue, the instant that
    -- reminders count back from, and its wall-clock text.
    due jsonb,
    due_at timestamptz,
    remind_from timestamptz,
    due_start text,
    zone text NOT NULL,
    duration_minutes integer,
    reminders jsonb NOT NULL,
    recurrence jsonb,
    series_id uuid,
    occurrence_key text,
    predecessor_id uuid UNIQUE,
    -- Whether what comes after this occurrence is settled: it exists, or the series is over.
    succeeded boolean NOT NULL DEFAULT false,
    revision bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text NOT NULL,
    -- The command that wrote this revision: the same command again is known by it.
    command_id uuid NOT NULL,
    search tsvector GENERATED ALWAYS AS (
        to_tsvector('simple', title || ' ' || description || ' ' || coalesce(project, ''))
    ) STORED,
    UNIQUE (user_id, number),
    UNIQUE (series_id, occurrence_key)
);

CREATE INDEX tasks_open_by_due ON tasks (user_id, (coalesce(due_at, 'infinity')), id) WHERE completed_at IS NULL;
CREATE INDEX tasks_by_creation ON tasks (user_id, created_at, id);
CREATE INDEX tasks_by_tag ON tasks USING gin (tags);
CREATE INDEX tasks_by_word ON tasks USING gin (search);
CREATE INDEX tasks_without_successor ON tasks (completed_at)
    WHERE recurrence IS NOT NULL AND completed_at IS NOT NULL AND NOT succeeded;

CREATE TABLE reminders (
    -- Follows from task, channel and instant, so that planning the same reminder again finds it.
    id uuid PRIMARY KEY,
    task_id uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    user_id text NOT NULL,
    channel text NOT NULL,
    remind_at timestamptz NOT NULL,
    fired_at timestamptz
);

CREATE INDEX reminders_of_task ON reminders (task_id);
CREATE INDEX reminders_due ON reminders (remind_at) WHERE fired_at IS NULL;

CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('publish', 'schedule_job', 'cancel_job')),
    topic text,
    key text NOT NULL,
    type text,
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease_until timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0
);

CREATE INDEX outbox_by_lease ON outbox (lease_until, seq);
CREATE INDEX outbox_by_key ON outbox (key, seq);

CREATE TABLE idempotency_keys (
    user_id text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    response jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- RFC 3339 in UTC with milliseconds.
CREATE FUNCTION instant_text(instant timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- A time-ordered UUID (version 7, RFC 9562): 48 bits of milliseconds, then random bits.
CREATE FUNCTION time_ordered_uuid() RETURNS uuid
LANGUAGE sql VOLATILE AS $$
    SELECT (
        lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
        || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14)
    )::uuid
$$;

CREATE FUNCTION priority_text(rank smallint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT (ARRAY['none', 'low', 'medium', 'high', 'urgent'])[rank + 1]
$$;

-- The reminders of a task with the instant each comes to; a relative one without a due falls away.
CREATE FUNCTION planned_reminders(specs jsonb, remind_from timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(
        (spec - 'remind_at') || jsonb_build_object('remind_at', instant_text(
            CASE WHEN spec ? 'at' THEN (spec ->> 'at')::timestamptz
                 ELSE remind_from - make_interval(mins => (spec ->> 'before_minutes')::integer) END
        )) ORDER BY place
    ), '[]')
    FROM jsonb_array_elements(specs) WITH ORDINALITY AS s (spec, place)
    WHERE spec ? 'at' OR remind_from IS NOT NULL
$$;

-- The task document of the API and of the events.
CREATE FUNCTION task_document(t tasks) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'id', t.id, 'number', t.number, 'user_id', t.user_id,
        'title', t.title, 'description', t.description,
        'status', CASE WHEN t.completed_at IS NULL THEN 'open' ELSE 'completed' END,
        'priority', priority_text(t.priority), 'tags', to_jsonb(t.tags), 'project', t.project,
        'due', t.due, 'due_at', instant_text(t.due_at), 'zone', t.zone,
        'duration_minutes', t.duration_minutes, 'reminders', t.reminders,
        'recurrence', t.recurrence, 'series_id', t.series_id, 'revision', t.revision,
        'created_at', instant_text(t.created_at), 'updated_at', instant_text(t.updated_at),
        'completed_at', instant_text(t.completed_at), 'created_by', t.created_by
    )
$$;

-- Puts one item into the outbox, leased to the writer, and answers it as the relay wants it.
CREATE FUNCTION enqueue(item_kind text, item_topic text, item_key text, item_type text, item_payload jsonb, lease interval)
RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    item outbox;
BEGIN
    INSERT INTO outbox (id, kind, topic, key, type, payload, lease_until)
    VALUES (coalesce((item_payload ->> 'event_id')::uuid, time_ordered_uuid()), item_kind, item_topic, item_key, item_type,
            item_payload, clock_timestamp() + lease)
    RETURNING * INTO item;
    RETURN jsonb_build_object('seq', item.seq, 'id', item.id, 'kind', item.kind, 'topic', item.topic, 'key', item.key,
                              'type', item.type, 'payload', item.payload);
END
$$;

-- The reminder rows that a task wants at an instant. A completed or deleted task wants none; one that is past is only
-- wanted while the task itself is still ahead, and then comes at once.
CREATE FUNCTION wanted_reminders(t tasks, gone boolean, at timestamptz)
RETURNS TABLE (id uuid, channel text, remind_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT md5(t.id::text || (spec ->> 'channel') || (spec ->> 'remind_at'))::uuid,
           spec ->> 'channel', (spec ->> 'remind_at')::timestamptz
    FROM jsonb_array_elements(t.reminders) AS s (spec)
    WHERE NOT gone AND t.completed_at IS NULL
      AND ((spec ->> 'remind_at')::timestamptz > at OR t.due_at > at)
$$;

-- Brings the reminder rows of a task in step with it and answers the job items that follow.
-- What has fired stays as it is.
CREATE FUNCTION plan_reminders(t tasks, gone boolean, at timestamptz, lease interval) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    items jsonb;
BEGIN
    WITH wanted AS (
        SELECT * FROM wanted_reminders(t, gone, at)
    ), dropped AS (
        DELETE FROM reminders r
        WHERE r.task_id = t.id AND r.fired_at IS NULL AND r.id NOT IN (SELECT w.id FROM wanted w)
        RETURNING r.id
    ), added AS (
        INSERT INTO reminders AS r (id, task_id, user_id, channel, remind_at)
        SELECT w.id, t.id, t.user_id, w.channel, w.remind_at FROM wanted w
        ON CONFLICT DO NOTHING
        RETURNING r.id, r.remind_at
    )
    SELECT coalesce(jsonb_agg(item), '[]') INTO items FROM (
        SELECT enqueue('cancel_job', NULL, 'reminder-' || d.id, NULL, '{}', lease) FROM dropped d
        UNION ALL
        SELECT enqueue('schedule_job', NULL, 'reminder-' || a.id, NULL,
            jsonb_build_object('due', instant_text(a.remind_at), 'data', jsonb_build_object('reminder_id', a.id)), lease)
        FROM added a
    ) AS queued (item);
    RETURN items;
END
$$;

-- Everything that follows from one change of one task: its two events and its reminders, queued and answered.
CREATE FUNCTION record_change(
    t tasks, change text, changes text[], sequence bigint, actor text, correlation_id text, at timestamptz, lease interval
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    about jsonb := jsonb_build_object(
        'schema_version', 1, 'event_type', change, 'task_id', t.id, 'user_id', t.user_id, 'revision', t.revision,
        'timestamp', instant_text(at), 'actor', actor, 'task_data', task_document(t)
    );
BEGIN
    RETURN jsonb_build_array(
        enqueue('publish', 'task-events', t.id::text, 'todo.task.' || change || '.v1',
            about || jsonb_build_object('event_id', time_ordered_uuid(), 'correlation_id', correlation_id,
                                        'changes', to_jsonb(changes)), lease),
        enqueue('publish', 'task-updates', t.user_id, 'todo.task-update.' || change || '.v1',
            about || jsonb_build_object('event_id', time_ordered_uuid(), 'sequence', sequence), lease)
    ) || plan_reminders(t, change = 'deleted', at, lease);
END
$$;
