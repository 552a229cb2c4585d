-- Events carry the values that a change replaced, computed in one place from the two states of the task. `record_revision`
-- takes the place of `record_change`, which stays with what it calls for pods of the release before; a later migration
-- drops them.

-- The values that the fields of a task had and no longer have. A task that was not there before was a deleted one.
CREATE FUNCTION previous_values(earlier tasks, t tasks) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN earlier IS NULL THEN '{"status": "deleted"}' ELSE (
        SELECT coalesce(jsonb_object_agg(b.key, b.value), '{}')
        FROM jsonb_each(task_document(earlier)) AS b JOIN jsonb_each(task_document(t)) AS a USING (key)
        WHERE b.value IS DISTINCT FROM a.value
          AND b.key = ANY ('{title,description,status,priority,tags,project,due,due_at,zone,duration_minutes,reminders,recurrence}')
          -- What a due comes to goes without saying where the due itself changed.
          AND (b.key NOT IN ('due_at', 'zone') OR earlier.due IS NOT DISTINCT FROM t.due)
    ) END
$$;

-- Follows from task, channel and instant, so that planning the same reminder again finds it.
CREATE FUNCTION reminder_id(task_id uuid, planned jsonb) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
    SELECT md5(task_id::text || (planned ->> 'channel') || (planned ->> 'remind_at'))::uuid
$$;

-- The reminder rows that a task wants at an instant. A completed or deleted task wants none; one that is past is only
-- wanted while the task itself is still ahead, and then comes at once, unless it has been told already: what is due at
-- the same wall-clock time as before has only moved to another zone.
CREATE FUNCTION wanted_reminders(earlier tasks, t tasks, gone boolean, at timestamptz)
RETURNS TABLE (id uuid, channel text, remind_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT reminder_id(t.id, spec), spec ->> 'channel', (spec ->> 'remind_at')::timestamptz
    FROM jsonb_array_elements(t.reminders) AS s (spec)
    WHERE NOT gone AND t.completed_at IS NULL
      AND ((spec ->> 'remind_at')::timestamptz > at OR (t.due_at > at AND NOT EXISTS (
          SELECT FROM jsonb_array_elements(earlier.reminders) AS e (told)
          JOIN reminders r ON r.id = reminder_id(t.id, told) AND r.fired_at IS NOT NULL
          WHERE earlier.due = t.due AND told - 'remind_at' = spec - 'remind_at'
      )))
$$;

-- Brings the reminder rows of a task in step with it and answers the job items that follow.
-- What has fired stays as it is.
CREATE FUNCTION plan_reminders(earlier tasks, t tasks, gone boolean, at timestamptz, lease interval) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    items jsonb;
BEGIN
    WITH wanted AS (
        SELECT * FROM wanted_reminders(earlier, t, gone, at)
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

-- Everything that follows from one new revision of a task: its two events and its reminders, queued and answered.
-- `earlier` is the task before; NULL of one that was made or brought back.
CREATE FUNCTION record_revision(
    earlier tasks, t tasks, change text, sequence bigint, actor text, correlation_id text, at timestamptz, lease interval
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    about jsonb := jsonb_build_object(
        'schema_version', 1, 'event_type', change, 'task_id', t.id, 'user_id', t.user_id, 'revision', t.revision,
        'timestamp', instant_text(at), 'actor', actor, 'task_data', task_document(t)
    );
    changed jsonb := '{"changes": []}';
BEGIN
    IF change NOT IN ('created', 'deleted') THEN
        changed := (
            SELECT jsonb_build_object('previous', p.previous, 'changes',
                (SELECT coalesce(jsonb_agg(field), '[]') FROM jsonb_object_keys(p.previous) AS f (field)))
            FROM previous_values(earlier, t) AS p (previous)
        );
    END IF;
    RETURN jsonb_build_array(
        enqueue('publish', 'task-events', t.id::text, 'todo.task.' || change || '.v1',
            about || changed || jsonb_build_object('event_id', time_ordered_uuid(), 'correlation_id', correlation_id), lease),
        enqueue('publish', 'task-updates', t.user_id, 'todo.task-update.' || change || '.v1',
            about || jsonb_build_object('event_id', time_ordered_uuid(), 'sequence', sequence), lease)
    ) || plan_reminders(earlier, t, change = 'deleted', at, lease);
END
$$;
