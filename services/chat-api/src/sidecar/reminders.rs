//! Reminders: a job wakes us for those of a moment, and a sweep finds them when the job is lost.

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};

use crate::{App, store::StoreError};

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
    fire(&app, moment.map_or(now, |moment| moment.max(now)), "job").await
}

/// `POST /cron/reminder-sweep`.
pub(crate) async fn sweep(app: App) -> Result<(), StoreError> {
    let due_by = app.tasks.clock().now() - OVERDUE;
    fire(&app, due_by, "sweep").await
}

async fn fire(app: &App, due_by: DateTime<Utc>, by: &'static str) -> Result<(), StoreError> {
    for _ in 0..ROUNDS {
        let now = app.tasks.clock().now();
        let items = app.tasks.store().fire_reminders(due_by, now, AT_ONCE).await?;
        let fired = items.len();
        metrics::counter!("reminders_fired_total", "by" => by).increment(fired as u64);
        app.tasks.relay().hand_over(items);
        if fired < AT_ONCE as usize {
            break;
        }
    }
    Ok(())
}

/// The moment that a job was made for.
fn moment(name: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(name.strip_prefix("wake-")?.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_named_after_its_moment() {
        let named = |name| moment(name).map(|at| at.to_rfc3339());
        assert_eq!(named("wake-1792661234500").as_deref(), Some("2026-10-22T09:27:14.500+00:00"));
        assert_eq!(named("reminder-018f3a5e-5c1e-7c7b-9d59-0b6f3a1c2d01"), None);
    }
}
