//! Two sidecars: one of the service, one of a chat-api that notes what it is asked and answers what it is told.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use recurring_task::{Config, build};
use serde_json::{Value, json, value::to_raw_value};
use todo_dapr::{Dapr, DaprConfig, Destination, Invocation, OutgoingEvent};
use todo_local_runtime::{
    AppConfig, Runtime, RuntimeConfig,
    database::TestDatabase,
    test_resources::{ResourceFolder, TestResources},
};
use todo_service_kit::{
    Clock, Env, Health, Kit, Secret, Tasks, config, http::SidecarOptions, http::sidecar,
};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

const TOKEN: &str = "from the sidecar";

/// The service, its sidecar, and what is around it.
pub(crate) struct Stage {
    pub(crate) chat_api: ChatApi,
    dapr: Dapr,
    runtime: Runtime,
    _stop: DropGuard,
    _folder: ResourceFolder,
    _database: TestDatabase,
}

/// What chat-api was asked, and what it is to answer.
#[derive(Clone, Default)]
pub(crate) struct ChatApi(Arc<Mutex<Notes>>);

#[derive(Default)]
struct Notes {
    requests: Vec<Value>,
    /// Statuses of the next answers, 201 when there are none left; `None` is what sidecars make of a lost call.
    answers: VecDeque<Option<u16>>,
    pending: Vec<Value>,
}

impl Stage {
    pub(crate) async fn open() -> Self {
        let database = TestDatabase::create().await.unwrap();
        let folder = resources();
        let (service, stand_in) = (listener().await, listener().await);
        let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
        let runtime = Runtime::start(RuntimeConfig {
            resources: vec![folder.path().to_owned()],
            apps: vec![
                AppConfig::new("recurring-task", port(&service)),
                AppConfig::new("chat-api", port(&stand_in)),
            ],
            app_api_token: Some(TOKEN.to_owned()),
            ..RuntimeConfig::new(database.url())
        })
        .await
        .unwrap();
        let client = |app| Dapr::new(&DaprConfig::local(runtime.http_port(app).unwrap())).unwrap();
        let cancel = CancellationToken::new();
        serve(service, routes(client("recurring-task"), &cancel).await, &cancel);
        let chat_api = ChatApi::default();
        serve(stand_in, chat_api.routes(), &cancel);
        let dapr = client("chat-api");
        let (_stop, _folder, _database) = (cancel.drop_guard(), folder, database);
        Self { chat_api, dapr, runtime, _stop, _folder, _database }
    }

    /// Publishes to `task-events`, as chat-api does.
    pub(crate) async fn publish(&self, kind: &str, event: &Value) {
        let to = Destination { pubsub: "events".to_owned(), topic: "task-events".to_owned() };
        let event = OutgoingEvent {
            id: event["event_id"].as_str().unwrap().to_owned(),
            kind: kind.to_owned(),
            partition_key: event["task_id"].as_str().unwrap().to_owned(),
            data: to_raw_value(event).unwrap(),
        };
        self.dapr.publish(&to, &event).await.unwrap();
    }

    /// Calls a route of the service as its sidecar does; answers status and body.
    pub(crate) async fn call(&self, path: &str, body: &Value) -> (u16, Value) {
        let body = body.to_string().into();
        let call = Invocation::with_body("recurring-task", Method::POST, path, body);
        let reply = self.dapr.invoke(call).await.unwrap();
        (reply.status, serde_json::from_slice(&reply.body).unwrap_or_default())
    }

    /// Hands an event to the service directly; answers status and outcome.
    pub(crate) async fn deliver(&self, kind: &str, data: &Value) -> (u16, String) {
        let event =
            json!({"id": "1", "specversion": "1.0", "type": kind, "source": "x", "data": data});
        let (status, body) = self.call("events/task-events", &event).await;
        (status, body["status"].as_str().unwrap_or_default().to_owned())
    }

    pub(crate) async fn close(self) {
        self.runtime.shutdown().await;
    }
}

impl ChatApi {
    /// What the next requests are answered with.
    pub(crate) fn answer(&self, statuses: &[u16]) {
        self.0.lock().unwrap().answers.extend(statuses.iter().copied().map(Some));
    }

    /// The next request gets a success that says nothing and has no type.
    pub(crate) fn lose(&self) {
        self.0.lock().unwrap().answers.push_back(None);
    }

