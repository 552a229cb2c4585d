-- $1: one change as JSON; `patch` holds the fields that change, already checked and resolved. Answers updated, unchanged,
-- replayed (this command before), not_found, revision_mismatch, zone_changed, rule_unchecked (the new repeat was not checked against
-- the start it would have), or the rule across fields that it would break.
WITH input AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS x (
        command_id uuid, user_id text, id uuid, number bigint, revisions bigint[], patch jsonb, settings_zone text,
        checked_start text, new_series_id uuid, actor text, correlation_id text, at timestamptz, lease interval
    )
), target AS (
    SELECT t.* FROM tasks t JOIN input i ON t.user_id = i.user_id AND (t.id = i.id OR t.number = i.number) FOR UPDATE OF t
), wanted AS (
    SELECT t.id,
        CASE WHEN p ? 'title' THEN p ->> 'title' ELSE t.title END AS title,
        CASE WHEN p ? 'description' THEN p ->> 'description' ELSE t.description END AS description,
        CASE WHEN p ? 'priority' THEN (p ->> 'priority')::smallint ELSE t.priority END AS priority,
        CASE WHEN p ? 'tags' THEN ARRAY(SELECT jsonb_array_elements_text(p -> 'tags')) ELSE t.tags END AS tags,
        CASE WHEN p ? 'project' THEN p ->> 'project' ELSE t.project END AS project,
        CASE WHEN p ? 'due' THEN nullif(p -> 'due', 'null') ELSE t.due END AS due,
        CASE WHEN p ? 'due' THEN (p ->> 'due_at')::timestamptz ELSE t.due_at END AS due_at,
        CASE WHEN p ? 'due' THEN (p ->> 'remind_from')::timestamptz ELSE t.remind_from END AS remind_from,
        CASE WHEN p ? 'due' THEN p ->> 'due_start' ELSE t.due_start END AS due_start,
        coalesce(p ->> 'zone', t.zone) AS zone,
        CASE WHEN p ? 'duration_minutes' THEN (p ->> 'duration_minutes')::integer ELSE t.duration_minutes END AS duration_minutes,
        CASE WHEN p ? 'reminders' THEN p -> 'reminders' ELSE t.reminders END AS reminders,
        CASE WHEN NOT p ? 'recurrence' THEN t.recurrence
             WHEN p -> 'recurrence' = 'null' THEN NULL
             ELSE (p -> 'recurrence') || jsonb_build_object('missed', 0, 'anchor',
                 CASE WHEN p ? 'due' THEN p ->> 'due_start' ELSE t.due_start END) END AS recurrence
    FROM target t, input i, LATERAL (SELECT i.patch AS p) AS given
), place AS (
    SELECT u.zone FROM users u JOIN target t USING (user_id) FOR NO KEY UPDATE OF u
), verdict AS (
    SELECT CASE
        WHEN t.command_id = i.command_id THEN 'replayed'
        WHEN i.revisions IS NOT NULL AND NOT t.revision = ANY (i.revisions) THEN 'revision_mismatch'
        WHEN i.settings_zone IS NOT NULL AND i.settings_zone <> u.zone THEN 'zone_changed'
        WHEN w.recurrence IS NOT NULL AND w.due IS NULL THEN 'recurrence_without_due'
        WHEN i.patch ? 'recurrence' AND w.recurrence IS NOT NULL AND i.checked_start IS DISTINCT FROM w.due_start THEN 'rule_unchecked'
        WHEN w.due IS NULL AND i.patch ? 'reminders' AND EXISTS (
            SELECT FROM jsonb_array_elements(w.reminders) AS s (spec) WHERE spec ? 'before_minutes') THEN 'reminder_without_due'
        ELSE 'ok' END AS outcome
    FROM target t JOIN wanted w USING (id), place u, input i
), differing AS (
    SELECT t.id FROM target t JOIN wanted w USING (id), verdict v
    WHERE v.outcome = 'ok'
      AND (w.title, w.description, w.priority, w.tags, w.project, w.due, w.due_at, w.zone, w.duration_minutes,
           planned_reminders(w.reminders, w.remind_from), w.recurrence)
          IS DISTINCT FROM (t.title, t.description, t.priority, t.tags, t.project, t.due, t.due_at, t.zone, t.duration_minutes,
           t.reminders, t.recurrence)
), owner AS (
    UPDATE users u SET sequence = u.sequence + 1 FROM input i, differing d
    WHERE u.user_id = i.user_id
    RETURNING u.sequence
), task AS (
    UPDATE tasks t SET title = w.title, description = w.description, priority = w.priority, tags = w.tags, project = w.project,
        due = w.due, due_at = w.due_at, remind_from = w.remind_from, due_start = w.due_start, zone = w.zone,
        duration_minutes = w.duration_minutes, reminders = planned_reminders(w.reminders, w.remind_from), recurrence = w.recurrence,
        series_id = CASE WHEN w.recurrence IS NULL THEN NULL ELSE coalesce(t.series_id, i.new_series_id) END,
        occurrence_key = CASE WHEN w.recurrence IS NULL THEN NULL ELSE coalesce(t.occurrence_key, w.due_start) END,
        revision = t.revision + 1, updated_at = i.at, command_id = i.command_id
    FROM wanted w, owner o, input i WHERE t.id = w.id
    RETURNING t.*
)
SELECT coalesce(
    (SELECT jsonb_build_object('outcome', 'updated', 'task', task_document(t::tasks),
        'outbox', record_revision(e::tasks, t::tasks, 'updated', o.sequence, i.actor, i.correlation_id, i.at, i.lease))
     FROM task t JOIN target e USING (id), owner o, input i),
    (SELECT jsonb_build_object('outcome', CASE v.outcome WHEN 'ok' THEN 'unchanged' ELSE v.outcome END,
        'task', task_document(t::tasks), 'zone', u.zone) FROM target t, place u, verdict v),
    '{"outcome": "not_found"}'
)::text, 'end'
