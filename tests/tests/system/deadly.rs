//! A message that ends every sidecar that reads it, and the way past it that `docs/operations.md` describes.

use std::{
    collections::BTreeSet,
    process::{Output, Stdio},
};

use serde_json::{Value, json};
use todo_launcher::RuntimeKind;
use todo_tests::{CONSUMER_GROUPS, Position, Product, eventually, runtime};
use tokio::io::AsyncWriteExt as _;

const CONSUMER: &str = "org.apache.kafka.tools.consumer.ConsoleConsumer";
const PRODUCER: &str = "org.apache.kafka.tools.ConsoleProducer";
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
    eventually("positions that the broker knows", async || {
        product.positions_are_kept().await.unwrap().then_some(())
    })
    .await;
    // Most likely both come in one batch: the frame comes at once.
    let mut socket = product.socket(&ada).await.unwrap();
    let id = before["id"].as_str().unwrap();
    let renamed = ada.patch(&format!("/tasks/{id}"), json!({ "title": "in between" })).await;
    assert_eq!(renamed.status, 200, "{}", renamed.body);
    socket.until(|frame| frame["event_type"] == "updated").await.unwrap();
    poison(&product, &before).await;
    // 1. Whoever falls is stopped.
    for app in READERS {
        let fell = format!("{app}-daprd ended by itself");
        eventually("the end of a sidecar", async || {
            product.lines().text().contains(&fell).then_some(())
        })
        .await;
        product.suite().stop_sidecar(app).await.unwrap();
    }
    let mut between = BTreeSet::new();
    for app in READERS {
        // 2. Which partition.
        let positions = product.positions(&["--group", app]).await.unwrap();
        let stuck: Vec<_> = positions.into_iter().filter(Position::is_behind).collect();
        let [position] = stuck.as_slice() else { panic!("{stuck:?}") };
        assert_eq!(position.topic, "task-events");
        // 3. Which message, and which of its batch lie before it.
        let (bad, others) = odd_offset(&product, position).await;
        between.extend(others);
        // 4. Past it, once the group has noticed that nobody is in it any more.
        let partition = format!("task-events:{}", position.partition);
        let next = (bad + 1).to_string();
        let past = ["--group", app, "--topic", &partition, "--reset-offsets"];
        let past: Vec<&str> = past.into_iter().chain(["--to-offset", &next, "--execute"]).collect();
        eventually("a group without members", async || {
            let answer = tool(&product, CONSUMER_GROUPS, &past).await;
            let words = String::from_utf8_lossy(&answer.stdout).into_owned();
            (answer.status.success() && !words.contains("Error")).then_some(())
        })
        .await;
        // 5. On again.
        product.suite().restart_sidecar(app).await.unwrap();
    }
    publish_again(&product, &between).await;
    eventually("what came before it, in the trail", async || {
        let trail = ada.trail(id).await;
        trail.iter().any(|entry| entry["event_type"] == "updated").then_some(())
    })
    .await;
    // Tasks of many keys, so some of the same partition.
    for number in 0..16 {
        let task = ada.add(json!({ "title": format!("after {number}") })).await;
        heard(&ada, &task).await;
    }
}

/// Where the first message lies, from a position on, that is no event as the suite writes them, and the messages before it.
async fn odd_offset(product: &Product, position: &Position) -> (i64, Vec<String>) {
    let partition = position.partition.to_string();
    let from = position.stands.unwrap_or(0).to_string();
    let place = ["--topic", &position.topic, "--partition", &partition, "--offset", &from];
    let bounds = ["--max-messages", "20", "--timeout-ms", "5000"];
    let shown = ["--property", "print.offset=true"];
    let read: Vec<&str> = place.into_iter().chain(bounds).chain(shown).collect();
    let records = String::from_utf8(tool(product, CONSUMER, &read).await.stdout).unwrap();
    let mut before = Vec::new();
    for line in records.lines() {
        let (offset, record) = line.strip_prefix("Offset:").unwrap().split_once('\t').unwrap();
        let event: Value = serde_json::from_str(record).unwrap();
        if !event["traceid"].is_string() {
            return (offset.parse().unwrap(), before);
        }
        before.push(record.to_owned());
    }
    panic!("nothing odd in {records:?}")
}

async fn publish_again(product: &Product, events: &BTreeSet<String>) {
    let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
    let mut command = product.suite().kafka().unwrap().tool(PRODUCER);
    let mut producer =
        command.args(["--topic", "task-events"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = producer.stdin.take().unwrap();
    input.write_all(lines.as_bytes()).await.unwrap();
    drop(input);
    assert!(producer.wait().await.unwrap().success());
}

async fn an_odd_trace_harms_nobody_here() {
    let product = crate::shared::product();
    let ada = product.person("ada").await.unwrap();
    let before = ada.add(json!({ "title": "before" })).await;
    poison(product, &before).await;
    for number in 0..16 {
        let task = ada.add(json!({ "title": format!("after {number}") })).await;
        heard(&ada, &task).await;
    }
}

/// Where the events of a task lie, too.
async fn poison(product: &Product, task: &Value) {
    let event = json!({ "id": "odd", "specversion": "1.0", "type": "todo.task.created.v1", "source": "x", "traceid": 7, "data": {} });
    let key = task["id"].as_str().unwrap();
    let metadata = format!("?metadata.rawPayload=true&metadata.partitionKey={key}");
    product.publish(&metadata, "task-events", "application/json", event.to_string()).await.unwrap();
}

async fn heard(person: &todo_tests::Person, task: &serde_json::Value) {
    let id = task["id"].as_str().unwrap();
    eventually("the trail of a task", async || (!person.trail(id).await.is_empty()).then_some(()))
        .await;
}
