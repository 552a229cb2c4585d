//! Whether this replica hears everything that is published.
//!
//! Its consumer group is its own and begins with the newest message: what is published before the group has its place in
//! a partition never comes, and nothing says when that is. So the replica publishes a probe to every partition of its
//! topics, and takes clients in once all of them have come back. From then on the group has a position in each partition,
//! so that an outage of the broker leaves no gap either.
//!
//! A sidecar that starts anew may have another group. It asks the application for subscriptions then, and that begins the
//! probes again; clients connect again afterwards and list, because something may have been missed.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::value::to_raw_value;
use todo_dapr::{CloudEvent, Dapr, Destination};
use todo_events::EventKind;
use todo_service_kit::{Health, Withheld};
use tokio::{sync::Notify, time::timeout};
use uuid::Uuid;

use crate::{config::Broadcast, hub::Hub};

/// How long a probe may take before it is sent again: most are sent before the group is there. Twice as long each time, because
/// every replica hears every probe, and one that is slow to hear must not be kept busy by them.
const PATIENCE: Duration = Duration::from_millis(250);
const LONGEST_PATIENCE: Duration = Duration::from_secs(4);
/// A probe that could not be published is a matter of the broker, which needs longer.
const PAUSE: Duration = Duration::from_secs(1);

/// Shared by the routes and the task that probes.
#[derive(Debug, Clone)]
pub(crate) struct Presence(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    broadcast: Broadcast,
    health: Health,
    hub: Hub,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    /// Of this round of probes: late ones of an earlier round prove nothing.
    round: Uuid,
    missing: BTreeSet<Place>,
    /// Keeps people away meanwhile.
    withheld: Option<Withheld>,
}

/// A partition of one of the topics.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place {
    topic: String,
    partition: u32,
}

/// What a probe carries.
#[derive(Debug, Serialize, Deserialize)]
struct Probe {
    round: Uuid,
    #[serde(flatten)]
    place: Place,
}

impl Presence {
    /// Nothing has been heard yet. Without partitions there is nothing to wait for.
    pub(crate) fn new(broadcast: Broadcast, health: Health, hub: Hub) -> Self {
        let state = State { round: Uuid::new_v4(), missing: BTreeSet::new(), withheld: None };
        let presence = Self(Arc::new(Inner {
            broadcast,
            health,
            hub,
            state: Mutex::new(state),
            changed: Notify::new(),
        }));
        presence.begin();
        presence
    }

    /// Whether every event reaches this replica.
    pub(crate) fn is_complete(&self) -> bool {
        self.lock().missing.is_empty()
    }

    /// The sidecar asks for subscriptions: what was known of its group may no longer be so.
    pub(crate) fn begin(&self) {
        let broadcast = &self.0.broadcast;
        let mut state = self.lock();
        let was_complete = state.missing.is_empty();
        state.round = Uuid::new_v4();
        state.missing = broadcast
            .topics
            .iter()
            .flat_map(|topic| {
                (0..broadcast.partitions).map(|partition| Place { topic: topic.clone(), partition })
            })
            .collect();
        if state.missing.is_empty() {
            return;
        }
        state.withheld.get_or_insert_with(|| self.0.health.withhold());
        drop(state);
        if was_complete {
            self.0.hub.start_over();
        }
        self.0.changed.notify_one();
    }

    /// A probe has come.
    ///
    /// # Errors
    /// When its data is none.
    pub(crate) fn arrived(&self, event: &CloudEvent) -> Result<(), serde_json::Error> {
        let probe: Probe = serde_json::from_str(event.data.get())?;
        let mut state = self.lock();
        if probe.round == state.round
            && state.missing.remove(&probe.place)
            && state.missing.is_empty()
        {
            state.withheld = None;
            tracing::info!("every partition is heard; clients are taken in");
            self.0.changed.notify_one();
        }
        Ok(())
    }

    /// Sends probes until all have come back, each time that this is needed. Never returns.
    pub(crate) async fn probe(self, dapr: Dapr) {
        let mut patience = PATIENCE;
        loop {
            let (round, missing) = {
                let state = self.lock();
                (state.round, state.missing.clone())
            };
            if missing.is_empty() {
                self.0.changed.notified().await;
                patience = PATIENCE;
                continue;
            }
            let mut wait = patience;
            for place in missing {
                if !self.send(&dapr, round, place).await {
                    wait = PAUSE;
                    break;
                }
            }
            // All have come, or must be sent anew; or the time is over. The next turn looks.
            let changed = timeout(wait, self.0.changed.notified()).await.is_ok();
            patience = if changed { PATIENCE } else { (2 * patience).min(LONGEST_PATIENCE) };
        }
    }

    async fn send(&self, dapr: &Dapr, round: Uuid, place: Place) -> bool {
        let pubsub = self.0.broadcast.pubsub.clone();
        let to = Destination { pubsub, topic: place.topic.clone() };
        let partition = place.partition;
        let Ok(data) = to_raw_value(&Probe { round, place }) else { return false };
        let kind = EventKind::Probe.cloudevent_type();
        let sent = dapr.publish_to_partition(&to, partition, &kind, &data).await;
        sent.inspect_err(|error| {
            tracing::warn!(%error, topic = to.topic, partition, "no probe sent; has the topic so many partitions?");
        })
        .is_ok()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
