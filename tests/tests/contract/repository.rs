//! The suite's own files under `dapr/`: they load, and together they make the paths between the services.

use std::{collections::BTreeSet, path::PathBuf};

use reqwest::Method;
use serde_json::{Value, json};
use todo_tests::SERVICES;

use crate::support::{Received, TestApp, World, ok, only_on, statuses, world};

fn file(path: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "dapr", path].iter().collect()
}

/// All five applications. Those that fail take events for what they can never handle.
async fn suite(fails: bool) -> (World, Vec<TestApp>) {
    let mut builder = world([""; 0])
        .configuration(&std::fs::read_to_string(file("config.yaml")).unwrap())
        .secrets(json!({
            "jwt-secret": "s", "tasks-db": "DATABASE", "notification-db": "DATABASE",
            "audit-db": "DATABASE", "state-db": "DATABASE",
        }));
    for folder in ["components", "subscriptions", "resiliency"] {
        builder = builder.folder(file(folder));
    }
    let mut apps = Vec::new();
    for id in SERVICES {
        let app = TestApp::start(move |call, before| match call.path.strip_prefix("/events/") {
            Some(topic) if fails && topic != "dead-letters" => settled(call, "DROP"),
            Some(_) => settled(call, "SUCCESS"),
            None => ok(call, before),
        })
        .await;
        builder = builder.app(id, app.port);
        apps.push(app);
    }
    (builder.start().await, apps)
}

/// The same status for an event, or for every event of a batch.
fn settled(call: &Received, status: &'static str) -> (u16, String) {
    match call.json()["entries"].is_array() {
        true => statuses(call, |_| status),
        false => (200, json!({ "status": status }).to_string()),
    }
}

async fn publish(world: &World, app: &str, pubsub: &str, topic: &str) -> u16 {
    let path = format!("/v1.0/publish/{pubsub}/{topic}?metadata.partitionKey=k");
    world.sidecar(app).post(&path, &json!({"topic": topic})).await.status().as_u16()
}

#[tokio::test]
async fn events_reach_their_subscribers() {
    let (world, apps) = suite(false).await;
    let [_, recurring, notification, audit, websocket] = &apps[..] else {
        panic!("five applications")
    };
    for topic in ["task-events", "reminders", "task-updates"] {
        assert_eq!(publish(&world, "chat-api", "events", topic).await, 204, "{topic}");
    }
    assert_eq!(publish(&world, "notification", "events", "notifications").await, 204);
    recurring.calls.wait_for("/events/task-events", 1).await;
    notification.calls.wait_for("/events/reminders", 1).await;
    notification.calls.wait_for("/events/task-updates", 1).await;
    for topic in ["task-events", "reminders", "notifications"] {
        audit.calls.wait_for(&format!("/events/{topic}"), 1).await;
    }
    // A replica hears what comes after it has joined, which nobody is told.
    for (topic, publisher) in [("task-updates", "chat-api"), ("notifications", "notification")] {
        let heard = async || {
            publish(&world, publisher, "events", topic).await;
            !websocket.calls.posts(&format!("/events/{topic}")).is_empty()
        };
        world.sidecar("websocket").wait_for(heard).await;
    }
    assert_eq!(publish(&world, "recurring-task", "events", "task-events").await, 403);
    assert_eq!(publish(&world, "websocket", "broadcast", "reminders").await, 403);
}

#[tokio::test]
async fn whoever_fails_audit_has_the_dead_letters() {
    let (world, apps) = suite(true).await;
    for topic in ["task-events", "reminders"] {
        publish(&world, "chat-api", "events", topic).await;
    }
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let topics = || {
        let calls = apps[3].calls.posts("/events/dead-letters");
        calls.iter().map(|call| text(&call.json()["topic"])).collect::<BTreeSet<_>>()
    };
    // What websocket hears, and so what it fails at, begins when it has joined.
    let all = async || {
        publish(&world, "chat-api", "events", "task-updates").await;
        publish(&world, "notification", "events", "notifications").await;
        topics().len() >= 8
    };
    world.sidecar("audit").wait_for(all).await;
    let expected = [
        "notifications.audit.dead",
        "notifications.websocket.dead",
        "reminders.audit.dead",
        "reminders.notification.dead",
        "task-events.audit.dead",
        "task-events.recurring-task.dead",
        "task-updates.notification.dead",
        "task-updates.websocket.dead",
    ];
    assert_eq!(topics(), BTreeSet::from(expected.map(str::to_owned)));
}

