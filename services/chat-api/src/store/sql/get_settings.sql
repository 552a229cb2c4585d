-- $1: user, $2: zone of a user who never set one.
SELECT coalesce((SELECT jsonb_build_object('zone', zone, 'locale', locale, 'default_reminder_minutes', default_reminder_minutes,
        'channels', to_jsonb(channels)) FROM users WHERE user_id = $1),
    jsonb_build_object('zone', $2::text, 'locale', 'en', 'default_reminder_minutes', 0, 'channels', '["push"]'::jsonb))::text, 'end'
