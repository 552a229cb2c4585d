-- $1: older than this instant. Forgets idempotency keys, some at a time.
WITH gone AS (
    DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM idempotency_keys WHERE created_at < $1::timestamptz LIMIT 1000)) RETURNING 1
)
SELECT jsonb_build_object('deleted', count(*))::text, 'end' FROM gone
