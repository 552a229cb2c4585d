-- Forgets what was settled 30 days ago, a bounded number of rows at a time.
WITH old AS (
    SELECT event_id, channel FROM deliveries
    WHERE settled_at < now() - interval '30 days'
    ORDER BY settled_at
    LIMIT 1000
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM deliveries AS d USING old
    WHERE d.event_id = old.event_id AND d.channel = old.channel
    RETURNING 1
), unshown AS (
    DELETE FROM shown WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM shown WHERE at < now() - interval '30 days' ORDER BY at LIMIT 1000
    ))
)
SELECT to_jsonb((SELECT count(*) FROM gone))::text, 'end';
