-- Notes a replay. A letter that came back meanwhile, seen more often than $3, stays open.
WITH noted AS (
    UPDATE dead_letters SET
        replays = replays + 1,
        replayed_at = CASE WHEN times_seen = $3::integer THEN $2::timestamptz END,
        next_try = CASE WHEN times_seen <> $3::integer THEN next_try END
    WHERE id = $1::uuid AND replayed_at IS DISTINCT FROM $2::timestamptz
    RETURNING 1
)
SELECT to_jsonb(EXISTS (SELECT FROM noted))::text, 'end';
