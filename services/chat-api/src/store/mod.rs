//! Tasks in PostgreSQL, one statement for each operation, through the binding of the sidecar.
//!
//! A write returns the outbox items that it committed, leased to this replica, so that they are published without being read
//! again. Its outcomes are data, never errors of the database: those the binding would hide.

mod answer;
mod bulk;
mod create;
mod document;
mod error;
mod fields;
mod list;
mod occurrence;
mod outbox;
mod read;
mod reminder;
mod selection;
mod settings;
mod statement;
mod update;
mod zone_move;

pub use bulk::{BulkOutcome, BulkResult, StatusChange};
pub use create::{CreateOutcome, IdempotencyKey};
pub use document::TaskDocument;
pub use error::StoreError;
pub use list::TaskPage;
pub use occurrence::{NextOccurrence, OccurrenceOutcome};
pub use outbox::{ItemKind, OutboxAge, OutboxItem};
pub use selection::{Selection, TaskRef};
pub use settings::SavedSettings;
pub use update::UpdateOutcome;
pub use zone_move::ZoneStep;

use std::{collections::HashMap, sync::Arc};

use todo_dapr::Sql;
use todo_events::UserId;
use todo_recurrence::Zone;
use tokio::sync::Mutex;

/// How long the writing replica alone may publish what it wrote; afterwards any replica's sweep does.
const LEASE: &str = "10 seconds";

/// How often a write is understood anew because the user's zone was another one.
const ZONE_TRIES: usize = 3;

/// How many users' zones are remembered.
const ZONE_CACHE: usize = 10_000;

/// The tasks of all users.
#[derive(Debug, Clone)]
pub struct TaskStore {
    sql: Sql,
    default_zone: Zone,
    // What a user's zone was when last seen. A write names the zone it was understood in and is refused
    // when that is no longer the user's, so a stale entry costs one more call and nothing else.
    zones: Arc<Mutex<HashMap<UserId, Zone>>>,
}

impl TaskStore {
    /// The store behind a database binding; users who set no zone live in `default_zone`.
    pub fn new(sql: Sql, default_zone: Zone) -> Self {
        Self { sql, default_zone, zones: Arc::default() }
    }

    /// The zone a user is thought to be in.
    pub async fn zone_of(&self, user: &UserId) -> Zone {
        let zones = self.zones.lock().await;
        zones.get(user).cloned().unwrap_or_else(|| self.default_zone.clone())
    }

    async fn remember_zone(&self, user: &UserId, zone: Zone) {
        let mut zones = self.zones.lock().await;
        if zones.len() >= ZONE_CACHE {
            zones.clear();
        }
        zones.insert(user.clone(), zone);
    }
}
