-- Writes down how it went: told, given up, or to be tried again after some seconds. What is settled stays settled.
WITH input AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS x (
        event_id uuid, channel text, state text, error text, again_in integer)
), settled AS (
    UPDATE deliveries AS d SET
        state = input.state,
        error = coalesce(input.error, d.error),
        settled_at = CASE WHEN input.state <> 'pending' THEN now() END,
        leased_until = CASE WHEN input.state = 'pending'
                       THEN now() + make_interval(secs => input.again_in) ELSE d.leased_until END
    FROM input
    WHERE d.event_id = input.event_id AND d.channel = input.channel AND d.state IN ('pending', 'held')
    RETURNING 1
)
SELECT to_jsonb((SELECT count(*) FROM settled))::text, 'end';
