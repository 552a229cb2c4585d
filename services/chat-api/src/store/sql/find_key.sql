-- $1: user, $2: idempotency key, $3: fingerprint of the request. Answers unknown, replayed or key_reused, as create_task does.
SELECT coalesce((
    SELECT CASE WHEN k.fingerprint = $3 THEN jsonb_build_object('outcome', 'replayed', 'task', k.response)
        ELSE jsonb_build_object('outcome', 'key_reused') END
    FROM idempotency_keys k WHERE k.user_id = $1 AND k.key = $2
), jsonb_build_object('outcome', 'unknown'))::text, 'end'
