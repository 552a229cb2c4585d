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

/// As the component calls it, `backOff…`; `consumeRetryInterval` is something else.
fn handler_retry(settings: &Settings) -> Result<Retry, String> {
    let pause = match settings.get("backOffDuration") {
        None => Duration::from_secs(5),
        Some(text) => crate::text::duration::parse_policy(text)
            .ok_or_else(|| format!("backOffDuration {text} is no duration"))?,
    };
    let retries = settings.get("backOffMaxRetries").and_then(|text| text.parse().ok());
    Ok(Retry::constant(pause, retries))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(extra: &[(&str, &str)]) -> PubSub {
        let mut pairs = vec![("brokers", "b:1, a:1"), ("authType", "none")];
        pairs.extend(extra);
        PubSub::new("events", "app", &Settings::of_pairs(&pairs)).unwrap()
    }

    #[test]
    fn a_failure_without_dead_letters_is_repeated_every_five_seconds_for_ever() {
        let component = component(&[]);
        let mut attempts = component.handler_retry.attempts();
        for _ in 0..1000 {
            assert_eq!(attempts.pause(0.0), Some(Duration::from_secs(5)));
        }
    }

    #[test]
    fn the_group_is_the_application_unless_named_and_begins_with_the_newest() {
        let plain = component(&[]);
        assert_eq!((plain.cluster.as_str(), plain.group.name.as_str()), ("a:1,b:1", "app"));
        assert_eq!((plain.group.initial, plain.group.ephemeral), (InitialOffset::Newest, false));
        let named = component(&[("consumerID", "x"), ("consumerGroup", "y")]);
        assert_eq!(named.group.name, "y");
        let own = component(&[("consumerID", "{appID}-{uuid}"), ("initialOffset", "Oldest")]);
        assert!(own.group.ephemeral && own.group.name.starts_with("app-"));
        assert_eq!(own.group.initial, InitialOffset::Oldest);
    }
}
