-- One dead letter, or JSON null.
SELECT coalesce((
    SELECT to_jsonb(one) FROM (
        SELECT id, dead_letter_topic, source_topic, source_app, event_id, event_type, reason, body,
               body_encoding, first_seen, last_seen, times_seen, replays, replayed_at
        FROM dead_letters WHERE id = $1::uuid
    ) AS one
), 'null')::text, 'end';
