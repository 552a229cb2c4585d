-- Tasks, their reminders, the settings of their owners, and the outbox through which every consequence leaves.
-- Names are unqualified: the migrator and the service's role have `tasks` as their search path.

CREATE TABLE users (
    user_id text PRIMARY KEY,
    -- The number of the newest task: numbers are never used twice.
    last_number bigint NOT NULL DEFAULT 0,
    -- Counts the changes of all the user's tasks, without gaps.
    sequence bigint NOT NULL DEFAULT 0,
    zone text NOT NULL,
    locale text NOT NULL DEFAULT 'en',
    -- Minutes before the due time; NULL for no reminder unless one is asked for.
    default_reminder_minutes integer DEFAULT 0 CHECK (default_reminder_minutes >= 0),
    channels text[] NOT NULL DEFAULT '{push}',
    -- Set while open tasks may still stand in a zone that was left: through which door, by which request and when. Each
    -- cause gets a marker of its own, so that what came up meanwhile is not forgotten with what is done.
    zone_move jsonb
);

CREATE INDEX users_moving ON users (user_id) WHERE zone_move IS NOT NULL;

CREATE TABLE tasks (
    id uuid PRIMARY KEY,
    user_id text NOT NULL REFERENCES users,
    number bigint NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    completed_at timestamptz,
    priority smallint NOT NULL CHECK (priority BETWEEN 0 AND 4),
    tags text[] NOT NULL,
    project text,
    -- The due as the user said it, and what it came to: the instant it is overdue, the instant that
    -- reminders count back from, and its wall-clock text.
    due jsonb,
    due_at timestamptz,
    remind_from timestamptz,
    due_start text,
    zone text NOT NULL,
    duration_minutes integer,
    reminders jsonb NOT NULL,
    recurrence jsonb,
    series_id uuid,
    occurrence_key text,
    predecessor_id uuid UNIQUE,
    -- Whether what comes after this occurrence is settled: it exists, or the series is over.
    succeeded boolean NOT NULL DEFAULT false,
    revision bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text NOT NULL,
    -- The command that wrote this revision: the same command again is known by it.
    command_id uuid NOT NULL,
    search tsvector GENERATED ALWAYS AS (
        to_tsvector('simple', title || ' ' || description || ' ' || coalesce(project, ''))
    ) STORED,
    UNIQUE (user_id, number),
    UNIQUE (series_id, occurrence_key)
);

CREATE INDEX tasks_open_by_due ON tasks (user_id, (coalesce(due_at, 'infinity')), id) WHERE completed_at IS NULL;
CREATE INDEX tasks_by_creation ON tasks (user_id, created_at, id);
CREATE INDEX tasks_by_tag ON tasks USING gin (tags);
CREATE INDEX tasks_by_word ON tasks USING gin (search);
CREATE INDEX tasks_without_successor ON tasks (completed_at)
    WHERE recurrence IS NOT NULL AND completed_at IS NOT NULL AND NOT succeeded;

CREATE TABLE reminders (
    -- Follows from task, channel and instant, so that planning the same reminder again finds it.
    id uuid PRIMARY KEY,
    task_id uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    user_id text NOT NULL,
    channel text NOT NULL,
    remind_at timestamptz NOT NULL,
    fired_at timestamptz
);

CREATE INDEX reminders_of_task ON reminders (task_id);
CREATE INDEX reminders_due ON reminders (remind_at) WHERE fired_at IS NULL;

-- What is committed and still has to happen, in the order in which it was committed.
CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('change', 'reminder', 'schedule_job', 'cancel_job')),
    -- The user, or the name of the job: what has one key happens in order.
    key text NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease_until timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0
);

CREATE INDEX outbox_by_lease ON outbox (lease_until, seq);
CREATE INDEX outbox_by_key ON outbox (key, seq);

CREATE TABLE idempotency_keys (
    user_id text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    response jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Deleted tasks, which can be brought back for a while. Then what they said is forgotten; number and id stay, so that the
-- trail of a task is found under its number for as long as there is one.
CREATE TABLE deleted_tasks (
    user_id text NOT NULL REFERENCES users,
    number bigint NOT NULL,
    id uuid NOT NULL UNIQUE,
    deleted_at timestamptz NOT NULL,
    -- The row of `tasks` as it was last, and its reminders that were told already; NULL once it is forgotten.
    task jsonb,
    told jsonb,
    PRIMARY KEY (user_id, number)
);

CREATE INDEX deleted_tasks_by_age ON deleted_tasks (deleted_at) WHERE task IS NOT NULL;
