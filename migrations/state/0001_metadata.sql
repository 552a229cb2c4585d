-- Dapr's state store makes its tables by itself, under a lock on a row of this one. This one it makes without a lock: of two
-- sidecars that start together on an empty schema one would end
-- (components-contrib 1.18, common/component/sql/migrations/postgres: EnsureMetadataTable).
CREATE TABLE IF NOT EXISTS dapr_metadata (
  key text NOT NULL PRIMARY KEY,
  value text NOT NULL
);
