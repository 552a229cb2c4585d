//! Reminders: a job wakes us for those of a moment, and a sweep finds them when the job is lost.

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::{
    App,
    metrics::{self, FiredBy},
    store::{OutboxItem, StoreError},
};

/// A job may come a little early when two clocks differ.
const EARLY: TimeDelta = TimeDelta::seconds(1);
/// How late a reminder is before the sweep takes it from its job.
const OVERDUE: TimeDelta = TimeDelta::seconds(3);
/// Reminders that one statement fires at most.
const AT_ONCE: u32 = 500;
/// Statements of one call at most: what is left waits for the next.
const ROUNDS: usize = 40;

/// `POST /job/wake-<milliseconds>` fires whatever is due by then. Nothing due is no error: the rows are the truth, the job only
/// wakes. A job of any other name wakes too: earlier releases had one for each reminder.
pub(crate) async fn wake(app: App, name: String, _data: Bytes) -> Result<(), StoreError> {
    let now = app.tasks.clock().now();
    let moment = moment(&name).filter(|moment| *moment < now + EARLY);
    fire(&app, moment.map_or(now, |moment| moment.max(now)), FiredBy::Job).await
}

/// `POST /cron/reminder-sweep`.
pub(crate) async fn sweep(app: App) -> Result<(), StoreError> {
    let due_by = app.tasks.clock().now() - OVERDUE;
    fire(&app, due_by, FiredBy::Sweep).await
}

async fn fire(app: &App, due_by: DateTime<Utc>, by: FiredBy) -> Result<(), StoreError> {
    for _ in 0..ROUNDS {
        let now = app.tasks.clock().now();
        let items = app.tasks.store().fire_reminders(due_by, now, AT_ONCE).await?;
        let fired = items.len();
        for item in &items {
            metrics::fired(by, late_by_ms(item));
        }
        app.tasks.relay().hand_over(items);
        if fired < AT_ONCE as usize {
            break;
        }
    }
    Ok(())
}

fn late_by_ms(item: &OutboxItem) -> u64 {
    #[derive(Deserialize)]
    struct Fired {
        late_by_ms: u64,
    }
    // The relay says which item cannot be read.
    serde_json::from_str(item.payload.get()).map_or(0, |Fired { late_by_ms }| late_by_ms)
}

/// The moment that a job was made for.
fn moment(name: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(name.strip_prefix("wake-")?.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::store::ItemKind;

    #[test]
    fn an_item_says_how_late_it_was_fired() {
        let item = |payload: &str| OutboxItem {
            seq: 1,
            kind: ItemKind::Reminder,
            key: "ada".to_owned(),
            payload: RawValue::from_string(payload.to_owned()).unwrap(),
        };
        let late = [r#"{"title":"a","late_by_ms":1250}"#, "{}"].map(|text| late_by_ms(&item(text)));
        assert_eq!(late, [1250, 0]);
    }

    #[test]
    fn a_job_is_named_after_its_moment() {
        let named = |name| moment(name).map(|at| at.to_rfc3339());
        assert_eq!(named("wake-1792661234500").as_deref(), Some("2026-10-22T09:27:14.500+00:00"));
        assert_eq!(named("reminder-018f3a5e-5c1e-7c7b-9d59-0b6f3a1c2d01"), None);
    }
}
