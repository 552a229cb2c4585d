//! What a person reads once everything runs.

use std::time::Duration;

use crate::error::LauncherError;
use crate::suite::Suite;

/// Addresses, how to get a token, how to stop.
///
/// # Errors
/// [`LauncherError::Unknown`] when `dapr.yaml` lacks a public application.
pub(crate) fn text(suite: &Suite, data: &str, took: Duration) -> Result<String, LauncherError> {
    let page = suite.public_url("chat-api")?;
    let socket = suite.public_url("websocket")?.replacen("http", "ws", 1);
    let more = more(suite)?;
    let seconds = took.as_secs_f32();
    Ok(format!(
        "\n\
         Todo is ready ({seconds:.1} s)\n\
         \n\
         \x20 Page       {page}/\n\
         \x20 API docs   {page}/docs\n\
         \x20 WebSocket  {socket}/ws\n\
         \x20 MCP        {page}/mcp\n\
         {more}\
         \x20 Token      curl -s {page}/auth/dev-login -H 'content-type: application/json' -d '{{\"user_id\":\"me\"}}'\n\
         \x20 Data       {data}\n\
         \x20 Stop       Ctrl-C\n\
         \n"
    ))
}

/// One line for each further replica that people can reach.
fn more(suite: &Suite) -> Result<String, LauncherError> {
    let names = ["chat-api", "websocket"]
        .into_iter()
        .flat_map(|app| suite.replicas(app).into_iter().skip(1).collect::<Vec<_>>());
    let line = |name| Ok(format!("\x20 {name:<11} {}/\n", suite.public_url(name)?));
    names.map(line).collect()
}
