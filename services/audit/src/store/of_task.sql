-- The same as of_user.sql for one task: a statement of its own, because it has an index of its own.
SELECT coalesce(jsonb_agg(page ORDER BY page."time" DESC, page.event_id DESC), '[]')::text, 'end'
FROM (
    SELECT occurred_at AS "time", event_id, event_type, topic, user_id, task_id, revision, actor,
           changes, diff, correlation_id, title
    FROM entries
    WHERE user_id = $1
      AND task_id = $6::uuid
      AND occurred_at >= $2::timestamptz
      AND (occurred_at, event_id) < ($3::timestamptz, $4::uuid)
    ORDER BY occurred_at DESC, event_id DESC
    LIMIT $5::bigint
) AS page;
