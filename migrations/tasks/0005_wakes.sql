-- One job wakes for all reminders of a moment, whosever they are: ten thousand at nine o'clock cost the scheduler one job, and
-- chat-api a few statements. Jobs of single reminders, made before this, wake it just the same.

-- When to wake for a reminder, in milliseconds since 1970: at its instant, up to the next tenth of a second.
CREATE FUNCTION wake_at(instant timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT (ceil(extract(epoch FROM instant) * 10) * 100)::bigint
$$;

-- Brings the reminder rows of a task in step with it and answers the job items that follow. What has fired stays as it is.
-- A job is never cancelled: others may wait for it, and waking for nothing does no harm.
CREATE OR REPLACE FUNCTION plan_reminders(earlier tasks, t tasks, gone boolean, at timestamptz, lease interval) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    items jsonb;
BEGIN
    WITH wanted AS (
        SELECT * FROM wanted_reminders(earlier, t, gone, at)
    ), dropped AS (
        DELETE FROM reminders r
        WHERE r.task_id = t.id AND r.fired_at IS NULL AND r.id NOT IN (SELECT w.id FROM wanted w)
    ), added AS (
        INSERT INTO reminders AS r (id, task_id, user_id, channel, remind_at)
        SELECT w.id, t.id, t.user_id, w.channel, w.remind_at FROM wanted w
        ON CONFLICT DO NOTHING
        RETURNING r.remind_at
    ), wakes AS (
        SELECT DISTINCT wake_at(a.remind_at) AS moment FROM added a
    ), jobs AS (
        SELECT 'wake-' || w.moment AS name, instant_text(to_timestamp(w.moment / 1000.0)) AS due FROM wakes w
    )
    SELECT coalesce(jsonb_agg(enqueue('schedule_job', j.name, jsonb_build_object(
        'due', j.due, 'data', jsonb_build_object('at', j.due)
    ), lease)), '[]') INTO items FROM jobs j;
    RETURN items;
END
$$;
