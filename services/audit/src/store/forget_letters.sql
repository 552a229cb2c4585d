-- $1: an instant, $2: at most so many. Deletes dead letters that came last before it, oldest first, and answers how many.
WITH old AS (
    SELECT id FROM dead_letters WHERE last_seen < $1::timestamptz
    ORDER BY last_seen
    LIMIT $2::bigint
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM dead_letters d USING old o WHERE d.id = o.id
    RETURNING 1
)
SELECT to_jsonb((SELECT count(*) FROM gone))::text, 'end';
