-- Stores events once each, together with the notes that their lines are to be printed; answers the ids of those that are new.
WITH input AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS x (
        event_id uuid, topic text, event_type text, "time" timestamptz, user_id text, task_id uuid,
        revision bigint, actor text, changes jsonb, diff jsonb, correlation_id text, title text, data jsonb)
), stored AS (
    INSERT INTO entries (event_id, topic, event_type, occurred_at, user_id, task_id, revision, actor,
                         changes, diff, correlation_id, title, data)
    SELECT event_id, topic, event_type, "time", user_id, task_id, revision, actor,
           changes, diff, correlation_id, title, data
    FROM input
    ON CONFLICT (event_id) DO NOTHING
    RETURNING event_id
), noted AS (
    INSERT INTO unprinted (event_id, leased_until)
    SELECT event_id, now() + interval '30 seconds' FROM stored
)
SELECT coalesce((SELECT jsonb_agg(event_id) FROM stored), '[]')::text, 'end';
