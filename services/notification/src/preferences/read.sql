-- A user's preferences, or JSON null.
SELECT coalesce((
    SELECT jsonb_build_object('email', email, 'changes_by', changes_by, 'muted_until', muted_until)
    FROM preferences WHERE user_id = $1
), 'null')::text, 'end';
