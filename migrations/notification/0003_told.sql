-- What was told by push, and what is being told: a page that was away asks for it.
CREATE INDEX deliveries_told ON deliveries (user_id, coalesce(settled_at, 'infinity'::timestamptz))
    WHERE channel = 'push' AND state IN ('pending', 'sent');
