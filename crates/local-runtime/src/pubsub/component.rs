//! A `pubsub.kafka` component as one application sees it.

use std::time::Duration;

use super::topic_scopes::TopicScopes;
use crate::{
    broker::{Group, InitialOffset},
    components::Settings,
    resiliency::Retry,
};

/// Broker, consumer group and permissions.
pub(crate) struct PubSub {
    pub(crate) name: String,
    /// Components with the same brokers share their topics.
    pub(crate) cluster: String,
    pub(crate) group: Group,
    pub(crate) scopes: TopicScopes,
    /// Kafka's handler retry: what happens to a failure that no dead-letter topic takes.
    pub(crate) handler_retry: Retry,
    /// Kafka's component has one batch in flight, whatever topics and partitions it reads.
    pub(crate) batch: tokio::sync::Mutex<()>,
}

impl PubSub {
    /// Reads the component's metadata. `brokers` and `authType` are demanded as daprd does.
    pub(crate) fn new(name: &str, app_id: &str, settings: &Settings) -> Result<Self, String> {
        let mut brokers: Vec<_> = settings
            .required("brokers")?
            .split(',')
            .map(|broker| broker.trim().to_owned())
            .collect();
        brokers.sort();
        settings.required("authType")?;
        Ok(Self {
            name: name.to_owned(),
            cluster: brokers.join(","),
            group: group(app_id, settings)?,
            scopes: TopicScopes::parse(app_id, settings),
            handler_retry: handler_retry(settings)?,
            batch: tokio::sync::Mutex::default(),
        })
    }
}

fn group(app_id: &str, settings: &Settings) -> Result<Group, String> {
    let key = ["consumerGroup", "consumerID"].into_iter().find(|key| settings.get(key).is_some());
    let initial = match settings.get("initialOffset").map(str::to_ascii_lowercase).as_deref() {
        None | Some("newest") => InitialOffset::Newest,
        Some("oldest") => InitialOffset::Oldest,
        Some(other) => return Err(format!("initialOffset {other} is neither oldest nor newest")),
    };
    Ok(Group {
        name: key.and_then(|key| settings.get(key)).unwrap_or(app_id).to_owned(),
        initial,
        ephemeral: key.is_some_and(|key| settings.is_unique_per_start(key)),
    })
}

fn handler_retry(settings: &Settings) -> Result<Retry, String> {
    let pause = match settings.get("backOffDuration") {
        None => Duration::from_secs(5),
        Some(text) => crate::text::duration::parse_policy(text)
            .ok_or_else(|| format!("backOffDuration {text} is no duration"))?,
    };
    let retries = settings.get("backOffMaxRetries").and_then(|text| text.parse().ok());
    Ok(Retry::constant(pause, retries))
}
