//! Asking a broker for its topics, and making them.

use std::{collections::HashMap, sync::Arc, time::Duration};

use rskafka::{
    BackoffConfig,
    client::{
        Client, ClientBuilder,
        error::{Error, ProtocolError},
    },
};
use tokio::time::{Instant, sleep, timeout};

use crate::{Broker, Report, TopicReport, TopicsError, TopicsFile, error::may_pass, tls};

/// How long a broker may take for one topic.
const TOPIC_WITHIN_MS: i32 = 20_000;
/// Nobody answers at an address that a firewall swallows, and the operating system waits for minutes.
const ANSWER_WITHIN: Duration = Duration::from_secs(25);
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(200);
/// As many replicas as the broker's own setting says.
const BROKERS_OWN: i16 = -1;

/// The topics of a broker.
#[derive(Debug)]
pub struct Topics {
    brokers: String,
    patience: Duration,
    client: Client,
}

impl Topics {
    /// Connects, and waits for a broker that is just starting.
    ///
    /// # Errors
    /// [`TopicsError`].
    pub async fn at(broker: &Broker) -> Result<Self, TopicsError> {
        let brokers = broker.addresses.clone();
        let members = broker.members()?;
        let tls = broker.tls.as_ref().map(tls::config).transpose()?;
        let connect = || {
            let mut builder = ClientBuilder::new(members.clone()).backoff_config(backoff());
            if let Some(tls) = &tls {
                builder = builder.tls_config(Arc::clone(tls));
            }
            if let Some(login) = &broker.login {
                builder = builder.sasl_config(login.sasl());
            }
            builder.build()
        };
        match insist(broker.patience, connect).await {
            Ok(client) => Ok(Self { brokers, patience: broker.patience, client }),
            Err(error) => Err(TopicsError::of(&brokers, None, &error)),
        }
    }

    /// Makes the topics of the file that are not there, with so many replicas, else as many as the broker likes, and waits
    /// until it lists them. Those that are there are left alone.
    ///
    /// # Errors
    /// [`TopicsError::Partitions`] when a topic is there with another number of partitions; then nothing is made.
    pub async fn make(
        &self,
        file: &TopicsFile,
        replicas: Option<u16>,
    ) -> Result<Report, TopicsError> {
        let there = self.partitions().await?;
        compare(file, &there)?;
        let replicas = replicas.map_or(BROKERS_OWN, |count| count.try_into().unwrap_or(i16::MAX));
        let mut topics = Vec::with_capacity(file.topics.len());
        for name in &file.topics {
            let made =
                !there.contains_key(name) && self.create(name, file.partitions, replicas).await?;
            topics.push(TopicReport { name: name.clone(), made });
        }
        self.wait_for(file).await?;
        Ok(Report { partitions: file.partitions, topics })
    }

    /// Makes a topic; `false` when somebody else just did.
    async fn create(
        &self,
        name: &str,
        partitions: u16,
        replicas: i16,
    ) -> Result<bool, TopicsError> {
        let create = || async {
            let controller = self.client.controller_client()?;
            controller.create_topic(name, partitions.into(), replicas, TOPIC_WITHIN_MS).await
        };
        match insist(self.patience, create).await {
            Ok(()) => Ok(true),
            Err(Error::ServerError {
                protocol_error: ProtocolError::TopicAlreadyExists, ..
            }) => Ok(false),
            Err(error) => Err(TopicsError::of(&self.brokers, Some(name), &error)),
        }
    }

    /// The list follows what the broker's controller has done.
    async fn wait_for(&self, file: &TopicsFile) -> Result<(), TopicsError> {
        let deadline = Instant::now() + self.patience;
        loop {
            let there = self.partitions().await?;
            let missing = file.topics.iter().filter(|name| !there.contains_key(*name));
            let topics: Vec<String> = missing.cloned().collect();
            if topics.is_empty() {
                return compare(file, &there);
            }
            if Instant::now() > deadline {
                return Err(TopicsError::Unlisted { topics, waited: self.patience });
            }
            sleep(PAUSE).await;
        }
    }

    /// Removes every topic that is not the broker's own.
    ///
    /// # Errors
    /// [`TopicsError`].
    pub async fn remove_all(&self) -> Result<(), TopicsError> {
        for name in self.names().await?.iter().filter(|name| !name.starts_with("__")) {
            let remove =
                async || self.client.controller_client()?.delete_topic(name, TOPIC_WITHIN_MS).await;
            insist(self.patience, remove)
                .await
                .map_err(|error| TopicsError::of(&self.brokers, Some(name), &error))?;
        }
        Ok(())
    }

    /// Their names.
    ///
    /// # Errors
    /// [`TopicsError::Broker`].
    pub async fn names(&self) -> Result<Vec<String>, TopicsError> {
        Ok(self.partitions().await?.into_keys().collect())
    }

    /// Their names, and how many partitions each has.
    async fn partitions(&self) -> Result<HashMap<String, usize>, TopicsError> {
        let topics = insist(self.patience, || self.client.list_topics()).await;
        let topics = topics.map_err(|error| TopicsError::of(&self.brokers, None, &error))?;
        Ok(topics.into_iter().map(|topic| (topic.name, topic.partitions.len())).collect())
    }
}

/// Whether what is there is as the file says. What is not there is no difference.
fn compare(file: &TopicsFile, there: &HashMap<String, usize>) -> Result<(), TopicsError> {
    let odd = |name: &String| {
        let partitions = *there.get(name)?;
        (partitions != usize::from(file.partitions)).then(|| (name.clone(), partitions))
    };
    let found: Vec<_> = file.topics.iter().filter_map(odd).collect();
    if found.is_empty() {
        return Ok(());
    }
    Err(TopicsError::Partitions { wanted: file.partitions, found })
}

/// Tries again, for as long as that can help, what a broker that is just starting cannot do yet.
async fn insist<T, F>(patience: Duration, attempt: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let deadline = Instant::now() + patience;
    loop {
        // Boxed, because the client's futures are deep, and those of our callers lie around them.
        let attempt = Box::pin(attempt());
        let outcome = timeout(ANSWER_WITHIN, attempt).await.unwrap_or(Err(Error::Timeout));
        match outcome {
            Err(error) if may_pass(&error) && Instant::now() < deadline => sleep(PAUSE).await,
            other => return other,
        }
    }
}

/// Within one attempt; [`insist`] has the patience.
fn backoff() -> BackoffConfig {
    BackoffConfig {
        init_backoff: Duration::from_millis(50),
        max_backoff: Duration::from_millis(250),
        base: 1.5,
        deadline: Some(Duration::from_secs(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_there_can_differ() {
        let file = TopicsFile { partitions: 8, topics: vec!["a".to_owned(), "b".to_owned()] };
        let there = |pairs: &[(&str, usize)]| {
            pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
        };
        compare(&file, &there(&[("a", 8), ("other", 1)])).unwrap();
        let Err(TopicsError::Partitions { found, .. }) = compare(&file, &there(&[("b", 4)])) else {
            panic!("b differs")
        };
        assert_eq!(found, [("b".to_owned(), 4)]);
    }

    #[tokio::test]
    async fn a_broker_that_is_away_is_told_with_its_address_and_why() {
        let broker = Broker::plain("127.0.0.1:1", Duration::from_millis(10));
        let error = Topics::at(&broker).await.unwrap_err().to_string();
        assert!(error.contains("127.0.0.1:1") && error.contains("refused"), "{error}");
    }
}
