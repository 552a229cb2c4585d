//! Retry and timeout policies (Dapr's kind Resiliency) and how they are found for a target.

mod policies;
mod retry;

pub(crate) use policies::{Policy, Resiliency};
pub(crate) use retry::Retry;
