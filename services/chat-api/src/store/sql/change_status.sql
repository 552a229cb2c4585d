-- $1: completes or reopens some tasks of one user, as JSON. Answers, for each one found, done, unchanged or revision_mismatch, with
-- the task as it is now; and the next occurrences of reopened ones that nobody has touched.
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
    UPDATE users u SET sequence = u.sequence + m.amount,
        -- A completed task stayed in its zone; an open one follows the user.
        zone_move = CASE WHEN NOT i.complete AND EXISTS (
            SELECT FROM target t JOIN moving USING (id) WHERE floats(t.due) AND t.zone <> u.zone
        ) THEN zone_marker(i.actor, i.correlation_id, i.at) ELSE u.zone_move END
    FROM input i, (SELECT count(*) AS amount FROM moving) AS m
    WHERE u.user_id = i.user_id AND m.amount > 0
    RETURNING u.sequence - m.amount AS before
), task AS (
    UPDATE tasks t SET completed_at = CASE WHEN i.complete THEN i.at END, revision = t.revision + 1, updated_at = i.at,
        command_id = i.command_id,
        -- Completed once more, it is followed once more.
        succeeded = t.succeeded AND i.complete
    FROM moving m, input i WHERE t.id = m.id
    RETURNING t.*
), result AS (
    SELECT (d.task).id, (d.task).number, 'done' AS outcome, task_document(d.task) AS document,
        record_revision(d.earlier, d.task, CASE WHEN i.complete THEN 'completed' ELSE 'updated' END, o.before + d.place,
                      i.actor, i.correlation_id, i.at, i.lease) AS outbox
    FROM (
        -- One by one in this order, so that what is queued is in the order of the sequence.
        SELECT e::tasks AS earlier, t::tasks AS task, m.place FROM task t JOIN target e USING (id) JOIN moving m USING (id)
        ORDER BY m.place
    ) AS d, owner o, input i
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
    'followers', coalesce((
        SELECT jsonb_agg(f.id) FROM target t JOIN tasks f ON f.predecessor_id = t.id, input i
        WHERE NOT i.complete AND f.revision = 1 AND f.completed_at IS NULL
          -- Run again, the statement finds what it did.
          AND (t.id IN (SELECT m.id FROM moving m) OR t.command_id = i.command_id)
    ), '[]'),
    'outbox', coalesce((SELECT jsonb_agg(item ORDER BY item -> 'seq') FROM result r, jsonb_array_elements(r.outbox) AS item), '[]')
)::text, 'end'
