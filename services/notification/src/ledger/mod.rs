//! What was told: a row for each event and channel, claimed before and settled after telling.

mod row;

use std::{collections::HashMap, sync::LazyLock, time::Duration};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use todo_dapr::{Sql, SqlError, Statement};
use todo_events::{Channel, EventId, UserId};
use todo_service_kit::together::Batch;
use uuid::Uuid;

pub use row::{Claim, Claimed, Delivery, Settlement, State, Told};

static CLAIM: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("claim", include_str!("claim.sql")));
static TAKE: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("take", include_str!("take.sql")));
static SETTLE: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("settle", include_str!("settle.sql")));
static TOLD: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("told", include_str!("told.sql")));
static PRUNE: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("prune", include_str!("prune.sql")));

/// The ledger behind a database binding; clones share the connection.
#[derive(Debug, Clone)]
pub struct Ledger(Sql);

impl Ledger {
    /// The ledger behind a database binding.
    pub fn new(sql: Sql) -> Self {
        Self(sql)
    }

    /// Puts stories on the ledger and claims for half a minute what is to be told by push now; what came of each claim,
    /// in their order.
    ///
    /// # Errors
    /// When they are not known to be on the ledger.
    pub async fn claim(&self, claims: &[&Claim]) -> Result<Vec<Claimed>, SqlError> {
        let claimed: Vec<Claimed> = self.0.run(&CLAIM, &[&json(&claims)]).await?;
        let mut claimed: HashMap<EventId, Claimed> =
            claimed.into_iter().map(|claimed| (claimed.event_id, claimed)).collect();
        // Of two claims of one event the first has what came of it.
        let of = |claim: &&Claim| {
            claimed.remove(&claim.event_id).unwrap_or_else(|| Claimed::before(claim))
        };
        Ok(claims.iter().map(of).collect())
    }

    /// Claims rows that nobody holds, the longest waiting first.
    ///
    /// # Errors
    /// When the answer was lost; the rows come again after their lease.
    pub async fn take(
        &self,
        channels: &[Channel],
        lease: Duration,
        limit: u32,
    ) -> Result<Vec<Delivery>, SqlError> {
        let (seconds, limit) = (lease.as_secs().to_string(), limit.to_string());
        let claim = Uuid::new_v4().to_string();
        let params = [&*json(&channels), &seconds, &limit, &claim];
        let rows: Vec<Value> = self.0.run(&TAKE, &params).await?;
        Ok(rows.into_iter().filter_map(readable).collect())
    }

    /// Writes down how attempts went.
    ///
    /// # Errors
    /// When it may not be written; what was told is then told again after its lease, with the same id.
    pub async fn settle(&self, settlements: &[Settlement]) -> Result<u64, SqlError> {
        self.0.run(&SETTLE, &[&json(&settlements)]).await
    }

    /// What a user was told by push after an instant, or is being told: the newest `limit`, the oldest of them first; and
    /// the database's instant to ask from the next time, after which everything is settled that is not here.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn told(
        &self,
        user: &UserId,
        since: Option<DateTime<Utc>>,
        limit: u32,
    ) -> Result<(Vec<Told>, DateTime<Utc>), SqlError> {
        #[derive(Deserialize)]
        struct Answer {
            told: Vec<Value>,
            until: DateTime<Utc>,
        }
        let since = since.map(|since| since.to_rfc3339()).unwrap_or_default();
        let params = [user.as_str(), &since, &limit.to_string()];
        let Answer { told, until } = self.0.run(&TOLD, &params).await?;
        Ok((told.into_iter().filter_map(readable).collect(), until))
    }

    /// Forgets at most 1000 rows that were settled 30 days ago, and says how many.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn prune(&self) -> Result<u64, SqlError> {
        self.0.run(&PRUNE, &[]).await
    }
}

/// [`Ledger::claim`].
impl Batch for Ledger {
    type Request = Box<Claim>;
    type Answer = Claimed;

    async fn run(&self, claims: &[Box<Claim>]) -> Result<Vec<Claimed>, SqlError> {
        self.claim(&claims.iter().map(AsRef::as_ref).collect::<Vec<_>>()).await
    }
}

/// A row that this release cannot read, perhaps one of a newer release, must not hold up the others.
fn readable<T: DeserializeOwned>(row: Value) -> Option<T> {
    let event_id = row.get("event_id").cloned();
    serde_json::from_value(row)
        .inspect_err(
            |error| tracing::error!(?event_id, %error, "a row of the ledger is unreadable"),
        )
        .ok()
}

/// What is sent here always has a JSON form; were one lost, the database would refuse the empty text.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
