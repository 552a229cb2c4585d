-- $1: deletes some tasks of one user, as JSON, in such a way that they can be brought back. Answers, for each one found, done or
-- revision_mismatch, with the task as it was last.
WITH input AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS x (
        command_id uuid, user_id text, ids uuid[], numbers bigint[], revisions bigint[], actor text, correlation_id text,
        at timestamptz, lease interval
    )
), known AS (
    -- Run again, the statement finds what it did.
    SELECT jsonb_populate_record(NULL::tasks, d.task) AS last FROM deleted_tasks d JOIN input i USING (user_id)
    WHERE (d.id = ANY (i.ids) OR d.number = ANY (i.numbers)) AND (d.task ->> 'command_id')::uuid = i.command_id
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
    SELECT t.id, l.place, jsonb_populate_record(t::tasks, jsonb_build_object(
        'revision', t.revision + 1, 'updated_at', i.at, 'command_id', i.command_id)) AS last
    FROM task t JOIN leaving l USING (id), input i
), kept AS (
    INSERT INTO deleted_tasks (user_id, number, id, deleted_at, task, told)
    SELECT (s.last).user_id, (s.last).number, s.id, i.at, to_jsonb(s.last) - 'search',
        (SELECT coalesce(jsonb_agg(to_jsonb(r)), '[]') FROM reminders r WHERE r.task_id = s.id AND r.fired_at IS NOT NULL)
    FROM last_state s, input i
), result AS (
    SELECT (d.last).id, (d.last).number, 'done' AS outcome, task_document(d.last) AS document,
        record_revision(NULL::tasks, d.last, 'deleted', o.before + d.place, i.actor, i.correlation_id, i.at, i.lease) AS outbox
    -- One by one in this order, so that what is queued is in the order of the sequence.
    FROM (SELECT s.last, s.place FROM last_state s ORDER BY s.place) AS d, owner o, input i
    UNION ALL
    SELECT (k.last).id, (k.last).number, 'done', task_document(k.last), '[]' FROM known k
    UNION ALL
    SELECT t.id, t.number, 'revision_mismatch', task_document(t::tasks), '[]'
    FROM target t WHERE t.id NOT IN (SELECT l.id FROM leaving l)
)
SELECT jsonb_build_object(
    'results', coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'number', r.number, 'outcome', r.outcome, 'task', r.document)
                                          ORDER BY r.number) FROM result r), '[]'),
    'outbox', coalesce((SELECT jsonb_agg(item ORDER BY item -> 'seq') FROM result r, jsonb_array_elements(r.outbox) AS item), '[]')
)::text, 'end'
