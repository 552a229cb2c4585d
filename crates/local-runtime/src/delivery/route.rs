//! Which path an event goes to.

use serde_json::Value;

use crate::{
    cel::{EvalError, Expression},
    resources::Routes,
};

/// Rules in order, then the default.
pub(super) struct Router {
    rules: Vec<(String, Expression, String)>,
    default: Option<String>,
}

impl Router {
    /// Compiles the conditions; an empty one always matches.
    pub(super) fn new(routes: Routes) -> Result<Self, String> {
        let rules = routes.rules.into_iter().map(|rule| {
            let condition = Expression::parse(&rule.condition, &["event"])
                .map_err(|e| format!("condition {:?}: {e}", rule.condition))?;
            Ok((rule.condition, condition, rule.path))
        });
        Ok(Self { rules: rules.collect::<Result<_, String>>()?, default: routes.default })
    }

    /// The path for an event, `None` when nothing matches.
    pub(super) fn path(&self, event: &Value) -> Result<Option<&str>, EvalError> {
        for (_, condition, path) in &self.rules {
            if condition.matches(&[event])? {
                return Ok(Some(path));
            }
        }
        Ok(self.default.as_deref())
    }

    /// Conditions and paths, the default last with an empty condition.
    pub(super) fn rules(&self) -> impl Iterator<Item = (&str, &str)> {
        let rules =
            self.rules.iter().map(|(condition, _, path)| (condition.as_str(), path.as_str()));
        rules.chain(self.default.iter().map(|path| ("", path.as_str())))
    }
}
