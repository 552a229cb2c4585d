//! The caller, as an extractor.

use axum::extract::{FromRef, FromRequestParts};
use chrono::{DateTime, Utc};
use http::{HeaderMap, header, request::Parts};
use todo_events::UserId;

use super::{TokenError, Verifier, subprotocol_token};
use crate::{Problem, extract::raw_params};

/// Who the token says the caller is. As an extractor it needs `Verifier: FromRef<S>`, and answers 401 or 503.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticatedUser {
    /// The token's subject.
    pub user: UserId,
    /// When the token expires; a long-lived connection must end then.
    pub expires_at: DateTime<Utc>,
}

impl AuthenticatedUser {
    /// Reads the token of `Authorization`, or of a websocket subprotocol, and checks it.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub async fn from_headers(
        headers: &HeaderMap,
        verifier: &Verifier,
    ) -> Result<Self, TokenError> {
        verifier.check(bearer_token(headers).ok_or(TokenError::Missing)?).await
    }

    /// Whether this caller may act for `owner`.
    ///
    /// # Errors
    /// A 403 [`Problem`] for anyone but the owner.
    pub fn must_be(&self, owner: &UserId) -> Result<(), Problem> {
        if self.user == *owner {
            return Ok(());
        }
        Err(Problem::forbidden("not_your_account", "the token belongs to another user"))
    }
}

fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| token.trim());
    }
    let mut offers = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    offers.find_map(|value| subprotocol_token(value.to_str().ok()?))
}

impl<S> FromRequestParts<S> for AuthenticatedUser
where
    S: Send + Sync,
    Verifier: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        // A layer before the handler may have checked the token already, to count the request.
        if let Some(user) = parts.extensions.get::<Self>() {
            return Ok(user.clone());
        }
        let user = Self::from_headers(&parts.headers, &Verifier::from_ref(state)).await?;
        parts.extensions.insert(user.clone());
        Ok(user)
    }
}

/// The caller, who is also the `{user_id}` of the path: 401 without a token, 403 for anyone else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner(pub UserId);

impl<S> FromRequestParts<S> for Owner
where
    S: Send + Sync,
    Verifier: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = AuthenticatedUser::from_request_parts(parts, state).await?;
        let params = raw_params(parts, state).await?;
        let owner = params.iter().find(|(name, _)| *name == "user_id").map(|(_, value)| value);
        let owner = owner.ok_or_else(|| Problem::internal("the route has no {user_id}"))?;
        // An id that nobody can have is nobody's, so it is a 403 like any other that is not the caller's.
        let same = caller.user.as_str() == owner;
        same.then_some(Self(caller.user)).ok_or_else(|| {
            Problem::forbidden("not_your_account", "the token belongs to another user")
        })
    }
}
