//! Tokens of the smoke's own people.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;
use uuid::Uuid;

use crate::now;

/// Shortest secret that the services take, in bytes (RFC 7518 §3.2).
const MIN_SECRET: usize = 32;

/// Signs as the suite's login would.
pub(crate) struct Signer<'a> {
    pub(crate) secret: &'a str,
    pub(crate) issuer: &'a str,
    pub(crate) audience: &'a str,
}

impl Signer<'_> {
    /// A token for `user` that ends after `lifetime`.
    ///
    /// # Errors
    /// When the secret is shorter than the services allow.
    pub(crate) fn sign(&self, user: &str, lifetime: Duration) -> anyhow::Result<String> {
        ensure!(self.secret.len() >= MIN_SECRET, "JWT_SECRET has fewer than {MIN_SECRET} bytes");
        let from = now();
        let claims = json!({
            "iss": self.issuer,
            "aud": self.audience,
            "sub": user,
            "iat": from.timestamp(),
            "exp": (from + lifetime).timestamp(),
            "jti": Uuid::new_v4(),
        });
        let key = EncodingKey::from_secret(self.secret.as_bytes());
        encode(&Header::new(Algorithm::HS256), &claims, &key).context("sign a token")
    }
}
