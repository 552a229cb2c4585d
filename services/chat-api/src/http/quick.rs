//! One line as a task, at once or as a preview.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use todo_events::{Actor, UserId};
use todo_language::{
    Command, Context, Interpretation, LanguageError, Locale, NewTask, Span, describe, interpret,
};
use todo_recurrence::{Series, Start, Zone};
use todo_service_kit::{Owner, Problem, extract::Json};

use super::{
    Keyed,
    chat::check,
    created, faults_problem, origin,
    outcome::{Settled, make},
    store_problem,
};
use crate::{
    App,
    chat::{self, Refusal},
    domain::{self, ResolvedDue, Settings},
};

/// Occurrences that a preview names.
const AHEAD: usize = 3;

/// One line of text.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    /// What the user writes: 1 to 1,000 characters.
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "Pay rent every last workday at 9 #home"
    )]
    text: String,
}

/// What a line would do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Preview {
    /// The command: `{"intent","details"}`.
    #[schema(value_type = Object)]
    command: Command,
    /// The words that were understood, as byte ranges of the text.
    #[schema(value_type = Vec<Object>)]
    spans: Vec<Span>,
    /// In words, with what was decided where the line is open to doubt.
    summary: String,
    /// The first occurrences of a repeat, as days or wall-clock times.
    #[schema(value_type = Vec<String>)]
    next: Vec<Start>,
}

/// Reads a line without doing anything.
pub(crate) async fn preview_line(
    State(app): State<App>,
    Owner(user): Owner,
    Json(line): Json<Line>,
) -> Result<Json<Preview>, Problem> {
    check(&line.text, "#/text", todo_language::MAX_LENGTH)?;
    let settings = app.tasks.settings(&user).await.map_err(store_problem)?;
    let now = app.tasks.clock().now();
    let context = context(&settings, now);
    let found = interpret(&line.text, &context).map_err(|error| unreadable(&error))?;
    let summary = summary(&found, &context);
    let next = match &found.command {
        Command::Add(task) => occurrences(task, &settings.zone, now),
        _ => Vec::new(),
    };
    let Interpretation { command, spans, .. } = found;
    Ok(Json(Preview { command, spans, summary, next }))
}

/// Makes the task that a line describes.
pub(crate) async fn quick_add(
    State(app): State<App>,
    Owner(user): Owner,
    Keyed { key, input: line }: Keyed<Line>,
) -> Result<Response, Problem> {
    let task = task_of_line(&app, &user, &line.text).await;
    let origin = origin(user, Actor::Api);
    let Settled { task, changed } = make(&app, &origin, task, key.as_ref()).await?;
    created(&origin.user, &task, !changed)
}

/// The one task that a line describes, in the user's zone and language; 422 for anything else.
pub(crate) async fn task_of_line(
    app: &App,
    user: &UserId,
    text: &str,
) -> Result<domain::NewTask, Problem> {
    check(text, "#/text", todo_language::MAX_LENGTH)?;
    let settings = app.tasks.settings(user).await.map_err(store_problem)?;
    let now = app.tasks.clock().now();
    let found = interpret(text, &context(&settings, now));
    let task = match found.map_err(|error| unreadable(&error))?.command {
        Command::Add(task) => task,
        Command::AddMany(_) => return Err(refused("names several tasks; send them one by one")),
        _ => {
            return Err(refused(
                "is an order or a question and not a new task; send it to the chat",
            ));
        }
    };
    chat::new_task(&task, &settings.zone, now).map_err(|refusal| match refusal {
        Refusal::Past => refused("names a time that has passed"),
        Refusal::Invalid(faults) => faults_problem(faults),
    })
}

fn context(settings: &Settings, now: DateTime<Utc>) -> Context<'_> {
    let context = Context::new(now, &settings.zone, Locale::from_tag(&settings.locale));
    match settings.channels.first() {
        Some(channel) => Context { channel: *channel, ..context },
        None => context,
    }
}

fn summary(found: &Interpretation, context: &Context<'_>) -> String {
    let said = describe(found, context);
    let notes: Vec<_> = found.notes.iter().map(|note| note.text()).collect();
    match (said.is_empty(), notes.is_empty()) {
        (_, true) => said,
        (true, false) => notes.join("; "),
        (false, false) => format!("{said} ({})", notes.join("; ")),
    }
}

/// The first occurrences of a repeating task.
fn occurrences(task: &NewTask, zone: &Zone, now: DateTime<Utc>) -> Vec<Start> {
    let (Some(repeat), Some(due)) = (&task.recurrence, task.due.clone()) else {
        return Vec::new();
    };
    let due = ResolvedDue::new(due, zone);
    let (rule, except) = (repeat.rule.clone(), repeat.except.iter().copied());
    let Ok(series) = Series::new(due.start, rule, repeat.mode, due.zone, except) else {
        return Vec::new();
    };
    series.occurrences(now).take(AHEAD).map(|occurrence| occurrence.start).collect()
}

fn unreadable(error: &LanguageError) -> Problem {
    Problem::unprocessable("unreadable_line", error.to_string())
        .with_error("#/text", error.to_string())
}

fn refused(rule: &'static str) -> Problem {
    Problem::unprocessable("not_a_task", format!("the line {rule}")).with_error("#/text", rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        serde_json::from_value(serde_json::json!({
            "zone": "Asia/Karachi", "default_reminder_minutes": null, "channels": ["push"],
        }))
        .unwrap()
    }

    #[test]
    fn a_preview_names_the_next_occurrences() {
        let (settings, now) = (settings(), "2026-11-21T09:00:00Z".parse().unwrap());
        let context = context(&settings, now);
        let found = interpret("Gym every friday at 18:00", &context).unwrap();
        let Command::Add(task) = &found.command else { panic!("{found:?}") };
        let next: Vec<_> =
            occurrences(task, &settings.zone, now).iter().map(ToString::to_string).collect();
        assert_eq!(next, ["2026-11-27T18:00", "2026-12-04T18:00", "2026-12-11T18:00"]);
        assert!(summary(&found, &context).contains("every Friday"));
    }

    #[test]
    fn a_line_that_cannot_be_is_a_422_that_says_why() {
        let (settings, now) = (settings(), "2026-11-21T09:00:00Z".parse().unwrap());
        let error = interpret("Party on feb 30", &context(&settings, now)).unwrap_err();
        let problem = unreadable(&error);
        assert_eq!((problem.status().as_u16(), problem.code()), (422, "unreadable_line"));
        assert!(problem.errors()[0].detail.contains("feb 30"));
    }
}
