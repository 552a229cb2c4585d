//! SQL of a state store, in the layout of the real component (`state.postgresql` v2).

/// Statements on one table.
pub(super) struct Statements {
    pub(super) create_table: String,
    pub(super) get: String,
    /// Parameters of all writes: key, value as JSON text, new etag, seconds to live; then the expected etag.
    pub(super) update: String,
    pub(super) insert: String,
    pub(super) upsert: String,
    pub(super) delete: String,
    pub(super) clean: String,
}

const VALUES: &str =
    "VALUES ($1, convert_to($2::text, 'UTF8'), $3, now() + make_interval(secs => $4::bigint))";

impl Statements {
    /// # Errors
    /// A prefix that leads to no plain table name.
    pub(super) fn new(prefix: &str) -> Result<Self, String> {
        let table = format!("{prefix}state");
        if !table.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')) {
            return Err(format!("tablePrefix leads to the impossible table {table}"));
        }
        let insert = format!(
            "INSERT INTO {table} AS s (key, value, etag, expires_at) {VALUES} ON CONFLICT (key) DO UPDATE \
            SET value = excluded.value, etag = excluded.etag, updated_at = now(), expires_at = excluded.expires_at"
        );
        Ok(Self {
            // Sidecars start at the same time, and IF NOT EXISTS alone does not keep two of them apart.
            create_table: format!(
                "BEGIN; SELECT pg_advisory_xact_lock(7310220716); CREATE TABLE IF NOT EXISTS {table} ( \
                   key text NOT NULL PRIMARY KEY, value bytea NOT NULL, etag uuid NOT NULL, \
                   created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz, expires_at timestamptz); \
                 CREATE INDEX IF NOT EXISTS {}_expires_at ON {table} (expires_at) WHERE expires_at IS NOT NULL; COMMIT",
                table.replace('.', "_")
            ),
            get: format!(
                "SELECT value, etag, expires_at FROM {table} \
                 WHERE key = $1 AND (expires_at IS NULL OR expires_at > now())"
            ),
            update: format!(
                "UPDATE {table} SET (value, etag, expires_at) = \
                   (convert_to($2::text, 'UTF8'), $3, now() + make_interval(secs => $4::bigint)), updated_at = now() \
                 WHERE key = $1 AND etag = $5 AND (expires_at IS NULL OR expires_at > now())"
            ),
            // Only over an expired row.
            insert: format!("{insert} WHERE s.expires_at < now()"),
            upsert: insert,
            delete: format!(
                "DELETE FROM {table} WHERE key = $1 AND ($2::uuid IS NULL OR etag = $2)"
            ),
            clean: format!("DELETE FROM {table} WHERE expires_at < now()"),
        })
    }
}
