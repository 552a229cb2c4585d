//! Kind Subscription in both versions, and the answer of `GET /dapr/subscribe`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{component::Named, in_scope};

/// A wish to get a topic's events, whichever way it was expressed.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Subscription {
    pub(crate) metadata: Named,
    pub(crate) spec: SubscriptionSpec,
    #[serde(default)]
    scopes: Vec<String>,
}

/// What is common to declarative and programmatic subscriptions.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubscriptionSpec {
    #[serde(alias = "pubsubName")]
    pub(crate) pubsubname: String,
    pub(crate) topic: String,
    /// Only path in v1alpha1; in an answer of the application used when `routes.default` is absent.
    #[serde(default)]
    pub(crate) route: Option<String>,
    #[serde(default)]
    pub(crate) routes: Option<Routes>,
    #[serde(default)]
    pub(crate) dead_letter_topic: Option<String>,
    #[serde(default)]
    pub(crate) metadata: Option<BTreeMap<String, Value>>,
    #[serde(default)]
    pub(crate) bulk_subscribe: Option<BulkSubscribe>,
}

/// Many messages a call. Zero means the component's own bound.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BulkSubscribe {
    #[serde(default)]
    pub(crate) enabled: bool,
    #[serde(default)]
    pub(crate) max_messages_count: u32,
    #[serde(default)]
    pub(crate) max_await_duration_ms: u32,
}

/// Paths by content.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Routes {
    #[serde(default)]
    pub(crate) rules: Vec<Rule>,
    #[serde(default)]
    pub(crate) default: Option<String>,
}

/// A CEL condition and its path.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Rule {
    #[serde(rename = "match", default)]
    pub(crate) condition: String,
    pub(crate) path: String,
}

impl Subscription {
    pub(crate) fn serves(&self, app_id: &str) -> bool {
        in_scope(&self.scopes, app_id)
    }
}

impl SubscriptionSpec {
    /// Rules and default path together; `routes.default` wins over `route`.
    pub(crate) fn all_routes(&self) -> Routes {
        let mut routes = self.routes.clone().unwrap_or_default();
        routes.default = routes
            .default
            .filter(|path| !path.is_empty())
            .or_else(|| self.route.clone().filter(|path| !path.is_empty()));
        routes
    }

    /// Whether messages are opaque bytes around which the envelope is built at delivery.
    pub(crate) fn raw_payload(&self) -> bool {
        let value = self.metadata.as_ref().and_then(|metadata| metadata.get("rawPayload"));
        match value {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true") || text == "1",
            _ => false,
        }
    }
}

/// The application's own list. One malformed entry voids the whole list, as in daprd.
pub(crate) fn programmatic(body: &[u8]) -> Result<Vec<SubscriptionSpec>, serde_json::Error> {
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let list: Option<Vec<SubscriptionSpec>> = serde_json::from_slice(body)?;
    Ok(list.unwrap_or_default())
}
