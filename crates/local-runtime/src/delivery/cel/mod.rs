//! The part of CEL (<https://cel.dev>) that routing rules use: comparisons of strings, `&&`, `||`, `!`, `has()`,
//! `startsWith`, `endsWith` and `contains`, over the variable `event`.

mod eval;
mod parse;
mod token;

use serde_json::Value;

pub(super) use eval::EvalError;
use parse::Node;

/// A compiled condition.
pub(super) struct Expression(Option<Node>);

impl Expression {
    /// Compiles a condition; the empty one is always true.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self(None));
        }
        parse::parse(text).map(|node| Self(Some(node)))
    }

    /// Whether the event fulfils the condition. A field that is missing, unless asked for by `has`, is an error.
    pub(super) fn matches(&self, event: &Value) -> Result<bool, EvalError> {
        match &self.0 {
            None => Ok(true),
            Some(node) => eval::boolean(node, event),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn matches(condition: &str) -> Result<bool, EvalError> {
        let event =
            json!({"type": "order.created.v1", "data": {"kind": "a", "tags": ["x"], "n": 2}});
        Expression::parse(condition).unwrap().matches(&event)
    }

    #[test]
    fn compares_and_combines() {
        assert_eq!(matches(r#"event.type == "order.created.v1""#), Ok(true));
        assert_eq!(
            matches(r#"event.type != 'x' && (event.data.kind == "b" || event.data.n == 2)"#),
            Ok(true)
        );
        assert_eq!(matches(r#"!(event["type"] == "x")"#), Ok(true));
        assert_eq!(
            matches(r#"event.type.startsWith("order.") && event.type.endsWith(".v2")"#),
            Ok(false)
        );
        assert_eq!(matches(r#""x" in event.data.tags"#), Ok(true));
        assert_eq!(matches(""), Ok(true));
    }

    #[test]
    fn missing_fields_are_errors_unless_asked_for() {
        assert!(matches(r#"event.data.other == "x""#).is_err());
        assert_eq!(matches(r#"has(event.data.other) && event.data.other == "x""#), Ok(false));
        assert_eq!(matches("has(event.data.kind)"), Ok(true));
    }

    #[test]
    fn one_decided_side_outweighs_an_error() {
        assert_eq!(matches(r#"event.nope == "x" || event.type != "x""#), Ok(true));
        assert_eq!(matches(r#"event.nope == "x" && event.type == "x""#), Ok(false));
    }

    #[test]
    fn nonsense_does_not_compile() {
        for text in [
            "event.type ==",
            "event.type = 'x'",
            "other.type == 'x'",
            "'open",
            "event.type == 'x' )",
        ] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }
}
