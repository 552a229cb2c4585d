//! Reads and writes of a state store.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::{DeleteItem, Operation, SaveItem, statements::Statements};
use crate::{
    components::Settings,
    postgres::{Connection, ConnectionString, Pool, PostgresError},
    resiliency::{Repeat, Repeatable},
    text::go_json,
};

/// Why a state call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StateError {
    #[error("possible etag mismatch. error from state store")]
    EtagMismatch,
    /// The real store takes an etag that is no uuid for one that does not match.
    #[error("possible etag mismatch. error from state store: {0}")]
    EtagInvalid(String),
    #[error("no item was updated")]
    FirstWriteConflict,
    #[error(
        "api error: code = InvalidArgument desc = input key/keyPrefix '{0}' can't contain '||'"
    )]
    InvalidKey(String),
    #[error("error parsing TTL: {0}")]
    InvalidTtl(String),
    #[error("{0}")]
    Postgres(#[from] PostgresError),
}

impl Repeatable for StateError {
    /// A version conflict stays one, however often it is tried.
    fn repeat(&self) -> Repeat {
        match self {
            Self::EtagMismatch | Self::EtagInvalid(_) | Self::InvalidKey(_) => Repeat::Never,
            Self::InvalidTtl(_) | Self::FirstWriteConflict | Self::Postgres(_) => Repeat::Yes,
        }
    }
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
    statements: Statements,
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
        let prefix = match settings.get("keyPrefix").unwrap_or("appid") {
            "appid" | "namespace" => format!("{app_id}||"),
            "name" => format!("{name}||"),
            "none" => String::new(),
            literal if literal.contains("||") => {
                return Err(format!("keyPrefix {literal} contains ||"));
            }
            literal => format!("{literal}||"),
        };
        let statements = Statements::new(settings.get("tablePrefix").unwrap_or_default())?;
        let pool = Pool::new(connection, CONNECTIONS);
        pool.batch(&statements.create_table).await.map_err(|e| e.to_string())?;
        Ok(Self { pool, statements, prefix })
    }

    fn key(&self, key: &str) -> Result<String, StateError> {
        if key.contains("||") {
            return Err(StateError::InvalidKey(key.to_owned()));
        }
        Ok(format!("{}{key}", self.prefix))
    }

    /// The value of a key that has not expired.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Stored>, StateError> {
        let rows = self.pool.query(&self.statements.get, &[&self.key(key)?]).await?;
        Ok(rows.first().map(|row| Stored {
            value: row.get(0),
            etag: row.get(1),
            expires_at: row.get(2),
        }))
    }

    /// Saves one item.
    pub(crate) async fn save(&self, item: &SaveItem) -> Result<(), StateError> {
        let mut lease = self.pool.get().await?;
        let done = self.save_with(lease.connection()?, item).await;
        lease.release();
        done
    }

    /// Removes one item; an absent one counts as removed.
    pub(crate) async fn delete(&self, item: &DeleteItem) -> Result<(), StateError> {
        let mut lease = self.pool.get().await?;
        let done = self.delete_with(lease.connection()?, item).await;
        lease.release();
        done
    }

    /// Runs all operations or none. A call that is cancelled half way takes its connection down, and with it the
    /// transaction.
    pub(crate) async fn transact(&self, operations: &[Operation]) -> Result<(), StateError> {
        let mut lease = self.pool.get().await?;
        let connection = lease.connection()?;
        run(connection, "BEGIN").await?;
        let done = self.run_all(connection, operations).await;
        run(connection, if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
        lease.release();
        done
    }

    async fn run_all(
        &self,
        connection: &mut Connection,
        operations: &[Operation],
    ) -> Result<(), StateError> {
        for operation in operations {
            match operation {
                Operation::Upsert(item) => self.save_with(connection, item).await?,
                Operation::Delete(item) => self.delete_with(connection, item).await?,
            }
        }
        Ok(())
    }

    async fn save_with(
        &self,
        connection: &mut Connection,
        item: &SaveItem,
    ) -> Result<(), StateError> {
        let key = self.key(&item.key)?;
        let value = go_json::to_string(&go_json::through_float64(item.value.clone()));
        let ttl = item.ttl_seconds().map_err(StateError::InvalidTtl)?;
        let etag = Uuid::new_v4();
        let wanted = parse_etag(item.etag.as_deref())?;
        let mut params: Vec<&(dyn ToSql + Sync)> = vec![&key, &value, &etag, &ttl];
        let (sql, conflict) = match &wanted {
            Some(wanted) => {
                params.push(wanted);
                (&self.statements.update, StateError::EtagMismatch)
            }
            None if item.options.first_write() => {
                (&self.statements.insert, StateError::FirstWriteConflict)
            }
            None => (&self.statements.upsert, StateError::FirstWriteConflict),
        };
        match connection.execute(sql, &params).await? {
            0 => Err(conflict),
            _ => Ok(()),
        }
    }

    async fn delete_with(
        &self,
        connection: &mut Connection,
        item: &DeleteItem,
    ) -> Result<(), StateError> {
        let (key, etag) = (self.key(&item.key)?, parse_etag(item.etag.as_deref())?);
        let removed = connection.execute(&self.statements.delete, &[&key, &etag]).await?;
        if removed == 0 && etag.is_some() { Err(StateError::EtagMismatch) } else { Ok(()) }
    }

    /// Removes expired rows; they are invisible anyway.
    pub(crate) async fn clean(&self) -> Result<u64, PostgresError> {
        self.pool.execute(&self.statements.clean, &[]).await
    }
}

fn parse_etag(text: Option<&str>) -> Result<Option<Uuid>, StateError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    Uuid::parse_str(text).map(Some).map_err(|_| {
        let known = matches!(text.len(), 32 | 36 | 38 | 45);
        let length = format!("invalid UUID length: {}", text.len());
        StateError::EtagInvalid(if known { "invalid UUID format".to_owned() } else { length })
    })
}

async fn run(connection: &mut Connection, sql: &str) -> Result<(), PostgresError> {
    Ok(connection.client().batch_execute(sql).await?)
}
