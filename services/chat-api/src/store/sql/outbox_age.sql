-- How many items wait, and for how long the oldest has.
SELECT jsonb_build_object('waiting', count(*), 'oldest_seconds',
    coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8)::text, 'end'
FROM outbox
