//! How the parts are put together, and the route table.

use todo_dapr::{Dapr, DeadLetters, SidecarRoutes};
use todo_service_kit::{Clock, Dependency, Kit, Routes};

use crate::{APP_ID, Config, chat_api::ChatApi, metrics, settle};

/// What every handler has.
#[derive(Debug, Clone)]
pub struct App {
    pub(crate) chat_api: ChatApi,
    /// chat-api as what completions cannot be settled without.
    pub(crate) owner: Dependency,
    pub(crate) clock: Clock,
}

/// Puts the service together.
///
/// # Errors
/// None today; the signature is the one that every service has.
pub async fn build(config: Config, kit: Kit) -> anyhow::Result<Routes> {
    metrics::describe();
    let chat_api = ChatApi::new(kit.dapr.clone(), config.chat_api);
    let asked = chat_api.clone();
    let owner = kit.depends_on("chat-api", move || {
        let asked = asked.clone();
        async move { asked.pending().await.is_ok() }
    });
    let app = App { chat_api, owner, clock: kit.clock };
    Ok(app.into_routes(kit.dapr))
}

impl App {
    /// What the sidecar calls; there is nothing public.
    fn into_routes(self, dapr: Dapr) -> Routes {
        let sidecar = SidecarRoutes::new()
            .dead_letters(DeadLetters::new(dapr, APP_ID))
            .event("/events/task-events", settle::task_event)
            .cron("/cron/series-sweep", settle::sweep);
        Routes { sidecar: sidecar.into_router().with_state(self), ..Routes::default() }
    }
}
