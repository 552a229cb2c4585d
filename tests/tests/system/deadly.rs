//! A message that ends every sidecar that reads it, and the way past it that `docs/operations.md` describes.

use std::process::Output;

use serde_json::json;
use todo_launcher::RuntimeKind;
use todo_tests::{CONSUMER_GROUPS, Product, eventually, runtime};

const CONSUMER: &str = "org.apache.kafka.tools.consumer.ConsoleConsumer";
/// Whoever reads `task-events`.
const READERS: [&str; 2] = ["audit", "recurring-task"];

async fn tool(product: &Product, class: &str, arguments: &[&str]) -> Output {
    let mut command = product.suite().kafka().unwrap().tool(class);
    command.args(arguments).output().await.unwrap()
}

/// daprd 1.18.1 panics at an event whose `traceid` is no text, and again at every start, since its offset is never
/// committed. The local runtime does not copy that.
#[tokio::test]
async fn a_message_that_ends_sidecars_is_found_and_skipped() {
    if runtime().unwrap() != RuntimeKind::Dapr {
        return an_odd_trace_harms_nobody_here().await;
    }
    let product = Product::start().await.unwrap();
    let ada = product.person("ada").await.unwrap();
    let before = ada.add(json!({ "title": "before" })).await;
    heard(&ada, &before).await;
    poison(&product).await;
    for app in READERS {
        let fell = format!("{app}-daprd ended by itself");
        eventually("the end of a sidecar", async || {
            product.lines().text().contains(&fell).then_some(())
        })
        .await;
        product.suite().stop_sidecar(app).await.unwrap();
    }

    // Which partition, and where: the one whose offset does not move, and the record that looks wrong in it.
    let read = ["--topic", "task-events", "--from-beginning", "--timeout-ms", "5000"];
    let shown = ["partition", "offset"].map(|what| format!("print.{what}=true"));
    let shown = shown.iter().flat_map(|shown| ["--property", shown]);
    let read: Vec<&str> = read.into_iter().chain(shown).collect();
    let line = eventually("the record", async || {
        let records = String::from_utf8(tool(&product, CONSUMER, &read).await.stdout).unwrap();
        records.lines().find(|line| line.contains("\"traceid\":7")).map(str::to_owned)
    })
    .await;
    let place = |name: &str| -> i64 {
        let (_, rest) = line.split_once(&format!("{name}:")).unwrap();
        rest.split('\t').next().unwrap().trim().parse().unwrap()
    };
    let partition = format!("task-events:{}", place("Partition"));
    let next = (place("Offset") + 1).to_string();

    for app in READERS {
        // A group that nobody is in any more needs a moment to notice.
        eventually("a group without members", async || {
            let past = ["--group", app, "--topic", &partition, "--reset-offsets", "--execute"];
            let past: Vec<&str> = past.into_iter().chain(["--to-offset", &next]).collect();
            let answer = tool(&product, CONSUMER_GROUPS, &past).await;
            let words = String::from_utf8_lossy(&answer.stdout).into_owned();
            (answer.status.success() && !words.contains("Error")).then_some(())
        })
        .await;
        product.suite().restart_sidecar(app).await.unwrap();
    }
    // Tasks of many keys, so some of the same partition.
    for number in 0..16 {
        let task = ada.add(json!({ "title": format!("after {number}") })).await;
        heard(&ada, &task).await;
    }
}

async fn an_odd_trace_harms_nobody_here() {
    let product = crate::shared::product();
    let ada = product.person("ada").await.unwrap();
    poison(product).await;
    for number in 0..16 {
        let task = ada.add(json!({ "title": format!("after {number}") })).await;
        heard(&ada, &task).await;
    }
}

async fn poison(product: &Product) {
    let event = json!({ "id": "odd", "specversion": "1.0", "type": "todo.task.created.v1", "source": "x", "traceid": 7, "data": {} });
    product
        .publish("?metadata.rawPayload=true", "task-events", "application/json", event.to_string())
        .await
        .unwrap();
}

async fn heard(person: &todo_tests::Person, task: &serde_json::Value) {
    let id = task["id"].as_str().unwrap();
    eventually("the trail of a task", async || (!person.trail(id).await.is_empty()).then_some(()))
        .await;
}
