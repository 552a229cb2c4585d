-- $1: JSON array of the ids that are done. Answers how many items are left and how old the oldest is.
WITH gone AS (
    DELETE FROM outbox WHERE id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb)::uuid)) RETURNING 1
)
SELECT jsonb_build_object('deleted', (SELECT count(*) FROM gone))::text, 'end'
