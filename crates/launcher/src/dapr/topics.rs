//! Topics are made before anybody uses them: with a known number of partitions, and never by a misspelt name.

use std::{path::Path, time::Duration};

use rskafka::{
    BackoffConfig,
    client::{
        Client, ClientBuilder,
        error::{Error, ProtocolError},
    },
};
use serde::Deserialize;

use super::DaprError;

/// How long a broker may take for one topic.
const PATIENCE_MS: i32 = 20_000;

/// `dapr/topics.yaml`: every topic of the suite.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicsFile {
    /// Partitions of each. More of them later would give keys new partitions, and so break their order.
    pub partitions: u16,
    /// Their names.
    pub topics: Vec<String>,
}

impl TopicsFile {
    /// Reads the file.
    ///
    /// # Errors
    /// [`DaprError::Resource`] naming the file and the place.
    pub fn read(path: &Path) -> Result<Self, DaprError> {
        let fail = |detail: String| DaprError::Resource { path: path.to_owned(), detail };
        let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
        serde_saphyr::from_str(&text).map_err(|error| fail(error.to_string()))
    }
}

/// The topics of a broker.
#[derive(Debug)]
pub struct Topics {
    brokers: String,
    client: Client,
}

impl Topics {
    /// Connects to `host:port,…`; a broker that is just starting has `patience`.
    ///
    /// # Errors
    /// [`DaprError::Broker`].
    pub async fn at(brokers: &str, patience: Duration) -> Result<Self, DaprError> {
        let addresses = brokers.split(',').map(|address| address.trim().to_owned()).collect();
        let backoff = BackoffConfig {
            init_backoff: Duration::from_millis(50),
            max_backoff: Duration::from_millis(250),
            base: 1.5,
            deadline: Some(patience),
        };
        let client = ClientBuilder::new(addresses).backoff_config(backoff).build().await;
        let client = client.map_err(refused(brokers))?;
        Ok(Self { brokers: brokers.to_owned(), client })
    }

    /// Makes the topics that are not there; others keep their partitions.
    ///
    /// # Errors
    /// [`DaprError::Broker`].
    pub async fn create(
        &self,
        names: impl IntoIterator<Item = &str>,
        partitions: u16,
    ) -> Result<(), DaprError> {
        let controller = self.client.controller_client().map_err(refused(&self.brokers))?;
        let there = self.names().await?;
        for name in names {
            if there.iter().any(|other| other == name) {
                continue;
            }
            // -1: as many replicas as the broker's own setting says.
            match controller.create_topic(name, partitions.into(), -1, PATIENCE_MS).await {
                Ok(())
                | Err(Error::ServerError {
                    protocol_error: ProtocolError::TopicAlreadyExists,
                    ..
                }) => {}
                Err(error) => return Err(refused(&self.brokers)(error)),
            }
        }
        Ok(())
    }

    /// Removes every topic that is not the broker's own.
    ///
    /// # Errors
    /// [`DaprError::Broker`].
    pub async fn remove_all(&self) -> Result<(), DaprError> {
        let controller = self.client.controller_client().map_err(refused(&self.brokers))?;
        for name in self.names().await?.into_iter().filter(|name| !name.starts_with("__")) {
            controller.delete_topic(name, PATIENCE_MS).await.map_err(refused(&self.brokers))?;
        }
        Ok(())
    }

    /// Their names.
    ///
    /// # Errors
    /// [`DaprError::Broker`].
    pub async fn names(&self) -> Result<Vec<String>, DaprError> {
        let topics = self.client.list_topics().await.map_err(refused(&self.brokers))?;
        Ok(topics.into_iter().map(|topic| topic.name).collect())
    }
}

fn refused(brokers: &str) -> impl FnOnce(Error) -> DaprError {
    move |source| DaprError::Broker { brokers: brokers.to_owned(), source }
}
