//! The protocol's side: who is asking, which tool, and the answer in its shape.

use axum::http::request::Parts;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, Implementation, ListToolsResult,
        PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool as ToolCard,
        ToolAnnotations,
    },
    service::RequestContext,
};
use todo_dapr::TraceContext;
use todo_events::Actor;
use todo_service_kit::AuthenticatedUser;

use super::answer;
use crate::{
    App,
    http::origin,
    tools::{Effect, INSTRUCTIONS, Tool},
};

/// Serves one request.
pub(crate) struct Server {
    app: App,
}

impl Server {
    pub(super) fn new(app: App) -> Self {
        Self { app }
    }

    /// Calls a tool for the user of the token. Runs in a task of its own, so the trace of the request is taken up again.
    async fn call(
        &self,
        tool: Tool,
        request: CallToolRequestParams,
        parts: &Parts,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(caller) = parts.extensions.get::<AuthenticatedUser>() else {
            return Err(ErrorData::internal_error("the route checks no token", None));
        };
        let trace = parts.extensions.get::<TraceContext>().copied();
        let trace = trace.unwrap_or_else(TraceContext::generate);
        let work = async {
            let origin = origin(caller.user.clone(), Actor::Mcp);
            let arguments = request.arguments.unwrap_or_default();
            answer::of(tool, tool.call(&self.app, &origin, arguments).await)
        };
        Ok(trace.scope(work).await.into())
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let todo = Implementation::new("todo", env!("CARGO_PKG_VERSION")).with_title("Todo");
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(todo)
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(Tool::ALL.into_iter().map(card).collect()))
    }

    fn get_tool(&self, name: &str) -> Option<ToolCard> {
        Tool::named(name).map(card)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = Tool::named(&request.name) else {
            return Err(ErrorData::invalid_params("there is no tool of that name", None));
        };
        let parts = context.extensions.get::<Parts>();
        let parts = parts.ok_or_else(|| ErrorData::internal_error("no HTTP request", None))?;
        self.call(tool, request, parts).await
    }
}

/// A tool as clients list it.
fn card(tool: Tool) -> ToolCard {
    let effect = tool.effect();
    let annotations = ToolAnnotations::with_title(tool.title())
        .read_only(effect == Effect::Reads)
        .destructive(matches!(effect, Effect::Overwrites | Effect::Deletes))
        .idempotent(effect != Effect::Adds)
        .open_world(false);
    ToolCard::new(tool.name(), tool.description(), tool.schema().clone())
        .with_title(tool.title())
        .with_annotations(annotations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_say_what_a_call_can_do() {
        let hints = |tool| {
            let hints = card(tool).annotations.unwrap();
            (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint)
        };
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(hints(Tool::ListTasks), (yes, no, yes));
        assert_eq!(hints(Tool::AddTask), (no, no, no));
        assert_eq!(hints(Tool::CompleteTask), (no, no, yes));
        assert_eq!(hints(Tool::UpdateTask), (no, yes, yes));
        assert_eq!(hints(Tool::DeleteTask), (no, yes, yes));
    }
}
