-- $1: completed before this instant, $2: at most so many. Completed occurrences whose successor is not settled.
SELECT jsonb_build_object('tasks', coalesce(jsonb_agg(task_document(t::tasks)), '[]'))::text, 'end'
FROM (
    SELECT * FROM tasks
    WHERE recurrence IS NOT NULL AND completed_at IS NOT NULL AND NOT succeeded AND completed_at < $1::timestamptz
    ORDER BY completed_at LIMIT $2::bigint
) AS t