    /// What waits for a sweep.
    pub(crate) fn leave_pending(&self, tasks: &[Value]) {
        self.0.lock().unwrap().pending = tasks.to_vec();
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<Value> {
        self.0.lock().unwrap().requests.clone()
    }

    /// The first `count` requests, when they are there.
    pub(crate) async fn asked(&self, count: usize) -> Vec<Value> {
        let waiting = async {
            loop {
                let requests = self.requests();
                if requests.len() >= count {
                    return requests;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let limit = Duration::from_secs(30);
        tokio::time::timeout(limit, waiting).await.expect("chat-api is asked in time")
    }

    fn routes(&self) -> Router {
        async fn occurrences(State(notes): State<ChatApi>, Json(body): Json<Value>) -> Response {
            let mut notes = notes.0.lock().unwrap();
            notes.requests.push(body);
            match notes.answers.pop_front().unwrap_or(Some(201)) {
                Some(status) => (StatusCode::from_u16(status).unwrap(), Json(())).into_response(),
                None => StatusCode::OK.into_response(),
            }
        }
        async fn pending(State(notes): State<ChatApi>) -> Json<Value> {
            Json(json!({"tasks": notes.0.lock().unwrap().pending}))
        }
        Router::new()
            .route("/internal/occurrences", post(occurrences))
            .route("/internal/series/pending", get(pending))
            .with_state(self.clone())
    }
}

async fn listener() -> TcpListener {
    TcpListener::bind(("127.0.0.1", 0)).await.unwrap()
}

async fn routes(dapr: Dapr, cancel: &CancellationToken) -> Router {
    let env = Env::from([("APP_PORT", "1"), ("APP_API_TOKEN", TOKEN)]);
    let (base, config) = config::load::<Config>(env).unwrap();
    let tasks = Tasks::unsupervised(cancel.clone());
    let kit = Kit {
        base,
        dapr,
        clock: Clock::system(),
        health: Health::default(),
        tasks,
        cancel: cancel.clone(),
    };
    let routes = build(config, kit).await.unwrap();
    sidecar(routes.sidecar, &SidecarOptions::new(Secret::new(TOKEN)))
}

fn serve(listener: TcpListener, router: Router, cancel: &CancellationToken) {
    let stopped = cancel.clone().cancelled_owned();
    tokio::spawn(axum::serve(listener, router).with_graceful_shutdown(stopped).into_future());
}

/// The product's own files that concern this service.
const PRODUCT_FILES: [&str; 3] = [
    "resiliency/calls.yaml",
    "resiliency/deliveries.yaml",
    "subscriptions/recurring-task-task-events.yaml",
];

fn resources() -> ResourceFolder {
    let product = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dapr");
    let files = PRODUCT_FILES.iter().map(|file| product.join(file));
    files.fold(TestResources::default().broker("events"), TestResources::copy_of).write().unwrap()
}

/// A completed weekly task of ada's, and the id it has.
pub(crate) fn completed_task() -> (Value, String) {
    let id = Uuid::now_v7().to_string();
    let task = json!({
        "id": id, "number": 1, "user_id": "ada", "title": "Take the bins out", "description": "",
        "status": "completed", "priority": "none", "tags": [], "project": null,
        "due": {"local": "2026-11-20T09:00"}, "due_at": "2026-11-20T04:00:00Z", "zone": "Asia/Karachi",
        "duration_minutes": null, "reminders": [], "series_id": id, "revision": 2,
        "recurrence": {"rule": "FREQ=WEEKLY;BYDAY=FR", "mode": "schedule", "anchor": "2026-11-06T09:00"},
        "created_at": "2026-11-01T00:00:00Z", "updated_at": "2026-11-20T03:00:00Z",
        "completed_at": "2026-11-20T03:00:00Z", "created_by": "chat"
    });
    (task, id)
}

/// The event of its completion.
pub(crate) fn completion(task: &Value) -> Value {
    json!({
        "schema_version": 1, "event_id": Uuid::now_v7(), "event_type": "completed", "task_id": task["id"],
        "user_id": "ada", "revision": 2, "timestamp": "2026-11-20T03:00:00Z", "actor": "chat",
        "correlation_id": "c-1", "changes": ["status"], "task_data": task
    })
}
