//! Which subscriptions an application has: its own answer first, then files.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};

use super::{Subscribed, SubscribedRule, bulk::Batches, route::Router};
use crate::{
    app::App,
    pubsub::PubSub,
    resiliency::Policy,
    resources::{SubscriptionSpec, programmatic},
};

/// A subscription that is being delivered.
pub(super) struct Active {
    pub(super) pubsub: Arc<PubSub>,
    pub(super) topic: String,
    pub(super) router: Router,
    pub(super) dead_letter_topic: Option<String>,
    pub(super) raw_payload: bool,
    pub(super) policy: Policy,
    pub(super) bulk: Option<Batches>,
    declarative: bool,
}

/// Tries to reach the application for its list this often (daprd's initialisation retries).
const ATTEMPTS: u32 = 3;

/// All subscriptions of an application. For one topic of one component the application's own answer wins over files,
/// and among files the first.
pub(super) async fn resolve(app: &App) -> Vec<Active> {
    let mut own = app.own_list.lock().await;
    let own = match &mut *own {
        Some(known) => known,
        unknown => unknown.insert(ask(app).await),
    };
    let declared = app.declarative.iter().map(|spec| (spec, true));
    let mut active: Vec<Active> = Vec::new();
    for (spec, declarative) in own.iter().map(|spec| (spec, false)).chain(declared) {
        if active
            .iter()
            .any(|other| other.pubsub.name == spec.pubsubname && other.topic == spec.topic)
        {
            continue;
        }
        match activate(app, spec, declarative) {
            Ok(subscription) => active.push(subscription),
            Err(reason) => {
                tracing::warn!(
                    app = app.id,
                    pubsub = spec.pubsubname,
                    topic = spec.topic,
                    reason,
                    "not subscribed"
                );
            }
        }
    }
    active
}

fn activate(app: &App, spec: &SubscriptionSpec, declarative: bool) -> Result<Active, String> {
    let pubsub =
        app.components.pubsubs.get(&spec.pubsubname).ok_or("the component is not in scope")?;
    if !pubsub.scopes.may_subscribe(&spec.topic) {
        return Err("denied by the component's topic scopes".to_owned());
    }
    let routes = spec.all_routes();
    if routes.rules.is_empty() && routes.default.is_none() {
        return Err("neither rules nor a default route".to_owned());
    }
    Ok(Active {
        pubsub: Arc::clone(pubsub),
        topic: spec.topic.clone(),
        router: Router::new(routes)?,
        dead_letter_topic: spec.dead_letter_topic.clone().filter(|topic| !topic.is_empty()),
        raw_payload: spec.raw_payload(),
        policy: app.resiliency.inbound(&spec.pubsubname, "Pubsub"),
        bulk: spec.bulk_subscribe.as_ref().filter(|bulk| bulk.enabled).map(Batches::from),
        declarative,
    })
}

/// What a sidecar asks at its start. `GET /dapr/config` is about actors, of which there are none, but tells the application
/// that its sidecar is a new one. `GET /dapr/subscribe`: anything but a 200 with a valid list means none, with a log line
/// for what is not a 404.
async fn ask(app: &App) -> Vec<SubscriptionSpec> {
    let Some(channel) = &app.channel else { return Vec::new() };
    let mut headers = HeaderMap::new();
    if let Ok(id) = HeaderValue::from_str(&app.id) {
        headers.insert("dapr-app-id", id);
    }
    if let Err(error) =
        channel.call(Method::GET, "/dapr/config", headers.clone(), Bytes::new()).await
    {
        tracing::debug!(app = app.id, %error, "configuration of the application not read");
    }
    if !app.config.own_subscriptions {
        return Vec::new();
    }
    let mut attempt = 0;
    let answer = loop {
        match channel.call(Method::GET, "/dapr/subscribe", headers.clone(), Bytes::new()).await {
            Ok(answer) => break answer,
            Err(error) if attempt >= ATTEMPTS => {
                tracing::error!(app = app.id, %error, "subscriptions of the application not read");
                return Vec::new();
            }
            Err(_) => attempt += 1,
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    match answer.status.as_u16() {
        200 => valid(&answer.body).unwrap_or_else(|error| {
            tracing::error!(
                app = app.id,
                error,
                "the application's list of subscriptions is malformed"
            );
            Vec::new()
        }),
        404 => Vec::new(),
        status => {
            tracing::error!(app = app.id, status, "the application gave no list of subscriptions");
            Vec::new()
        }
    }
}

/// One entry that makes no sense, be it only its condition, voids the whole list.
fn valid(body: &[u8]) -> Result<Vec<SubscriptionSpec>, String> {
    let list = programmatic(body).map_err(|e| e.to_string())?;
    for spec in &list {
        Router::new(spec.all_routes())?;
    }
    Ok(list)
}

impl Active {
    pub(super) fn describe(&self) -> Subscribed {
        let rules = self.router.rules().map(|(condition, path)| SubscribedRule {
            condition: condition.to_owned(),
            path: path.to_owned(),
        });
        Subscribed {
            pubsub_name: self.pubsub.name.clone(),
            topic: self.topic.clone(),
            rules: rules.collect(),
            dead_letter_topic: self.dead_letter_topic.clone().unwrap_or_default(),
            kind: if self.declarative { "DECLARATIVE" } else { "PROGRAMMATIC" },
        }
    }
}
