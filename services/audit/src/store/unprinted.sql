-- Takes over lines whose printer has gone silent; run twice it takes others, and these come again after their lease.
WITH due AS (
    SELECT event_id FROM unprinted
    WHERE leased_until <= now()
    ORDER BY leased_until
    LIMIT 200
    FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE unprinted SET leased_until = now() + interval '30 seconds'
    FROM due WHERE unprinted.event_id = due.event_id
    RETURNING unprinted.event_id
)
SELECT coalesce(jsonb_agg(line ORDER BY line."time", line.event_id), '[]')::text, 'end'
FROM (
    SELECT occurred_at AS "time", event_id, event_type, topic, user_id, task_id, revision, actor,
           changes, diff, correlation_id, title
    FROM entries JOIN taken USING (event_id)
) AS line;
