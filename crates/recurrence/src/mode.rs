//! What the next occurrence is counted from.

use serde::{Deserialize, Serialize};

/// What the next occurrence is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The calendar: rent is due on the 1st, whenever it was last paid.
    #[default]
    Schedule,
    /// The completion: water the plant four days after it was last watered.
    AfterCompletion,
}
