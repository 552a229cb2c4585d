//! Checking a token.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use chrono::{DateTime, Utc};
use jsonwebtoken::{
    Algorithm, Validation,
    dangerous::insecure_decode_claims,
    decode, decode_header,
    errors::{Error, ErrorKind},
};
use serde::Deserialize;
use todo_events::UserId;

use super::{AuthenticatedUser, KeySet, TokenPolicy, issuer::Issuer, keys::ALGORITHMS};
use crate::{Clock, Problem};

/// Longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 8 * 1024;

/// Checks tokens; clones share the keys.
#[derive(Clone, Debug)]
pub struct Verifier(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    keys: RwLock<Arc<KeySet>>,
    issuer: Option<Issuer>,
    policy: TokenPolicy,
    clock: Clock,
}

/// Why a token is not accepted; the caller learns only whether it is missing, expired, invalid or cannot be judged now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// There is none.
    #[error("no bearer token was sent")]
    Missing,
    /// It was valid once.
    #[error("the token expired")]
    Expired,
    /// It is not valid yet.
    #[error("the token is not valid yet")]
    Premature,
    /// No key of ours has signed it.
    #[error("no key of ours has signed the token")]
    NoKey,
    /// It may be good; who could say so is away.
    #[error("the issuer's keys cannot be read")]
    IssuerAway,
    /// Its subject cannot be a user of ours.
    #[error("the token's subject is not a user id")]
    Subject,
    /// Anything else, in the words of the library.
    #[error("the token is not valid: {0}")]
    Invalid(String),
}

/// `exp` and `nbf` are numbers that may have fractions (RFC 7519 §2, `NumericDate`).
#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: f64,
    nbf: Option<f64>,
}

/// What a token says of itself, whoever may have signed it.
#[derive(Deserialize)]
struct Unsigned {
    iss: String,
    aud: Audience,
    #[serde(flatten)]
    claims: Claims,
}

/// One audience or many (RFC 7519 §4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn is(&self, name: &str) -> bool {
        match self {
            Self::One(one) => one == name,
            Self::Many(many) => many.iter().any(|one| one == name),
        }
    }
}

impl Verifier {
    /// A verifier with these keys.
    #[must_use]
    pub fn new(keys: KeySet, policy: TokenPolicy, clock: Clock) -> Self {
        Self(Arc::new(Inner { keys: RwLock::new(Arc::new(keys)), issuer: None, policy, clock }))
    }

    /// A verifier whose keys an issuer adds to.
    pub(super) fn with_issuer(
        keys: KeySet,
        policy: TokenPolicy,
        clock: Clock,
        issuer: Issuer,
    ) -> Self {
        let keys = RwLock::new(Arc::new(keys));
        Self(Arc::new(Inner { keys, issuer: Some(issuer), policy, clock }))
    }

    pub(super) fn issuer(&self) -> Option<&Issuer> {
        self.0.issuer.as_ref()
    }

    pub(super) fn set_keys(&self, keys: KeySet) {
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// Checks a token with the keys that are known.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub fn verify(&self, token: &str) -> Result<AuthenticatedUser, TokenError> {
        if token.len() > MAX_TOKEN {
            return Err(TokenError::Invalid("too long".to_owned()));
        }
        self.caller(self.decode(token)?)
    }

    /// Refuses what no signature could make good.
    ///
    /// # Errors
    /// Why it could not.
    pub(super) fn check_unsigned(&self, token: &str) -> Result<(), TokenError> {
        let says: Unsigned = insecure_decode_claims(token).map_err(|error| invalid(&error))?;
        let policy = &self.0.policy;
        if says.iss != policy.issuer || !says.aud.is(&policy.audience) {
            return Err(TokenError::Invalid("for somebody else".to_owned()));
        }
        self.caller(says.claims).map(drop)
    }

    fn caller(&self, claims: Claims) -> Result<AuthenticatedUser, TokenError> {
        let (now, leeway) = (self.0.clock.now(), self.0.policy.leeway);
        let expires_at = instant(claims.exp)?;
        if now >= expires_at + leeway {
            return Err(TokenError::Expired);
        }
        if claims.nbf.map(instant).transpose()?.is_some_and(|from| now + leeway < from) {
            return Err(TokenError::Premature);
        }
        let user = UserId::try_from(claims.sub).map_err(|_| TokenError::Subject)?;
        Ok(AuthenticatedUser { user, expires_at })
    }

    fn decode(&self, token: &str) -> Result<Claims, TokenError> {
        let header = decode_header(token).map_err(|error| invalid(&error))?;
        if !ALGORITHMS.contains(&header.alg) {
            // No key that an issuer may have would fit either.
            return Err(TokenError::Invalid(format!("signed with {:?}", header.alg)));
        }
        let keys = Arc::clone(&self.0.keys.read().unwrap_or_else(PoisonError::into_inner));
        let mut refusal = TokenError::NoKey;
        for (key, algorithm) in keys.candidates(header.alg, header.kid.as_deref()) {
            let mut validation = Validation::new(algorithm);
            validation.set_audience(&[&self.0.policy.audience]);
            validation.set_issuer(&[&self.0.policy.issuer]);
            validation.set_required_spec_claims(&["exp", "sub", "aud", "iss"]);
            // The library would ask the machine's clock; `verify` asks the injected one.
            validation.validate_exp = false;
            match decode(token, key, &validation) {
                Ok(decoded) => return Ok(decoded.claims),
                Err(error) => {
                    let other_key_may_fit = matches!(error.kind(), ErrorKind::InvalidSignature);
                    if !other_key_may_fit {
                        return Err(invalid(&error));
                    }
                    // An issuer may have put another key in the place of a public one.
                    if algorithm == Algorithm::HS256 {
                        refusal = invalid(&error);
                    }
                }
            }
        }
        Err(refusal)
    }
}

fn invalid(error: &Error) -> TokenError {
    TokenError::Invalid(error.to_string())
}

fn instant(seconds: f64) -> Result<DateTime<Utc>, TokenError> {
    let invalid = || TokenError::Invalid("a time is out of range".to_owned());
    // The year 9999; a cast of anything above would saturate in silence.
    if !(0.0..=253_402_300_799.0).contains(&seconds) {
        return Err(invalid());
    }
    DateTime::from_timestamp(seconds as i64, 0).ok_or_else(invalid)
}

impl From<TokenError> for Problem {
    /// A 401 with the challenge of RFC 6750 §3.1; a 503 for what cannot be judged now.
    fn from(error: TokenError) -> Self {
        if error == TokenError::IssuerAway {
            let away = Problem::unavailable("issuer_unavailable", Duration::from_secs(5));
            return away.with_source(error);
        }
        let (code, detail, challenge) = match error {
            TokenError::Missing => ("token_missing", "a bearer token is needed", "Bearer"),
            TokenError::Expired => (
                "token_expired",
                "the token has expired",
                r#"Bearer error="invalid_token", error_description="expired""#,
            ),
            _ => ("token_invalid", "the token is not valid", r#"Bearer error="invalid_token""#),
        };
        Problem::unauthorized(code, detail, challenge).with_source(error)
    }
}
