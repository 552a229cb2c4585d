//! Text to rule, one part at a time.

use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime, Timelike, Weekday};

use super::Rrule;
use super::parts::{Frequency, NthDay, Skip, Until};
use crate::error::{RuleError, RuleProblem};

/// The parts as they come, before they are known to fit together.
#[derive(Default)]
struct Parts {
    frequency: Option<Frequency>,
    interval: Option<u32>,
    months: Option<Vec<u8>>,
    month_days: Option<Vec<i8>>,
    days: Option<Vec<NthDay>>,
    positions: Option<Vec<i16>>,
    week_start: Option<Weekday>,
    count: Option<u32>,
    until: Option<Until>,
    skip: Option<Skip>,
    scale: Option<()>,
}

impl FromStr for Rrule {
    type Err = RuleError;

    /// Reads `FREQ=…;…`, in any case, with or without `RRULE:` before it.
    fn from_str(text: &str) -> Result<Self, RuleError> {
        parse(&text.trim().to_ascii_uppercase()).map_err(|problem| problem.of(text))
    }
}

fn parse(text: &str) -> Result<Rrule, RuleProblem> {
    let text = text.strip_prefix("RRULE:").unwrap_or(text);
    if text.is_empty() {
        return Err(RuleProblem::Empty);
    }
    let mut parts = Parts::default();
    for part in text.split(';').filter(|part| !part.is_empty()) {
        let shape = || RuleProblem::Shape { part: part.to_owned() };
        let (name, value) = part.split_once('=').ok_or_else(shape)?;
        parts.read(name.trim(), value.trim())?;
    }
    let rule = parts.assemble()?;
    rule.validate()?;
    Ok(rule)
}

impl Parts {
    fn read(&mut self, name: &str, value: &str) -> Result<(), RuleProblem> {
        match name {
            "FREQ" => once(&mut self.frequency, "FREQ", frequency(value)?),
            "INTERVAL" => once(&mut self.interval, "INTERVAL", positive("INTERVAL", value)?),
            "COUNT" => once(&mut self.count, "COUNT", count(value)?),
            "UNTIL" => once(&mut self.until, "UNTIL", until(value)?),
            "BYMONTH" => once(&mut self.months, "BYMONTH", months(value)?),
            "BYMONTHDAY" => once(&mut self.month_days, "BYMONTHDAY", month_days(value)?),
            "BYDAY" => once(&mut self.days, "BYDAY", days(value)?),
            "BYSETPOS" => once(&mut self.positions, "BYSETPOS", positions(value)?),
            "WKST" => once(&mut self.week_start, "WKST", weekday("WKST", value)?),
            "SKIP" => once(&mut self.skip, "SKIP", skip(value)?),
            // RFC 7529 asks for RSCALE beside SKIP; the Gregorian calendar is the only one here.
            "RSCALE" if value == "GREGORIAN" => once(&mut self.scale, "RSCALE", ()),
            "RSCALE" => Err(RuleProblem::value("RSCALE", value, "GREGORIAN")),
            other => Err(RuleProblem::Unsupported { part: other.to_owned() }),
        }
    }

    fn assemble(self) -> Result<Rrule, RuleProblem> {
        let frequency = self.frequency.ok_or(RuleProblem::NoFrequency)?;
        // Days, weeks and hours always exist: SKIP changes nothing there and is forgotten.
        let skip = match frequency {
            Frequency::Monthly | Frequency::Yearly => self.skip.unwrap_or_default(),
            Frequency::Hourly | Frequency::Daily | Frequency::Weekly => Skip::Omit,
        };
        Ok(Rrule {
            frequency,
            interval: self.interval.unwrap_or(1),
            months: self.months.unwrap_or_default(),
            month_days: self.month_days.unwrap_or_default(),
            days: self.days.unwrap_or_default(),
            positions: self.positions.unwrap_or_default(),
            week_start: self.week_start.unwrap_or(Weekday::Mon),
            count: self.count,
            until: self.until,
            skip,
        })
    }
}

fn once<T>(slot: &mut Option<T>, part: &'static str, value: T) -> Result<(), RuleProblem> {
    if slot.replace(value).is_some() { Err(RuleProblem::Repeated { part }) } else { Ok(()) }
}

fn frequency(value: &str) -> Result<Frequency, RuleProblem> {
    let expected = "one of HOURLY, DAILY, WEEKLY, MONTHLY, YEARLY";
    named(&Frequency::ALL, "FREQ", value, expected)
}

fn skip(value: &str) -> Result<Skip, RuleProblem> {
    named(&Skip::ALL, "SKIP", value, "one of OMIT, BACKWARD, FORWARD")
}

fn weekday(part: &'static str, value: &str) -> Result<Weekday, RuleProblem> {
    named(&NthDay::WEEKDAYS, part, value, "a weekday (MO, TU, WE, TH, FR, SA, SU)")
}

