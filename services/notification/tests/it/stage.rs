//! Notification in this process, its sidecar, the world around it with another, and a database of their own.

use std::time::Duration;

use axum::Router;
use notification::{Config, ledger::Ledger};
use reqwest::Method;
use serde_json::{Value, json};
use todo_dapr::{Dapr, DaprConfig, Destination, Invocation, OutgoingEvent, Reply, Sql, Statement};
use todo_local_runtime::{
    AppConfig, Runtime, RuntimeConfig, database::TestDatabase, test_resources::ResourceFolder,
};
use todo_service_kit::{Clock, Env, Health, Kit, Secret, Tasks, config, http::SidecarOptions};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use crate::{mail_server::MailServer, resources::resources, world::World};

const TOKEN: &str = "app-token";
/// Both ways outside.
pub(crate) const ALL_CHANNELS: &[(&str, &str)] = &[
    ("EMAIL_BINDING", "email"),
    ("EMAIL_FROM", "todo@example.org"),
    ("WEBHOOK_BINDING", "webhook"),
];

pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) mail: MailServer,
    pub(crate) ledger: Ledger,
    sidecar: Dapr,
    sql: Sql,
    cancel: CancellationToken,
    runtime: Option<Runtime>,
    _stop: DropGuard,
    _folder: ResourceFolder,
    _database: TestDatabase,
}

impl Stage {
    /// Opens with these variables on top of the necessary ones.
    pub(crate) async fn open(variables: &[(&str, &str)]) -> Self {
        let database = TestDatabase::create().await.unwrap();
        todo_migrate::migrate(database.url()).await.unwrap();
        let (app, world_app) = (listen().await, listen().await);
        let (mail, smtp_port) = MailServer::start().await;
        let folder = resources(database.url(), port(&world_app), smtp_port);
        let runtime = Runtime::start(RuntimeConfig {
            resources: vec![folder.path().to_owned()],
            apps: vec![
                AppConfig::new("notification", port(&app)),
                AppConfig::new("world", port(&world_app)),
            ],
            app_api_token: Some(TOKEN.to_owned()),
            ..RuntimeConfig::new(database.url())
        })
        .await
        .unwrap();
        let client = |app| Dapr::new(&DaprConfig::local(runtime.http_port(app).unwrap())).unwrap();

        let (cancel, world) = (CancellationToken::new(), World::default());
        serve(world_app, world.router(), &cancel);
        let endpoint = format!("http://127.0.0.1:{}", runtime.http_port("notification").unwrap());
        let router = build(client("notification"), &endpoint, variables, &cancel).await;
        serve(app, router, &cancel);
        let sql = client("notification").sql("notification-db");
        Self {
            world,
            mail,
            ledger: Ledger::new(sql.clone()),
            sidecar: client("world"),
            sql,
            _stop: cancel.clone().drop_guard(),
            cancel,
            runtime: Some(runtime),
            _folder: folder,
            _database: database,
        }
    }

    /// Publishes as chat-api would.
    pub(crate) async fn publish(&self, topic: &str, kind: &str, data: &Value) {
        let to = Destination { pubsub: "events".to_owned(), topic: topic.to_owned() };
        let event = OutgoingEvent {
            id: data["event_id"].as_str().unwrap().to_owned(),
            kind: kind.to_owned(),
            partition_key: data["user_id"].as_str().unwrap().to_owned(),
            data: serde_json::value::to_raw_value(data).unwrap(),
        };
        self.sidecar.publish(&to, &event).await.unwrap();
    }

    /// Hands a CloudEvent to a route, as the sidecar would, and returns the status in the answer.
    pub(crate) async fn deliver(&self, topic: &str, kind: &str, data: &Value) -> String {
        let event = json!({ "id": data["event_id"], "specversion": "1.0", "type": kind, "source": "x", "data": data });
        let reply = self.call(Method::POST, &format!("events/{topic}"), &event).await;
        let answer: Value = serde_json::from_slice(&reply.body).unwrap();
        answer["status"].as_str().unwrap().to_owned()
    }

    /// Hands a batch of events to a route, as the sidecar would, and returns the status of each.
    pub(crate) async fn deliver_batch(
        &self,
        topic: &str,
        kind: &str,
        all: &[&Value],
    ) -> Vec<Value> {
        let entry = |(at, data): (usize, &&Value)| {
            let id = data["event_id"].clone();
            let event = json!({ "id": id, "type": kind, "source": "x", "data": data });
            json!({ "entryId": at.to_string(), "event": event, "metadata": { "__key": "k" } })
        };
        let entries: Vec<_> = all.iter().enumerate().map(entry).collect();
        let batch = json!({ "type": "com.dapr.event.sent.bulk", "topic": topic, "pubsubname": "events", "entries": entries });
        let reply = self.call(Method::POST, &format!("events/{topic}"), &batch).await;
        let answer: Value = serde_json::from_slice(&reply.body).unwrap();
        let statuses = answer["statuses"].as_array().unwrap();
        statuses.iter().map(|status| status["status"].clone()).collect()
    }

