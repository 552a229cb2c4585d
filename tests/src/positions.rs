//! Where readers stand at the real broker.

use anyhow::ensure;
use todo_launcher::RuntimeKind;

use crate::Product;

/// What `kafka-consumer-groups.sh` runs.
pub const CONSUMER_GROUPS: &str = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";

/// A line of what it describes: group, topic, partition, where the group stands, where the partition ends, and more.
struct Position<'a> {
    group: &'a str,
    stands: &'a str,
    ends: &'a str,
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
        let mut tool = self.suite().kafka()?.tool(CONSUMER_GROUPS);
        let output = tool.args(["--describe", "--all-groups"]).output().await?;
        let table = String::from_utf8_lossy(&output.stdout);
        let positions: Vec<Position<'_>> = table.lines().filter_map(read).collect();
        let heard = positions.iter().any(|position| position.group.starts_with("websocket-"));
        ensure!(heard, "no group of websocket in {table} {output:?}");
        Ok(positions
            .iter()
            .all(|position| position.ends == "0" || position.stands == position.ends))
    }
}

fn read(line: &str) -> Option<Position<'_>> {
    let mut fields = line.split_whitespace();
    let (group, _topic) = (fields.next()?, fields.next()?);
    fields.next()?.parse::<u32>().ok()?;
    Some(Position { group, stands: fields.next()?, ends: fields.next()? })
}
