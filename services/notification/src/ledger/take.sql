-- Claims at most $3 rows of the channels $1 that nobody holds, the longest waiting first, for $2 seconds; $4 is the claim.
-- Run twice it takes others, and the first ones come again after their lease.
WITH due AS (
    SELECT event_id, channel, state FROM deliveries
    WHERE state IN ('pending', 'held')
      AND leased_until <= now()
      AND channel IN (SELECT value FROM jsonb_array_elements_text($1::jsonb))
    ORDER BY leased_until
    LIMIT $3::bigint
    FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE deliveries AS d
    SET state = 'pending', claim = $4::uuid, attempts = attempts + 1,
        leased_until = now() + make_interval(secs => $2::double precision)
    FROM due WHERE d.event_id = due.event_id AND d.channel = due.channel
    RETURNING d.event_id, d.channel, d.user_id, d.story, d.state, d.fallback, d.attempts,
              due.state = 'held' AS was_held
)
SELECT coalesce(jsonb_agg(row ORDER BY row.event_id), '[]')::text, 'end'
FROM (SELECT taken.*, p.email FROM taken LEFT JOIN preferences AS p USING (user_id)) AS row;
