//! Evaluation of a condition.

use std::cmp::Ordering;

use serde_json::Value;

use super::parse::{Method, Node, Relation};

/// The condition cannot be decided for these values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EvalError {
    #[error("no such key: {0}")]
    NoSuchKey(String),
    #[error("no such overload")]
    NoSuchOverload,
}

/// The variables, in the order in which the condition was compiled.
type Values<'a> = &'a [&'a Value];

/// Evaluates something that must be true or false. As in CEL, one side of `&&` or `||` that decides the result
/// outweighs an error on the other.
pub(super) fn boolean(node: &Node, values: Values<'_>) -> Result<bool, EvalError> {
    match node {
        Node::And(left, right) => match (boolean(left, values), boolean(right, values)) {
            (Ok(false), _) | (_, Ok(false)) => Ok(false),
            (Err(error), _) | (_, Err(error)) => Err(error),
            _ => Ok(true),
        },
        Node::Or(left, right) => match (boolean(left, values), boolean(right, values)) {
            (Ok(true), _) | (_, Ok(true)) => Ok(true),
            (Err(error), _) | (_, Err(error)) => Err(error),
            _ => Ok(false),
        },
        Node::Not(inner) => boolean(inner, values).map(|value| !value),
        Node::Has(target, name) => {
            let target = value(target, values)?;
            target
                .as_object()
                .map(|fields| fields.contains_key(name))
                .ok_or(EvalError::NoSuchOverload)
        }
        Node::Call(target, method, argument) => {
            let (target, argument) = (value(target, values)?, value(argument, values)?);
            let (Some(text), Some(part)) = (target.as_str(), argument.as_str()) else {
                return Err(EvalError::NoSuchOverload);
            };
            Ok(match method {
                Method::StartsWith => text.starts_with(part),
                Method::EndsWith => text.ends_with(part),
                Method::Contains => text.contains(part),
            })
        }
        Node::Relation(left, relation, right) => {
            compare(&value(left, values)?, *relation, &value(right, values)?)
        }
        Node::Variable(_)
        | Node::Literal(_)
        | Node::List(_)
        | Node::Field(..)
        | Node::Index(..) => value(node, values)?.as_bool().ok_or(EvalError::NoSuchOverload),
    }
}

fn value(node: &Node, values: Values<'_>) -> Result<Value, EvalError> {
    match node {
        Node::Variable(at) => Ok(values.get(*at).map(|value| (*value).clone()).unwrap_or_default()),
        Node::Literal(literal) => Ok(literal.clone()),
        Node::List(items) => items.iter().map(|item| value(item, values)).collect(),
        Node::Field(target, name) => {
            let found = place(target, values).map(|target| target.get(name).cloned());
            found.unwrap_or(None).ok_or_else(|| EvalError::NoSuchKey(name.clone()))
        }
        Node::Index(target, index) => {
            let (target, index) = (value(target, values)?, value(index, values)?);
            let found = match &index {
                Value::String(name) => target.get(name),
                other => other.as_f64().and_then(|at| target.get(at as usize)),
            };
            found.cloned().ok_or_else(|| EvalError::NoSuchKey(index.to_string()))
        }
        other => boolean(other, values).map(Value::Bool),
    }
}

/// The part of a variable a chain of fields names, without copying it.
fn place<'a>(node: &Node, values: Values<'a>) -> Option<&'a Value> {
    match node {
        Node::Variable(at) => values.get(*at).copied(),
        Node::Field(target, name) => place(target, values)?.get(name),
        Node::Index(target, index) => match &**index {
            Node::Literal(Value::String(name)) => place(target, values)?.get(name),
            _ => None,
        },
        _ => None,
    }
}

fn compare(left: &Value, relation: Relation, right: &Value) -> Result<bool, EvalError> {
    let equal = |a: &Value, b: &Value| match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    };
    let order = || match (left, right) {
        (Value::String(a), Value::String(b)) => Ok(a.cmp(b)),
        _ => {
            let numbers = left.as_f64().zip(right.as_f64());
            numbers.and_then(|(a, b)| a.partial_cmp(&b)).ok_or(EvalError::NoSuchOverload)
        }
    };
    match relation {
        Relation::Equal => Ok(equal(left, right)),
        Relation::NotEqual => Ok(!equal(left, right)),
        Relation::Less => Ok(order()? == Ordering::Less),
        Relation::LessOrEqual => Ok(order()? != Ordering::Greater),
        Relation::Greater => Ok(order()? == Ordering::Greater),
        Relation::GreaterOrEqual => Ok(order()? != Ordering::Less),
        Relation::In => match right {
            Value::Array(items) => Ok(items.iter().any(|item| equal(item, left))),
            Value::Object(fields) => {
                Ok(left.as_str().is_some_and(|name| fields.contains_key(name)))
            }
            _ => Err(EvalError::NoSuchOverload),
        },
    }
}