fn named<T: Copy>(
    table: &[(&'static str, T)],
    part: &'static str,
    value: &str,
    expected: &'static str,
) -> Result<T, RuleProblem> {
    let found = table.iter().find(|(name, _)| *name == value);
    found.map(|(_, value)| *value).ok_or_else(|| RuleProblem::value(part, value, expected))
}

fn positive(part: &'static str, value: &str) -> Result<u32, RuleProblem> {
    let number =
        if value.bytes().all(|byte| byte.is_ascii_digit()) { value.parse().ok() } else { None };
    number
        .filter(|number| *number > 0)
        .ok_or_else(|| RuleProblem::value(part, value, "a whole number from 1 to 4294967295"))
}

/// Finding the last of a series may mean counting up to it, so there is a limit.
fn count(value: &str) -> Result<u32, RuleProblem> {
    let count = positive("COUNT", value).ok().filter(|count| *count <= 10_000);
    count.ok_or_else(|| RuleProblem::value("COUNT", value, "a whole number from 1 to 10000"))
}

fn months(value: &str) -> Result<Vec<u8>, RuleProblem> {
    let mut months = each(value, |text| {
        let month = signed(text, 12).and_then(|month| u8::try_from(month).ok());
        month.ok_or_else(|| RuleProblem::value("BYMONTH", text, "a month from 1 to 12"))
    })?;
    months.sort_unstable();
    months.dedup();
    Ok(months)
}

fn month_days(value: &str) -> Result<Vec<i8>, RuleProblem> {
    let mut days = each(value, |text| {
        let day = signed(text, 31).and_then(|day| day.try_into().ok());
        day.ok_or_else(|| RuleProblem::value("BYMONTHDAY", text, "a day from 1 to 31 or -31 to -1"))
    })?;
    days.sort_unstable_by_key(|day: &i8| (*day < 0, *day));
    days.dedup();
    Ok(days)
}

fn positions(value: &str) -> Result<Vec<i16>, RuleProblem> {
    let mut positions = each(value, |text| {
        signed(text, 366).ok_or_else(|| {
            RuleProblem::value("BYSETPOS", text, "a position from 1 to 366 or -366 to -1")
        })
    })?;
    positions.sort_unstable_by_key(|position| (*position < 0, *position));
    positions.dedup();
    Ok(positions)
}

fn days(value: &str) -> Result<Vec<NthDay>, RuleProblem> {
    let mut days = each(value, nth_day)?;
    days.sort_unstable_by_key(|day| day.order());
    days.dedup();
    Ok(days)
}

fn nth_day(text: &str) -> Result<NthDay, RuleProblem> {
    let name = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '+' || c == '-');
    let number = &text[..text.len() - name.len()];
    let weekday = weekday("BYDAY", name)
        .map_err(|_| RuleProblem::value("BYDAY", text, "a weekday such as MO, 2TU or -1FR"))?;
    let nth = match number {
        "" => None,
        number => {
            Some(signed(number, 53).and_then(|nth| nth.try_into().ok()).ok_or_else(|| {
                RuleProblem::value("BYDAY", text, "a weekday counted from 1 to 53 or -53 to -1")
            })?)
        }
    };
    Ok(NthDay { nth, weekday })
}

fn each<T>(
    value: &str,
    one: impl Fn(&str) -> Result<T, RuleProblem>,
) -> Result<Vec<T>, RuleProblem> {
    value.split(',').map(|text| one(text.trim())).collect()
}

/// A number from -limit to limit, zero excluded.
fn signed(text: &str, limit: i16) -> Option<i16> {
    let number: i16 = text.parse().ok()?;
    (number != 0 && number.abs() <= limit).then_some(number)
}

fn until(value: &str) -> Result<Until, RuleProblem> {
    let error =
        || RuleProblem::value("UNTIL", value, "20261231, 20261231T235959 or 20261231T235959Z");
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let date = value.get(..8).filter(|date| digits(date));
    let date = date.and_then(|date| NaiveDate::parse_from_str(date, "%Y%m%d").ok());
    let date = date.ok_or_else(error)?;
    let rest = &value[8..];
    if rest.is_empty() {
        return Ok(Until::Date(date));
    }
    let (rest, utc) = rest.strip_suffix('Z').map_or((rest, false), |rest| (rest, true));
    let time = rest.strip_prefix('T').filter(|time| time.len() == 6 && digits(time));
    let time = time.and_then(|time| chrono::NaiveTime::parse_from_str(time, "%H%M%S").ok());
    let time = time.filter(|time| time.nanosecond() == 0).ok_or_else(error)?;
    let local: NaiveDateTime = date.and_time(time);
    Ok(if utc { Until::Utc(local.and_utc()) } else { Until::Local(local) })
}
