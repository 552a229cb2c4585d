-- $1: an instant, $2: at most so many. Deletes entries that came before it, oldest first, and answers how many; one whose line is
-- still to be printed stays.
WITH old AS (
    SELECT event_id FROM entries e
    WHERE stored_at < $1::timestamptz AND NOT EXISTS (SELECT FROM unprinted u WHERE u.event_id = e.event_id)
    ORDER BY stored_at
    LIMIT $2::bigint
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM entries e USING old o WHERE e.event_id = o.event_id
    RETURNING 1
)
SELECT to_jsonb((SELECT count(*) FROM gone))::text, 'end';
