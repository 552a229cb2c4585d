//! What the services write to their standard output.

use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;

/// Lines as they come. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Lines(Arc<Mutex<String>>);

impl Lines {
    /// Everything so far.
    pub fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The audit lines that speak of `task`.
    pub fn audit_of(&self, task: &str) -> Vec<Value> {
        audit_of(&self.text(), task)
    }
}

/// The audit lines of a text that speak of `task`.
pub(crate) fn audit_of(text: &str, task: &str) -> Vec<Value> {
    let json = text.lines().filter_map(|line| line.find("{\"audit\"").map(|start| &line[start..]));
    let entries = json.filter_map(|json| serde_json::from_str::<Value>(json).ok());
    entries.filter(|entry| entry["task_id"] == task).collect()
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        text.push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
