//! The description for people: a page that reads `/openapi.json`, with nothing from other hosts.

use axum::{
    http::header,
    response::{Html, IntoResponse},
};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// `GET /docs`
pub(crate) async fn get_page() -> impl IntoResponse {
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(include_str!("docs.html")))
}

/// `GET /asyncapi.json`: events and frames, whose copy `crates/events` keeps up to date.
pub(crate) async fn get_events() -> impl IntoResponse {
    let media_type = [(header::CONTENT_TYPE, "application/json")];
    (media_type, include_str!("../../../../../schemas/asyncapi.json"))
}

/// `GET /docs/docs.js`
pub(crate) async fn get_script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("docs.js"))
}

/// `GET /docs/docs.css`
pub(crate) async fn get_style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("docs.css"))
}
