//! Audit in this process, its sidecar, a second sidecar that plays everybody else, and a database of their own.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use audit::{
    app::build_with,
    config::Config,
    store::Entries,
    trail::{Lines, Trail},
};
use reqwest::Method;
use serde_json::{Value, json};
use todo_dapr::{Dapr, DaprConfig, Destination, Invocation, OutgoingEvent, Reply, Sql, Statement};
use todo_local_runtime::{
    AppConfig, Runtime, RuntimeConfig, database::TestDatabase, test_resources::ResourceFolder,
};
use todo_service_kit::{
    Clock, Dependency, Env, Health, Kit, Secret, Tasks, config, http::SidecarOptions,
};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::resources::resources;

const TOKEN: &str = "app-token";

pub(crate) struct Stage {
    /// The other services' sidecar.
    pub(crate) others: Dapr,
    pub(crate) others_port: u16,
    pub(crate) sql: Sql,
    pub(crate) kit: Kit,
    output: Output,
    runtime: Option<Runtime>,
    _stop: DropGuard,
    _folder: ResourceFolder,
    _database: TestDatabase,
}

impl Stage {
    pub(crate) async fn open() -> Self {
        let database = TestDatabase::create().await.unwrap();
        todo_migrate::migrate(database.url()).await.unwrap();
        let folder = resources(database.url());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let app_port = listener.local_addr().unwrap().port();
        let runtime = Runtime::start(RuntimeConfig {
            resources: vec![folder.path().to_owned()],
            apps: vec![
                AppConfig::new("audit", app_port),
                AppConfig { app_port: None, ..AppConfig::new("others", 0) },
            ],
            app_api_token: Some(TOKEN.to_owned()),
            ..RuntimeConfig::new(database.url())
        })
        .await
        .unwrap();
        let port = |app| runtime.http_port(app).unwrap();
        let client = |app| Dapr::new(&DaprConfig::local(port(app))).unwrap();
        let (dapr, others, others_port) = (client("audit"), client("others"), port("others"));

        let cancel = CancellationToken::new();
        let output = Output::default();
        let sql = dapr.sql("audit-db");
        let kit = kit(dapr, app_port, &cancel);
        serve(listener, &kit, &output);
        let runtime = Some(runtime);
        let stop = cancel.drop_guard();
        Self {
            others,
            others_port,
            sql,
            kit,
            output,
            runtime,
            _stop: stop,
            _folder: folder,
            _database: database,
        }
    }

    /// Publishes as another service would.
    pub(crate) async fn publish(&self, topic: &str, kind: &str, id: &str, key: &str, data: &Value) {
        let to = Destination { pubsub: "events".to_owned(), topic: topic.to_owned() };
        let event = OutgoingEvent {
            id: id.to_owned(),
            kind: kind.to_owned(),
            partition_key: key.to_owned(),
            data: serde_json::value::to_raw_value(data).unwrap(),
        };
        self.others.publish(&to, &event).await.unwrap();
    }

    /// Hands a CloudEvent to a route of audit, as its sidecar would.
    pub(crate) async fn deliver(&self, path: &str, kind: &str, data: &Value) -> Reply {
        let id = data["event_id"].as_str().unwrap_or_default();
        let event =
            json!({ "id": id, "specversion": "1.0", "type": kind, "source": "x", "data": data });
        let body = event.to_string().into();
        self.others.invoke(Invocation::with_body("audit", Method::POST, path, body)).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        let reply = self.others.invoke(Invocation::get("audit", path)).await.unwrap();
        (reply.status, serde_json::from_slice(&reply.body).unwrap())
    }

    /// The JSON lines printed so far.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.output.lines()
    }

    /// A second printer with an output of its own, as another replica has.
    pub(crate) fn other_replica(&self) -> (Trail, Output) {
        let output = Output::default();
        let entries = Entries::new(self.sql.clone());
        let (lines, tasks) = (Lines::new(output.clone()), self.kit.tasks.clone());
        (Trail::new(entries, lines, tasks, Dependency::default()), output)
    }

    /// Runs a statement of the test's own.
    pub(crate) async fn query(&self, text: &str) -> Value {
        self.sql.run(&Statement::new("test", text), &[]).await.unwrap()
    }

    pub(crate) async fn close(mut self) {
        self.kit.cancel.cancel();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown().await;
        }
    }
}

fn kit(dapr: Dapr, app_port: u16, cancel: &CancellationToken) -> Kit {
    let port = app_port.to_string();
    let env = Env::from([("APP_PORT", port.as_str()), ("APP_API_TOKEN", TOKEN)]);
    let (base, ()) = config::load(env).unwrap();
    let tasks = Tasks::unsupervised(cancel.clone());
    Kit {
        base,
        dapr,
        clock: Clock::system(),
        health: Health::default(),
        tasks,
        cancel: cancel.clone(),
    }
}

fn serve(listener: TcpListener, kit: &Kit, output: &Output) {
    let (_, config) =
        config::load::<Config>(Env::from([("APP_PORT", "1"), ("APP_API_TOKEN", TOKEN)])).unwrap();
    let routes = build_with(&config, kit, Lines::new(output.clone()));
    let options = SidecarOptions::new(Secret::new(TOKEN));
    let router = todo_service_kit::http::sidecar(routes.sidecar, &options);
    let stopped = kit.cancel.clone().cancelled_owned();
    tokio::spawn(axum::serve(listener, router).with_graceful_shutdown(stopped).into_future());
}

/// What would be stdout.
#[derive(Clone, Default)]
pub(crate) struct Output(Arc<Mutex<Vec<u8>>>);

impl Output {
    pub(crate) fn lines(&self) -> Vec<Value> {
        let bytes = self.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Asks until there is an answer, at most for half a minute.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            match ask().await {
                Some(answer) => return answer,
                None => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    };
    let limit = Duration::from_secs(30);
    tokio::time::timeout(limit, asking).await.unwrap_or_else(|_| panic!("never: {what}"))
}

/// A complete `task-events` payload.
pub(crate) fn task_event(event_id: &str, user: &str, task_id: &str, timestamp: &str) -> Value {
    json!({
        "schema_version": 1, "event_id": event_id, "event_type": "created", "task_id": task_id, "user_id": user,
        "revision": 1, "timestamp": timestamp, "actor": "api", "correlation_id": "c-1", "changes": [],
        "task_data": {
            "id": task_id, "number": 1, "user_id": user, "title": "Call mom", "description": "", "status": "open",
            "priority": "none", "tags": [], "project": null, "due": null, "due_at": null, "zone": "Asia/Karachi",
            "duration_minutes": null, "reminders": [], "recurrence": null, "series_id": null, "revision": 1,
            "created_at": timestamp, "updated_at": timestamp, "completed_at": null, "created_by": "api",
        },
    })
}
