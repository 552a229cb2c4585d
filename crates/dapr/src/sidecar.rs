//! The sidecar itself: is it there, what has it loaded.

use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use tokio::time::{Instant, sleep_until};

use crate::{Dapr, Error};

/// What `GET /v1.0/metadata` says, as far as it is used.
#[derive(Debug, Clone, Deserialize)]
pub struct Metadata {
    /// The app-id.
    pub id: String,
    /// The sidecar's release.
    #[serde(rename = "runtimeVersion", default)]
    pub runtime_version: String,
    /// Live subscriptions.
    #[serde(default)]
    pub subscriptions: Vec<Subscription>,
    /// Loaded components.
    #[serde(default)]
    pub components: Vec<Component>,
}

/// A loaded component.
#[derive(Debug, Clone, Deserialize)]
pub struct Component {
    /// Its name.
    pub name: String,
    /// Its type, such as `pubsub.kafka`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A live subscription.
#[derive(Debug, Clone, Deserialize)]
pub struct Subscription {
    /// The pub/sub component.
    #[serde(rename = "pubsubname")]
    pub pubsub: String,
    /// The topic.
    pub topic: String,
    /// Where unhandled messages go.
    #[serde(rename = "deadLetterTopic", default)]
    pub dead_letter_topic: String,
}

impl Dapr {
    /// Reads the sidecar's metadata.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn metadata(&self) -> Result<Metadata, Error> {
        const OPERATION: &str = "metadata";
        let answer = self.send(OPERATION, self.request(Method::GET, "/v1.0/metadata")).await?;
        serde_json::from_slice(&answer.body).map_err(|e| Error::unreadable(OPERATION, e))
    }

    /// Asks once whether components are loaded and the API listens (`/v1.0/healthz/outbound`). The plain `/healthz`
    /// would wait for this very service to open its port.
    ///
    /// # Errors
    /// When it is not, or cannot be reached.
    pub async fn outbound_ready(&self) -> Result<(), Error> {
        let request = self.request(Method::GET, "/v1.0/healthz/outbound");
        self.send("outbound health", request).await.map(drop)
    }

    /// Waits until [`Dapr::outbound_ready`], at most for `limit`.
    ///
    /// # Errors
    /// The last answer, when the time is over.
    pub async fn wait_outbound_ready(&self, limit: Duration) -> Result<(), Error> {
        let deadline = Instant::now() + limit;
        let mut pause = Duration::from_millis(10);
        loop {
            let error = match self.outbound_ready().await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            if Instant::now() + pause >= deadline {
                return Err(error);
            }
            sleep_until(Instant::now() + pause).await;
            pause = (pause * 2).min(Duration::from_millis(500));
        }
    }
}
