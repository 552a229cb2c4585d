-- What follows from a change of a task: its place in the outbox, and its reminders.

-- Puts one item into the outbox, leased to the writer, and answers it as the relay wants it.
CREATE FUNCTION enqueue(item_kind text, item_key text, item_payload jsonb, lease interval) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    place bigint;
BEGIN
    INSERT INTO outbox (kind, key, payload, lease_until) VALUES (item_kind, item_key, item_payload, clock_timestamp() + lease)
    RETURNING seq INTO place;
    RETURN jsonb_build_object('seq', place, 'kind', item_kind, 'key', item_key, 'payload', item_payload);
END
$$;

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
        SELECT enqueue('cancel_job', 'reminder-' || d.id, '{}', lease) FROM dropped d
        UNION ALL
        SELECT enqueue('schedule_job', 'reminder-' || a.id,
            jsonb_build_object('due', instant_text(a.remind_at), 'data', jsonb_build_object('reminder_id', a.id)), lease)
        FROM added a
    ) AS queued (item);
    RETURN items;
END
$$;

-- Everything that follows from one new revision of a task: the change itself, from which the relay makes both its events, and
-- its reminders, queued and answered. `earlier` is the task before; NULL of one that was made or brought back.
CREATE FUNCTION record_revision(
    earlier tasks, t tasks, change text, sequence bigint, actor text, correlation_id text, at timestamptz, lease interval
) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    previous jsonb := '{}';
    item jsonb;
BEGIN
    IF change NOT IN ('created', 'deleted') THEN
        previous := previous_values(earlier, t);
    END IF;
    item := enqueue('change', t.user_id, jsonb_build_object(
        'head', jsonb_build_object(
            'event_id', time_ordered_uuid(), 'update_id', time_ordered_uuid(), 'event_type', change, 'task_id', t.id,
            'revision', t.revision, 'timestamp', instant_text(at), 'actor', actor, 'correlation_id', correlation_id),
        'sequence', sequence, 'previous', previous, 'task_data', task_document(t)
    ), lease);
    -- Most tasks remind of nothing and never did.
    IF t.reminders = '[]' AND coalesce(earlier.reminders, '[]') = '[]' THEN
        RETURN jsonb_build_array(item);
    END IF;
    RETURN jsonb_build_array(item) || plan_reminders(earlier, t, change = 'deleted', at, lease);
END
$$;
