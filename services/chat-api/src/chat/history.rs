//! Who changed what, as the audit service knows it.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use serde_json::Value;
use todo_dapr::Invocation;
use todo_events::{Task, TaskId, TaskNumber};
use todo_language::{DayRange, describe_due};

use super::{
    answer::{Action, Answer},
    query,
    talk::Talk,
    words,
};
use crate::store::StoreError;

/// Entries in a reply.
const MAX_ENTRIES: usize = 10;

#[derive(Deserialize)]
struct Page {
    entries: Vec<Entry>,
}

/// What a line of the history says.
#[derive(Deserialize)]
struct Entry {
    time: DateTime<Utc>,
    event_type: String,
    topic: String,
    #[serde(default)]
    actor: Option<String>,
    #[serde(default)]
    changes: Vec<String>,
    #[serde(default)]
    diff: Vec<FieldChange>,
    #[serde(default)]
    title: Option<String>,
}

/// What a field said before, and what it says since.
#[derive(Deserialize)]
struct FieldChange {
    field: String,
    old: Value,
    new: Value,
}

/// Longest value that is shown, in characters.
const MAX_VALUE: usize = 40;

/// A field that changed, with its values when each is a word or two; an instant of Greenwich tells a person little.
fn changed(field: &str, diff: &[FieldChange]) -> String {
    let short = |value: &Value| match value {
        Value::Null => Some("none".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if text.chars().count() <= MAX_VALUE => Some(text.clone()),
        _ => None,
    };
    let change = diff.iter().find(|change| change.field == field && field != "due_at");
    match change.and_then(|change| short(&change.old).zip(short(&change.new))) {
        Some((old, new)) => format!("{field}: {old} → {new}"),
        None => field.to_owned(),
    }
}

impl Talk<'_> {
    /// The last changes of a task, or of all.
    pub(super) async fn history(&self, task: Option<&Task>, days: Option<DayRange>) -> Answer {
        let answer = self.trail(task.map(|task| task.id), days).await;
        match task {
            Some(task) if answer.action == Action::Listed => answer.listing(vec![task.clone()]),
            Some(_) | None => answer,
        }
    }

    /// The last changes of a task that is gone; without a trace of it, `nothing` is said.
    pub(super) async fn history_of_deleted(
        &self,
        number: TaskNumber,
        days: Option<DayRange>,
        nothing: String,
    ) -> Result<Answer, StoreError> {
        Ok(match self.app.tasks.store().id_of(self.user(), number).await? {
            Some(id) => self.trail(Some(id), days).await,
            None => Answer::nothing(nothing),
        })
    }

    async fn trail(&self, task: Option<TaskId>, days: Option<DayRange>) -> Answer {
        let path = self.path(task, days);
        let asked = self.app.dapr.invoke(Invocation::get(&self.app.config.audit, &path)).await;
        let page = match asked {
            Ok(reply) if reply.is_success() => serde_json::from_slice::<Page>(&reply.body).ok(),
            Ok(_) => None,
            Err(error) => {
                tracing::warn!(%error, "the audit service could not be asked");
                None
            }
        };
        let Some(page) = page else {
            let reply = "I cannot read the history now; the activity panel may have it later.";
            return Answer::nothing(reply);
        };
        let entries = page.entries.iter().filter(|entry| entry.topic == "task-events");
        let lines: String =
            entries.take(MAX_ENTRIES).map(|entry| format!("\n{}", self.entry(entry))).collect();
        let reply = if lines.is_empty() {
            "There is no change to show.".to_owned()
        } else {
            format!("Last changes, newest first (the activity panel has them all):{lines}")
        };
        Answer::new(Action::Listed, reply)
    }

    fn path(&self, task: Option<TaskId>, days: Option<DayRange>) -> String {
        let mut path = format!("internal/entries?user_id={}&limit=50", self.user());
        if let Some(task) = task {
            path.push_str(&format!("&task_id={task}"));
        }
        let (from, to) = days.map_or((None, None), |days| query::instants(days, self.zone()));
        for (name, bound) in [("from", from), ("to", to)] {
            if let Some(bound) = bound {
                let bound = bound.to_rfc3339_opts(SecondsFormat::Secs, true);
                path.push_str(&format!("&{name}={bound}"));
            }
        }
        path
    }

    fn entry(&self, entry: &Entry) -> String {
        let local = self.zone().local(entry.time);
        let when = describe_due(&todo_events::Due::Local(local), &self.context());
        let title = entry.title.as_deref().map(words::quoted).unwrap_or_default();
        let actor = entry.actor.as_deref().unwrap_or("somebody");
        let fields = if entry.changes.is_empty() {
            String::new()
        } else {
            let fields: Vec<_> =
                entry.changes.iter().map(|field| changed(field, &entry.diff)).collect();
            format!(" ({})", fields.join(", "))
        };
        format!("{when}: {title} {}{fields} by {actor}", entry.event_type)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_told_when_they_are_short() {
        let change = |field: &str, old, new| FieldChange { field: field.into(), old, new };
        let long = "x".repeat(41);
        let diff = [
            change("priority", json!("none"), json!("high")),
            change("project", Value::Null, json!("family")),
            change("title", json!("a"), json!(long)),
            change("due", Value::Null, json!({ "date": "2026-11-22" })),
        ];
        let told = ["priority", "project", "title", "due", "tags"].map(|f| changed(f, &diff));
        let expected = ["priority: none → high", "project: none → family", "title", "due", "tags"];
        assert_eq!(told, expected);
    }
}
