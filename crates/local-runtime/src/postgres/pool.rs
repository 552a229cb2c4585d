//! A small connection pool with one statement cache per connection.
//!
//! A cached statement makes a call one round trip, which is what the hot paths are measured by. Connections are
//! handed out last-in-first-out, so that a quiet runtime keeps using the same warm one.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_postgres::{NoTls, Row, Statement, types::ToSql};

use super::ConnectionString;

/// Beyond this many statements on one connection the cache starts anew (pgx keeps 512).
const MAX_STATEMENTS: usize = 512;

/// The database cannot be reached or refused a statement.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PostgresError {
    /// Answer of the server or failure of the connection.
    #[error("{}", message_of(.0))]
    Postgres(#[from] tokio_postgres::Error),
    /// The pool was closed for good.
    #[error("closed pool")]
    Closed,
    /// The connection string makes no sense.
    #[error("connection string: {0}")]
    ConnectionString(String),
}

/// pgx's wording, because callers have nothing but the text: `ERROR: … (SQLSTATE 23505)`.
pub(crate) fn message_of(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => {
            format!("{}: {} (SQLSTATE {})", db.severity(), db.message(), db.code().code())
        }
        None => match std::error::Error::source(error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
    }
}

/// Connections to one database under one role.
pub(crate) struct Pool {
    config: tokio_postgres::Config,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    closed: AtomicBool,
}

/// One connection and the statements prepared on it.
pub(crate) struct Connection {
    client: tokio_postgres::Client,
    statements: HashMap<String, Statement>,
}

impl Pool {
    /// No connection is opened yet; `max` bounds how many there will be.
    pub(crate) fn new(connection: ConnectionString, default_max: usize) -> Arc<Self> {
        let max = connection.max_connections.unwrap_or(default_max).max(1);
        Arc::new(Self {
            config: connection.config,
            idle: Mutex::new(Vec::new()),
            permits: Arc::new(Semaphore::new(max)),
            closed: AtomicBool::new(false),
        })
    }

    /// Waits for a free connection, opening one when none is idle.
    pub(crate) async fn get(self: &Arc<Self>) -> Result<Lease, PostgresError> {
        let permit =
            Arc::clone(&self.permits).acquire_owned().await.map_err(|_| PostgresError::Closed)?;
        let connection = match self.take_idle() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        Ok(Lease { connection: Some(connection), pool: Arc::clone(self), _permit: permit })
    }

    fn take_idle(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(connection) = idle.pop() {
            if !connection.client.is_closed() {
                return Some(connection);
            }
        }
        None
    }

    async fn connect(&self) -> Result<Connection, PostgresError> {
        let (client, driver) = self.config.connect(NoTls).await?;
        tokio::spawn(async move {
            if let Err(error) = driver.await {
                tracing::debug!(error = %message_of(&error), "database connection ended");
            }
        });
        Ok(Connection { client, statements: HashMap::new() })
    }

    /// Ends the pool for good; calls in flight finish. This is what the binding's `close` operation does.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.permits.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Runs a cached statement and collects its rows.
    pub(crate) async fn query(
        self: &Arc<Self>,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, PostgresError> {
        let mut lease = self.get().await?;
        let rows = lease.connection()?.query(sql, params).await;
        lease.release();
        Ok(rows?)
    }

    /// Runs a cached statement; returns the number of rows it touched.
    pub(crate) async fn execute(
        self: &Arc<Self>,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, PostgresError> {
        let mut lease = self.get().await?;
        let count = lease.connection()?.execute(sql, params).await;
        lease.release();
        count
    }

    /// Runs several statements without parameters.
    pub(crate) async fn batch(self: &Arc<Self>, sql: &str) -> Result<(), PostgresError> {
        let mut lease = self.get().await?;
        let done = lease.connection()?.client.batch_execute(sql).await;
        lease.release();
        Ok(done?)
    }
}

impl Connection {
    /// The statement for `sql`, prepared once per connection.
    pub(crate) async fn prepare(&mut self, sql: &str) -> Result<Statement, tokio_postgres::Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).await?;
        if self.statements.len() >= MAX_STATEMENTS {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Runs a cached statement and collects its rows.
    async fn query(
        &mut self,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        let statement = self.prepare(sql).await?;
        self.client.query(&statement, params).await
    }

    /// Runs a cached statement; returns the number of rows it touched.
    pub(crate) async fn execute(
        &mut self,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, PostgresError> {
        let statement = self.prepare(sql).await?;
        Ok(self.client.execute(&statement, params).await?)
    }

    /// Forgets a statement whose plan the server no longer accepts.
    pub(crate) fn forget(&mut self, sql: &str) {
        self.statements.remove(sql);
    }

    pub(crate) fn client(&mut self) -> &mut tokio_postgres::Client {
        &mut self.client
    }
}

/// A connection out of the pool. It goes back only through [`Lease::release`]: a call that was cancelled may still be
/// running on the server, so its connection is closed instead.
pub(crate) struct Lease {
    connection: Option<Connection>,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    pub(crate) fn connection(&mut self) -> Result<&mut Connection, PostgresError> {
        self.connection.as_mut().ok_or(PostgresError::Closed)
    }

    /// Gives the connection back, unless it broke.
    pub(crate) fn release(mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !connection.client.is_closed() && !self.pool.closed.load(Ordering::Acquire) {
            self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}
