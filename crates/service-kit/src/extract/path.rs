//! Path parameters.

use axum::extract::{
    FromRequestParts, RawPathParams,
    path::ErrorKind,
    rejection::{PathRejection, RawPathParamsRejection},
};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::field;
use crate::Problem;

/// Path parameters. A misfit is a 400 naming the parameter.
#[derive(Debug, Clone, Copy, Default)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(rejection) => {
                let params = raw_params(parts, state).await?;
                let names: Vec<&str> = params.iter().map(|(name, _)| name).collect();
                Err(refusal(rejection, &names))
            }
        }
    }
}

/// Path parameters as text.
pub(crate) async fn raw_params<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
) -> Result<RawPathParams, Problem> {
    RawPathParams::from_request_parts(parts, state).await.map_err(|rejection| match rejection {
        RawPathParamsRejection::InvalidUtf8InPathParam(invalid) => {
            // axum tells the name in its text alone.
            let text = invalid.body_text();
            misfit(text.split(['`', '\'']).nth(1).unwrap_or_default(), "must be UTF-8")
        }
        other => Problem::internal(other),
    })
}

fn misfit(name: &str, rule: impl Into<String>) -> Problem {
    Problem::bad_request("invalid_path", "a part of the path breaks a rule")
        .with_error(format!("{{{name}}}"), rule.into())
}

/// The refusal of one of the parameters `names`, in the order of the path.
fn refusal(rejection: PathRejection, names: &[&str]) -> Problem {
    let PathRejection::FailedToDeserializePathParams(unfit) = rejection else {
        return Problem::internal(rejection);
    };
    let only = if let [name] = names { name } else { "" };
    let must_be = field::must_be;
    let (name, rule) = match unfit.into_kind() {
        ErrorKind::ParseErrorAtKey { key, expected_type, .. } => (key, must_be(expected_type)),
        ErrorKind::DeserializeError { key, message, .. } => (key, field::rule(&message)),
        ErrorKind::InvalidUtf8InPathParam { key } => (key, "must be UTF-8".to_owned()),
        ErrorKind::ParseError { expected_type, .. } => (only.to_owned(), must_be(expected_type)),
        ErrorKind::ParseErrorAtIndex { index, expected_type, .. } => {
            let name = names.get(index).copied().unwrap_or_default();
            (name.to_owned(), must_be(expected_type))
        }
        ErrorKind::Message(message) => (only.to_owned(), field::rule(&message)),
        // What is left are routes that do not fit their handler: our fault, not the caller's.
        kind => return Problem::internal(kind.to_string()),
    };
    misfit(&name, rule)
}
