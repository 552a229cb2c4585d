-- $1: user, $2: number. The id of the task that has it, or had it until it was deleted.
SELECT jsonb_build_object('id', coalesce(
    (SELECT id FROM tasks WHERE user_id = $1 AND number = $2::bigint),
    (SELECT id FROM deleted_tasks WHERE user_id = $1 AND number = $2::bigint)
))::text, 'end'
