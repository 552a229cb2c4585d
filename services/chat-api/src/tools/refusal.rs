//! A refused call, for the model that made it and for the log.

use serde_json::{Value, json};
use todo_service_kit::Problem;

use super::Tool;

/// "refused: title: must not be empty", or what is the matter beside the arguments.
pub(crate) fn words(problem: &Problem) -> String {
    let rules = problem.errors().iter().map(|error| match argument(&error.pointer) {
        "" => error.detail.clone(),
        argument => format!("{argument}: {}", error.detail),
    });
    let rules: Vec<_> = rules.collect();
    if rules.is_empty() {
        return problem.detail().to_owned();
    }
    format!("refused: {}", rules.join("; "))
}

/// The same for programs.
pub(crate) fn json(problem: &Problem) -> Value {
    let errors = problem.errors().iter();
    let errors: Vec<_> = errors
        .map(|error| json!({ "argument": argument(&error.pointer), "rule": error.detail }))
        .collect();
    json!({ "code": problem.code(), "detail": problem.detail(), "errors": errors })
}

/// Logs a failure of ours with its cause, which the caller is not told.
pub(crate) fn note(tool: Tool, problem: &Problem) {
    if !problem.status().is_server_error() {
        return;
    }
    let cause = problem.cause().map(ToString::to_string).unwrap_or_default();
    tracing::warn!(tool = tool.name(), code = problem.code(), cause, "a tool failed");
}

/// `#/due/date` as `due/date`.
fn argument(pointer: &str) -> &str {
    pointer.trim_start_matches(['#', '?']).trim_start_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_argument_and_the_rule() {
        let problem = Problem::unprocessable("invalid_task", "the body breaks a rule")
            .with_error("#/title", "must not be empty")
            .with_error("#/due/date", "is no date");
        assert_eq!(words(&problem), "refused: title: must not be empty; due/date: is no date");
        assert_eq!(
            json(&problem)["errors"][1],
            json!({ "argument": "due/date", "rule": "is no date" })
        );
        let gone = Problem::not_found("task_not_found", "you have no task of that name");
        assert_eq!(words(&gone), "you have no task of that name");
    }
}
