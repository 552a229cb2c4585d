#![doc = include_str!("../README.md")]

mod binding;
mod calls;
mod client;
mod conversation;
mod error;
mod invoke;
mod jobs;
mod publish;
mod secrets;
mod server;
mod sidecar;
mod sql;
mod state;
mod trace;

pub use calls::{Failure, counted, watch_failures};
pub use client::{Dapr, DaprConfig};
pub use conversation::{Message, Said, ToolCall, ToolOffer};
pub use error::{Error, Retry};
pub use invoke::{Invocation, Reply};
pub use jobs::{FailurePolicy, Job, JobTime};
pub use publish::{BulkEvent, BulkFailure, Destination, OutgoingEvent};
pub use server::{
    AppToken, Batch, CloudEvent, DeadLetters, Delivery, SidecarRoutes, UnreadableEnvelope,
    watch_deliveries,
};
pub use sidecar::{Metadata, Subscription};
pub use sql::{Sql, SqlError, Statement};
pub use state::{ETag, Saved, StateStore, Stored};
pub use trace::{MalformedTraceParent, TraceContext};
