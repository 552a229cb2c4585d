//! The values of a rule's parts.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc, Weekday};

/// FREQ: the unit of the interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frequency {
    /// Elapsed hours.
    Hourly,
    /// Days.
    Daily,
    /// Weeks, starting on WKST.
    Weekly,
    /// Months.
    Monthly,
    /// Years.
    Yearly,
}

impl Frequency {
    pub(crate) const ALL: [(&'static str, Self); 5] = [
        ("HOURLY", Self::Hourly),
        ("DAILY", Self::Daily),
        ("WEEKLY", Self::Weekly),
        ("MONTHLY", Self::Monthly),
        ("YEARLY", Self::Yearly),
    ];
}

/// One entry of BYDAY: every such weekday, or the n-th of its month or year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NthDay {
    /// Which one, counted from the end when negative; `None` for every one.
    pub nth: Option<i8>,
    /// The weekday.
    pub weekday: Weekday,
}

impl NthDay {
    pub(crate) const WEEKDAYS: [(&'static str, Weekday); 7] = [
        ("MO", Weekday::Mon),
        ("TU", Weekday::Tue),
        ("WE", Weekday::Wed),
        ("TH", Weekday::Thu),
        ("FR", Weekday::Fri),
        ("SA", Weekday::Sat),
        ("SU", Weekday::Sun),
    ];

    /// The canonical order: every, then first to last, then counted from the end.
    pub(crate) fn order(self) -> (bool, i8, u32) {
        let nth = self.nth.unwrap_or(0);
        (nth < 0, nth, self.weekday.num_days_from_monday())
    }
}

/// UNTIL: the last moment an occurrence may start, itself included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Until {
    /// The whole of this day.
    Date(NaiveDate),
    /// This wall-clock time in the zone of the series.
    Local(NaiveDateTime),
    /// This instant.
    Utc(DateTime<Utc>),
}

/// SKIP of RFC 7529 §4.1: what becomes of a day its month does not have, such as 31 February.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Skip {
    /// It is left out.
    #[default]
    Omit,
    /// The last day before it that exists: 28 February.
    Backward,
    /// The first day after it that exists: 1 March.
    Forward,
}

impl Skip {
    pub(crate) const ALL: [(&'static str, Self); 3] =
        [("OMIT", Self::Omit), ("BACKWARD", Self::Backward), ("FORWARD", Self::Forward)];
}

/// The name of a value in a table of names.
pub(crate) fn name_of<T: Copy + PartialEq>(table: &[(&'static str, T)], value: T) -> &'static str {
    table.iter().find(|(_, candidate)| *candidate == value).map_or("", |(name, _)| name)
}
