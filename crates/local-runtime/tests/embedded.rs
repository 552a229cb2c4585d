//! What is the embedded runtime's own: how it refuses files that the real one would put up with, and how its broker,
//! which lives in `PostgreSQL`, comes through an outage.
//!
//! Everything that both runtimes have in common is tested by the contract suite (`tests/tests/contract`).

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, too")]

use std::{path::PathBuf, time::Duration};

use axum::{Router, routing::post};
use serde_json::{Value, json};
use todo_local_runtime::{
    AppConfig, Runtime, RuntimeConfig,
    database::{PrivatePostgres, TestDatabase},
    test_resources::{Subscription, TestResources},
};
use tokio::{net::TcpListener, sync::mpsc, time::timeout};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(20);

/// A folder with one file.
struct Folder(PathBuf);

impl Folder {
    fn with(text: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("embedded-{}", Uuid::new_v4().simple()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("file.yaml"), text).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Why a runtime with this file does not start.
async fn refusal(file: &str) -> String {
    let (database, folder) = (TestDatabase::create().await.unwrap(), Folder::with(file));
    let mut config = RuntimeConfig::new(database.url());
    config.resources = vec![folder.0.clone()];
    config.apps = vec![AppConfig { app_port: None, ..AppConfig::new("a", 0) }];
    Runtime::start(config).await.err().unwrap().to_string()
}

fn resiliency(policies: &str, targets: &str) -> String {
    format!(
        "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: {{ name: r }}\nspec:\n  policies: {policies}\n  targets: {targets}\n"
    )
}

#[tokio::test]
async fn broken_files_stop_the_start() {
    let undefined = resiliency(
        "{ retries: {} }",
        "{ components: { events: { inbound: { retry: nowhere } } } }",
    );
    let twice = format!("{undefined}---\n{undefined}");
    let trip = resiliency("{ circuitBreakers: { cb: { trip: errors > 1 } } }", "{}");
    let configuration =
        "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: { name: c }\n";
    let store = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: s }\nspec:\n  type: secretstores.local.env\n  \
        version: v1\n  metadata: []\n";
    let same_name = format!("{store}---\n{store}");
    for (text, expected) in [
        (undefined.as_str(), "nowhere is not defined"),
        (&twice, "only the first document"),
        (&trip, "errors is not known"),
        (configuration, "move it out"),
        (&same_name, "defined twice"),
        ("kind: Component\n", "apiVersion"),
    ] {
        let error = refusal(text).await;
        assert!(error.contains(expected), "{error}");
    }
}

/// An application that hands on the data of every event and the names of its jobs.
async fn app() -> (u16, mpsc::Receiver<Value>) {
    let (sender, received) = mpsc::channel(64);
    let (events, jobs) = (sender.clone(), sender);
    let event = move |body: String| async move {
        let event: Value = serde_json::from_str(&body).unwrap();
        events.send(event["data"].clone()).await.unwrap();
    };
    let job = move || async move { jobs.send(json!("job")).await.unwrap() };
    let router = Router::new().route("/events", post(event)).route("/job/j", post(job));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (port, received)
}

#[tokio::test]
async fn a_database_that_comes_back_is_used_again() {
    let folder = std::env::temp_dir().join(format!("outage-{}", Uuid::new_v4()));
    let server = PrivatePostgres::durable(&folder, "secret", None).await.unwrap();
    let database_port = server.port();
    server.create_database("runtime_test").await.unwrap();
    let (port, mut received) = app().await;
    let subscription = Subscription::new("a", "t", "/events");
    let resources =
        TestResources::default().broker("events").subscription(subscription).write().unwrap();
    let mut config = RuntimeConfig::new(server.url("runtime_test"));
    config.resources = vec![resources.path().to_owned()];
    config.apps = vec![AppConfig::new("a", port)];
    let runtime = Runtime::start(config).await.unwrap();
    let api = format!("http://127.0.0.1:{}/v1.0", runtime.http_port("a").unwrap());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let publish = async |data: u32| {
        let url = format!("{api}/publish/events/t?metadata.partitionKey=k");
        client.post(url).json(&data).send().await.unwrap().status().as_u16()
    };
    let mut next = async || timeout(PATIENCE, received.recv()).await.unwrap().unwrap();
    assert_eq!(publish(1).await, 204);
    assert_eq!(next().await, 1);

    server.stop().await.unwrap();
    for _ in 0..3 {
        assert_eq!(publish(0).await, 500, "nobody waits for a database that is away");
    }
    let server = PrivatePostgres::durable(&folder, "secret", Some(database_port)).await.unwrap();
    let again = async {
        while publish(2).await != 204 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, again).await.unwrap();
    assert_eq!(next().await, 2);
    let job = client.post(format!("{api}/jobs/j")).json(&json!({ "dueTime": "10ms" }));
    assert_eq!(job.send().await.unwrap().status(), 204);
    assert_eq!(next().await, "job");
    runtime.shutdown().await;
    server.stop().await.unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}
