//! A new task: as it comes in, and as it is once it is checked.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Deserialize;
use todo_events::{Due, Priority, ReminderSpec};
use todo_recurrence::{Mode, Rule, Series, Start, Zone};

use super::{Faults, ResolvedDue, text};

/// Most reminders on a task.
const MAX_REMINDERS: usize = 20;
/// Longest planned length: a week, in minutes.
const MAX_DURATION: u32 = 7 * 24 * 60;
/// Longest lead of a reminder: a year, in minutes.
const MAX_LEAD: u32 = 366 * 24 * 60;
/// Most days left out of a repeat.
const MAX_EXCEPT: usize = 366;

/// A new task as a client writes it.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskInput {
    /// What to do: one line.
    pub title: String,
    /// More about it.
    #[serde(default)]
    pub description: String,
    /// How pressing.
    #[serde(default)]
    #[schema(value_type = String, example = "high")]
    pub priority: Priority,
    /// Labels, without `#`.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The list it belongs to.
    #[serde(default)]
    pub project: Option<String>,
    /// When: `{"date":"2026-11-22"}` for a day, `{"local":"2026-11-22T17:00"}` for a time in the user's zone, or
    /// `{"at":"2026-11-22T12:00:00Z","zone":"Asia/Karachi"}` for an instant.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub due: Option<Due>,
    /// Planned length in minutes.
    #[serde(default)]
    pub duration_minutes: Option<u32>,
    /// When to remind; left out, the user's default; empty, never.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Object>>)]
    pub reminders: Option<Vec<ReminderSpec>>,
    /// How it repeats.
    #[serde(default)]
    pub recurrence: Option<RecurrenceInput>,
}

/// How a task repeats, as a client writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecurrenceInput {
    /// RFC 5545 rule text such as `FREQ=WEEKLY;BYDAY=FR`, or five-field cron text.
    #[schema(value_type = String)]
    pub rule: Rule,
    /// What the next occurrence is counted from.
    #[serde(default = "by_schedule")]
    #[schema(value_type = String, example = "schedule")]
    pub mode: Mode,
    /// Days that are left out.
    #[serde(default)]
    pub except: Vec<NaiveDate>,
}

fn by_schedule() -> Mode {
    Mode::Schedule
}

/// A new task that obeys every rule that needs no zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) priority: Priority,
    pub(crate) tags: Vec<String>,
    pub(crate) project: Option<String>,
    pub(crate) due: Option<Due>,
    pub(crate) duration_minutes: Option<u32>,
    pub(crate) reminders: Option<Vec<ReminderSpec>>,
    pub(crate) recurrence: Option<RecurrenceInput>,
}

impl NewTask {
    /// Checks an input.
    ///
    /// # Errors
    /// Every field that breaks a rule.
    pub fn parse(input: TaskInput, now: DateTime<Utc>) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let title = faults.take("/title", text::title(&input.title)).unwrap_or_default();
        let description =
            faults.take("/description", text::description(&input.description)).unwrap_or_default();
        let tags = check_tags(&input.tags, &mut faults);
        let project = input.project.as_deref();
        let project = project.and_then(|name| faults.take("/project", text::label(name)));
        check_due(input.due.as_ref(), &mut faults);
        check_duration(input.duration_minutes, &mut faults);
        if let Some(reminders) = &input.reminders {
            check_reminders(
                reminders,
                input.due.is_some() || input.recurrence.is_some(),
                now,
                &mut faults,
            );
        }
        check_recurrence(input.recurrence.as_ref(), &mut faults);
        faults.or(Self {
            title,
            description,
            priority: input.priority,
            tags,
            project,
            due: input.due,
            duration_minutes: input.duration_minutes,
            reminders: input.reminders,
            recurrence: input.recurrence,
        })
    }

    /// The due in the user's zone. A repeat without one starts with its first occurrence from `now` on, and one whose due is no
    /// occurrence of its rule moves to the next that is.
    ///
    /// # Errors
    /// When the repeat has no occurrence at all.
    pub fn resolve(&self, zone: &Zone, now: DateTime<Utc>) -> Result<Option<ResolvedDue>, Faults> {
        let Some(recurrence) = &self.recurrence else {
            return Ok(self.due.clone().map(|due| ResolvedDue::new(due, zone)));
        };
        let given = self.due.clone().unwrap_or_else(|| match &recurrence.rule {
            Rule::Cron(_) => Due::Local(zone.local(now)),
            Rule::Rrule(_) => Due::Date(zone.date(now)),
        });
        let given = ResolvedDue::new(given, zone);
        let first = first_occurrence(&given, recurrence)?;
        Ok(Some(moved(given, first)))
    }
}

