//! Small text formats that Dapr borrows from Go: durations, JSON as `encoding/json` writes it, and trace contexts.

pub(crate) mod duration;
pub(crate) mod go_json;
pub(crate) mod trace;
