-- $1: brings back some deleted tasks of one user, as JSON: with their ids and numbers, and what they said. Answers, for each one
-- found, done or unchanged (it is there), with the task as it is now.
WITH input AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS x (
        command_id uuid, user_id text, ids uuid[], numbers bigint[], actor text, correlation_id text, at timestamptz, lease interval
    )
), known AS (
    SELECT t.* FROM tasks t JOIN input i ON t.user_id = i.user_id AND (t.id = ANY (i.ids) OR t.number = ANY (i.numbers))
), target AS (
    SELECT d.* FROM deleted_tasks d JOIN input i ON d.user_id = i.user_id AND (d.id = ANY (i.ids) OR d.number = ANY (i.numbers))
    WHERE d.task IS NOT NULL ORDER BY d.number FOR UPDATE OF d
), coming AS (
    SELECT g.id, g.told, row_number() OVER (ORDER BY g.number) AS place, r.task,
        -- An occurrence whose place in its series was taken meanwhile comes back as a task that does not repeat.
        NOT EXISTS (SELECT FROM tasks t WHERE t.predecessor_id = (r.task).predecessor_id
            OR (t.series_id = (r.task).series_id AND t.occurrence_key = (r.task).occurrence_key)) AS repeats
    FROM target g, LATERAL (SELECT jsonb_populate_record(NULL::tasks, g.task) AS task OFFSET 0) AS r
), gone AS (
    DELETE FROM deleted_tasks d USING coming c WHERE d.id = c.id
), owner AS (
    UPDATE users u SET sequence = u.sequence + c.amount,
        zone_move = CASE WHEN EXISTS (
            SELECT FROM coming c
            WHERE (c.task).completed_at IS NULL AND floats((c.task).due) AND (c.task).zone <> u.zone
        ) THEN zone_marker(i.actor, i.correlation_id, i.at) ELSE u.zone_move END
    FROM input i, (SELECT count(*) AS amount FROM coming) AS c
    WHERE u.user_id = i.user_id AND c.amount > 0
    RETURNING u.sequence - c.amount AS before
), task AS (
    INSERT INTO tasks (id, user_id, number, title, description, completed_at, priority, tags, project, due, due_at, remind_from,
        due_start, zone, duration_minutes, reminders, recurrence, series_id, occurrence_key, predecessor_id, succeeded, revision,
        created_at, updated_at, created_by, command_id)
    SELECT c.id, (c.task).user_id, (c.task).number, (c.task).title, (c.task).description, (c.task).completed_at,
        (c.task).priority, (c.task).tags, (c.task).project, (c.task).due, (c.task).due_at, (c.task).remind_from,
        (c.task).due_start, (c.task).zone, (c.task).duration_minutes, (c.task).reminders,
        CASE WHEN c.repeats THEN (c.task).recurrence END, CASE WHEN c.repeats THEN (c.task).series_id END,
        CASE WHEN c.repeats THEN (c.task).occurrence_key END, CASE WHEN c.repeats THEN (c.task).predecessor_id END,
        (c.task).succeeded, (c.task).revision + 1, (c.task).created_at, i.at, (c.task).created_by, i.command_id
    FROM coming c, owner o, input i
    RETURNING *
), told AS (
    INSERT INTO reminders SELECT r.* FROM coming c, jsonb_populate_recordset(NULL::reminders, c.told) AS r
    RETURNING 1
), result AS (
    SELECT (d.task).id, (d.task).number, 'done' AS outcome, task_document(d.task) AS document,
        record_revision(NULL::tasks, d.task, 'updated', o.before + d.place, i.actor, i.correlation_id, i.at, i.lease) AS outbox
    FROM (
        -- One by one in this order, so that what is queued is in the order of the sequence.
        SELECT t::tasks AS task, c.place FROM task t JOIN coming c USING (id) ORDER BY c.place
    ) AS d, owner o, input i,
        -- What was told already is there before reminders are planned.
        (SELECT count(*) FROM told) AS first
    UNION ALL
    SELECT k.id, k.number, 'unchanged', task_document(k::tasks), '[]' FROM known k
)
SELECT jsonb_build_object(
    'results', coalesce((SELECT jsonb_agg(jsonb_build_object('id', r.id, 'number', r.number, 'outcome', r.outcome, 'task', r.document)
                                          ORDER BY r.number) FROM result r), '[]'),
    'outbox', coalesce((SELECT jsonb_agg(item ORDER BY item -> 'seq') FROM result r, jsonb_array_elements(r.outbox) AS item), '[]')
)::text, 'end'
