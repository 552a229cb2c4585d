-- A page of dead letters, newest first: the place before which it starts, rows, and which ones.
SELECT coalesce(jsonb_agg(page ORDER BY page.first_seen DESC, page.id DESC), '[]')::text, 'end'
FROM (
    SELECT id, dead_letter_topic, source_topic, source_app, event_id, event_type, reason, body,
           body_encoding, first_seen, last_seen, times_seen, replays, replayed_at
    FROM dead_letters
    WHERE (first_seen, id) < ($1::timestamptz, $2::uuid)
      AND ($4::text = 'all' OR (replayed_at IS NULL) = ($4::text = 'open'))
      AND ($5::text = '' OR source_app = $5::text)
    ORDER BY first_seen DESC, id DESC
    LIMIT $3::bigint
) AS page;
