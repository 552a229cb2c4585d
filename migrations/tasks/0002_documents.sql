-- How tasks are read: the document of the API, and what goes into it.

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
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
    SELECT coalesce(jsonb_agg(
            (spec - 'remind_at') || jsonb_build_object('remind_at', instant_text(
                CASE WHEN spec ? 'at' THEN (spec ->> 'at')::timestamptz
                     ELSE remind_from - make_interval(mins => (spec ->> 'before_minutes')::integer) END
            )) ORDER BY place
        ), '[]')
        FROM jsonb_array_elements(specs) WITH ORDINALITY AS s (spec, place)
        WHERE spec ? 'at' OR remind_from IS NOT NULL
    );
END
$$;

-- The task document of the API and of the events. In PL/pgSQL, which keeps its plan for as long as the connection lives: an SQL
-- function that is not inlined is parsed anew by every statement.
CREATE FUNCTION task_document(t tasks) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN jsonb_build_object(
        'id', t.id, 'number', t.number, 'user_id', t.user_id,
        'title', t.title, 'description', t.description,
        'status', CASE WHEN t.completed_at IS NULL THEN 'open' ELSE 'completed' END,
        'priority', priority_text(t.priority), 'tags', to_jsonb(t.tags), 'project', t.project,
        'due', t.due, 'due_at', instant_text(t.due_at), 'zone', t.zone,
        'duration_minutes', t.duration_minutes, 'reminders', t.reminders,
        'recurrence', t.recurrence, 'series_id', t.series_id, 'revision', t.revision,
        'created_at', instant_text(t.created_at), 'updated_at', instant_text(t.updated_at),
        'completed_at', instant_text(t.completed_at), 'created_by', t.created_by
    );
END
$$;

-- Whether a due is meant wherever the user is: a day or a wall-clock time, not an instant.
CREATE FUNCTION floats(due jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT due IS NOT NULL AND (due ? 'date' OR due ? 'local')
$$;

-- What `users.zone_move` is set to.
CREATE FUNCTION zone_marker(actor text, correlation_id text, at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('actor', actor, 'correlation_id', correlation_id, 'at', at)
$$;
