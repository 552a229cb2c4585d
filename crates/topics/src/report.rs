//! What became of the topics, for people.

use std::fmt;

/// The outcome of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Partitions of each topic.
    pub partitions: u16,
    /// One entry for each topic, in the order of the file.
    pub topics: Vec<TopicReport>,
}

/// The outcome for one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicReport {
    /// Its name.
    pub name: String,
    /// Whether this run made it; else it was there.
    pub made: bool,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.partitions == 1 { "" } else { "s" };
        for TopicReport { name, made } in &self.topics {
            let state = if *made { "made" } else { "was there" };
            writeln!(f, "topic {name}: {state}, {} partition{plural}", self.partitions)?;
        }
        Ok(())
    }
}
