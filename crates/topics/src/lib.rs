//! The topics of a Kafka-compatible broker (Apache Kafka, Redpanda, Confluent Cloud).
//!
//! They are made before anybody uses them: with a known number of partitions, and never by a misspelt name. Replicas of
//! websocket count partitions, and a key keeps its order only while their number stays; so a topic that is there with
//! another number is an error, and nothing is changed.

mod broker;
mod error;
mod file;
mod report;
mod tls;
mod topics;

pub use broker::{Broker, Login, Mechanism, Trust};
pub use error::TopicsError;
pub use file::TopicsFile;
pub use report::{Report, TopicReport};
pub use topics::Topics;
