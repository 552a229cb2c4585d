//! Reminders: woken by their job, and by a sweep when the job is lost.

use bytes::Bytes;
use chrono::TimeDelta;
use todo_events::ReminderId;

use crate::{App, store::StoreError};

/// A job may come a little early when two clocks differ.
const EARLY: TimeDelta = TimeDelta::seconds(1);
/// How late a reminder is before the sweep takes it from its job.
const OVERDUE: TimeDelta = TimeDelta::seconds(3);
/// Reminders that one statement fires at most.
const AT_ONCE: u32 = 500;
/// Statements of one tick at most: what is left waits for the next.
const ROUNDS: usize = 40;

/// `POST /job/reminder-<id>`. A reminder that is gone, moved or fired is no error: the row is the truth, the job only wakes.
pub(crate) async fn fire(app: App, name: String, _data: Bytes) -> Result<(), StoreError> {
    let id = name.strip_prefix("reminder-").and_then(|id| id.parse::<ReminderId>().ok());
    let Some(id) = id else {
        tracing::warn!(job = name, "a job of a kind that this release does not know is done with");
        return Ok(());
    };
    let now = app.tasks.clock().now();
    let items = app.tasks.store().fire_reminder(id, now + EARLY, now).await?;
    metrics::counter!("reminders_fired_total", "by" => "job").increment(items.len() as u64);
    app.tasks.relay().hand_over(items);
    Ok(())
}

/// `POST /cron/reminder-sweep`.
pub(crate) async fn sweep(app: App) -> Result<(), StoreError> {
    for _ in 0..ROUNDS {
        let now = app.tasks.clock().now();
        let items = app.tasks.store().fire_overdue(now - OVERDUE, now, AT_ONCE).await?;
        let fired = items.len();
        metrics::counter!("reminders_fired_total", "by" => "sweep").increment(fired as u64);
        app.tasks.relay().hand_over(items);
        if fired < AT_ONCE as usize {
            break;
        }
    }
    Ok(())
}
