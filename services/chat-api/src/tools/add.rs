//! New tasks.

use serde::Deserialize;
use serde_json::json;
use todo_service_kit::Problem;

use super::{
    Arguments, Outcome, Tool,
    arguments::{idempotency_key, read},
};
use crate::{
    App,
    domain::{NewTask, Origin, TaskInput},
    http::{Settled, faults_problem, make, task_of_line},
    store::IdempotencyKey,
};

pub(super) async fn from_fields(
    app: &App,
    origin: &Origin,
    mut arguments: Arguments,
) -> Result<Outcome, Problem> {
    let key = idempotency_key(Tool::AddTask, &mut arguments)?;
    let input: TaskInput = read(arguments)?;
    let task = NewTask::parse(input, app.tasks.clock().now()).map_err(faults_problem);
    store(app, origin, task, key.as_ref()).await
}

pub(super) async fn from_sentence(
    app: &App,
    origin: &Origin,
    mut arguments: Arguments,
) -> Result<Outcome, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sentence {
        text: String,
    }
    let key = idempotency_key(Tool::QuickAdd, &mut arguments)?;
    let Sentence { text } = read(arguments)?;
    let task = task_of_line(app, &origin.user, &text).await;
    store(app, origin, task, key.as_ref()).await
}

async fn store(
    app: &App,
    origin: &Origin,
    task: Result<NewTask, Problem>,
    key: Option<&IdempotencyKey>,
) -> Result<Outcome, Problem> {
    let Settled { task, changed } = make(app, origin, task, key).await?;
    let json = json!({ "task": task, "replayed": !changed });
    Ok(Outcome { tasks: vec![task], changed, json })
}
