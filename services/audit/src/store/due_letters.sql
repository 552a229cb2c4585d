-- Takes dead letters that are to be published again by now, at most so many. Each is left alone for a minute: whoever dies
-- with one, or finds the broker away, loses nothing.
WITH due AS (
    SELECT id FROM dead_letters WHERE next_try <= $1::timestamptz
    ORDER BY next_try LIMIT $2::bigint FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE dead_letters AS letter SET next_try = $1::timestamptz + interval '1 minute'
    FROM due WHERE letter.id = due.id
    RETURNING letter.id, dead_letter_topic, source_topic, source_app, event_id, event_type, reason, body,
              body_encoding, first_seen, last_seen, times_seen, replays, replayed_at
)
SELECT coalesce(jsonb_agg(taken ORDER BY taken.first_seen), '[]')::text, 'end' FROM taken;
