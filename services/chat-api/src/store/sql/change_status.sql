-- $1: completes or reopens some tasks of one user, as JSON. Answers, for each task asked for, done, unchanged, not_found or
-- revision_mismatch, with the task as it is now.
WITH input AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS x (
        command_id uuid, user_id text, ids uuid[], numbers bigint[], revisions bigint[], complete boolean, actor text,
        correlation_id text, at timestamptz, lease interval
    )
), target AS (
    SELECT t.* FROM tasks t JOIN input i ON t.user_id = i.user_id AND (t.id = ANY (i.ids) OR t.number = ANY (i.numbers))
    ORDER BY t.id FOR UPDATE OF t
), moving AS (
    SELECT t.id, row_number() OVER (ORDER BY t.number) AS place FROM target t, input i
    WHERE (t.completed_at IS NULL) = i.complete AND (i.revisions IS NULL OR t.revision = ANY (i.revisions))
), owner AS (
    UPDATE users u SET sequence = u.sequence + m.amount
    FROM input i, (SELECT count(*) AS amount FROM moving) AS m
    WHERE u.user_id = i.user_id AND m.amount > 0
    RETURNING u.sequence - m.amount AS before
), task AS (
    UPDATE tasks t SET completed_at = CASE WHEN i.complete THEN i.at END, revision = t.revision + 1, updated_at = i.at,
        command_id = i.command_id
    FROM moving m, input i WHERE t.id = m.id
    RETURNING t.*
), result AS (
    SELECT t.id, t.number, 'done' AS outcome, task_document(t::tasks) AS document,
        record_change(t::tasks, CASE WHEN i.complete THEN 'completed' ELSE 'updated' END, '{status}', o.before + m.place,
                      i.actor, i.correlation_id, i.at, i.lease) AS outbox
    FROM task t JOIN moving m ON m.id = t.id, owner o, input i
    UNION ALL
    SELECT t.id, t.number,
        CASE WHEN t.command_id <> i.command_id AND i.revisions IS NOT NULL AND NOT t.revision = ANY (i.revisions)
             THEN 'revision_mismatch' ELSE 'unchanged' END,
        task_document(t::tasks), '[]'
    FROM target t, input i WHERE t.id NOT IN (SELECT m.id FROM moving m)
)
SELECT jsonb_build_object(
    'results', coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'number', r.number, 'outcome', r.outcome, 'task', r.document)
                                          ORDER BY r.number) FROM result r), '[]'),
    'outbox', coalesce((SELECT jsonb_agg(item ORDER BY item -> 'seq') FROM result r, jsonb_array_elements(r.outbox) AS item), '[]')
)::text, 'end'
