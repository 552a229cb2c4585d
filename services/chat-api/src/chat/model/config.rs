//! Which model answers, and how long it may take.

use std::time::Duration;

use todo_service_kit::Reader;

/// A conversation component of the sidecar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelConfig {
    /// Its name.
    pub component: String,
    /// For all turns of one line together.
    pub timeout: Duration,
}

impl ModelConfig {
    /// Reads `LLM_COMPONENT` (none: the grammar answers alone) and `LLM_TIMEOUT_SECONDS` (20, at most 300).
    pub fn read(reader: &mut Reader) -> Option<Self> {
        let seconds = reader.parsed_within("LLM_TIMEOUT_SECONDS", 20_u64, 1..=300);
        let component = reader.optional("LLM_COMPONENT")?;
        Some(Self { component, timeout: Duration::from_secs(seconds) })
    }
}
