//! Arguments of a call, read with the same care as a body; what is wrong names the argument.

use serde::{Deserialize, de::DeserializeOwned};
use todo_events::Revision;
use todo_service_kit::{Problem, extract::Json};

use super::{Arguments, Tool};
use crate::{
    http::{TaskName, digest, is_key},
    store::{IdempotencyKey, Selection, TaskRef},
};

/// Which task, and at which revision it must be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    task: TaskName,
    #[serde(default)]
    if_revision: Option<Revision>,
}

impl Named {
    pub(super) fn task(&self) -> TaskRef {
        self.task.0
    }

    pub(super) fn revisions(&self) -> Option<Vec<Revision>> {
        self.if_revision.map(|revision| vec![revision])
    }

    pub(super) fn selection(&self) -> Selection {
        Selection { tasks: vec![self.task()], revisions: self.revisions() }
    }
}

/// Reads arguments.
///
/// # Errors
/// 422 that names the argument and its rule.
pub(super) fn read<T: DeserializeOwned>(arguments: Arguments) -> Result<T, Problem> {
    let text = serde_json::to_vec(&arguments).map_err(Problem::internal)?;
    Json::<T>::from_slice(&text).map_err(|problem| {
        let refused = Problem::unprocessable("invalid_arguments", "an argument breaks a rule");
        problem.errors().iter().fold(refused, |refused, error| {
            refused.with_error(error.pointer.clone(), error.detail.clone())
        })
    })
}

/// Takes some arguments out, for a tool whose others are a body of REST.
pub(super) fn take(arguments: &mut Arguments, names: &[&str]) -> Arguments {
    names.iter().filter_map(|name| arguments.remove_entry(*name)).collect()
}

/// The `idempotency_key`, tied to the rest of the arguments.
pub(super) fn idempotency_key(
    tool: Tool,
    arguments: &mut Arguments,
) -> Result<Option<IdempotencyKey>, Problem> {
    #[derive(Deserialize)]
    struct Key {
        #[serde(default)]
        idempotency_key: Option<String>,
    }
    let Key { idempotency_key } = read(take(arguments, &["idempotency_key"]))?;
    let Some(key) = idempotency_key else { return Ok(None) };
    if !is_key(&key) {
        let rule = "must be 1 to 255 printable characters";
        return Err(Problem::unprocessable("invalid_arguments", "an argument breaks a rule")
            .with_error("#/idempotency_key", rule));
    }
    let rest = serde_json::to_vec(arguments).map_err(Problem::internal)?;
    let fingerprint = digest([b"tool", tool.name().as_bytes(), &rest]);
    Ok(Some(IdempotencyKey { key, fingerprint }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use todo_events::TaskNumber;

    use super::*;

    fn of(json: Value) -> Arguments {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_task_is_named_by_number_or_text() {
        for task in [json!(12), json!("12")] {
            let named: Named = read(of(json!({ "task": task }))).unwrap();
            assert_eq!((named.task(), named.revisions()), (TaskRef::Number(TaskNumber(12)), None));
        }
        for (bad, pointer) in [
            (json!({}), "#/task"),
            (json!({ "task": 0 }), "#/task"),
            (json!({ "task": "the milk" }), "#/task"),
            (json!({ "task": 1, "if_revision": "x" }), "#/if_revision"),
            (json!({ "task": 1, "user_id": "ada" }), "#/user_id"),
        ] {
            let problem = read::<Named>(of(bad.clone())).unwrap_err();
            assert_eq!(problem.code(), "invalid_arguments");
            assert_eq!(problem.errors()[0].pointer, pointer, "{bad}");
        }
    }

    #[test]
    fn a_key_belongs_to_one_tool_and_its_arguments() {
        let key = |tool, title: &str| {
            let mut arguments = of(json!({ "title": title, "idempotency_key": "k" }));
            let key = idempotency_key(tool, &mut arguments).unwrap().unwrap();
            assert_eq!(arguments, of(json!({ "title": title })));
            key.fingerprint
        };
        assert_eq!(key(Tool::AddTask, "a"), key(Tool::AddTask, "a"));
        assert_ne!(key(Tool::AddTask, "a"), key(Tool::AddTask, "b"));
        assert_ne!(key(Tool::AddTask, "a"), key(Tool::QuickAdd, "a"));
        let absent = idempotency_key(Tool::AddTask, &mut of(json!({ "idempotency_key": null })));
        assert_eq!(absent.unwrap(), None);
        for bad in [json!(""), json!("ü"), json!(7)] {
            let mut arguments = of(json!({ "idempotency_key": bad }));
            let problem = idempotency_key(Tool::AddTask, &mut arguments).unwrap_err();
            assert_eq!(problem.errors()[0].pointer, "#/idempotency_key");
        }
    }
}
