-- $1: the settings of one user as JSON.
WITH input AS (
    SELECT * FROM jsonb_to_record($1::jsonb) AS x (user_id text, zone text, locale text, default_reminder_minutes integer, channels text[])
), saved AS (
    INSERT INTO users AS u (user_id, zone, locale, default_reminder_minutes, channels)
    SELECT user_id, zone, locale, default_reminder_minutes, channels FROM input
    ON CONFLICT (user_id) DO UPDATE SET zone = excluded.zone, locale = excluded.locale,
        default_reminder_minutes = excluded.default_reminder_minutes, channels = excluded.channels
    RETURNING u.*
)
SELECT jsonb_build_object('zone', zone, 'locale', locale, 'default_reminder_minutes', default_reminder_minutes,
    'channels', to_jsonb(channels))::text, 'end' FROM saved
