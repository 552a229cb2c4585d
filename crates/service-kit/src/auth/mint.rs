//! Making tokens, for the development login and for tests.

use std::time::Duration;

use chrono::{DateTime, SubsecRound as _, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;
use todo_events::UserId;
use uuid::Uuid;

use super::{KeyError, TokenPolicy, keys::MIN_SECRET};
use crate::{Clock, config::Secret};

/// Makes HS256 tokens that a [`Verifier`](super::Verifier) with the same secret and policy accepts.
#[derive(Clone)]
pub struct Minter {
    key: EncodingKey,
    policy: TokenPolicy,
    clock: Clock,
}

/// A token and its end.
#[derive(Debug, Clone)]
pub struct Minted {
    /// The token.
    pub token: Secret,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

/// The token could not be signed.
#[derive(Debug, thiserror::Error)]
#[error("the token cannot be signed")]
pub struct MintError(#[from] jsonwebtoken::errors::Error);

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

impl Minter {
    /// A minter with this secret.
    ///
    /// # Errors
    /// When the secret is shorter than 32 bytes.
    pub fn new(secret: &Secret, policy: TokenPolicy, clock: Clock) -> Result<Self, KeyError> {
        let bytes = secret.expose().as_bytes();
        if bytes.len() < MIN_SECRET {
            return Err(KeyError::ShortSecret);
        }
        Ok(Self { key: EncodingKey::from_secret(bytes), policy, clock })
    }

    /// A token for `user` that is valid for `lifetime` from now, in whole seconds.
    ///
    /// # Errors
    /// When signing fails.
    pub fn mint(&self, user: &UserId, lifetime: Duration) -> Result<Minted, MintError> {
        let now = self.clock.now().trunc_subsecs(0);
        let expires_at = (now + lifetime).trunc_subsecs(0);
        let claims = Claims {
            iss: &self.policy.issuer,
            aud: &self.policy.audience,
            sub: user.as_str(),
            iat: now.timestamp(),
            exp: expires_at.timestamp(),
            jti: Uuid::new_v4(),
        };
        let token = encode(&Header::new(Algorithm::HS256), &claims, &self.key)?;
        Ok(Minted { token: Secret::new(token), expires_at })
    }
}
