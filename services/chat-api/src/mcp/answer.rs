//! Outcomes and refusals as results of a tool. A refusal is a result too: the model reads it and mends its call.

use rmcp::model::{CallToolResult, ContentBlock};
use todo_service_kit::Problem;

use crate::{
    metrics,
    tools::{Outcome, Tool, refusal},
};

/// The result of a call.
pub(super) fn of(tool: Tool, outcome: Result<Outcome, Problem>) -> CallToolResult {
    let word = if outcome.is_ok() { "done" } else { "refused" };
    metrics::tool_call(tool.name(), word);
    match outcome {
        Ok(Outcome { tasks, changed, json }) => {
            tracing::debug!(tool = tool.name(), tasks = tasks.len(), changed, "called");
            CallToolResult::structured(json)
        }
        Err(problem) => {
            refusal::note(tool, &problem);
            let mut result =
                CallToolResult::error(vec![ContentBlock::text(refusal::words(&problem))]);
            result.structured_content = Some(refusal::json(&problem));
            result
        }
    }
}
