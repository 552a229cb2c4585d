-- $1: deletes some tasks of one user, as JSON. Answers, for each one found, done or revision_mismatch, with the task as it was last.
WITH input AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS x (
        command_id uuid, user_id text, ids uuid[], numbers bigint[], revisions bigint[], actor text, correlation_id text,
        at timestamptz, lease interval
    )
), target AS (
    SELECT t.* FROM tasks t JOIN input i ON t.user_id = i.user_id AND (t.id = ANY (i.ids) OR t.number = ANY (i.numbers))
    ORDER BY t.id FOR UPDATE OF t
), leaving AS (
    SELECT t.id, row_number() OVER (ORDER BY t.number) AS place FROM target t, input i
    WHERE i.revisions IS NULL OR t.revision = ANY (i.revisions)
), owner AS (
    UPDATE users u SET sequence = u.sequence + l.amount
    FROM input i, (SELECT count(*) AS amount FROM leaving) AS l
    WHERE u.user_id = i.user_id AND l.amount > 0
    RETURNING u.sequence - l.amount AS before
), task AS (
    DELETE FROM tasks t USING leaving l, owner o WHERE t.id = l.id
    RETURNING t.*
), last_state AS (
    SELECT jsonb_populate_record(t::tasks, jsonb_build_object('revision', t.revision + 1, 'updated_at', i.at)) AS last FROM task t, input i
), result AS (
    SELECT (s.last).id, (s.last).number, 'done' AS outcome, task_document(s.last) AS document,
        record_revision(NULL::tasks, s.last, 'deleted', o.before + l.place, i.actor, i.correlation_id, i.at, i.lease) AS outbox
    FROM last_state s JOIN leaving l ON l.id = (s.last).id, owner o, input i
    UNION ALL
    SELECT t.id, t.number, 'revision_mismatch', task_document(t::tasks), '[]'
    FROM target t WHERE t.id NOT IN (SELECT l.id FROM leaving l)
)
SELECT jsonb_build_object(
    'results', coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'number', r.number, 'outcome', r.outcome, 'task', r.document)
                                          ORDER BY r.number) FROM result r), '[]'),
    'outbox', coalesce((SELECT jsonb_agg(item ORDER BY item -> 'seq') FROM result r, jsonb_array_elements(r.outbox) AS item), '[]')
)::text, 'end'
