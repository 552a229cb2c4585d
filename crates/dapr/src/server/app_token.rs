//! The token by which the sidecar shows who it is (its `APP_API_TOKEN`).

use std::{fmt, sync::Arc};

use axum::http::HeaderMap;
use subtle::ConstantTimeEq;

/// The expected `dapr-api-token` of calls from the sidecar.
#[derive(Clone)]
pub struct AppToken(Arc<str>);

impl AppToken {
    /// Name of the header.
    pub const HEADER: &str = "dapr-api-token";

    /// Expects `token`.
    pub fn new(token: &str) -> Self {
        Self(token.into())
    }

    /// Whether a call carries the token, exactly once; the time taken does not tell how much of it was right.
    pub fn admits(&self, headers: &HeaderMap) -> bool {
        let mut values = headers.get_all(Self::HEADER).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.as_bytes().ct_eq(self.0.as_bytes()).into(),
            _ => false,
        }
    }
}

impl fmt::Debug for AppToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_right_token_is_admitted() {
        let token = AppToken::new("right");
        let headers = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(AppToken::HEADER, value.parse().unwrap());
            }
            headers
        };
        assert!(token.admits(&headers(&["right"])));
        for wrong in [&[][..], &["wrong"], &["right", "right"], &["righ"], &[""]] {
            assert!(!token.admits(&headers(wrong)), "{wrong:?}");
        }
    }
}
