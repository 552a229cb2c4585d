-- Queues the event of a reminder that has just been fired: by its job or, when that was lost, by the sweep.
CREATE FUNCTION tell_reminder(f reminders, at timestamptz, lease interval) RETURNS jsonb
LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT enqueue('reminder', f.user_id, jsonb_build_object(
        'schema_version', 1, 'event_id', time_ordered_uuid(), 'task_id', t.id, 'reminder_id', f.id, 'title', t.title,
        'due_at', instant_text(t.due_at), 'remind_at', instant_text(f.remind_at), 'user_id', f.user_id,
        'notification_type', f.channel,
        'late_by_ms', greatest(0, (extract(epoch FROM at - f.remind_at) * 1000)::bigint),
        'timestamp', instant_text(at), 'correlation_id', 'reminder-' || f.id
    ), lease) FROM tasks t WHERE t.id = f.task_id);
END
$$;
