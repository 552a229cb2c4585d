//! The table of jobs.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{JobSpec, SpecError, spec::Plan};
use crate::postgres::{Pool, PostgresError};

/// Why a job was not created.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateError {
    #[error("job already exists")]
    Exists,
    #[error("{0}")]
    Spec(#[from] SpecError),
    #[error("{0}")]
    Postgres(#[from] PostgresError),
}

/// Statements on `runtime.jobs`.
#[derive(Clone)]
pub(super) struct JobStore {
    pool: Arc<Pool>,
}

/// A job's next trigger. The version changes with every overwrite.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Planned {
    pub(super) at: DateTime<Utc>,
    pub(super) app_id: String,
    pub(super) name: String,
    pub(super) version: i64,
}

/// A job as it stands.
pub(super) struct Job {
    pub(super) spec: JobSpec,
    pub(super) at: DateTime<Utc>,
    pub(super) fired: u32,
    pub(super) attempts: u32,
    pub(super) expires: Option<DateTime<Utc>>,
}

const CREATE: &str = "INSERT INTO runtime.jobs AS j (app_id, name, spec, next_at, expires_at) \
    VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (app_id, name) DO UPDATE SET spec = excluded.spec, next_at = excluded.next_at, \
      expires_at = excluded.expires_at, fired = 0, attempts = 0, version = nextval('runtime.job_versions') \
    WHERE $6 RETURNING version";

const SCHEMA: &str = "CREATE SCHEMA IF NOT EXISTS runtime; \
    CREATE SEQUENCE IF NOT EXISTS runtime.job_versions; \
    CREATE TABLE IF NOT EXISTS runtime.jobs ( \
      app_id text NOT NULL, name text NOT NULL, spec text NOT NULL, \
      next_at timestamptz NOT NULL, expires_at timestamptz, \
      fired integer NOT NULL DEFAULT 0, attempts integer NOT NULL DEFAULT 0, \
      version bigint NOT NULL DEFAULT nextval('runtime.job_versions'), \
      PRIMARY KEY (app_id, name)); \
    CREATE INDEX IF NOT EXISTS jobs_by_time ON runtime.jobs (next_at)";

impl JobStore {
    pub(super) fn new(pool: Arc<Pool>) -> Self {
        Self { pool }
    }

    pub(super) async fn migrate(&self) -> Result<(), PostgresError> {
        self.pool.batch(SCHEMA).await
    }

    /// Stores a job; an existing one stays unless the spec says to overwrite it.
    pub(super) async fn create(
        &self,
        app_id: &str,
        name: &str,
        spec: &JobSpec,
        plan: &Plan,
    ) -> Result<Planned, CreateError> {
        let text = serde_json::to_string(spec).unwrap_or_default();
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
            [&app_id, &name, &text, &plan.first, &plan.expires, &spec.overwrite];
        let rows = self.pool.query(CREATE, &params).await?;
        let version = rows.first().ok_or(CreateError::Exists)?.get(0);
        Ok(Planned { at: plan.first, app_id: app_id.to_owned(), name: name.to_owned(), version })
    }

    /// The spec of a job, if there is one.
    pub(super) async fn spec(
        &self,
        app_id: &str,
        name: &str,
    ) -> Result<Option<JobSpec>, PostgresError> {
        let sql = "SELECT spec FROM runtime.jobs WHERE app_id = $1 AND name = $2";
        let rows = self.pool.query(sql, &[&app_id, &name]).await?;
        Ok(rows.first().map(|row| parse(row.get(0))))
    }

    pub(super) async fn delete(&self, app_id: &str, name: &str) -> Result<(), PostgresError> {
        let sql = "DELETE FROM runtime.jobs WHERE app_id = $1 AND name = $2";
        self.pool.execute(sql, &[&app_id, &name]).await.map(drop)
    }

    /// What is planned before `until`, for the given applications.
    pub(super) async fn planned(
        &self,
        app_ids: &[String],
        until: DateTime<Utc>,
    ) -> Result<Vec<Planned>, PostgresError> {
        let sql = "SELECT next_at, app_id, name, version FROM runtime.jobs \
                   WHERE next_at < $2 AND app_id = ANY($1) ORDER BY next_at";
        let rows = self.pool.query(sql, &[&app_ids, &until]).await?;
        let planned = rows.iter().map(|row| Planned {
            at: row.get(0),
            app_id: row.get(1),
            name: row.get(2),
            version: row.get(3),
        });
        Ok(planned.collect())
    }

    /// The job behind a plan, unless it was removed or replaced since.
    pub(super) async fn job(&self, planned: &Planned) -> Result<Option<Job>, PostgresError> {
        let sql = "SELECT spec, next_at, fired, attempts, expires_at FROM runtime.jobs \
                   WHERE app_id = $1 AND name = $2 AND version = $3";
        let rows =
            self.pool.query(sql, &[&planned.app_id, &planned.name, &planned.version]).await?;
        Ok(rows.first().map(|row| Job {
            spec: parse(row.get(0)),
            at: row.get(1),
            fired: row.get::<_, i32>(2).cast_unsigned(),
            attempts: row.get::<_, i32>(3).cast_unsigned(),
            expires: row.get(4),
        }))
    }

    /// Plans the next trigger; nothing happens if the job was replaced meanwhile.
    pub(super) async fn replan(
        &self,
        planned: &Planned,
        at: DateTime<Utc>,
        fired: u32,
        attempts: u32,
    ) -> Result<(), PostgresError> {
        let sql = "UPDATE runtime.jobs SET next_at = $4, fired = $5, attempts = $6 \
                   WHERE app_id = $1 AND name = $2 AND version = $3";
        let (fired, attempts) = (fired.cast_signed(), attempts.cast_signed());
        let params: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
            [&planned.app_id, &planned.name, &planned.version, &at, &fired, &attempts];
        self.pool.execute(sql, &params).await.map(drop)
    }

    /// Removes a finished job, unless it was replaced meanwhile.
    pub(super) async fn finish(&self, planned: &Planned) -> Result<(), PostgresError> {
        let sql = "DELETE FROM runtime.jobs WHERE app_id = $1 AND name = $2 AND version = $3";
        self.pool.execute(sql, &[&planned.app_id, &planned.name, &planned.version]).await.map(drop)
    }
}

fn parse(text: &str) -> JobSpec {
    serde_json::from_str(text).unwrap_or_default()
}