/// The first occurrence of a repeat that starts with a due.
pub(crate) fn first_occurrence(
    due: &ResolvedDue,
    recurrence: &RecurrenceInput,
) -> Result<Start, Faults> {
    let mut faults = Faults::default();
    let except = recurrence.except.iter().copied();
    let series =
        Series::new(due.start, recurrence.rule.clone(), recurrence.mode, due.zone.clone(), except);
    let first = series
        .map_err(|error| error.to_string())
        .and_then(|series| series.first().ok_or_else(|| "has no occurrence at all".to_owned()));
    match faults.take("/recurrence/rule", first) {
        Some(occurrence) => Ok(occurrence.start),
        None => Err(faults),
    }
}

fn moved(due: ResolvedDue, first: Start) -> ResolvedDue {
    if first == due.start {
        return due;
    }
    let zone = due.zone.clone();
    let said = match (&due.due, &first) {
        (_, Start::AllDay(date)) => Due::Date(*date),
        (Due::At { .. }, start) | (_, start @ Start::At(_)) => {
            Due::At { at: start.instant(&zone), zone: zone.clone() }
        }
        (_, start) => Due::Local(start.local(&zone)),
    };
    ResolvedDue::new(said, &zone)
}

pub(super) fn check_tags(tags: &[String], faults: &mut Faults) -> Vec<String> {
    text::tags(tags)
        .map_err(|(index, rule)| faults.add(format!("/tags/{index}"), rule))
        .unwrap_or_default()
}

pub(super) fn check_due(due: Option<&Due>, faults: &mut Faults) {
    let year = match due {
        None => return,
        Some(Due::Date(date)) => date.year(),
        Some(Due::Local(local)) => local.year(),
        Some(Due::At { at, .. }) => at.year(),
    };
    if !(1970..=2199).contains(&year) {
        faults.add("/due", "must lie in the years 1970 to 2199");
    }
}

pub(super) fn check_duration(minutes: Option<u32>, faults: &mut Faults) {
    if minutes.is_some_and(|minutes| minutes == 0 || minutes > MAX_DURATION) {
        faults.add("/duration_minutes", "must be 1 minute to a week (10080)");
    }
}

pub(super) fn check_reminders(
    reminders: &[ReminderSpec],
    has_due: bool,
    now: DateTime<Utc>,
    faults: &mut Faults,
) {
    if reminders.len() > MAX_REMINDERS {
        faults.add("/reminders", format!("must not be more than {MAX_REMINDERS}"));
    }
    for (index, reminder) in reminders.iter().enumerate() {
        let pointer = format!("/reminders/{index}");
        match reminder {
            ReminderSpec::Before { .. } if !has_due => {
                faults.add(pointer, "counts back from a due, and the task has none");
            }
            ReminderSpec::Before { before_minutes, .. } if *before_minutes > MAX_LEAD => {
                faults.add(pointer, "must not be more than a year before the due");
            }
            ReminderSpec::At { at, .. } if *at <= now => {
                faults.add(pointer, "must lie in the future");
            }
            ReminderSpec::At { at, .. } if at.year() > 2199 => {
                faults.add(pointer, "must lie before the year 2200");
            }
            ReminderSpec::Before { .. } | ReminderSpec::At { .. } => {}
        }
    }
}

pub(super) fn check_recurrence(recurrence: Option<&RecurrenceInput>, faults: &mut Faults) {
    if recurrence.is_some_and(|recurrence| recurrence.except.len() > MAX_EXCEPT) {
        faults.add("/recurrence/except", format!("must not be more than {MAX_EXCEPT} days"));
    }
}
