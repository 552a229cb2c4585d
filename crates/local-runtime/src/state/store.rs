//! Reads and writes of a state store.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, types::ToSql};
use uuid::Uuid;

use super::{DeleteItem, Operation, SaveItem};
use crate::{
    components::Settings,
    postgres::{ConnectionString, Pool, PostgresError},
    text::go_json,
};

/// Why a state call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StateError {
    #[error("possible etag mismatch. error from state store: etag mismatch")]
    EtagMismatch,
    #[error("no item was updated")]
    FirstWriteConflict,
    #[error("input key/keyPrefix '{0}' can't contain '||'")]
    InvalidKey(String),
    #[error("{0}")]
    InvalidRequest(String),
    #[error("{0}")]
    Postgres(#[from] PostgresError),
}

/// What a key holds.
pub(crate) struct Stored {
    pub(crate) value: Vec<u8>,
    pub(crate) etag: Uuid,
    pub(crate) expires_at: Option<DateTime<Utc>>,
}

/// One component as one application sees it.
pub(crate) struct StateStore {
    pool: Arc<Pool>,
    table: String,
    prefix: String,
}

const CONNECTIONS: usize = 4;

impl StateStore {
    /// Connects and creates the table, in the first schema of the connection's search path, if it is missing.
    pub(crate) async fn open(
        name: &str,
        app_id: &str,
        settings: &Settings,
    ) -> Result<Self, String> {
        let mut connection = ConnectionString::parse(settings.required("connectionString")?)?;
        if let Some(max) = settings.number("maxConns")? {
            connection.max_connections = Some(max);
        }
        let table = format!("{}state", settings.get("tablePrefix").unwrap_or_default());
        if !table.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')) {
            return Err(format!("tablePrefix leads to the impossible table {table}"));
        }
        let prefix = match settings.get("keyPrefix").unwrap_or("appid") {
            "appid" | "namespace" => format!("{app_id}||"),
            "name" => format!("{name}||"),
            "none" => String::new(),
            literal if literal.contains("||") => {
                return Err(format!("keyPrefix {literal} contains ||"));
            }
            literal => format!("{literal}||"),
        };
        let pool = Pool::new(connection, CONNECTIONS);
        let store = Self { pool, table, prefix };
        store.create_table().await.map_err(|e| e.to_string())?;
        Ok(store)
    }

    async fn create_table(&self) -> Result<(), PostgresError> {
        // Sidecars start at the same time, and IF NOT EXISTS alone does not keep two of them apart.
        let sql = format!(
            "BEGIN; SELECT pg_advisory_xact_lock(7310220716); \
             CREATE TABLE IF NOT EXISTS {table} ( \
               key text NOT NULL PRIMARY KEY, value bytea NOT NULL, etag uuid NOT NULL, \
               created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz, expires_at timestamptz); \
             CREATE INDEX IF NOT EXISTS {index} ON {table} (expires_at) WHERE expires_at IS NOT NULL; COMMIT",
            table = self.table,
            index = format_args!("{}_expires_at", self.table.replace('.', "_")),
        );
        self.pool.batch(&sql).await
    }

    fn key(&self, key: &str) -> Result<String, StateError> {
        if key.contains("||") {
            return Err(StateError::InvalidKey(key.to_owned()));
        }
        Ok(format!("{}{key}", self.prefix))
    }

    /// The value of a key that has not expired.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Stored>, StateError> {
        let sql = format!(
            "SELECT value, etag, expires_at FROM {} WHERE key = $1 AND (expires_at IS NULL OR expires_at > now())",
            self.table
        );
        let rows = self.pool.query(&sql, &[&self.key(key)?]).await?;
        Ok(rows.first().map(|row| Stored {
            value: row.get(0),
            etag: row.get(1),
            expires_at: row.get(2),
        }))
    }

    /// Saves one item.
    pub(crate) async fn save(&self, item: &SaveItem) -> Result<(), StateError> {
        let mut lease = self.pool.get().await?;
        let done = self.save_with(&*lease.connection()?.client(), item).await;
        lease.release();
        done
    }

    /// Removes one item; an absent one counts as removed.
    pub(crate) async fn delete(&self, item: &DeleteItem) -> Result<(), StateError> {
        let mut lease = self.pool.get().await?;
        let done = self.delete_with(&*lease.connection()?.client(), item).await;
        lease.release();
        done
    }

    /// Runs all operations or none.
    pub(crate) async fn transact(&self, operations: &[Operation]) -> Result<(), StateError> {
        let mut lease = self.pool.get().await?;
        let transaction =
            lease.connection()?.client().transaction().await.map_err(PostgresError::from)?;
        for operation in operations {
            match operation {
                Operation::Upsert(item) => self.save_with(&transaction, item).await?,
                Operation::Delete(item) => self.delete_with(&transaction, item).await?,
            }
        }
        transaction.commit().await.map_err(PostgresError::from)?;
        lease.release();
        Ok(())
    }

    async fn save_with(
        &self,
        client: &impl GenericClient,
        item: &SaveItem,
    ) -> Result<(), StateError> {
        let (key, value) = (
            self.key(&item.key)?,
            go_json::to_string(&go_json::through_float64(item.value.clone())),
        );
        let ttl = item.ttl_seconds().map_err(StateError::InvalidRequest)?;
        let table = &self.table;
        let expiry = "now() + make_interval(secs => $4::bigint)";
        let etag = Uuid::new_v4();
        let wanted = item.etag.as_deref().filter(|etag| !etag.is_empty());
        let mut params: Vec<&(dyn ToSql + Sync)> = vec![&key, &value, &etag, &ttl];
        let parsed;
        let sql = match wanted {
            Some(text) => {
                // The real store takes an etag that is no uuid for one that does not match.
                parsed = Uuid::parse_str(text).map_err(|_| StateError::EtagMismatch)?;
                params.push(&parsed);
                format!(
                    "UPDATE {table} SET value = convert_to($2::text, 'UTF8'), etag = $3, updated_at = now(), \
                     expires_at = {expiry} WHERE key = $1 AND etag = $5 \
                     AND (expires_at IS NULL OR expires_at > now())"
                )
            }
            None => {
                let guard = if item.options.first_write() {
                    format!("WHERE {table}.expires_at < now()")
                } else {
                    String::new()
                };
                format!(
                    "INSERT INTO {table} (key, value, etag, expires_at) \
                     VALUES ($1, convert_to($2::text, 'UTF8'), $3, {expiry}) \
                     ON CONFLICT (key) DO UPDATE SET value = excluded.value, etag = excluded.etag, \
                     updated_at = now(), expires_at = excluded.expires_at {guard}"
                )
            }
        };
        let changed = client.execute(&sql, &params).await.map_err(PostgresError::from)?;
        match (changed, wanted) {
            (0, Some(_)) => Err(StateError::EtagMismatch),
            (0, None) => Err(StateError::FirstWriteConflict),
            _ => Ok(()),
        }
    }

    async fn delete_with(
        &self,
        client: &impl GenericClient,
        item: &DeleteItem,
    ) -> Result<(), StateError> {
        let key = self.key(&item.key)?;
        let table = &self.table;
        let etag = match item.etag.as_deref().filter(|etag| !etag.is_empty()) {
            None => None,
            Some(text) => Some(Uuid::parse_str(text).map_err(|_| StateError::EtagMismatch)?),
        };
        let sql = format!("DELETE FROM {table} WHERE key = $1 AND ($2::uuid IS NULL OR etag = $2)");
        let removed = client.execute(&sql, &[&key, &etag]).await.map_err(PostgresError::from)?;
        if removed == 0 && etag.is_some() { Err(StateError::EtagMismatch) } else { Ok(()) }
    }

    /// Removes expired rows; they are invisible anyway.
    pub(crate) async fn clean(&self) -> Result<u64, PostgresError> {
        let sql = format!("DELETE FROM {} WHERE expires_at < now()", self.table);
        self.pool.execute(&sql, &[]).await
    }
}
