//! The next time a cron rule fires, by looking at bits of months, hours, minutes and seconds.

use super::Cron;

impl Cron {
    /// Whether any calendar has a day that matches.
    pub(super) fn fires(&self) -> bool {
        const LONGEST: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let weekday_decides = !self.weekday.open && !self.day.open;
        weekday_decides
            || (1..=12).any(|month| {
                self.month.has(month) && self.day.first() <= LONGEST[month as usize - 1]
            })
    }
}
