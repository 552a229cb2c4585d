//! `bindings.postgresql`, with the traps of the real one.
//!
//! The real binding prepares a statement, sends it, and never looks at errors that arrive with the rows
//! (components-contrib `bindings/postgres`, `query`). So a unique violation, a bad cast or a timeout through `query`
//! answers 200 with the rows so far. Callers have to cope with that, and can only be tested against it if this
//! runtime does the same. Errors of `exec`, and errors found while preparing, are reported by both.

mod numeric;
mod params;
mod values;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::TryStreamExt;
use tokio_postgres::{SimpleQueryMessage, error::SqlState};

use super::{BindingRequest, BindingResponse};
use crate::{
    clock,
    components::Settings,
    postgres::{ConnectionString, Pool, PostgresError, message_of},
};
use params::Param;

/// A pool on the component's database.
pub(crate) struct PostgresqlBinding {
    pool: Arc<Pool>,
}

/// pgxpool opens at least four connections; two cores gain nothing from more.
const DEFAULT_CONNECTIONS: usize = 8;

impl PostgresqlBinding {
    /// Connects once, so that a wrong connection string fails at start.
    pub(super) async fn open(settings: &Settings) -> Result<Self, String> {
        let text = settings.required("connectionString").or_else(|_| settings.required("url"))?;
        let mut connection = ConnectionString::parse(text)?;
        if let Some(max) = settings.number("maxConns")? {
            connection.max_connections = Some(max);
        }
        let pool = Pool::new(connection, DEFAULT_CONNECTIONS);
        pool.get().await.map_err(|e| format!("failed to ping the database: {e}"))?.release();
        Ok(Self { pool })
    }

    pub(super) async fn invoke(&self, request: BindingRequest) -> Result<BindingResponse, String> {
        if request.operation == "close" {
            self.pool.close();
            return Ok(BindingResponse::default());
        }
        let sql = request.metadata("sql").ok_or("required metadata not set: sql")?;
        let params = params::parse(request.metadata("params"))?;
        let started = clock::now();
        let (data, rows_affected) = match request.operation.as_str() {
            "query" => (self.query(sql, &params).await?, None),
            _ => (String::new(), Some(self.exec(sql, &params).await?)),
        };
        let mut metadata = describe(&request.operation, sql, started, clock::now());
        if let Some(rows) = rows_affected {
            metadata.push(("rows-affected".to_owned(), rows.to_string().into_bytes()));
        }
        Ok(BindingResponse { data: Some(data.into()), metadata })
    }

    async fn query(&self, sql: &str, params: &[Param]) -> Result<String, String> {
        let mut lease = self.pool.get().await.map_err(failed)?;
        let connection = lease.connection().map_err(failed)?;
        let statement = match connection.prepare(sql).await {
            Ok(statement) => statement,
            Err(error) => {
                lease.release();
                return Err(failed(error.into()));
            }
        };
        if let Err(error) = params::check(params, statement.params()) {
            lease.release();
            return Err(format!("error executing query: {error}"));
        }
        let mut json = values::Rows::new(statement.columns());
        let stream = connection.client().query_raw(&statement, params.iter()).await;
        let outcome = match stream {
            Ok(stream) => {
                let mut stream = std::pin::pin!(stream);
                loop {
                    match stream.try_next().await {
                        Ok(Some(row)) => json.push(&row)?,
                        Ok(None) => break Ok(()),
                        Err(error) => break Err(error),
                    }
                }
            }
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            tracing::debug!(error = %message_of(&error), "error hidden from the caller, as daprd hides it");
            if error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED) {
                // "cached plan must not change result type": the next call prepares again.
                connection.forget(sql);
            }
        }
        lease.release();
        Ok(json.finish())
    }

    async fn exec(&self, sql: &str, params: &[Param]) -> Result<u64, String> {
        let mut lease = self.pool.get().await.map_err(failed)?;
        let connection = lease.connection().map_err(failed)?;
        let result = if params.is_empty() {
            connection.client().simple_query(sql).await.map(|messages| rows_of_last(&messages))
        } else {
            match connection.prepare(sql).await {
                Ok(statement) => {
                    params::check(params, statement.params())
                        .map_err(|e| format!("error executing query: {e}"))?;
                    connection.client().execute_raw(&statement, params.iter()).await
                }
                Err(error) => Err(error),
            }
        };
        lease.release();
        result.map_err(|error| failed(error.into()))
    }
}

fn failed(error: PostgresError) -> String {
    format!("error executing query: {error}")
}

fn rows_of_last(messages: &[SimpleQueryMessage]) -> u64 {
    let counts = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::CommandComplete(rows) => Some(*rows),
        _ => None,
    });
    counts.last().unwrap_or_default()
}

fn describe(
    operation: &str,
    sql: &str,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
) -> Vec<(String, Vec<u8>)> {
    let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true).into_bytes();
    let duration = (end - start).to_std().unwrap_or(Duration::ZERO);
    // Go's HTTP/1 writer puts spaces for line breaks.
    let sql = sql.bytes().map(|b| if matches!(b, b'\r' | b'\n') { b' ' } else { b }).collect();
    vec![
        ("operation".to_owned(), operation.as_bytes().to_vec()),
        ("sql".to_owned(), sql),
        ("start-time".to_owned(), time(start)),
        ("end-time".to_owned(), time(end)),
        ("duration".to_owned(), format!("{duration:?}").into_bytes()),
    ]
}
