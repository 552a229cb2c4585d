//! How the parts are put together, and the route table.

use todo_dapr::SidecarRoutes;
use todo_service_kit::{Kit, Routes};

use crate::{Config, chat_api::ChatApi, settle};

/// What every handler has.
#[derive(Debug, Clone)]
pub struct App {
    pub(crate) chat_api: ChatApi,
}

/// Puts the service together.
///
/// # Errors
/// None today; the signature is the one that every service has.
pub async fn build(config: Config, kit: Kit) -> anyhow::Result<Routes> {
    let app = App { chat_api: ChatApi::new(kit.dapr, config.chat_api) };
    Ok(app.into_routes())
}

impl App {
    /// What the sidecar calls; there is nothing public.
    fn into_routes(self) -> Routes {
        let sidecar = SidecarRoutes::new()
            .event("/events/task-events", settle::task_event)
            .cron("/cron/series-sweep", settle::sweep);
        Routes { sidecar: sidecar.into_router().with_state(self), ..Routes::default() }
    }
}
