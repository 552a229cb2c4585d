//! A change of some fields: absent stays, null clears, a value replaces (RFC 7396).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use todo_events::{Due, Priority, ReminderSpec};

use super::{
    Faults, RecurrenceInput, TaskInput,
    new_task::{check_due, check_duration, check_recurrence, check_reminders, check_tags},
    text,
};

/// A field of a change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Tri<T> {
    /// Left out: stays as it is.
    #[default]
    Keep,
    /// Null: cleared.
    Clear,
    /// A value: replaced.
    Set(T),
}

impl<T> Tri<T> {
    /// The value to write, when there is something to write: `None` clears.
    pub fn change(&self) -> Option<Option<&T>> {
        match self {
            Self::Keep => None,
            Self::Clear => Some(None),
            Self::Set(value) => Some(Some(value)),
        }
    }

    fn from_whole(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Tri<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(Self::from_whole)
    }
}

/// A change as a client writes it.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatchInput {
    /// One line.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    pub title: Tri<String>,
    /// More about it; replaces all of it, null empties it.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    pub description: Tri<String>,
    /// Null is none.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    pub priority: Tri<Priority>,
    /// Replaces all labels; null removes them.
    #[schema(value_type = Option<Vec<String>>)]
    #[serde(default)]
    pub tags: Tri<Vec<String>>,
    /// Null takes it out of its project.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    pub project: Tri<String>,
    /// `{"date":"2026-11-22"}` for a day, `{"local":"2026-11-22T17:00"}` for a time in the user's zone, or
    /// `{"at":"2026-11-22T12:00:00Z","zone":"Asia/Karachi"}` for an instant; null for no due.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    pub due: Tri<Due>,
    /// Null for no planned length.
    #[schema(value_type = Option<u32>)]
    #[serde(default)]
    pub duration_minutes: Tri<u32>,
    /// Replaces all reminders; null removes them.
    #[schema(value_type = Option<Vec<Object>>)]
    #[serde(default)]
    pub reminders: Tri<Vec<ReminderSpec>>,
    /// Null ends the repeat with this occurrence.
    #[schema(value_type = Option<RecurrenceInput>)]
    #[serde(default)]
    pub recurrence: Tri<RecurrenceInput>,
}

/// A change that obeys every rule that needs no stored task.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patch {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) priority: Option<Priority>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) project: Tri<String>,
    pub(crate) due: Tri<Due>,
    pub(crate) duration_minutes: Tri<u32>,
    pub(crate) reminders: Option<Vec<ReminderSpec>>,
    pub(crate) recurrence: Tri<RecurrenceInput>,
}

impl Patch {
    /// Checks a change.
    ///
    /// # Errors
    /// Every field that breaks a rule.
    pub fn parse(input: PatchInput, now: DateTime<Utc>) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let title = match input.title {
            Tri::Keep => None,
            Tri::Clear => {
                faults.add("/title", "must not be null: a task has a title");
                None
            }
            Tri::Set(text) => faults.take("/title", text::title(&text)),
        };
        let description = match input.description {
            Tri::Keep => None,
            Tri::Clear => Some(String::new()),
            Tri::Set(text) => faults.take("/description", text::description(&text)),
        };
        let project = match input.project {
            Tri::Set(name) => {
                faults.take("/project", text::label(&name)).map_or(Tri::Keep, Tri::Set)
            }
            other => other,
        };
        let tags = input
            .tags
            .change()
            .map(|tags| check_tags(tags.map_or(&[], Vec::as_slice), &mut faults));
        check_due(set(&input.due), &mut faults);
        check_duration(set(&input.duration_minutes).copied(), &mut faults);
        let reminders = input.reminders.change().map(|list| list.cloned().unwrap_or_default());
        let clears_due = input.due == Tri::Clear;
        check_reminders(reminders.as_deref().unwrap_or_default(), !clears_due, now, &mut faults);
        check_recurrence(set(&input.recurrence), &mut faults);
        faults.or(Self {
            title,
            description,
            priority: input.priority.change().map(|given| given.copied().unwrap_or_default()),
            tags,
            project,
            due: input.due,
            duration_minutes: input.duration_minutes,
            reminders,
            recurrence: input.recurrence,
        })
    }

    /// A change that replaces every field (PUT).
    pub fn whole(input: TaskInput) -> PatchInput {
        PatchInput {
            title: Tri::Set(input.title),
            description: Tri::Set(input.description),
            priority: Tri::Set(input.priority),
            tags: Tri::Set(input.tags),
            project: Tri::from_whole(input.project),
            due: Tri::from_whole(input.due),
            duration_minutes: Tri::from_whole(input.duration_minutes),
            reminders: Tri::from_whole(input.reminders),
            recurrence: Tri::from_whole(input.recurrence),
        }
    }
}

fn set<T>(field: &Tri<T>) -> Option<&T> {
    match field {
        Tri::Set(value) => Some(value),
        Tri::Keep | Tri::Clear => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<Patch, Faults> {
        Patch::parse(serde_json::from_str(json).unwrap(), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn absent_null_and_value_are_three_things() {
        assert_eq!(parse("{}").unwrap(), Patch::default());
        assert_eq!(parse(r#"{"project":null}"#).unwrap().project, Tri::Clear);
        assert_eq!(parse(r#"{"project":"x"}"#).unwrap().project, Tri::Set("x".into()));
        assert_eq!(parse(r#"{"tags":null}"#).unwrap().tags, Some(vec![]));
    }

    #[test]
    fn a_title_cannot_be_cleared_and_all_faults_are_told() {
        let faults = parse(r#"{"title":null,"duration_minutes":0}"#).unwrap_err();
        let pointers: Vec<_> = faults.0.iter().map(|f| f.pointer.as_str()).collect();
        assert_eq!(pointers, ["/title", "/duration_minutes"]);
    }
}
