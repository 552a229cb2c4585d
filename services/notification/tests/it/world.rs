//! Everybody else: hears notifications, and takes what the webhook posts.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::Value;

/// What has arrived.
#[derive(Clone, Default)]
pub(crate) struct World(Arc<Mutex<Arrived>>);

#[derive(Default)]
struct Arrived {
    notifications: Vec<Value>,
    /// Idempotency key and body.
    posts: Vec<(String, Value)>,
    hook_fails: bool,
}

impl World {
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/healthz", axum::routing::get(async || ()))
            .route("/events/notifications", post(hear))
            .route("/hook", post(take))
            .with_state(self.clone())
    }

    /// CloudEvents of the topic `notifications`, in the order they came.
    pub(crate) fn notifications(&self) -> Vec<Value> {
        self.0.lock().unwrap().notifications.clone()
    }

    pub(crate) fn posts(&self) -> Vec<(String, Value)> {
        self.0.lock().unwrap().posts.clone()
    }

    pub(crate) fn hook_fails(&self, fails: bool) {
        self.0.lock().unwrap().hook_fails = fails;
    }
}

async fn hear(State(world): State<World>, body: axum::body::Bytes) {
    let event = serde_json::from_slice(&body).unwrap();
    world.0.lock().unwrap().notifications.push(event);
}

async fn take(
    State(world): State<World>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> StatusCode {
    let mut arrived = world.0.lock().unwrap();
    if arrived.hook_fails {
        return StatusCode::BAD_GATEWAY;
    }
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    arrived.posts.push((key, body));
    StatusCode::NO_CONTENT
}
