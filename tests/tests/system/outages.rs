//! Parts are away for a while: what cannot be done is refused clearly, what was promised happens when they are back.

use std::{collections::BTreeSet, ops::RangeInclusive, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use todo_launcher::RuntimeKind;
use todo_tests::{Answer, LONG, Part, Person, Product, Socket, Writers, eventually, mixed_work};
use tokio::time::{sleep, timeout};

async fn created(person: &Person, task: &Value) -> bool {
    let trail = person.trail(task["id"].as_str().unwrap()).await;
    assert!(trail.iter().filter(|entry| entry["event_type"] == "created").count() < 2);
    !trail.is_empty()
}

fn assert_away(what: &str, answer: &Answer) {
    assert_eq!(answer.status, 503, "{what}: {:#}", answer.body);
    assert_eq!(answer.headers["content-type"], "application/problem+json", "{what}");
    assert!(answer.headers.contains_key("retry-after"), "{what}");
    assert_eq!(answer.body["status"], 503, "{what}");
}

/// One request of each kind that needs storage.
fn requests(person: &Person, task: &Value) -> Vec<(&'static str, reqwest::RequestBuilder)> {
    let path = format!("/tasks/{}", task["number"]);
    let send = |method, path: &str, body: Value| person.request(method, path).json(&body);
    let read = |path: &str| person.request(Method::GET, path);
    vec![
        ("create", send(Method::POST, "/tasks", json!({ "title": "lost" }))),
        ("quick add", send(Method::POST, "/tasks/quick", json!({ "text": "lost tomorrow" }))),
        ("chat", send(Method::POST, "/chat", json!({ "message": "add lost" }))),
        ("chat that lists", send(Method::POST, "/chat", json!({ "message": "show my tasks" }))),
        ("patch", send(Method::PATCH, &path, json!({ "title": "lost" }))),
        ("put", send(Method::PUT, &path, json!({ "title": "lost" }))),
        ("complete", person.request(Method::PATCH, &format!("{path}/complete"))),
        ("delete", person.request(Method::DELETE, &path)),
        ("bulk", send(Method::POST, "/tasks/bulk", json!({ "action": "delete", "ids": [77] }))),
        (
            "settings",
            send(
                Method::PUT,
                "/settings",
                json!({ "zone": "Asia/Karachi", "locale": "en", "default_reminder_minutes": 10, "channels": ["push"] }),
            ),
        ),
        (
            "preferences",
            send(Method::PUT, "/notifications/preferences", json!({ "email": "a@b.example" })),
        ),
        ("list", read("/tasks")),
        ("search", read("/tasks?q=lost")),
        ("one task", read(&path)),
        ("trail", read("/audit")),
        ("read settings", read("/settings")),
        ("read preferences", read("/notifications/preferences")),
    ]
}

#[tokio::test]
async fn a_database_that_is_away_is_a_503_and_everything_recovers() {
    let product = Product::start().await.unwrap();
    let ada = product.person("ada").await.unwrap();
    let task = ada.add(json!({ "title": "before" })).await;
    let mut people = Vec::new();
    for name in ["bob", "cyd", "dan", "eve"] {
        people.push(product.person(name).await.unwrap());
    }
    let writers = Writers::start(people, |number| json!({ "title": format!("task {number}") }));
    writers.promised(40).await;
    product.suite().stop_database().await.unwrap();
    let promises = writers.ended().await;

    for (what, request) in requests(&ada, &task) {
        assert_away(what, &ada.send(request).await);
    }
    // What needs no storage goes on: the page, its configuration, tokens, reading a line.
    for path in ["/", "/config.json", "/openapi.json"] {
        let answer = product.client().get(product.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
    product.person("gus").await.unwrap();
    // Who consumes events says that it cannot, so that deliveries wait instead of running out of retries.
    for app in ["audit", "notification"] {
        eventually("an honest health check", async || {
            (product.health(app).await.unwrap() == 503).then_some(())
        })
        .await;
    }

    product.suite().start_database().await.unwrap();
    for (what, request) in requests(&ada, &task).into_iter().filter(|(what, _)| *what != "delete") {
        eventually(what, async || {
            let answer = ada.send(request.try_clone().unwrap()).await;
            assert!(answer.status.is_success() || answer.status == 503, "{what} {:#}", answer.body);
            answer.status.is_success().then_some(())
        })
        .await;
    }
    for promised in promises {
        let person = &promised.person;
        for task in &promised.tasks {
            eventually("the event of every promised task", async || {
                created(person, task).await.then_some(())
            })
            .await;
        }
        // The refused one was not made in secret, or is found by its key: in both cases there is one of it.
        let body = promised.unanswered.expect("the last answer was a refusal");
        eventually("a write", async || person.add_keyed(&body).await).await;
        let all = person.tasks("&status=all").await;
        assert_eq!(all.iter().filter(|task| task["title"] == body["title"]).count(), 1);
    }
    let letters = product.dead_letters().await.unwrap();
    assert!(letters.contains("\"dead_letters\":[]"), "{letters}");
}

/// Every change comes. On the local runtime in order; Kafka's client in daprd sends again without idempotence, so that what it
/// kept in an outage may come in another order, and fills the gap that a page has listed over.
async fn every_change(product: &Product, socket: &mut Socket, sequences: RangeInclusive<u64>) {
    if product.suite().runtime() == RuntimeKind::Local {
        for sequence in sequences {
            socket.change(sequence).await.expect("in order and without a gap");
        }
        return;
    }
    let mut missing: BTreeSet<u64> = sequences.collect();
    while !missing.is_empty() {
        let frame = socket.until(|frame| frame["type"] == "task").await;
        let frame = frame.unwrap_or_else(|error| panic!("{missing:?} did not come: {error}"));
        missing.retain(|sequence| frame["sequence"] != *sequence);
    }
}

#[tokio::test]
async fn without_the_broker_writes_go_on_and_their_consequences_follow() {
    let product = Product::start().await.unwrap();
    let ada = product.person("ada").await.unwrap();
    let mut socket = product.socket(&ada).await.unwrap();
    let before = ada.add(json!({ "title": "before" })).await;
    socket.until(|frame| frame["sequence"] == 1).await.unwrap();
    eventually("the trail before", async || created(&ada, &before).await.then_some(())).await;
    eventually("positions at the broker", async || {
        matches!(product.positions_are_kept().await, Ok(true)).then_some(())
    })
    .await;

    product.take_away(Part::Broker).await.unwrap();
    let plain = ada.add(json!({ "title": "without a broker" })).await;
    let daily = json!({ "title": "daily", "due": { "date": "2026-12-01" }, "recurrence": { "rule": "FREQ=DAILY" } });
    let daily = ada.add(daily).await;
    let done = ada.patch(&format!("/tasks/{}/complete", daily["number"]), json!({})).await;
    assert_eq!(done.status, 200);
    assert_eq!(ada.say("call mom tomorrow at 5pm").await["action"], "added");
    assert_eq!(ada.tasks("&status=all").await.len(), 4);
    assert!(!created(&ada, &plain).await, "no event can have come through");

    product.give_back(Part::Broker).await.unwrap();
    every_change(&product, &mut socket, 2..=6).await;
    for task in [&plain, &daily] {
        eventually("the trail after", async || created(&ada, task).await.then_some(())).await;
    }
    let series = ada.tasks("&status=all").await;
    assert_eq!(series.iter().filter(|task| task["series_id"] == daily["series_id"]).count(), 2);
}

#[tokio::test]
async fn without_the_scheduler_writes_go_on_and_reminders_come() {
    let product = Product::start().await.unwrap();
    let ada = product.person("ada").await.unwrap();
    let mut socket = product.socket(&ada).await.unwrap();
    product.take_away(Part::Scheduler).await.unwrap();
    // A sidecar without its scheduler lets every call wait; events must not wait with it.
    let busy = async {
        for sequence in 1..=12 {
            crate::reminders::remind(&ada, &format!("busy {sequence}"), 3600).await;
            socket.change(sequence).await.unwrap();
        }
    };
    timeout(LONG, busy).await.expect("frames come although no job can be made");
    let task = crate::reminders::remind(&ada, "without a scheduler", 2).await;
    let frame = socket.until(|frame| frame["type"] == "notification").await.unwrap();
    assert_eq!(frame["task_id"], task["id"]);
    product.give_back(Part::Scheduler).await.unwrap();
    let later = crate::reminders::remind(&ada, "with it again", 4).await;
    let frame = socket
        .until(|frame| frame["task_id"] == later["id"] && frame["type"] == "notification")
        .await;
    assert_eq!(frame.unwrap()["kind"], "reminder");
}

#[tokio::test]
async fn without_the_state_store_the_chat_forgets_but_answers() {
    let product = Product::start().await.unwrap();
    let ada = product.person("ada").await.unwrap();
    ada.say("buy milk").await;
    product.take_away(Part::StateStore).await.unwrap();
    assert_eq!(ada.say("buy bread").await["action"], "added");
    // A question whose answer could not be understood must not be asked.
    let reply = ada.say("delete task 1").await;
    assert_ne!(reply["action"], "deleted", "{reply:#}");
    let thread = &reply["conversation_id"];
    let yes = ada.post("/chat", json!({ "message": "yes", "conversation_id": thread })).await;
    assert_ne!(yes.body["action"], "deleted", "{:#}", yes.body);
    assert_eq!(ada.tasks("").await.len(), 2, "nothing was deleted");
    product.give_back(Part::StateStore).await.unwrap();
    let asked = ada.say("delete task 1").await;
    let thread = &asked["conversation_id"];
    let yes = ada.post("/chat", json!({ "message": "yes", "conversation_id": thread })).await;
    assert_eq!(yes.body["action"], "deleted", "{:#}", yes.body);
}

#[tokio::test]
async fn a_sidecar_that_is_away_delays_its_own_service_only() {
    let product = Product::start().await.unwrap();
    let ada = product.person("ada").await.unwrap();
    let mut socket = product.socket(&ada).await.unwrap();
    // Audit, recurring-task and notification without their sidecars: everybody else goes on.
    for app in ["audit", "recurring-task", "notification"] {
        product.suite().stop_sidecar(app).await.unwrap();
    }
    let daily = json!({ "title": "daily", "due": { "date": "2026-12-01" }, "recurrence": { "rule": "FREQ=DAILY" } });
    let daily = ada.add(daily).await;
    ada.patch(&format!("/tasks/{}/complete", daily["number"]), json!({})).await;
    let reminder = crate::reminders::remind(&ada, "while notification is away", 1).await;
    for sequence in 1..=3 {
        socket.until(|frame| frame["sequence"] == sequence).await.unwrap();
    }
    assert_away("the trail", &ada.get("/audit").await);
    assert_away("preferences", &ada.get("/notifications/preferences").await);
    for app in ["audit", "recurring-task", "notification"] {
        product.suite().restart_sidecar(app).await.unwrap();
    }
    let told = socket.until(|frame| frame["type"] == "notification").await.unwrap();
    assert_eq!(told["task_id"], reminder["id"]);
    eventually("the trail", async || created(&ada, &daily).await.then_some(())).await;
    eventually("the next occurrence", async || {
        let all = ada.tasks("&status=all").await;
        (all.iter().filter(|task| task["series_id"] == daily["series_id"]).count() == 2)
            .then_some(())
    })
    .await;

    // chat-api without its sidecar has no storage; the page's socket stays.
    let task = ada.add(json!({ "title": "before" })).await;
    product.suite().stop_sidecar("chat-api").await.unwrap();
    for (what, request) in requests(&ada, &task) {
        assert_away(what, &ada.send(request).await);
    }
    product.suite().restart_sidecar("chat-api").await.unwrap();
    let after = json!({ "title": "after" });
    let after = eventually("a write", async || ada.add_keyed(&after).await).await;
    let frame = socket.until(|frame| frame["task"]["title"] == "after").await.unwrap();
    assert_eq!(frame["task"]["id"], after["id"]);

    // Another sidecar of the websocket service reads in another group, so its pages are sent away to come back and list.
    product.suite().stop_sidecar("websocket").await.unwrap();
    product.suite().restart_sidecar("websocket").await.unwrap();
    let end = socket.until(|_| false).await.unwrap_err();
    assert!(end.to_string().contains("code: Again"), "{end:?}");
    let mut socket = eventually("a place", async || product.socket(&ada).await.ok()).await;
    let last = ada.add(json!({ "title": "last" })).await;
    socket.until(|frame| frame["task"]["id"] == last["id"]).await.unwrap();
}

/// A sidecar that has seen its service fail some probes, with deliveries in flight, delivers everything afterwards.
#[tokio::test]
async fn who_reads_events_and_was_away_for_a_moment_hears_them_all() {
    const READERS: [&str; 4] = ["recurring-task", "notification", "audit", "websocket"];
    let product = Product::start().await.unwrap();
    let ada = product.person("ada").await.unwrap();
    let writers = Writers::insistent(vec![vec![ada.clone()]], mixed_work);
    for _ in 0..2 {
        writers.promised(writers.promises() + 6).await;
        for app in READERS {
            product.suite().kill(app).await.unwrap();
        }
        // How long it lasts is what is tested here: three probes of a second each would once have been enough.
        sleep(Duration::from_secs(4)).await;
        for app in READERS {
            product.suite().restart(app).await.unwrap();
        }
    }
    writers.promised(writers.promises() + 6).await;
    writers.enough();
    for promised in writers.ended().await {
        promised.kept(&ada).await;
    }
    let mut socket = product.socket(&ada).await.unwrap();
    let task = ada.add(json!({ "title": "live again" })).await;
    socket.until(|frame| frame["task"]["id"] == task["id"]).await.unwrap();
}
