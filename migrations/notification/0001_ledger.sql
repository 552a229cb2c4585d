-- Who wants to be told how, and what was told.

CREATE TABLE preferences (
    user_id     text        PRIMARY KEY,
    email       text,
    -- Doors (`mcp`, `recurring`) through which a change of a task is worth telling.
    changes_by  text[]      NOT NULL DEFAULT '{}',
    muted_until timestamptz,
    updated_at  timestamptz NOT NULL DEFAULT now()
);

-- One row for each event and channel: the key is what keeps a second delivery from telling twice.
CREATE TABLE deliveries (
    event_id     uuid        NOT NULL,
    channel      text        NOT NULL CHECK (channel IN ('push', 'email', 'webhook')),
    user_id      text        NOT NULL,
    -- What to tell; the text is made from it when it is told.
    story        jsonb       NOT NULL,
    -- held: waits for the end of a mute; muted: a change nobody wanted to hear of then.
    state        text        NOT NULL
                             CHECK (state IN ('pending', 'held', 'sent', 'undeliverable', 'muted')),
    -- Why it is told by push although the user asked for another channel.
    fallback     text,
    -- What went wrong last.
    error        text,
    attempts     integer     NOT NULL DEFAULT 0,
    -- While pending or held: nobody but the holder of `claim` touches the row before.
    leased_until timestamptz NOT NULL,
    claim        uuid        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    settled_at   timestamptz,
    PRIMARY KEY (event_id, channel)
);

-- What the sweep looks for: left to do, and old enough to forget.
CREATE INDEX deliveries_to_do ON deliveries (leased_until) WHERE state IN ('pending', 'held');
CREATE INDEX deliveries_settled ON deliveries (settled_at) WHERE settled_at IS NOT NULL;
-- What was shown of a task's reminder already.
CREATE INDEX deliveries_shown ON deliveries ((story ->> 'task_id')) WHERE channel = 'push' AND story ? 'remind_at';
-- What the end of a mute releases.
CREATE INDEX deliveries_held ON deliveries (user_id) WHERE state = 'held';
