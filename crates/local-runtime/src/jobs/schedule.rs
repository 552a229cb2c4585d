//! Repetition of jobs and of the cron binding: cron fields or `@every`.

use chrono::{DateTime, TimeDelta, Utc};
use todo_recurrence::{Cron, Zone};

use crate::text::duration::parse_go;

/// When something repeats. Without `TZ=` cron fields are read in UTC, as in Dapr's images.
#[derive(Clone, Debug)]
pub(crate) enum Schedule {
    Every(TimeDelta),
    Cron { cron: Box<Cron>, zone: Zone },
}

impl Schedule {
    /// A job's schedule: six fields with the seconds first, a name like `@daily`, or `@every`.
    pub(crate) fn of_job(text: &str) -> Result<Self, String> {
        let (_, fields) = zone_and_fields(text)?;
        let count = fields.split_whitespace().count();
        if !fields.starts_with('@') && count != 6 {
            return Err(format!("expected exactly 6 fields, found {count}: [{fields}]"));
        }
        Self::parse(text)
    }

    /// A cron binding's schedule: five fields are fine too.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (zone, fields) = zone_and_fields(text)?;
        if let Some(period) = fields.strip_prefix("@every ") {
            let period = parse_go(period.trim())
                .filter(|period| !period.is_zero())
                .and_then(|period| TimeDelta::from_std(period).ok());
            return period
                .map(Self::Every)
                .ok_or_else(|| format!("failed to parse duration {fields}"));
        }
        let cron = Cron::with_seconds(fields).map_err(|e| e.to_string())?;
        Ok(Self::Cron { cron: Box::new(cron), zone })
    }

    /// The first time after `after`.
    pub(crate) fn after(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Every(period) => after.checked_add_signed(*period),
            Self::Cron { cron, zone } => {
                // An hour that the clock repeats resolves to its first pass, so later local times may lie before.
                let mut local = zone.local(after);
                loop {
                    local = cron.next_after(local)?;
                    let at = zone.resolve(local);
                    if at > after {
                        return Some(at);
                    }
                }
            }
        }
    }
}

fn zone_and_fields(text: &str) -> Result<(Zone, &str), String> {
    let text = text.trim();
    let Some(rest) = text.strip_prefix("CRON_TZ=").or_else(|| text.strip_prefix("TZ=")) else {
        return Ok((Zone::utc(), text));
    };
    let (name, fields) = rest.split_once(' ').ok_or("a zone without a schedule")?;
    let zone = name.parse::<Zone>().map_err(|e| e.to_string())?;
    Ok((zone, fields.trim()))
}
