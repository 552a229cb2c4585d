//! Where readers stand at the real broker.

use anyhow::ensure;
use todo_launcher::RuntimeKind;

use crate::Product;

/// What `kafka-consumer-groups.sh` runs.
pub const CONSUMER_GROUPS: &str = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";

/// Where a consumer group stands in a partition.
#[derive(Debug)]
pub struct Position {
    /// The group.
    pub group: String,
    /// The topic.
    pub topic: String,
    /// The partition's number.
    pub partition: u32,
    /// The offset from which on it has told of nothing; none when it never told.
    pub stands: Option<i64>,
    /// The offset behind the last message.
    pub ends: i64,
}

impl Position {
    /// Whether messages wait, as far as the broker was told.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.stands.unwrap_or(0) < self.ends
    }
}

impl Product {
    /// Whether the broker knows that every reader has read everything. Readers tell it once a second. When it dies before
    /// that, one that begins with the newest message goes on past what is published until it is back.
    ///
    /// # Errors
    /// When the broker's tool fails, or knows of no replica of websocket.
    pub async fn positions_are_kept(&self) -> anyhow::Result<bool> {
        if self.suite().runtime() == RuntimeKind::Local {
            return Ok(true);
        }
        let positions = self.positions(&["--all-groups"]).await?;
        let heard = positions.iter().any(|position| position.group.starts_with("websocket-"));
        ensure!(heard, "no group of websocket in {positions:?}");
        Ok(!positions.iter().any(Position::is_behind))
    }

    /// What the broker's tool describes of `which` groups: `--all-groups`, or `--group` and a name.
    ///
    /// # Errors
    /// When the runtime is not the real one, or the tool does not run.
    pub async fn positions(&self, which: &[&str]) -> anyhow::Result<Vec<Position>> {
        let mut tool = self.suite().kafka()?.tool(CONSUMER_GROUPS);
        let output = tool.arg("--describe").args(which).output().await?;
        Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(read).collect())
    }
}

/// A line: group, topic, partition, where the group stands, where the partition ends, and more.
fn read(line: &str) -> Option<Position> {
    let mut fields = line.split_whitespace();
    Some(Position {
        group: fields.next()?.to_owned(),
        topic: fields.next()?.to_owned(),
        partition: fields.next()?.parse().ok()?,
        stands: fields.next()?.parse().ok(),
        ends: fields.next()?.parse().ok()?,
    })
}
