-- Deletes one dead letter and answers it as it was, or JSON null.
WITH gone AS (
    DELETE FROM dead_letters WHERE id = $1::uuid
    RETURNING id, dead_letter_topic, source_topic, source_app, event_id, event_type, reason, body,
              body_encoding, first_seen, last_seen, times_seen, replays, replayed_at
)
SELECT coalesce((SELECT to_jsonb(gone) FROM gone), 'null')::text, 'end';
