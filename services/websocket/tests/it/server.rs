//! The service under test.

use std::{future::Future, net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use todo_dapr::{Dapr, DaprConfig};
use todo_service_kit::{
    BaseConfig, Clock, Env, FromEnv, Health, Kit, Reader, Secret, Tasks,
    auth::{Minter, TokenPolicy},
    http::{SidecarOptions, public, sidecar},
    serve::{ServeOptions, serve},
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use uuid::Uuid;
use websocket::{App, Config, hub::Hub};

pub(crate) const SECRET: &str = "a secret of at least thirty-two bytes";
const APP_TOKEN: &str = "from the sidecar";

/// A running service.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) hub: Hub,
    pub(crate) clock: Clock,
    /// Cancelled to make the service stop.
    pub(crate) cancel: CancellationToken,
    sidecar: Router,
    minter: Minter,
    _stop: tokio_util::sync::DropGuard,
}

/// Waits for a condition that other tasks bring about.
pub(crate) async fn eventually(what: &str, condition: impl Fn() -> bool) {
    within(what, async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

/// Waits for what must come soon.
pub(crate) async fn within<F: Future>(what: &str, future: F) -> F::Output {
    let limit = Duration::from_secs(20);
    tokio::time::timeout(limit, future).await.unwrap_or_else(|_| panic!("in time: {what}"))
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts with these variables set.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let fixed = [
            ("APP_PORT", "0"),
            ("APP_API_TOKEN", APP_TOKEN),
            ("BROADCAST_PARTITIONS", "0"),
            ("JWT_LEEWAY_SECONDS", "0"),
        ];
        let mut reader = Reader::new(fixed.iter().chain(variables).copied().collect::<Env>());
        let (base, config) = (BaseConfig::read(&mut reader), Config::read(&mut reader));
        reader.finish().unwrap();
        let start: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
        let (clock, cancel) = (Clock::manual(start), CancellationToken::new());
        let secret = Secret::new(SECRET);
        let kit = Kit {
            base,
            // Nothing listens there: the running service asks its sidecar for nothing.
            dapr: Dapr::new(&DaprConfig::local(1)).unwrap(),
            clock: clock.clone(),
            health: Health::default(),
            tasks: Tasks::unsupervised(cancel.clone()),
            cancel: cancel.clone(),
        };
        let app = App::new(config, kit, &secret).unwrap();
        let hub = app.hub.clone();
        let routes = app.into_routes();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let people = public(routes.public.unwrap(), 256 * 1024, &routes.public_options);
        tokio::spawn(serve(listener, people, ServeOptions::public(), stop.clone()));
        let sidecar = sidecar(routes.sidecar, &SidecarOptions::new(Secret::new(APP_TOKEN)));
        let minter = Minter::new(&secret, TokenPolicy::default(), clock.clone()).unwrap();
        Self { address, hub, clock, cancel, sidecar, minter, _stop: stop.drop_guard() }
    }

    /// A token of `user` that is good for a minute.
    pub(crate) fn token(&self, user: &str) -> String {
        let minted = self.minter.mint(&user.parse().unwrap(), Duration::from_secs(60)).unwrap();
        minted.token.expose().to_owned()
    }

    /// Delivers an event as the sidecar does; answers the outcome, or the status when it was no 200.
    pub(crate) async fn deliver(&self, path: &str, kind: &str, data: &Value) -> String {
        let envelope = json!({"specversion": "1.0", "id": data["event_id"].as_str().unwrap_or("1"),
            "type": kind, "source": "chat-api", "datacontenttype": "application/json", "data": data});
        let request = Request::post(path)
            .header("content-type", "application/cloudevents+json")
            .header("dapr-api-token", APP_TOKEN)
            .body(Body::from(envelope.to_string()))
            .unwrap();
        let response = self.sidecar.clone().oneshot(request).await.unwrap();
        if response.status() != StatusCode::OK {
            return response.status().as_str().to_owned();
        }
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        body["status"].as_str().unwrap().to_owned()
    }

    /// Delivers a change of a task of `user`.
    pub(crate) async fn task(&self, user: &str, sequence: u64) {
        self.task_described(user, sequence, "").await;
    }

    /// Delivers a change of a task whose description is as long as it gets.
    pub(crate) async fn task_described(&self, user: &str, sequence: u64, description: &str) {
        let data = update(user, sequence, description);
        let kind = "todo.task-update.updated.v1";
        assert_eq!(self.deliver("/events/task-updates", kind, &data).await, "SUCCESS");
    }

    /// Delivers a notification.
    pub(crate) async fn notification(&self, user: &str, id: Uuid) {
        let data = json!({"schema_version": 1, "event_id": id, "user_id": user, "kind": "reminder",
            "channel": "push", "title": "Call mom", "body": "due at 17:00", "task_id": Uuid::nil(),
            "reminder_id": null, "timestamp": "2026-11-21T12:00:00Z", "late_by_ms": 3});
        let kind = "todo.notification.raised.v1";
        assert_eq!(self.deliver("/events/notifications", kind, &data).await, "SUCCESS");
    }
}

/// Payload of a task update; its task has a member that this release does not know.
pub(crate) fn update(user: &str, sequence: u64, description: &str) -> Value {
    json!({"schema_version": 1, "event_id": Uuid::now_v7(), "event_type": "updated",
        "task_id": Uuid::nil(), "user_id": user, "revision": sequence, "sequence": sequence,
        "timestamp": "2026-11-21T12:00:00Z", "actor": "api",
        "task_data": {"id": Uuid::nil(), "title": "Pay rent", "description": description, "later": 1.10}})
}
