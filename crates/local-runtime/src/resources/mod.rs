//! Dapr's resource files: Component, Subscription, Resiliency, `HTTPEndpoint` and Configuration.
//!
//! The same files serve the real daprd, so unknown fields are tolerated and only what the runtime acts on is read.

mod api_access;
mod component;
mod configuration;
mod http_endpoint;
mod loader;
mod resiliency;
mod subscription;

pub(crate) use component::{Component, Item};
pub(crate) use configuration::{AclAction, Configuration, DefaultAccess, SecretScope};
pub(crate) use http_endpoint::HttpEndpoint;
pub(crate) use loader::{Resources, load, load_configuration};
pub(crate) use resiliency::{
    BreakerDocument, PolicyNames, ResiliencyDocument, RetryDocument, Scalar,
};
pub(crate) use subscription::{
    BulkSubscribe, Routes, Subscription, SubscriptionSpec, programmatic,
};

/// `scopes` of a resource: none means everybody.
pub(crate) fn in_scope(scopes: &[String], app_id: &str) -> bool {
    scopes.is_empty() || scopes.iter().any(|scope| scope == app_id)
}
