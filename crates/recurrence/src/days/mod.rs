//! Which days a rule falls on, without times and zones.
//!
//! A rule is a grid of periods (days, weeks, months or years, every so many from the anchor's) and the set of days
//! in each. The period of any date is one division away, so a search starts where it should end, however old the
//! series is, and never depends on an earlier result.

mod compile;
mod month;
mod period;
mod search;
mod set;

pub(crate) use month::DayFilter;
pub(crate) use period::DayPlan;
