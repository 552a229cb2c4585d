-- $1: a user, or '' for any one, $2: at most so many. A user whose tasks have to follow to another zone, and the dues that still
-- stand in an older one, soonest first.
WITH owner AS (
    SELECT user_id, zone, zone_move FROM users
    WHERE zone_move IS NOT NULL AND ($1 = '' OR user_id = $1)
    ORDER BY random() LIMIT 1
), stale AS (
    SELECT t.id, t.due FROM tasks t JOIN owner o USING (user_id)
    WHERE t.completed_at IS NULL AND floats(t.due) AND t.zone <> o.zone
    ORDER BY t.due_at LIMIT $2::bigint
)
SELECT jsonb_build_object('move', (
    SELECT jsonb_build_object('user_id', o.user_id, 'zone', o.zone, 'marker', o.zone_move,
        'dues', (SELECT coalesce(jsonb_agg(to_jsonb(s)), '[]') FROM stale s))
    FROM owner o
))::text, 'end'
