//! What the sidecar calls.

mod app_token;
mod delivery;
mod event;
mod routes;

pub use app_token::AppToken;
pub use delivery::Delivery;
pub use event::{CloudEvent, UnreadableEnvelope};
pub use routes::SidecarRoutes;
