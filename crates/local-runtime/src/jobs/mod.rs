//! The Jobs API: durable, exact to the moment, private to each application.
//!
//! The table is the truth. What is due within the next minute also waits in memory, ordered by time, so that a job
//! fires when it is due and not when a poll comes by.

mod due_time;
mod names;
mod schedule;
mod scheduler;
mod spec;
mod store;
mod trigger;

pub(crate) use schedule::Schedule;
pub(crate) use scheduler::Jobs;
pub(crate) use spec::JobSpec;
pub(crate) use store::CreateError;

/// A request the scheduler cannot take.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SpecError {
    #[error("Schedule is empty")]
    ScheduleEmpty,
    #[error("Name is empty")]
    NameEmpty,
    /// No valid protojson.
    #[error("{0}")]
    Malformed(String),
    #[error("{0}")]
    Invalid(String),
}
