//! JSON bodies.

use std::time::Duration;

use axum::{
    extract::{FromRequest, Request, rejection::BytesRejection},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::error::Category;
use tokio::time::timeout;

use super::{field, strict::Strict};
use crate::Problem;

/// How long a body may take: less than a handler, so that who sends half of it is told what is missing.
const PATIENCE: Duration = Duration::from_secs(10);

/// A JSON body, as an extractor and as a response.
///
/// Refusals: 415 for another media type, 408 for a body that does not come, 413 for one over the limit, 400 for text that is not JSON, 422 for JSON
/// that does not fit `T`, naming the field.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> Json<T> {
    /// Reads `T` from the bytes of a body.
    ///
    /// # Errors
    /// The 400 or 422 [`Problem`] described at [`Json`].
    pub fn from_slice(body: &[u8]) -> Result<T, Problem> {
        let mut json = serde_json::Deserializer::from_slice(body);
        let value = serde_path_to_error::deserialize(Strict(&mut json)).map_err(|error| {
            let message = error.inner().to_string();
            match error.inner().classify() {
                Category::Data => {
                    let pointer = field::pointer(&field::segments(error.path(), &message));
                    Problem::unprocessable("invalid_body", "the body breaks a rule")
                        .with_error(pointer, field::rule(&message))
                }
                Category::Syntax | Category::Eof | Category::Io => malformed(&message),
            }
        })?;
        json.end().map_err(|error| malformed(&error.to_string()))?;
        Ok(value)
    }
}

fn malformed(message: &str) -> Problem {
    Problem::bad_request("malformed_json", format!("the body is not JSON: {message}"))
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            let detail = "the body must be sent as application/json";
            return Err(Problem::unsupported_media_type("unsupported_media_type", detail));
        }
        let body = timeout(PATIENCE, Bytes::from_request(request, state)).await;
        let body = body.map_err(|_| too_slow())?.map_err(unreadable)?;
        Self::from_slice(&body).map(Json)
    }
}

fn too_slow() -> Problem {
    let detail = format!("the body did not come within {} s", PATIENCE.as_secs());
    Problem::new(StatusCode::REQUEST_TIMEOUT, "slow_body", detail)
}

fn unreadable(rejection: BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::payload_too_large("payload_too_large", "the body is larger than this route reads")
    } else {
        Problem::bad_request("unreadable_body", "the body could not be read to its end")
            .with_source(rejection)
    }
}

/// `application/json` or any `application/…+json`, whatever its parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|text| text.split(';').next()).unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    let subtype = essence.strip_prefix("application/");
    subtype.is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => Problem::internal(error).into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Draft {
        #[expect(dead_code, reason = "only the errors matter")]
        title: String,
        #[expect(dead_code, reason = "only the errors matter")]
        due: Option<Due>,
        #[serde(default)]
        #[expect(dead_code, reason = "only the errors matter")]
        tags: Vec<String>,
        #[serde(default)]
        #[expect(dead_code, reason = "only the errors matter")]
        mood: Mood,
    }

    #[derive(Debug, Default, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Mood {
        #[default]
        Good,
        Bad,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Due {
        #[expect(dead_code, reason = "only the errors matter")]
        date: u32,
    }

    #[test]
    fn problems_name_the_field_and_the_rule() {
        let cases = [
            (r"{}", 422, "#/title", "missing field `title`"),
            (r#"{"title":1}"#, 422, "#/title", "invalid type: integer `1`, expected a string"),
            (r#"{"title":"a","x":1}"#, 422, "#/x", "unknown field `x`"),
            (r#"{"title":"a","due":{}}"#, 422, "#/due/date", "missing field `date`"),
            (r#"{"title":"a","due":{"y":1}}"#, 422, "#/due/y", "unknown field `y`"),
            (r#"{"title":"a","due":{"date":-1}}"#, 422, "#/due/date", "invalid value"),
            (r#"{"title":"a","tags":["a",2]}"#, 422, "#/tags/1", "invalid type"),
            (r"[]", 422, "#", "invalid type: sequence, expected an object"),
            (r#"["a",null,[]]"#, 422, "#", "invalid type: sequence, expected an object"),
            (
                r#"{"title":"a","due":[3]}"#,
                422,
                "#/due",
                "invalid type: sequence, expected an object",
            ),
            (
                r#"{"title":"a","mood":null}"#,
                422,
                "#/mood",
                "invalid type: null, expected one of `good`, `bad`",
            ),
            (
                r#"{"title":"a","mood":5}"#,
                422,
                "#/mood",
                "invalid type: integer `5`, expected one of",
            ),
            (
                r#"{"title":"a","mood":{"good":null}}"#,
                422,
                "#/mood",
                "invalid type: map, expected one of",
            ),
            (r#"{"title":"a","mood":"grim"}"#, 422, "#/mood", "unknown variant `grim`"),
        ];
        for (body, status, pointer, rule) in cases {
            let problem = Json::<Draft>::from_slice(body.as_bytes()).unwrap_err();
            assert_eq!(problem.status(), status, "{body}");
            assert_eq!(problem.errors()[0].pointer, pointer, "{body}");
            assert!(problem.errors()[0].detail.starts_with(rule), "{body}: {problem:?}");
        }
    }

    #[test]
    fn text_that_is_not_json_is_400() {
        for body in ["", "{", r#"{"title":"a"} x"#, "\u{feff}{}", r#"{"title":"a",}"#] {
            let problem = Json::<Draft>::from_slice(body.as_bytes()).unwrap_err();
            assert_eq!(
                (problem.status().as_u16(), problem.code()),
                (400, "malformed_json"),
                "{body}"
            );
        }
    }

    #[test]
    fn media_types() {
        let cases = [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/merge-patch+json", true),
            ("text/json", false),
            ("application/jsonp", false),
            ("", false),
        ];
        for (content_type, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
            assert_eq!(is_json(&headers), expected, "{content_type}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
