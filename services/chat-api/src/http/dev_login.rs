//! `POST /auth/dev-login`: signs in under any name, where that is switched on. Everywhere else there is no such thing.

use std::time::Duration;

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::IntoResponse,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use todo_events::UserId;
use todo_service_kit::{Problem, extract::Json};

use crate::App;

/// How long a token is good for.
const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// Whom to sign in.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DevLogin {
    /// 1 to 64 letters, digits, `.`, `_` or `-`.
    #[schema(value_type = String, example = "ziakhan")]
    user_id: UserId,
}

/// A token and its end.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SignedIn {
    token: String,
    #[schema(value_type = String)]
    user_id: UserId,
    expires_at: DateTime<Utc>,
}

/// `POST /auth/dev-login`
pub(crate) async fn sign_in(
    State(app): State<App>,
    Json(DevLogin { user_id }): Json<DevLogin>,
) -> Result<impl IntoResponse, Problem> {
    let minter = app.minter.as_ref().ok_or_else(|| {
        Problem::not_found("dev_login_off", "signing in under any name is switched off here")
    })?;
    let minted = minter.mint(&user_id, LIFETIME).map_err(Problem::internal)?;
    let (token, expires_at) = (minted.token.expose().to_owned(), minted.expires_at);
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((no_store, Json(SignedIn { token, user_id, expires_at })))
}
