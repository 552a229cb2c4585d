//! What the charts under `helm/` render to: rules that schemas have no words for.
//!
//! Rendered anew where `tools/obtain helm` has built Helm, else read from `helm/goldens`, which `tools/check` holds to
//! what Helm renders.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, too")]

mod components;
mod configuration;
mod doors;
mod environment;
mod events;
mod issuer;
mod monitors;
mod network;
mod objects;
mod policies;
mod resiliency;
mod resources;
mod scaling;
mod secrets;
mod security;
mod shutdown;
mod source;
mod support;
mod topics;
mod values;
