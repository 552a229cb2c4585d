-- $1: idempotency keys from before this instant go, $2: tasks deleted before this instant can no longer be brought back; some at
-- a time.
WITH keys AS (
    DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM idempotency_keys WHERE created_at < $1::timestamptz LIMIT 1000)) RETURNING 1
), deleted AS (
    UPDATE deleted_tasks SET task = NULL, told = NULL WHERE id = ANY (ARRAY(
        SELECT id FROM deleted_tasks WHERE task IS NOT NULL AND deleted_at < $2::timestamptz LIMIT 1000)) RETURNING 1
)
SELECT jsonb_build_object('keys', (SELECT count(*) FROM keys), 'tasks', (SELECT count(*) FROM deleted))::text, 'end'
