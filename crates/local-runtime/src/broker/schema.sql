CREATE SCHEMA IF NOT EXISTS runtime;

CREATE TABLE IF NOT EXISTS runtime.topics (
    id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cluster    text NOT NULL,
    name       text NOT NULL,
    partitions integer NOT NULL CHECK (partitions > 0),
    UNIQUE (cluster, name)
);

CREATE TABLE IF NOT EXISTS runtime.records (
    topic       integer NOT NULL,
    part        integer NOT NULL,
    position    bigint NOT NULL,
    record_key  text,
    headers     text NOT NULL,
    body        bytea NOT NULL,
    appended_ms bigint NOT NULL,
    PRIMARY KEY (topic, part, position)
);

CREATE INDEX IF NOT EXISTS records_by_age ON runtime.records USING brin (appended_ms);

CREATE TABLE IF NOT EXISTS runtime.group_positions (
    consumer_group text NOT NULL,
    topic          integer NOT NULL,
    part           integer NOT NULL,
    next_position  bigint NOT NULL,
    PRIMARY KEY (consumer_group, topic, part)
);
