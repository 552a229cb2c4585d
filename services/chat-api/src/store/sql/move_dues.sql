-- $1: a move of one user to a zone as JSON, $2: some dues as they come out there. Moves those tasks that still wait for it, with
-- everything that follows; with `last`, the move that `marker` names is over.
WITH input AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS x (
        command_id uuid, user_id text, zone text, marker jsonb, last boolean, at timestamptz, lease interval
    )
), wanted AS (
    SELECT * FROM jsonb_to_recordset($2::jsonb) AS w (id uuid, due jsonb, due_at timestamptz, remind_from timestamptz)
), target AS (
    SELECT t.id, t.number, t AS earlier, w.due_at, w.remind_from
    FROM input i JOIN tasks t USING (user_id) JOIN wanted w ON w.id = t.id
    WHERE t.zone <> i.zone AND t.due = w.due AND t.completed_at IS NULL
    -- Tasks before their owner, as every statement locks them.
    ORDER BY t.id FOR UPDATE OF t
), moving AS (
    SELECT g.id, row_number() OVER (ORDER BY g.number) AS place FROM target g
), owner AS (
    UPDATE users u SET sequence = u.sequence + m.amount,
        zone_move = CASE WHEN i.last AND u.zone_move = i.marker THEN NULL ELSE u.zone_move END
    FROM input i, (SELECT count(*) AS amount FROM moving) AS m
    WHERE u.user_id = i.user_id AND u.zone = i.zone
    RETURNING u.sequence - m.amount AS before
), task AS (
    UPDATE tasks t SET due_at = g.due_at, remind_from = g.remind_from, zone = i.zone,
        reminders = planned_reminders(t.reminders, g.remind_from), revision = t.revision + 1, updated_at = i.at,
        command_id = i.command_id
    FROM target g, owner o, input i WHERE t.id = g.id
    RETURNING t.*
), result AS (
    SELECT record_revision(d.earlier, d.task, 'updated', o.before + d.place, i.marker ->> 'actor', i.marker ->> 'correlation_id',
                         i.at, i.lease) AS outbox
    FROM (
        -- One by one in this order, so that what is queued is in the order of the sequence.
        SELECT g.earlier, t::tasks AS task, m.place FROM task t JOIN moving m USING (id) JOIN target g USING (id)
        ORDER BY m.place
    ) AS d, owner o, input i
)
SELECT jsonb_build_object('outbox', coalesce((
    SELECT jsonb_agg(item ORDER BY item -> 'seq') FROM result r, jsonb_array_elements(r.outbox) AS item), '[]'))::text, 'end'