    /// One tick of the cron binding.
    pub(crate) async fn sweep(&self) {
        let reply = self.call(Method::POST, "cron/notification-sweep", &json!({})).await;
        assert_eq!(reply.status, 200);
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: &Value) -> Reply {
        let body = body.to_string().into();
        let call = Invocation::with_body("notification", method, path, body);
        self.sidecar.invoke(call).await.unwrap()
    }

    /// Sets a user's preferences.
    pub(crate) async fn prefer(&self, user: &str, preferences: &Value) {
        let path = format!("internal/preferences?user_id={user}");
        assert_eq!(self.call(Method::PUT, &path, preferences).await.status, 200);
    }

    /// The ledger's rows of an event as `[channel, state, fallback, error]`, by channel.
    pub(crate) async fn rows(&self, event_id: &Value) -> Vec<[Option<String>; 4]> {
        let text = format!(
            "SELECT coalesce(jsonb_agg(jsonb_build_array(channel, state, fallback, error) ORDER BY channel), '[]')::text,
            'end' FROM deliveries WHERE event_id = '{}'",
            event_id.as_str().unwrap()
        );
        serde_json::from_value(self.query(&text).await).unwrap()
    }

    /// Waits until the rows of an event have these states, by channel.
    pub(crate) async fn settled(&self, event_id: &Value, states: &[&str]) {
        eventually("the rows to be settled", async || {
            let rows = self.rows(event_id).await;
            let now: Vec<_> = rows.iter().map(|row| row[1].as_deref().unwrap()).collect();
            (now == states).then_some(())
        })
        .await;
    }

    /// Lets every lease run out.
    pub(crate) async fn leases_run_out(&self) {
        let text = "WITH u AS (UPDATE deliveries SET leased_until = now() WHERE state = 'pending' RETURNING 1)
            SELECT to_jsonb((SELECT count(*) FROM u))::text, 'end'";
        self.query(text).await;
    }

    /// Runs a statement of the test's own.
    pub(crate) async fn query(&self, text: &str) -> Value {
        self.sql.run(&Statement::new("test", text), &[]).await.unwrap()
    }

    pub(crate) async fn close(mut self) {
        self.cancel.cancel();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown().await;
        }
    }
}

async fn listen() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

fn port(listener: &TcpListener) -> u16 {
    listener.local_addr().unwrap().port()
}

async fn build(
    dapr: Dapr,
    endpoint: &str,
    more: &[(&str, &str)],
    cancel: &CancellationToken,
) -> Router {
    let variables = [("APP_PORT", "1"), ("APP_API_TOKEN", TOKEN), ("DAPR_HTTP_ENDPOINT", endpoint)];
    let variables: Env = variables.iter().chain(more).copied().collect();
    let (base, config) = config::load::<Config>(variables).unwrap();
    let tasks = Tasks::unsupervised(cancel.clone());
    let kit = Kit {
        base,
        dapr,
        clock: Clock::system(),
        health: Health::default(),
        tasks,
        cancel: cancel.clone(),
    };
    let routes = notification::build(config, kit).await.unwrap();
    todo_service_kit::http::sidecar(routes.sidecar, &SidecarOptions::new(Secret::new(TOKEN)))
}

fn serve(listener: TcpListener, router: Router, cancel: &CancellationToken) {
    let stopped = cancel.clone().cancelled_owned();
    tokio::spawn(axum::serve(listener, router).with_graceful_shutdown(stopped).into_future());
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

/// A reminder of `user` that is due now.
pub(crate) fn reminder(user: &str, channel: &str) -> Value {
    let now = Clock::system().now();
    json!({
        "schema_version": 1, "event_id": Uuid::now_v7(), "task_id": Uuid::now_v7(), "reminder_id": Uuid::now_v7(),
        "title": "Call <mom>", "due_at": now + Duration::from_secs(3600), "remind_at": now, "user_id": user,
        "notification_type": channel, "late_by_ms": 0, "timestamp": now, "correlation_id": "c-1",
    })
}

/// A change of one of `user`'s tasks.
pub(crate) fn update(user: &str, actor: &str) -> Value {
    let (now, task) = (Clock::system().now(), Uuid::now_v7());
    json!({
        "schema_version": 1, "event_id": Uuid::now_v7(), "event_type": "created", "task_id": task, "user_id": user,
        "revision": 1, "sequence": 1, "timestamp": now, "actor": actor,
        "task_data": {
            "id": task, "number": 1, "user_id": user, "title": "Pay rent", "description": "", "status": "open",
            "priority": "none", "tags": [], "project": null, "due": null, "due_at": null, "zone": "Asia/Karachi",
            "duration_minutes": null, "reminders": [], "recurrence": null, "series_id": null, "revision": 1,
            "created_at": now, "updated_at": now, "completed_at": null, "created_by": actor,
        },
    })
}
