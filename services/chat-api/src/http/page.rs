//! The page, carried inside the binary, and what it must know before anybody signs in.
//!
//! Its policy lets nothing in from elsewhere but the live connection; everything that carries a hash in its name is kept by
//! browsers for good.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Serialize;
use todo_service_kit::{Problem, extract::Json};

use crate::App;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

const FOREVER: &str = "public, max-age=31536000, immutable";
const ASK_FIRST: &str = "no-cache";

/// What `/` shows when the page was not built before the service was.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Todo</title>\
<p>The service runs, but this build carries no page. <code>./todo up</code> \
builds both; by hand, run <code>npm ci &amp;&amp; npm run build</code> in <code>web/</code> and build the service again. \
<p>The interface is described at <a href=\"/docs\">/docs</a>.</html>";

/// What the page asks for first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PageConfig {
    /// Where the live connection is.
    #[schema(example = "wss://todo.example/ws")]
    websocket_url: String,
    /// Whether anybody may sign in under any name.
    dev_login: bool,
}

/// `GET /config.json`
pub(crate) async fn get_config(State(app): State<App>, headers: HeaderMap) -> impl IntoResponse {
    let configured = app.config.websocket_url.clone();
    let websocket_url = configured.unwrap_or_else(|| own_websocket(&headers));
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (no_store, Json(PageConfig { websocket_url, dev_login: app.minter.is_some() }))
}

/// `/ws` of the host that the caller sees.
fn own_websocket(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let scheme = if text("x-forwarded-proto") == Some("https") { "wss" } else { "ws" };
    format!("{scheme}://{}/ws", text("host").unwrap_or("localhost"))
}

/// `GET /`
pub(crate) async fn get_index(State(app): State<App>, headers: HeaderMap) -> Response {
    let Some(file) = Dist::get("index.html") else { return Html(NOT_BUILT).into_response() };
    let mut response = serve("index.html", &file, &headers);
    let policy = HeaderValue::try_from(policy(app.config.websocket_url.as_deref()));
    if let Ok(policy) = policy {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Any other file of the page, and a 404 for every path that no route has.
pub(crate) async fn get_file(
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let path = uri.path().trim_start_matches('/');
    let reads = method == Method::GET || method == Method::HEAD;
    // The index has its own policy, so it is only served with it.
    let file = (reads && path != "index.html").then(|| Dist::get(path)).flatten();
    let missing = || Problem::not_found("route_not_found", "there is nothing at this path");
    file.map(|file| serve(path, &file, &headers)).ok_or_else(missing)
}

fn serve(path: &str, file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let digest = file.metadata.sha256_hash();
    let tag = digest.iter().fold(String::from("\""), |tag, byte| format!("{tag}{byte:02x}")) + "\"";
    let cache = if path.starts_with("assets/") { FOREVER } else { ASK_FIRST };
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .any(|line| line.to_str().is_ok_and(|line| line.trim() == "*" || line.contains(&tag)));
    let kept = [(header::ETAG, tag), (header::CACHE_CONTROL, cache.to_owned())];
    if known {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    let media_type = [(header::CONTENT_TYPE, media_type(file.metadata.mimetype()))];
    (kept, media_type, file.data.to_vec()).into_response()
}

fn media_type(essence: &str) -> String {
    let text = essence.starts_with("text/")
        || matches!(essence, "application/javascript" | "application/json" | "image/svg+xml");
    if text { format!("{essence}; charset=utf-8") } else { essence.to_owned() }
}

/// Scripts, styles and pictures of this host only; connections to it and to the websocket service.
fn policy(websocket_url: Option<&str>) -> String {
    let socket = websocket_url.and_then(origin).map(|origin| format!(" {origin}"));
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
         manifest-src 'self'; connect-src 'self'{}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        socket.unwrap_or_default(),
    )
}

/// Scheme, host and port of a websocket URL; nothing that could end the directive it stands in.
fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
    let fits = matches!(scheme, "ws" | "wss") && !host.is_empty() && host.bytes().all(plain);
    fits.then(|| format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_websocket_service_and_nothing_else() {
        let policy = policy(Some("wss://live.example:8081/ws?x"));
        assert!(policy.contains("connect-src 'self' wss://live.example:8081;"), "{policy}");
        assert!(!policy.contains("unsafe"));
        for bad in ["/ws", "http://a/ws", "ws://", "ws://a;script-src *", "ws://a b/ws"] {
            assert_eq!(origin(bad), None, "{bad}");
        }
    }

    #[test]
    fn without_a_configured_url_the_socket_is_on_the_callers_host() {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("todo.example"));
        assert_eq!(own_websocket(&headers), "ws://todo.example/ws");
        headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        assert_eq!(own_websocket(&headers), "wss://todo.example/ws");
    }

    #[test]
    fn text_says_how_it_is_encoded() {
        assert_eq!(media_type("text/html"), "text/html; charset=utf-8");
        assert_eq!(media_type("text/javascript"), "text/javascript; charset=utf-8");
        assert_eq!(media_type("image/png"), "image/png");
    }
}
