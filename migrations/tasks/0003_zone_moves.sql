-- A user who moves to another zone takes along what is due on a day or at a wall-clock time. The tasks follow some at a
-- time; until they all have, the user's row says so.

-- Set while open tasks may still stand in the zone that was left: through which door, by which request and when.
-- Each cause gets a marker of its own, so that what came up meanwhile is not forgotten with what is done.
ALTER TABLE users ADD COLUMN zone_move jsonb;
CREATE INDEX users_moving ON users (user_id) WHERE zone_move IS NOT NULL;

-- Whether a due is meant wherever the user is: a day or a wall-clock time, not an instant.
CREATE FUNCTION floats(due jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT due IS NOT NULL AND (due ? 'date' OR due ? 'local')
$$;

-- What `users.zone_move` is set to.
CREATE FUNCTION zone_marker(actor text, correlation_id text, at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('actor', actor, 'correlation_id', correlation_id, 'at', at)
$$;
