-- Keeps a dead letter. One that comes back after a replay is open again. With an instant $2 it is to be published again half
-- a minute after that; each time that it comes back the wait is five times as long, and after five times (6 h) it stays.
WITH input AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS x (
        id uuid, dead_letter_topic text, source_topic text, source_app text, event_id text,
        event_type text, reason text, body_encoding text, body text)
), kept AS (
    INSERT INTO dead_letters (id, dead_letter_topic, source_topic, source_app, event_id, event_type,
                              reason, body_encoding, body, next_try)
    SELECT id, dead_letter_topic, source_topic, source_app, event_id, event_type,
           reason, body_encoding, body, nullif($2::text, '')::timestamptz + interval '30 seconds'
    FROM input
    ON CONFLICT (id) DO UPDATE SET
        last_seen = now(), times_seen = dead_letters.times_seen + 1, replayed_at = NULL,
        next_try = CASE WHEN dead_letters.replays < 5 THEN
            nullif($2::text, '')::timestamptz + interval '30 seconds' * 5 ^ dead_letters.replays END
    RETURNING times_seen
)
SELECT to_jsonb((SELECT times_seen FROM kept))::text, 'end';
