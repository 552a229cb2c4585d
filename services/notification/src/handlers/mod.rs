//! What the subscriptions and the cron binding deliver.

mod reminder_due;
mod sweep;
mod task_changed;
mod tell;

pub(crate) use reminder_due::reminder_due;
pub(crate) use sweep::sweep;
pub(crate) use task_changed::task_changed;
