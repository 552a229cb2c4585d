//! Extractors that refuse with a [`Problem`](crate::Problem) naming the field and the rule.
//!
//! They have axum's names on purpose: handlers read the same, and `utoipa` recognises them by name. A DTO that must
//! not be sent unknown fields says so itself with `#[serde(deny_unknown_fields)]`.

mod field;
mod json;
mod path;
mod query;
mod strict;

pub use json::Json;
pub use path::Path;
pub(crate) use path::raw_params;
pub use query::Query;
