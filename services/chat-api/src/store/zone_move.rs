//! Tasks that follow their owner to another zone.
//!
//! What is due on a day or at a wall-clock time comes to another instant when its owner moves. Whatever may leave an open task
//! behind marks the owner's row in its own commit; then the tasks follow, soonest first, some at a time, until the mark is taken
//! off. Dues are resolved here and not in SQL, whose zone data and rules for skipped and repeated hours are others.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};
use todo_events::{Due, TaskId, UserId};
use todo_recurrence::Zone;
use uuid::Uuid;

use super::{
    LEASE, OutboxItem, StoreError, TaskStore,
    outbox::Queued,
    statement::{MOVE_DUES, ZONE_MOVE},
};
use crate::domain::ResolvedDue;

/// Tasks that one statement moves at most: a second of work at the very worst, and an answer well below a megabyte.
pub(super) const AT_ONCE: usize = 200;

/// What one step of a move did.
#[derive(Debug, Clone)]
pub struct ZoneStep {
    /// What follows from it.
    pub outbox: Vec<OutboxItem>,
    /// Whether it was the user's last step.
    pub last: bool,
}

#[derive(Deserialize)]
struct Found {
    #[serde(rename = "move")]
    zone_move: Option<ZoneMove>,
}

/// A user who has moved, and some of the dues that have not.
#[derive(Deserialize)]
struct ZoneMove {
    user_id: UserId,
    zone: Zone,
    marker: Box<RawValue>,
    dues: Vec<FloatingDue>,
}

#[derive(Deserialize)]
struct FloatingDue {
    id: TaskId,
    due: Due,
}

impl TaskStore {
    /// Lets some tasks of a user, or of any user who has moved, follow to the user's zone. `None` when nobody has moved.
    ///
    /// # Errors
    /// When the database cannot be used; what is left is left to the next step.
    pub async fn follow_to_zone(
        &self,
        user: Option<&UserId>,
        now: DateTime<Utc>,
    ) -> Result<Option<ZoneStep>, StoreError> {
        let params = [user.map_or("", UserId::as_str), &AT_ONCE.to_string()];
        let found: Found = self.sql.run(&ZONE_MOVE, &params).await?;
        let Some(zone_move) = found.zone_move else { return Ok(None) };
        let last = zone_move.dues.len() < AT_ONCE;
        let input = zone_move.input(last, now).to_string();
        let dues = json!(zone_move.resolved()).to_string();
        let queued: Queued = self.sql.run(&MOVE_DUES, &[&input, &dues]).await?;
        Ok(Some(ZoneStep { outbox: queued.outbox, last }))
    }
}

impl ZoneMove {
    fn input(&self, last: bool, now: DateTime<Utc>) -> Value {
        json!({
            "command_id": Uuid::now_v7(),
            "user_id": self.user_id,
            "zone": self.zone,
            "marker": self.marker,
            "last": last,
            "at": now,
            "lease": LEASE,
        })
    }

    /// The dues as they come out in the new zone.
    fn resolved(&self) -> Vec<Value> {
        let resolved = self.dues.iter().map(|floating| {
            let due = ResolvedDue::new(floating.due.clone(), &self.zone);
            json!({
                "id": floating.id,
                "due": due.due,
                "due_at": due.due_at,
                "remind_from": due.remind_from,
            })
        });
        resolved.collect()
    }
}
