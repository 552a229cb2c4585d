-- $1: user, $2: task id, or '' with $3: task number.
SELECT jsonb_build_object('task', (
    SELECT task_document(t) FROM tasks t
    WHERE t.user_id = $1 AND (t.id = nullif($2, '')::uuid OR t.number = nullif($3, '')::bigint)
))::text, 'end'
