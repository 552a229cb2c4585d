//! The door for agents: MCP (<https://modelcontextprotocol.io>) by streamable HTTP at `/mcp`.
//!
//! Stateless: any replica answers any request, with JSON and without sessions. The layers around are those of REST, so that a
//! token, its user's rate limit and the size of a body count here as there. What the tools are is said in [`crate::tools`].

mod answer;
mod config;
mod message;
mod server;

pub use config::McpConfig;

use std::sync::Arc;

use axum::{
    middleware::from_fn,
    routing::{MethodRouter, any_service},
};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
};
use server::Server;

use crate::App;

/// Largest request, in bytes. Below the limit of every public route, which would be a 500 in here.
const MAX_REQUEST: usize = 128 * 1024;

/// Answers the requests of agents. Goes behind the layer that checks the token: without a user there every call fails.
pub(crate) fn route(app: &App) -> MethodRouter<App> {
    any_service(service(app)).layer(from_fn(message::only_messages))
}

fn service(app: &App) -> StreamableHttpService<Server, NeverSessionManager> {
    let McpConfig { hosts, origins } = &app.config.mcp;
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(MAX_REQUEST)
        .with_allowed_origins(origins)
        .enforce_origin_validation();
    let config = match hosts {
        Some(hosts) => config.with_allowed_hosts(hosts),
        None => config.disable_allowed_hosts(),
    };
    let app = app.clone();
    StreamableHttpService::new(move || Ok(Server::new(app.clone())), Arc::default(), config)
}
