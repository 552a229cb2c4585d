-- The newest $3 things that user $1 was told by push after the instant $2 ('' for all that is kept), or is being told at this
-- moment: what is not here yet is settled after `until`.
WITH told AS (
    SELECT event_id, story, settled_at FROM deliveries
    WHERE user_id = $1::text AND channel = 'push' AND state IN ('pending', 'sent')
      AND coalesce(settled_at, 'infinity'::timestamptz) > coalesce(nullif($2::text, '')::timestamptz, '-infinity')
    ORDER BY coalesce(settled_at, 'infinity'::timestamptz) DESC
    LIMIT $3::bigint
)
SELECT jsonb_build_object(
    'told', coalesce((SELECT jsonb_agg(told ORDER BY coalesce(settled_at, 'infinity'), event_id) FROM told), '[]'),
    'until', now()
)::text, 'end';
