#![doc = include_str!("../README.md")]

mod cron;
mod error;
mod mode;
mod rrule;
mod rule;
mod start;
mod text;
mod zone;

pub use cron::{Cron, Every};
pub use error::{RuleError, RuleProblem};
pub use mode::Mode;
pub use rrule::{Frequency, NthDay, Rrule, Skip, Until};
pub use rule::Rule;
pub use start::{Start, StartError};
pub use zone::{Zone, ZoneError};
