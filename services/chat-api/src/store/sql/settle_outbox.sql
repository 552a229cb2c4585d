-- $1: JSON array of the places of the items that are done.
WITH gone AS (
    DELETE FROM outbox WHERE seq = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb)::bigint)) RETURNING 1
)
SELECT jsonb_build_object('deleted', (SELECT count(*) FROM gone))::text, 'end'