async fn invoke(world: &World, from: &str, method: Method, to: &str, path: &str) -> u16 {
    let path = format!("/v1.0/invoke/{to}/method/{path}");
    world.sidecar(from).call(method, &path).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn services_may_call_what_they_need() {
    let (world, _apps) = suite(false).await;
    for (from, method, to, path) in [
        ("recurring-task", Method::POST, "chat-api", "internal/occurrences"),
        ("recurring-task", Method::GET, "chat-api", "internal/series/pending"),
        ("chat-api", Method::GET, "audit", "internal/entries?limit=1"),
        ("chat-api", Method::GET, "notification", "internal/notifications?user_id=u"),
        ("chat-api", Method::PUT, "notification", "internal/preferences?user_id=u"),
    ] {
        assert_eq!(invoke(&world, from, method, to, path).await, 200, "{from} {to} {path}");
    }
}

#[tokio::test]
async fn services_may_call_nothing_else() {
    only_on!(Local, "daprd knows its callers by mTLS alone");
    let (world, _apps) = suite(false).await;
    for (from, method, to, path) in [
        ("recurring-task", Method::POST, "chat-api", "job/reminder-1"),
        ("websocket", Method::GET, "audit", "internal/entries"),
    ] {
        assert_eq!(invoke(&world, from, method, to, path).await, 403, "{from} {to} {path}");
    }
}

#[tokio::test]
async fn sidecars_have_their_components_schedules_and_secrets() {
    let (world, apps) = suite(false).await;
    for (app, binding) in
        [("chat-api", "tasks-db"), ("notification", "notification-db"), ("audit", "audit-db")]
    {
        assert_eq!(
            world.sidecar(app).binding(binding, "query", "SELECT 1", "").await.status(),
            200
        );
    }
    assert_eq!(
        world.sidecar("websocket").binding("tasks-db", "query", "SELECT 1", "").await.status(),
        500
    );
    apps[0].calls.wait_for("/cron/outbox-sweep", 1).await;
    for app in ["chat-api", "websocket"] {
        let secret =
            world.sidecar(app).get("/v1.0/secrets/secrets/jwt-secret").send().await.unwrap();
        assert_eq!(secret.json::<Value>().await.unwrap(), json!({"jwt-secret": "s"}));
        let other = world.sidecar(app).get("/v1.0/secrets/secrets/tasks-db").send().await.unwrap();
        assert_eq!(other.status(), 403);
    }
    let metadata: Value =
        world.sidecar("audit").get("/v1.0/metadata").send().await.unwrap().json().await.unwrap();
    assert_eq!(metadata["resiliencies"].as_array().unwrap().len(), 3);
    assert_eq!(metadata["subscriptions"].as_array().unwrap().len(), 11);
}

#[test]
fn topics_have_as_many_partitions_wherever_the_number_stands() {
    let number = |path: &str, name: &str| -> u32 {
        let text = std::fs::read_to_string(file(path)).unwrap();
        let line = text.lines().find_map(|line| line.trim().strip_prefix(name));
        line.unwrap_or_else(|| panic!("{name} in {path}")).trim().parse().unwrap()
    };
    let made = number("topics.yaml", "partitions:");
    assert_eq!(number("../dapr.yaml", "BROADCAST_PARTITIONS:"), made, "what websocket waits for");
    let local = todo_local_runtime::RuntimeConfig::new("");
    assert_eq!(local.partitions, made, "what the local runtime makes by itself");
}
