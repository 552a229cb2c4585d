//! What the sidecar calls.

mod app_token;
mod batch;
mod dead_letters;
mod delivery;
mod event;
mod routes;

pub use app_token::AppToken;
pub use batch::Batch;
pub use dead_letters::DeadLetters;
pub use delivery::{Delivery, watch_deliveries};
pub use event::{CloudEvent, UnreadableEnvelope};
pub use routes::SidecarRoutes;
