//! `GET /ws`: everything that is checked before a connection becomes a socket.

use std::time::Duration;

use axum::{
    extract::{State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use todo_service_kit::{Problem, auth::AuthenticatedUser};
use tokio::time::Instant;

use crate::{
    App, metrics,
    protocol::{self, Ending},
    session,
};

/// Bytes read at once; a client has little to say.
const READ_BUFFER: usize = 2048;
/// Bytes of one frame that may wait because the network takes no more: twice what a task can be written with.
const MAX_WRITE_BUFFER: usize = 512 * 1024;

/// What a replica that has just started needs until it hears every partition.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Opens a socket for the user of the token.
pub(crate) async fn open_socket(
    State(app): State<App>,
    headers: HeaderMap,
    user: Result<AuthenticatedUser, Problem>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let admitted = admit(&app, &headers, user, upgrade);
    let (user, upgrade) = admitted.inspect_err(|problem| metrics::refused(problem.code()))?;
    let left = (user.expires_at - app.kit.clock.now()).to_std().unwrap_or_default();
    let expires = Instant::now() + left;
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_WRITE_BUFFER)
        .max_message_size(protocol::MAX_CLIENT_MESSAGE)
        .max_frame_size(protocol::MAX_CLIENT_MESSAGE)
        .protocols([protocol::SUBPROTOCOL]);
    Ok(upgrade.on_upgrade(async move |socket| {
        let limits = app.config.session;
        // As a task of the service, so that a stop waits until the socket is closed in good order.
        let seat = match app.presence.is_complete() {
            true => app.hub.join(user.user),
            false => Err(Ending::Interrupted),
        };
        match seat {
            Ok(seat) => app.kit.tasks.spawn(session::run(socket, seat, limits, expires)),
            Err(ending) => app.kit.tasks.spawn(session::refuse(socket, ending)),
        }
    }))
}

fn admit(
    app: &App,
    headers: &HeaderMap,
    user: Result<AuthenticatedUser, Problem>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<(AuthenticatedUser, WebSocketUpgrade), Problem> {
    let upgrade = upgrade.map_err(|rejection| not_an_upgrade(headers, &rejection))?;
    check_origin(&app.config.allowed_origins, headers)?;
    let user = user?;
    if !app.presence.is_complete() {
        return Err(Problem::unavailable("not_hearing_yet", RETRY_AFTER));
    }
    if upgrade.requested_protocols().all(|offer| offer != protocol::SUBPROTOCOL) {
        let detail = "offer the subprotocol todo.v1, and the token as bearer.<token>";
        return Err(Problem::bad_request("subprotocol_missing", detail));
    }
    Ok((user, upgrade))
}

/// A 426 for a plain request (RFC 9110 §15.5.22), a 400 for an upgrade that is malformed.
fn not_an_upgrade(headers: &HeaderMap, rejection: &WebSocketUpgradeRejection) -> Problem {
    let asks = headers.get(header::UPGRADE).is_some_and(|value| {
        value.to_str().is_ok_and(|value| value.eq_ignore_ascii_case("websocket"))
    });
    let problem = if asks {
        Problem::bad_request("malformed_upgrade", rejection.body_text())
    } else {
        let detail = "this path speaks WebSocket only";
        Problem::new(StatusCode::UPGRADE_REQUIRED, "upgrade_required", detail)
    };
    problem
        .with_header(header::UPGRADE, HeaderValue::from_static("websocket"))
        .with_header(header::CONNECTION, HeaderValue::from_static("upgrade"))
}

/// Browsers always say where a page comes from, and let any page try; other clients need not say it.
fn check_origin(allowed: &[String], headers: &HeaderMap) -> Result<(), Problem> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let known = |origin: &str| allowed.iter().any(|known| known.eq_ignore_ascii_case(origin));
    if allowed.is_empty() || origin.to_str().is_ok_and(known) {
        return Ok(());
    }
    Err(Problem::forbidden("origin_not_allowed", "pages of this origin may not open sockets"))
}
