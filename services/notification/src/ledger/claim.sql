-- Puts stories on the ledger, one row for each channel, and claims what is to be told now. A row that somebody
-- else holds or has settled is not claimed; the same claim may ask twice.
WITH input AS (
    -- An event that was delivered twice may be here twice.
    SELECT DISTINCT ON (event_id) * FROM jsonb_to_recordset($1::jsonb) AS x (
        event_id uuid, user_id text, story jsonb, extra text, fallback text, holds boolean,
        actor text, claim uuid)
), person AS (
    SELECT input.*, coalesce(p.muted_until > now(), false) AS muted, p.muted_until, p.email
    FROM input LEFT JOIN preferences AS p USING (user_id)
    WHERE input.actor IS NULL OR input.actor = ANY (p.changes_by)
), second AS (
    SELECT event_id, extra AS channel FROM person
    WHERE extra = 'webhook' OR (extra = 'email' AND email IS NOT NULL)
), first AS (
    -- Who asked for two channels at one moment gets two events: the one that comes first is shown.
    INSERT INTO shown AS s (task_id, remind_at, event_id)
    SELECT DISTINCT ON (1, 2) (story ->> 'task_id')::uuid, (story ->> 'remind_at')::timestamptz, event_id
    FROM person WHERE story ? 'remind_at' ORDER BY 1, 2, event_id
    ON CONFLICT (task_id, remind_at) DO UPDATE SET event_id = s.event_id
    RETURNING event_id
), wanted AS (
    SELECT event_id, 'push' AS channel FROM person
    WHERE NOT story ? 'remind_at' OR event_id IN (SELECT event_id FROM first)
    UNION ALL
    SELECT event_id, channel FROM second
), claimed AS (
    INSERT INTO deliveries AS d (event_id, channel, user_id, story, fallback, state, leased_until, settled_at, claim)
    SELECT event_id, channel, user_id, story,
           CASE WHEN channel = 'push' AND extra IS NOT NULL AND NOT EXISTS (SELECT FROM second WHERE second.event_id = person.event_id)
                THEN 'the user has no e-mail address' ELSE fallback END,
           CASE WHEN NOT muted THEN 'pending' WHEN holds THEN 'held' ELSE 'muted' END,
           CASE WHEN muted THEN muted_until WHEN channel = 'push' THEN now() + interval '30 seconds'
                ELSE now() END,
           CASE WHEN muted AND NOT holds THEN now() END,
           claim
    FROM person JOIN wanted USING (event_id)
    ON CONFLICT (event_id, channel) DO UPDATE SET
        leased_until = EXCLUDED.leased_until, claim = EXCLUDED.claim, attempts = d.attempts + 1
    WHERE d.state = 'pending' AND (d.leased_until <= now() OR d.claim = EXCLUDED.claim)
    RETURNING event_id, channel, user_id, story, state, fallback, attempts
)
SELECT coalesce(jsonb_agg(jsonb_build_object(
    'event_id', input.event_id,
    'wanted', EXISTS (SELECT FROM wanted WHERE wanted.event_id = input.event_id),
    'rows', (SELECT coalesce(jsonb_agg(claimed), '[]') FROM claimed WHERE claimed.event_id = input.event_id)
)), '[]')::text, 'end'
FROM input;
