//! Why topics are not as they should be.

use std::{path::PathBuf, time::Duration};

use rskafka::client::error::{Error, ProtocolError};

/// A failed operation on a broker's topics. Nothing in it carries a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TopicsError {
    /// A file cannot be used.
    #[error("{}: {detail}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// An address without host or port.
    #[error("a broker's address is host:port, with commas between several; this is {text:?}")]
    Address {
        /// As it was given.
        text: String,
    },
    /// Encryption cannot be set up.
    #[error("TLS cannot be used")]
    Tls(#[source] rustls::Error),
    /// The broker cannot be reached, refuses the login, or cannot do its work.
    #[error("the broker at {brokers} cannot be used: {detail}")]
    Broker {
        /// Its address.
        brokers: String,
        /// What the client says; the whole of it, so there is no source to tell again.
        detail: String,
    },
    /// The broker does not make or remove a topic.
    #[error("the broker refuses the topic {topic}: {detail}")]
    Refused {
        /// The topic.
        topic: String,
        /// Its answer.
        detail: String,
    },
    /// Topics that are there have another number of partitions.
    #[error("the topics have {wanted} partitions by the file, but there {}", numbers(.found))]
    Partitions {
        /// Partitions that each should have.
        wanted: u16,
        /// Topics and the partitions that they have.
        found: Vec<(String, usize)>,
    },
    /// Topics that were made do not show up.
    #[error("after {} s the broker does not list {}", waited.as_secs(), topics.join(", "))]
    Unlisted {
        /// Those that are missing.
        topics: Vec<String>,
        /// How long we looked for them.
        waited: Duration,
    },
}

impl TopicsError {
    /// Tells a refusal of one topic from everything else.
    pub(crate) fn of(brokers: &str, topic: Option<&str>, error: &Error) -> Self {
        match (topic, error) {
            (Some(topic), Error::ServerError { protocol_error, error_message, .. }) => {
                let words = error_message.as_ref().map(|words| format!(" ({words})"));
                let detail = format!("{protocol_error}{}", words.unwrap_or_default());
                Self::Refused { topic: topic.to_owned(), detail }
            }
            _ => Self::Broker { brokers: brokers.to_owned(), detail: error.to_string() },
        }
    }
}

/// Whether asking again can help. A broker that is just starting has neither all of its members nor all of its users.
pub(crate) fn may_pass(error: &Error) -> bool {
    let Error::ServerError { protocol_error, .. } = error else { return true };
    !matches!(
        protocol_error,
        ProtocolError::TopicAlreadyExists
            | ProtocolError::TopicAuthorizationFailed
            | ProtocolError::ClusterAuthorizationFailed
            | ProtocolError::PolicyViolation
            | ProtocolError::InvalidTopicException
            | ProtocolError::InvalidPartitions
            | ProtocolError::UnsupportedVersion
    )
}

fn numbers(found: &[(String, usize)]) -> String {
    let number = |(topic, partitions): &(String, usize)| format!("{topic} has {partitions}");
    found.iter().map(number).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_every_topic_and_both_numbers() {
        let found = vec![("reminders".to_owned(), 3), ("task-events".to_owned(), 4)];
        let error = TopicsError::Partitions { wanted: 8, found };
        assert_eq!(
            error.to_string(),
            "the topics have 8 partitions by the file, but there reminders has 3, task-events has 4"
        );
    }
}
