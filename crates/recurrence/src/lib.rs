#![doc = include_str!("../README.md")]

mod calendar;
mod cron;
mod days;
mod error;
mod grid;
mod mode;
mod rrule;
mod rule;
mod series;
mod start;
mod text;
mod zone;

pub use cron::{Cron, Every};
pub use error::{RuleError, RuleProblem};
pub use mode::Mode;
pub use rrule::{Frequency, NthDay, Rrule, Skip, Until};
pub use rule::Rule;
pub use series::{Next, Occurrence, Occurrences, Series, SeriesError};
pub use start::{Start, StartError};
pub use zone::{Zone, ZoneError};
