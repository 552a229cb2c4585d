//! The part of CEL (<https://cel.dev>) that routing rules and circuit breakers use: comparisons, `&&`, `||`, `!`, `in`,
//! `has()`, `startsWith`, `endsWith` and `contains`, over variables that the caller names.

mod eval;
mod parse;
mod token;

use serde_json::Value;

pub(crate) use eval::EvalError;
use parse::Node;

/// A compiled condition.
#[derive(Clone, Debug)]
pub(crate) struct Expression(Option<Node>);

impl Expression {
    /// Compiles a condition over these variables; the empty one is always true.
    pub(crate) fn parse(text: &str, variables: &[&str]) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self(None));
        }
        parse::parse(text, variables).map(|node| Self(Some(node)))
    }

    /// Whether the variables' values fulfil the condition; they come in the order of [`Expression::parse`]. A field that
    /// is missing, unless asked for by `has`, is an error.
    pub(crate) fn matches(&self, values: &[&Value]) -> Result<bool, EvalError> {
        match &self.0 {
            None => Ok(true),
            Some(node) => eval::boolean(node, values),
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
        Expression::parse(condition, &["event"]).unwrap().matches(&[&event])
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
    fn several_variables_have_their_values() {
        let condition =
            Expression::parse("failures >= 3 && requests > 10", &["requests", "failures"]).unwrap();
        assert_eq!(condition.matches(&[&json!(11), &json!(3)]), Ok(true));
        assert_eq!(condition.matches(&[&json!(3), &json!(11)]), Ok(false));
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
            assert!(Expression::parse(text, &["event"]).is_err(), "{text}");
        }
    }
}
