//! Makes something of every kind happen, failures included.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;
use todo_tests::{Person, Product, SERVICES, Writers, eventually, mixed_work};

/// A trace of our own, to be found in events and logs: W3C Trace Context.
pub(crate) const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// Sweeps that come once a minute come every second, so that nobody waits for them.
const SLOW_SWEEPS: [(&str, &str); 2] = [
    ("dapr/components/audit-sweep.yaml", include_str!("../../../dapr/components/audit-sweep.yaml")),
    (
        "dapr/components/series-sweep.yaml",
        include_str!("../../../dapr/components/series-sweep.yaml"),
    ),
];

const ISSUER: &str = include_str!("../../../dapr/optional/issuer.yaml");

/// A product that writes its lines as a cluster's does, with room for one socket of a person and an issuer that is away.
pub(crate) async fn product() -> Product {
    let issuer = ISSUER.replace("127.0.0.1:9001", "127.0.0.1:1");
    assert_ne!(issuer, ISSUER);
    let mut builder = Product::builder()
        .without_limits()
        .variable("websocket", "MAX_SOCKETS_PER_USER", "1")
        .further_file("dapr/components/issuer.yaml", issuer)
        .variable("chat-api", "JWKS_ENDPOINT", "issuer");
    for service in SERVICES {
        builder = builder.variable(service, "LOG_FORMAT", "json");
    }
    for (path, text) in SLOW_SWEEPS {
        let quick = text.replace("@every 1m", "@every 1s").replace("@every 60s", "@every 1s");
        assert_ne!(quick, text, "{path}");
        builder = builder.file(path, quick);
    }
    builder.start().await.unwrap()
}

/// Everything, once.
pub(crate) async fn everything(product: &Product) {
    let ada = product.person("ada").await.unwrap();
    sockets(product, &ada).await;
    ada.say("call mom tomorrow at 5pm").await;
    assert_eq!(ada.post("/tasks", json!({ "title": "" })).await.status, 422);
    call_a_tool(product, &ada).await;
    poison(product).await;
    fail_a_delivery(product, &ada).await;
    fail_a_write(product, &ada).await;
    work(product, Duration::from_secs(4)).await;
}

/// People at work: tasks with reminders, tasks that repeat, and events of people without a socket.
pub(crate) async fn work(product: &Product, time: Duration) {
    let mut people = Vec::new();
    for name in ["bea", "cem", "dan"] {
        people.push(vec![product.person(name).await.unwrap()]);
    }
    let watched = &people[0][0];
    let mut socket = product.socket(watched).await.unwrap();
    let writers = Writers::insistent(people.clone(), mixed_work);
    let told = socket.until(|frame| frame["type"] == "notification");
    let (told, ()) = tokio::join!(told, tokio::time::sleep(time));
    told.unwrap();
    writers.enough();
    assert!(writers.ended().await.iter().all(|promised| promised.tasks.len() > 3));
}

async fn sockets(product: &Product, ada: &Person) {
    let url = product.public_url("websocket").unwrap();
    assert_eq!(product.client().get(format!("{url}/ws")).send().await.unwrap().status(), 426);
    let mut first = product.socket(ada).await.unwrap();
    first.next().await.unwrap();
    first.send(json!({ "type": "resume", "sequence": 0 })).await.unwrap();
    first.until(|frame| frame["type"] == "resync").await.unwrap();
    // There is room for one.
    let mut second = product.socket(ada).await.unwrap();
    assert!(second.next().await.unwrap_err().to_string().contains("closed"));
}

async fn call_a_tool(product: &Product, ada: &Person) {
    let params = json!({ "name": "list_tasks", "arguments": {} });
    let request = product
        .client()
        .post(product.url("/mcp"))
        .header("accept", "application/json, text/event-stream")
        .bearer_auth(ada.token())
        .json(&json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }));
    assert_eq!(ada.send(request).await.status, StatusCode::OK);
}

/// What its consumers cannot read, in batches and one by one, and what is no event at all; it waits for a person then.
async fn poison(product: &Product) {
    let query = "?metadata.rawPayload=true&metadata.partitionKey=k";
    product.publish(query, "task-events", "text/plain", "no event".to_owned()).await.unwrap();
    eventually("a dead letter of no event", async || {
        product.dead_letters().await.unwrap().contains("no event").then_some(())
    })
    .await;
    for (topic, kind) in [
        ("task-events", "todo.task.completed.v1"),
        ("task-updates", "todo.task-update.completed.v1"),
    ] {
        let id = format!("poison-{topic}");
        let query = format!(
            "?metadata.cloudevent.type={kind}&metadata.partitionKey=k&metadata.cloudevent.id={id}"
        );
        let body = json!({ "poison": true, "correlation_id": TRACE }).to_string();
        product.publish(&query, topic, "application/json", body).await.unwrap();
        eventually("a dead letter", async || {
            product.dead_letters().await.unwrap().contains(&id).then_some(())
        })
        .await;
    }
}

/// Audit's table is away, and the event of a write that names its trace is delivered again until it is back.
async fn fail_a_delivery(product: &Product, ada: &Person) {
    product.run_sql("ALTER TABLE audit.entries RENAME TO entries_away").await.unwrap();
    let parent = format!("00-{TRACE}-b7ad6b7169203331-00");
    let request = ada.request(reqwest::Method::POST, "/tasks").header("traceparent", parent);
    let answer = ada.send(request.json(&json!({ "title": "traced" }))).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:#}", answer.body);
    eventually("a delivery that fails", async || {
        product.lines().text().contains("event is to be delivered again").then_some(())
    })
    .await;
    product.run_sql("ALTER TABLE audit.entries_away RENAME TO entries").await.unwrap();
    let id = answer.body["id"].as_str().unwrap();
    eventually("the trail", async || (!ada.trail(id).await.is_empty()).then_some(())).await;
}

/// The database is away for one write.
async fn fail_a_write(product: &Product, ada: &Person) {
    product.suite().stop_database().await.unwrap();
    let refused = ada.post("/tasks", json!({ "title": "lost" })).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{:#}", refused.body);
    product.suite().start_database().await.unwrap();
    eventually("a write that is taken", async || {
        let answer = ada.post("/tasks", json!({ "title": "kept" })).await;
        (answer.status == StatusCode::CREATED).then_some(())
    })
    .await;
    eventually("every consumer to be well", async || {
        for service in SERVICES {
            if product.health(service).await.ok() != Some(200) {
                return None;
            }
        }
        Some(())
    })
    .await;
}
