-- $1: lease, $2: at most so many. Takes items whose lease ran out, oldest first, unless an older one of the same key is still
-- leased elsewhere: order within a key holds.
WITH ready AS (
    SELECT o.seq FROM outbox o
    WHERE o.lease_until < clock_timestamp()
      AND NOT EXISTS (SELECT FROM outbox e WHERE e.key = o.key AND e.seq < o.seq AND e.lease_until >= clock_timestamp())
    ORDER BY o.seq LIMIT $2::bigint FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE outbox o SET lease_until = clock_timestamp() + $1::interval, attempts = o.attempts + 1
    FROM ready r WHERE o.seq = r.seq RETURNING o.*
)
SELECT jsonb_build_object('outbox', coalesce(jsonb_agg(jsonb_build_object('seq', seq, 'kind', kind, 'key', key,
    'payload', payload) ORDER BY seq), '[]'))::text, 'end'
FROM taken
