-- The trail, the lines of it that are still to be printed, and the dead letters of every subscription.

-- One row for each event, whatever its topic: `event_id` is what makes a second delivery harmless.
CREATE TABLE entries (
    event_id       uuid        PRIMARY KEY,
    topic          text        NOT NULL,
    -- created, updated, completed, deleted, due, raised; of an unknown type the whole CloudEvent type.
    event_type     text        NOT NULL,
    -- When it happened, as the event says; `stored_at` is when it came here.
    occurred_at    timestamptz NOT NULL,
    stored_at      timestamptz NOT NULL DEFAULT now(),
    -- Empty when an event of an unknown type names nobody.
    user_id        text        NOT NULL,
    task_id        uuid,
    revision       bigint,
    actor          text,
    changes        jsonb       NOT NULL DEFAULT '[]',
    correlation_id text,
    title          text,
    -- The payload as it came.
    data           jsonb       NOT NULL
);

-- The two lists that can be asked for, newest first.
CREATE INDEX entries_of_user ON entries (user_id, occurred_at DESC, event_id DESC);
CREATE INDEX entries_of_task ON entries (user_id, task_id, occurred_at DESC, event_id DESC);

-- What happened is not edited afterwards, whoever holds the service's password.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of the trail are neither changed nor deleted';
END
$$;
CREATE TRIGGER entries_are_final BEFORE UPDATE OR DELETE ON entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Entries whose line is not known to be printed. Whoever stored one prints it; the lease says when others may.
CREATE TABLE unprinted (
    event_id     uuid        PRIMARY KEY REFERENCES entries,
    leased_until timestamptz NOT NULL
);
CREATE INDEX unprinted_by_lease ON unprinted (leased_until);

-- What a subscriber could not handle. The id follows from topic and content: a second delivery finds its row.
CREATE TABLE dead_letters (
    id                uuid        PRIMARY KEY,
    dead_letter_topic text        NOT NULL,
    source_topic      text        NOT NULL,
    source_app        text        NOT NULL,
    event_id          text,
    event_type        text,
    reason            text        NOT NULL,
    body              text        NOT NULL,
    body_encoding     text        NOT NULL CHECK (body_encoding IN ('utf8', 'base64')),
    first_seen        timestamptz NOT NULL DEFAULT now(),
    last_seen         timestamptz NOT NULL DEFAULT now(),
    times_seen        integer     NOT NULL DEFAULT 1,
    replays           integer     NOT NULL DEFAULT 0,
    -- Empty again when it comes back after a replay.
    replayed_at       timestamptz
);
CREATE INDEX dead_letters_newest ON dead_letters (first_seen DESC, id DESC);
