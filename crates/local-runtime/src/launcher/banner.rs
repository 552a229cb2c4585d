//! What a person reads once everything runs.

use std::time::Duration;

use super::error::LauncherError;
use super::suite::Suite;

/// Addresses, how to get a token, how to stop.
///
/// # Errors
/// [`LauncherError::Unknown`] when `dapr.yaml` lacks a public application.
pub(crate) fn text(suite: &Suite, data: &str, took: Duration) -> Result<String, LauncherError> {
    let page = suite.public_url("chat-api")?;
    let socket = suite.public_url("websocket")?.replacen("http", "ws", 1);
    let seconds = took.as_secs_f32();
    Ok(format!(
        "\n\
         Todo is ready ({seconds:.1} s)\n\
         \n\
         \x20 Page       {page}/\n\
         \x20 API docs   {page}/docs\n\
         \x20 WebSocket  {socket}/ws\n\
         \x20 MCP        {page}/mcp\n\
         \x20 Token      curl -s {page}/auth/dev-login -H 'content-type: application/json' -d '{{\"user_id\":\"me\"}}'\n\
         \x20 Data       {data}\n\
         \x20 Stop       Ctrl-C\n\
         \n"
    ))
}
