//! Tasks in PostgreSQL, one statement for each operation, through the binding of the sidecar.
//!
//! A write returns the outbox items that it committed, leased to this replica, so that they are published without being read
//! again. Its outcomes are data, never errors of the database: those the binding would hide.

mod answer;
mod bulk;
mod change;
mod create;
mod document;
mod error;
mod fields;
mod list;
mod occurrence;
mod outbox;
mod read;
mod reminder;
mod replay;
mod selection;
mod settings;
mod statement;
mod update;
mod zone_move;

pub use bulk::{BulkOutcome, BulkResult, StatusChange};
pub use change::{Change, ChangeEvent};
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

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use todo_dapr::Sql;
use todo_events::UserId;
use todo_recurrence::Zone;

use crate::domain::Settings;

/// How long the writing replica alone may publish what it wrote; afterwards any replica's sweep does.
const LEASE: &str = "10 seconds";

/// How often a write is understood anew because the user's zone was another one.
const ZONE_TRIES: usize = 3;

/// How many users' settings are remembered.
const SETTINGS_CACHE: usize = 10_000;

/// The tasks of all users.
#[derive(Debug, Clone)]
pub struct TaskStore {
    sql: Sql,
    default_zone: Zone,
    // A user's settings when last seen. A write names those it went by and is refused when they are no longer
    // the user's, so a stale entry costs one more call and nothing else.
    seen: Arc<Mutex<HashMap<UserId, Settings>>>,
}

impl TaskStore {
    /// The store behind a database binding; users who set no zone live in `default_zone`.
    pub fn new(sql: Sql, default_zone: Zone) -> Self {
        Self { sql, default_zone, seen: Arc::default() }
    }

    /// The zone a user is thought to be in.
    pub fn zone_of(&self, user: &UserId) -> Zone {
        self.seen().get(user).map_or(&self.default_zone, |settings| &settings.zone).clone()
    }

    /// The settings a user is thought to have.
    fn settings_of(&self, user: &UserId) -> Settings {
        let seen = self.seen().get(user).cloned();
        seen.unwrap_or_else(|| Settings::of_newcomer(self.default_zone.clone()))
    }

    fn remember(&self, user: &UserId, settings: Settings) {
        let mut seen = self.seen();
        if seen.len() >= SETTINGS_CACHE {
            seen.clear();
        }
        seen.insert(user.clone(), settings);
    }

    fn remember_zone(&self, user: &UserId, zone: Zone) {
        let settings = Settings { zone, ..self.settings_of(user) };
        self.remember(user, settings);
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<UserId, Settings>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
