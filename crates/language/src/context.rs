//! What a line is read against: the time, the place, the language.

use chrono::{DateTime, Duration, DurationRound, NaiveDate, NaiveDateTime, Utc};
use todo_events::Channel;
use todo_recurrence::Zone;

/// Everything besides the text that decides what a line means.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The present instant.
    pub now: DateTime<Utc>,
    /// The zone whose wall clock the user means.
    pub zone: &'a Zone,
    /// Language and order of day and month.
    pub locale: Locale,
    /// How reminders go out when the line does not say.
    pub channel: Channel,
}

impl<'a> Context<'a> {
    /// A context with reminders pushed to open clients.
    pub fn new(now: DateTime<Utc>, zone: &'a Zone, locale: Locale) -> Self {
        Self { now, zone, locale, channel: Channel::Push }
    }

    /// The user's date now.
    pub(crate) fn today(&self) -> NaiveDate {
        self.zone.date(self.now)
    }
}

/// A context with its wall clock, which is asked often and costs a look into the zone data.
pub(crate) struct Frame<'a> {
    context: &'a Context<'a>,
    local: NaiveDateTime,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(context: &'a Context<'a>) -> Self {
        Self { context, local: whole_minute(context.zone.local(context.now)) }
    }

    /// The wall clock now, without seconds.
    pub(crate) fn local_now(&self) -> NaiveDateTime {
        self.local
    }

    /// The user's date now.
    pub(crate) fn today(&self) -> NaiveDate {
        self.local.date()
    }

    /// The wall clock that much real time from now, up to the next whole minute: never sooner than was asked.
    pub(crate) fn later(&self, length: Duration) -> NaiveDateTime {
        let then = self.context.now + length;
        let whole = then.duration_trunc(Duration::minutes(1)).unwrap_or(then);
        let up = if whole < then { whole + Duration::minutes(1) } else { whole };
        whole_minute(self.context.zone.local(up))
    }
}

impl<'a> std::ops::Deref for Frame<'a> {
    type Target = Context<'a>;

    fn deref(&self) -> &Context<'a> {
        self.context
    }
}

fn whole_minute(local: NaiveDateTime) -> NaiveDateTime {
    use chrono::Timelike;
    local.with_nanosecond(0).and_then(|t| t.with_second(0)).unwrap_or(local)
}

/// A language whose words are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English; every other language falls back to it.
    #[default]
    English,
    /// German.
    German,
    /// Urdu, in its own script and in Latin letters.
    Urdu,
}

/// Language and regional habits, read from a BCP 47 tag such as `en-GB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Locale {
    /// The language words are looked up in.
    pub language: Language,
    /// `05/06` is the fifth of June (true) or the sixth of May (false).
    pub day_first: bool,
    /// "this week" starts on Sunday (true) or on Monday (false).
    pub sunday_first: bool,
}

impl Default for Locale {
    fn default() -> Self {
        Self { language: Language::English, day_first: true, sunday_first: false }
    }
}

impl Locale {
    /// The locale of a BCP 47 tag. An unknown language reads as English, an unknown region as one
    /// that writes the day first, as most do; so every tag has a locale.
    pub fn from_tag(tag: &str) -> Self {
        let mut parts = tag.split(['-', '_']);
        let language = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "de" => Language::German,
            "ur" => Language::Urdu,
            _ => Language::English,
        };
        let region = parts.find(|part| part.len() == 2).unwrap_or_default().to_ascii_uppercase();
        let american = matches!(region.as_str(), "US" | "PH" | "PR" | "GU" | "VI" | "AS" | "MP");
        Self { language, day_first: !american, sunday_first: american }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_later_never_comes_sooner() {
        let zone = "Asia/Kathmandu".parse::<Zone>().unwrap();
        for (now, then) in [("12:00:00", "17:46"), ("12:00:01", "17:47"), ("12:00:59.5", "17:47")] {
            let now = format!("2026-11-22T{now}Z").parse().unwrap();
            let context = Context::new(now, &zone, Locale::default());
            assert_eq!(
                Frame::new(&context).later(Duration::minutes(1)).format("%H:%M:%S").to_string(),
                format!("{then}:00")
            );
        }
    }

    #[test]
    fn regions_decide_the_order() {
        assert!(Locale::from_tag("en-GB").day_first);
        assert!(!Locale::from_tag("en-US").day_first);
        assert_eq!(Locale::from_tag("de").language, Language::German);
        assert_eq!(Locale::from_tag("ur-Latn-PK").language, Language::Urdu);
        assert_eq!(Locale::from_tag("").language, Language::English);
    }
}
