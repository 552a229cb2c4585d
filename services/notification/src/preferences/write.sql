-- Replaces a user's preferences. What is held back follows the new end of the mute.
WITH input AS (
    SELECT * FROM jsonb_to_record($2::jsonb) AS x (email text, changes_by jsonb, muted_until timestamptz)
), written AS (
    INSERT INTO preferences (user_id, email, changes_by, muted_until)
    SELECT $1::text, email, ARRAY (SELECT jsonb_array_elements_text(changes_by)), muted_until FROM input
    ON CONFLICT (user_id) DO UPDATE SET
        email = EXCLUDED.email, changes_by = EXCLUDED.changes_by,
        muted_until = EXCLUDED.muted_until, updated_at = now()
    RETURNING email, changes_by, muted_until
), released AS (
    UPDATE deliveries SET leased_until = greatest(now(), written.muted_until)
    FROM written WHERE deliveries.user_id = $1::text AND deliveries.state = 'held'
)
SELECT (SELECT to_jsonb(written) FROM written)::text, 'end';
