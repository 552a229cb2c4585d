//! Query strings.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::field;
use crate::Problem;

/// A query string; a name that is given several times fills a list. A misfit is a 400 naming the parameter.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> Query<T> {
    /// Reads `T` from a query string without its `?`.
    ///
    /// # Errors
    /// The 400 [`Problem`] described at [`Query`].
    pub fn from_text(query: &str) -> Result<T, Problem> {
        let pairs = serde_html_form::Deserializer::from_bytes(query.as_bytes());
        serde_path_to_error::deserialize(pairs).map_err(|error| {
            let message = error.inner().to_string();
            let names = field::segments(error.path(), &message);
            let parameter = names.first().map(String::as_str).unwrap_or_default();
            Problem::invalid_query().with_error(format!("?{parameter}"), field::rule(&message))
        })
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::from_text(parts.uri.query().unwrap_or_default()).map(Query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        #[serde(default)]
        tag: Vec<String>,
        limit: Option<u16>,
        overdue: Option<bool>,
    }

    #[test]
    fn repeated_names_fill_a_list() {
        let filter = Query::<Filter>::from_text("tag=a&limit=5&tag=b%20c&overdue=true").unwrap();
        let tag = vec!["a".to_owned(), "b c".to_owned()];
        assert_eq!(filter, Filter { tag, limit: Some(5), overdue: Some(true) });
        let none = Filter { tag: vec![], limit: None, overdue: None };
        assert_eq!(Query::<Filter>::from_text("").unwrap(), none);
    }

    #[test]
    fn problems_name_the_parameter() {
        let cases = [
            ("limit=many", "?limit", "must be a whole number"),
            ("limit=70000", "?limit", "is too large a number"),
            ("overdue=maybe", "?overdue", ""),
            ("colour=red", "?colour", "unknown field `colour`"),
            ("limit=1&limit=2", "?limit", "must be given once"),
        ];
        for (query, pointer, rule) in cases {
            let problem = Query::<Filter>::from_text(query).unwrap_err();
            assert_eq!(problem.status(), 400, "{query}");
            assert_eq!(problem.errors()[0].pointer, pointer, "{query}: {problem:?}");
            assert!(problem.errors()[0].detail.starts_with(rule), "{query}: {problem:?}");
        }
    }
}
