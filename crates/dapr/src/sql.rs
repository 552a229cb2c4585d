//! Statements through `bindings.postgresql`.
//!
//! The binding's `query` never looks at errors that come while rows are read: a violated constraint, a lock timeout or a
//! failed commit answers 200 with no rows. So a statement returns exactly one row `[json text, 'end']`. Fewer or other
//! rows mean that it failed, or that its outcome is unknown; as every statement is safe to run twice, it is run again.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
    time::Duration,
};

use serde::de::DeserializeOwned;
use tokio::time::sleep;

use crate::{Dapr, Error, Retry};

/// Last column of the one row of every statement.
const END_MARK: &str = "end";

/// A statement in the one-row form. Comments and line breaks of the source are taken out, because the sidecar echoes
/// the text in a response header.
#[derive(Debug)]
pub struct Statement {
    name: &'static str,
    text: String,
}

impl Statement {
    /// Prepares a source text; meant for `LazyLock` beside an `include_str!`. Text constants in it hold neither `--` nor line breaks.
    pub fn new(name: &'static str, source: &str) -> Self {
        let code = source.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code));
        let text = code.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
        Self { name, text: text.trim_end_matches(';').to_owned() }
    }

    /// The one-line text that is sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name it goes by in errors and logs.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// Why a statement gave no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqlError {
    /// The sidecar or the database refused it, or could not be reached.
    #[error("statement {statement} could not be run")]
    Call {
        /// Which one.
        statement: &'static str,
        /// Why.
        #[source]
        source: Error,
    },
    /// It failed while executing, or its outcome is unknown.
    #[error("statement {statement} came back without its end mark")]
    NoEndMark {
        /// Which one.
        statement: &'static str,
    },
    /// The result does not have the expected shape.
    #[error("the result of statement {statement} could not be understood")]
    Unreadable {
        /// Which one.
        statement: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

impl SqlError {
    /// Whether a value among its parameters may be at fault: the database was there and did not take it.
    pub fn blames_a_value(&self) -> bool {
        match self {
            Self::NoEndMark { .. } => true,
            // Class 22, "data exception": a text that a type cannot hold.
            Self::Call { source, .. } => source.to_string().contains("SQLSTATE 22"),
            Self::Unreadable { .. } => false,
        }
    }
}

/// One database behind a `bindings.postgresql` component.
#[derive(Debug, Clone)]
pub struct Sql {
    dapr: Dapr,
    binding: Arc<str>,
    pauses: &'static [Duration],
}

impl Dapr {
    /// The database behind the binding `name`.
    pub fn sql(&self, name: &str) -> Sql {
        const PAUSES: &[Duration] = &[Duration::from_millis(20), Duration::from_millis(200)];
        Sql { dapr: self.clone(), binding: name.into(), pauses: PAUSES }
    }
}

impl Sql {
    /// Runs a statement and reads its JSON. Parameters travel as strings, which PostgreSQL takes for every type.
    /// A failure that may pass is tried twice again.
    ///
    /// # Errors
    /// See [`SqlError`]; after [`SqlError::NoEndMark`] and an unreachable sidecar the statement may have happened.
    pub async fn run<T: DeserializeOwned>(
        &self,
        statement: &Statement,
        params: &[&str],
    ) -> Result<T, SqlError> {
        let text = self.run_text(statement, params).await?;
        serde_json::from_str(&text)
            .map_err(|source| SqlError::Unreadable { statement: statement.name, source })
    }

    /// As [`Sql::run`], with the JSON left as text: for what is handed on unread.
    ///
    /// # Errors
    /// As [`Sql::run`].
    pub async fn run_text(
        &self,
        statement: &Statement,
        params: &[&str],
    ) -> Result<String, SqlError> {
        let mut pauses = self.pauses.iter();
        loop {
            let error = match self.attempt(statement, params).await {
                Ok(text) => return Ok(text),
                Err(error) => error,
            };
            match pauses.next() {
                Some(pause) if may_pass(&error) => {
                    tracing::warn!(statement = statement.name, %error, "statement is run again");
                    sleep(*pause).await;
                }
                _ => return Err(error),
            }
        }
    }

    /// Whether the database answers at all; asked once.
    pub async fn answers(&self) -> bool {
        static NOTHING: LazyLock<Statement> =
            LazyLock::new(|| Statement::new("nothing", "SELECT 'null', 'end'"));
        self.attempt(&NOTHING, &[]).await.is_ok()
    }

    async fn attempt(&self, statement: &Statement, params: &[&str]) -> Result<String, SqlError> {
        let name = statement.name;
        let call = |source| SqlError::Call { statement: name, source };
        let params = serde_json::to_string(params)
            .map_err(|source| SqlError::Unreadable { statement: name, source })?;
        let metadata =
            HashMap::from([("sql", statement.text.as_str()), ("params", params.as_str())]);
        let body =
            self.dapr.binding(&self.binding, "query", None, &metadata).await.map_err(call)?;
        // A truncated or reshaped body is no end mark either.
        let rows: Vec<(String, String)> =
            serde_json::from_slice(&body).map_err(|_| SqlError::NoEndMark { statement: name })?;
        match <[(String, String); 1]>::try_from(rows) {
            Ok([(text, mark)]) if mark == END_MARK => Ok(text),
            _ => Err(SqlError::NoEndMark { statement: name }),
        }
    }
}

fn may_pass(error: &SqlError) -> bool {
    match error {
        // A statement that the server refuses while parsing it stays refused.
        SqlError::Call { source, .. } => {
            source.retry() == Retry::MayHelp && !source.to_string().contains("SQLSTATE 42")
        }
        SqlError::NoEndMark { .. } => true,
        SqlError::Unreadable { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_one_line_without_comments() {
        let statement = Statement::new("x", "-- why\nSELECT a, -- the a\n  'end'\nFROM t;\n");
        assert_eq!(statement.text(), "SELECT a, 'end' FROM t");
    }
}
