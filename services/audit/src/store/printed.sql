-- Forgets the notes of lines that are printed.
WITH gone AS (
    DELETE FROM unprinted
    WHERE event_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb))
    RETURNING 1
)
SELECT to_jsonb((SELECT count(*) FROM gone))::text, 'end';
