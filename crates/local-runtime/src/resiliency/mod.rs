//! Policies (Dapr's kind Resiliency): timeouts, circuit breakers and retries, and how they are found for a target.

mod breaker;
mod policies;
mod policy;
mod recent;
mod retry;
mod template;

pub(crate) use policies::Resiliency;
pub(crate) use policy::{Failure, Policy, Repeat, Repeatable};
pub(crate) use retry::Retry;
#[cfg(test)]
use template::BreakerTemplate;
