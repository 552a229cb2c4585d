//! From a completed task to its successor: when its event comes, or when a sweep finds it.

use serde_json::value::RawValue;
use todo_dapr::{CloudEvent, Delivery};
use todo_events::{CorrelationId, Event, EventKind, Task, TaskChange, TaskEvent, Topic};
use todo_recurrence::SeriesError;
use todo_service_kit::telemetry::record_event;

use crate::{
    App,
    chat_api::{CallError, OccurrenceRequest, Settled},
    metrics::{self, Outcome, Trigger},
    next::{self, Decision},
};

/// Why a completed task has no successor yet.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettleError {
    /// The rule cannot be used.
    #[error("task {task} repeats by a rule that cannot be used")]
    Rule { task: String, source: Box<SeriesError> },
    /// chat-api gives every repeating task a series.
    #[error("task {task} repeats, but belongs to no series")]
    NoSeries { task: String },
    /// chat-api did not do it.
    #[error("what comes after task {task} is not settled")]
    Call { task: String, source: CallError },
}

/// Handles an event of `task-events`; all but completions are of no concern.
pub(crate) async fn task_event(app: App, event: CloudEvent) -> Delivery {
    if EventKind::parse(&event.kind) != EventKind::Task(TaskChange::Completed) {
        return Delivery::Success;
    }
    match Event::read(&event.kind, &event.data) {
        Ok(Event::Task(completed)) => completion(&app, *completed).await,
        Ok(_) => Delivery::Success,
        Err(error) => Delivery::drop(&error),
    }
}

async fn completion(app: &App, event: TaskEvent) -> Delivery {
    let TaskEvent { mut task_data, correlation_id, timestamp, .. } = event;
    task_data.completed_at.get_or_insert(timestamp);
    match settle(app, &task_data, correlation_id, Trigger::Event).await {
        Ok(()) => {
            record_event(Topic::TaskEvents.name(), timestamp, app.clock.now());
            Delivery::Success
        }
        Err(error) if error.may_pass() => {
            app.owner.failed();
            Delivery::retry(&error)
        }
        Err(error) => Delivery::drop(&error),
    }
}

/// Settles what events did not, such as after a dead letter. Every replica sweeps; the second one finds it done.
///
/// # Errors
/// When chat-api cannot be asked. A task that cannot be settled does not keep the others waiting.
pub(crate) async fn sweep(app: App) -> Result<(), CallError> {
    let pending = app.chat_api.pending().await?;
    metrics::pending(pending.len());
    for raw in &pending {
        let Some(task) = readable(raw) else { continue };
        match settle(&app, &task, CorrelationId::generate(), Trigger::Sweep).await {
            Ok(()) => {}
            Err(SettleError::Call { source, .. }) if source.may_pass() => return Err(source),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a series is stuck");
            }
        }
    }
    Ok(())
}

fn readable(raw: &RawValue) -> Option<Task> {
    serde_json::from_str(raw.get())
        .inspect_err(|error| {
            metrics::settled(Trigger::Sweep, Outcome::Failed);
            tracing::error!(%error, "a pending task cannot be read");
        })
        .ok()
}

async fn settle(
    app: &App,
    task: &Task,
    correlation_id: CorrelationId,
    trigger: Trigger,
) -> Result<(), SettleError> {
    let result = decide_and_ask(app, task, correlation_id).await;
    metrics::settled(trigger, *result.as_ref().unwrap_or(&Outcome::Failed));
    result.map(drop)
}

async fn decide_and_ask(
    app: &App,
    task: &Task,
    correlation_id: CorrelationId,
) -> Result<Outcome, SettleError> {
    let name = || task.id.to_string();
    let decision = next::after(task)
        .map_err(|source| SettleError::Rule { task: name(), source: Box::new(source) })?;
    let (occurrence_key, next) = match decision {
        Decision::NotRepeating => return Ok(Outcome::NotRepeating),
        Decision::Ended { last } => (last, None),
        Decision::Occurrence { key, due } => (key, Some(due)),
    };
    let series_id = task.series_id.ok_or_else(|| SettleError::NoSeries { task: name() })?;
    let made = if next.is_some() { Outcome::Occurrence } else { Outcome::Ended };
    let request = OccurrenceRequest {
        predecessor_id: task.id,
        series_id,
        user_id: task.user_id.clone(),
        occurrence_key,
        next,
        correlation_id,
    };
    let answer = app.chat_api.settle(&request).await;
    match answer.map_err(|source| SettleError::Call { task: name(), source })? {
        Settled::Done => Ok(made),
        Settled::Superseded => Ok(Outcome::Superseded),
    }
}

impl SettleError {
    fn may_pass(&self) -> bool {
        match self {
            Self::Call { source, .. } => source.may_pass(),
            Self::Rule { .. } | Self::NoSeries { .. } => false,
        }
    }
}
