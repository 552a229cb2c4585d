-- $1: the settings of one user as JSON. Answers them, and whether tasks may have to follow the user to another zone.
WITH input AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS x (
        user_id text, zone text, locale text, default_reminder_minutes integer, channels text[], actor text,
        correlation_id text, at timestamptz
    )
), saved AS (
    INSERT INTO users AS u (user_id, zone, locale, default_reminder_minutes, channels)
    SELECT user_id, zone, locale, default_reminder_minutes, channels FROM input
    ON CONFLICT (user_id) DO UPDATE SET zone = excluded.zone, locale = excluded.locale,
        default_reminder_minutes = excluded.default_reminder_minutes, channels = excluded.channels,
        zone_move = CASE WHEN u.zone = excluded.zone THEN u.zone_move
            ELSE (SELECT zone_marker(i.actor, i.correlation_id, i.at) FROM input i) END
    RETURNING u.*
)
SELECT jsonb_build_object('settings', jsonb_build_object('zone', zone, 'locale', locale, 'default_reminder_minutes',
    default_reminder_minutes, 'channels', to_jsonb(channels)), 'moving', zone_move IS NOT NULL)::text, 'end' FROM saved
