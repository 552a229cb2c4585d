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
