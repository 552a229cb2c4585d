-- How many dead letters wait: for a person, or for their next try.
SELECT jsonb_build_object('person', count(*) FILTER (WHERE next_try IS NULL), 'replay', count(next_try))::text, 'end'
FROM dead_letters WHERE replayed_at IS NULL;
