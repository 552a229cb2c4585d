//! Several replicas of one application.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use todo_local_runtime::AppConfig;

use crate::support::{
    PATIENCE, Received, TestApp, World, events_component, ok, only_on, subscription, world,
};

/// Deliveries of both replicas in the order of their arrival, and whether any partition ever had two at a time.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Notes>>);

#[derive(Default)]
struct Notes {
    deliveries: Vec<(usize, String, i64)>,
    in_flight: HashSet<String>,
    overlapped: bool,
}

impl Journal {
    fn note(&self, replica: usize, call: &Received) {
        let partition = call.header("__partition").to_owned();
        let mut notes = self.0.lock().unwrap();
        notes.overlapped |= !notes.in_flight.insert(partition.clone());
        drop(notes);
        // Handling takes a moment, in which another delivery of the partition would be seen.
        tokio::task::block_in_place(|| std::thread::sleep(Duration::from_millis(1)));
        let mut notes = self.0.lock().unwrap();
        let number = call.json()["data"].as_i64().unwrap();
        notes.deliveries.push((replica, call.header("__key").to_owned(), number));
        notes.in_flight.remove(&partition);
    }

    fn deliveries(&self) -> Vec<(usize, String, i64)> {
        self.0.lock().unwrap().deliveries.clone()
    }

    fn overlapped(&self) -> bool {
        self.0.lock().unwrap().overlapped
    }

    async fn wait_for(&self, world: &World, count: usize) {
        let distinct = || {
            let all = self.deliveries();
            all.into_iter().map(|(_, key, n)| (key, n)).collect::<HashSet<_>>().len()
        };
        world.sidecar("p").wait_for(async || distinct() >= count).await;
    }

    /// Repetitions are fine, gaps and steps back beyond a repetition are not.
    fn assert_order(&self) {
        let mut next: HashMap<String, i64> = HashMap::new();
        for (_, key, number) in self.deliveries() {
            let expected = next.entry(key.clone()).or_default();
            assert!(number <= *expected, "{key}: {number} came before {expected}");
            *expected = (*expected).max(number + 1);
        }
    }
}

const KEYS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

async fn replica(number: usize, journal: &Journal) -> TestApp {
    let journal = journal.clone();
    TestApp::start(move |call, before| {
        if call.path == "/events/t" {
            journal.note(number, call);
        }
        ok(call, before)
    })
    .await
}

/// Each number under every key, in one call.
async fn publish(world: &World, numbers: std::ops::Range<i64>) {
    let entries: Vec<Value> = numbers
        .flat_map(|number| KEYS.map(|key| (number, key)))
        .map(|(number, key)| {
            json!({ "entryId": format!("{key}{number}"), "event": number,
                    "contentType": "application/json", "metadata": { "partitionKey": key } })
        })
        .collect();
    let answer = world.sidecar("p").post("/v1.0/publish/bulk/events/t", &json!(entries)).await;
    assert_eq!(answer.status(), 204);
}

/// Publishes rounds until both replicas have got something of one. Returns the next number.
async fn until_both_are_busy(world: &World, journal: &Journal) -> i64 {
    let mut number = 0;
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let before = journal.deliveries().len();
        publish(world, number..number + 1).await;
        number += 1;
        journal.wait_for(world, usize::try_from(number).unwrap() * KEYS.len()).await;
        let round = journal.deliveries().split_off(before);
        let busy: BTreeSet<_> = round.into_iter().map(|(replica, ..)| replica).collect();
        if busy.len() == 2 {
            return number;
        }
        assert!(tokio::time::Instant::now() < deadline, "a replica gets nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_are_shared_and_keep_the_order_of_a_key() {
    let journal = Journal::default();
    let (one, two) = (replica(1, &journal).await, replica(2, &journal).await);
    let world = world([events_component(&[]), subscription("a", "t", None)])
        .app("a", one.port)
        .app("a", two.port)
        .client("p")
        .start()
        .await;
    let begin = until_both_are_busy(&world, &journal).await;
    let before = journal.deliveries().len();
    publish(&world, begin..begin + 20).await;
    journal.wait_for(&world, (usize::try_from(begin).unwrap() + 20) * KEYS.len()).await;
    let deliveries = journal.deliveries().split_off(before);
    assert_eq!(deliveries.len(), 160, "nothing came twice");
    let owners: BTreeSet<_> = deliveries.iter().map(|(replica, key, _)| (key, replica)).collect();
    assert_eq!(owners.len(), KEYS.len(), "a key has one replica: {owners:?}");
    let busy: BTreeSet<_> = deliveries.iter().map(|(replica, ..)| replica).collect();
    assert_eq!(busy.len(), 2);
    journal.assert_order();
    assert!(!journal.overlapped());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_leaves_hands_its_partitions_over() {
    let journal = Journal::default();
    let (one, two) = (replica(1, &journal).await, replica(2, &journal).await);
    let world = world([events_component(&[]), subscription("a", "t", None)])
        .app("a", one.port)
        .app("a", two.port)
        .client("p")
        .start()
        .await;
    publish(&world, 0..10).await;
    let leaving = world.replica("a", 1);
    let stopped = leaving.call(reqwest::Method::POST, "/v1.0/shutdown").send().await.unwrap();
    assert_eq!(stopped.status(), 204);
    // It takes nothing new once its API is closed.
    let sidecar = world.sidecar("a");
    sidecar.wait_for(async || leaving.get("/v1.0/healthz").send().await.is_err()).await;
    publish(&world, 10..20).await;
    journal.wait_for(&world, 160).await;
    journal.assert_order();
    assert!(!journal.overlapped(), "one message in flight per partition, whoever has it");
    let last = journal.deliveries().into_iter().filter(|(_, _, number)| *number == 19);
    assert!(last.into_iter().all(|(replica, ..)| replica == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unhealthy_replica_is_replaced_and_comes_back() {
    let (sick, journal) = (Arc::new(AtomicBool::new(false)), Journal::default());
    let (state, notes) = (Arc::clone(&sick), journal.clone());
    let one = TestApp::start(move |call, _| {
        if state.load(Ordering::SeqCst) {
            return (503, String::new());
        }
        if call.path == "/events/t" {
            notes.note(1, call);
        }
        ok(call, 0)
    })
    .await;
    let two = replica(2, &journal).await;
    let checked = |port| AppConfig {
        health_check_path: Some("/healthz".to_owned()),
        health_probe_interval: Duration::from_millis(20),
        health_threshold: 2,
        ..AppConfig::new("a", port)
    };
    let world =
        world([events_component(&[("backOffDuration", "20ms")]), subscription("a", "t", None)])
            .configured_app(checked(one.port))
            .configured_app(checked(two.port))
            .client("p")
            .start()
            .await;
    world.replica("a", 0).wait_until_ready().await;
    world.replica("a", 1).wait_until_ready().await;
    publish(&world, 0..5).await;
    journal.wait_for(&world, 40).await;
    sick.store(true, Ordering::SeqCst);
    publish(&world, 5..10).await;
    journal.wait_for(&world, 80).await;
    sick.store(false, Ordering::SeqCst);
    // It takes its partitions again, which shows once it gets something.
    let seen = || journal.deliveries().iter().filter(|(replica, ..)| *replica == 1).count();
    let before = seen();
    let mut number = 10;
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while seen() == before {
        assert!(tokio::time::Instant::now() < deadline, "the first replica gets nothing any more");
        publish(&world, number..number + 1).await;
        number += 1;
        journal.wait_for(&world, usize::try_from(number).unwrap() * KEYS.len()).await;
    }
    journal.assert_order();
}

#[tokio::test]
async fn calls_go_to_the_healthy_one() {
    only_on!(
        Local,
        "self-hosted daprd asks nobody how a replica is; in a cluster its readiness probe says so"
    );
    let one = TestApp::start(|_, _| (503, String::new())).await;
    let two = TestApp::start(ok).await;
    let checked = |port| AppConfig {
        health_check_path: Some("/healthz".to_owned()),
        health_probe_interval: Duration::from_millis(20),
        ..AppConfig::new("a", port)
    };
    let no_files: [&str; 0] = [];
    let world = world(no_files)
        .configured_app(checked(one.port))
        .configured_app(checked(two.port))
        .client("p")
        .start()
        .await;
    world.replica("a", 1).wait_until_ready().await;
    for _ in 0..6 {
        let answer = world.sidecar("p").post("/v1.0/invoke/a/method/x", &json!(1)).await;
        assert_eq!(answer.status(), 200);
    }
}

#[tokio::test]
async fn a_group_of_its_own_gets_everything() {
    let (one, two) = (TestApp::start(ok).await, TestApp::start(ok).await);
    let broadcast = events_component(&[("consumerID", "{appID}-{uuid}")]);
    let world = world([broadcast, subscription("a", "t", None)])
        .app("a", one.port)
        .app("a", two.port)
        .client("p")
        .start()
        .await;
    publish(&world, 0..3).await;
    for app in [&one, &two] {
        assert_eq!(app.calls.wait_for("/events/t", 24).await.len(), 24);
    }
}

#[tokio::test]
async fn a_job_fires_at_one_replica_and_a_cron_tick_at_each() {
    let (one, two) = (TestApp::start(ok).await, TestApp::start(ok).await);
    let cron = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: tick }\nspec:\n  type: bindings.cron\n  version: v1\n  \
        metadata:\n  - { name: schedule, value: \"@every 100ms\" }\n  - { name: direction, value: input }\n";
    let world = world([cron]).app("a", one.port).app("a", two.port).start().await;
    for number in 0..12 {
        let path = format!("/v1.0/jobs/j{number}");
        let scheduled =
            world.sidecar("a").post(&path, &json!({ "dueTime": "1ms", "data": 1 })).await;
        assert_eq!(scheduled.status(), 204);
    }
    let fired = |app: &TestApp| {
        let calls = app.calls.all();
        calls.iter().filter(|call| call.path.starts_with("/job/")).count()
    };
    world.sidecar("a").wait_for(async || fired(&one) + fired(&two) >= 12).await;
    assert!(fired(&one) > 0 && fired(&two) > 0, "both get some");
    one.calls.wait_for("/tick", 2).await;
    two.calls.wait_for("/tick", 2).await;
    assert_eq!(fired(&one) + fired(&two), 12, "each once");
}

#[tokio::test]
async fn calls_are_spread_but_an_application_that_calls_itself_reaches_itself() {
    let (one, two) = (TestApp::start(ok).await, TestApp::start(ok).await);
    let no_files: [&str; 0] = [];
    let world = world(no_files).app("a", one.port).app("a", two.port).client("p").start().await;
    for _ in 0..40 {
        let answer = world.sidecar("p").post("/v1.0/invoke/a/method/spread", &json!(1)).await;
        assert_eq!(answer.status(), 200);
    }
    let spread = [&one, &two].map(|app| app.calls.posts("/spread").len());
    assert!(spread.iter().all(|calls| *calls > 0), "{spread:?}");
    for _ in 0..3 {
        world.replica("a", 1).post("/v1.0/invoke/a/method/own", &json!(1)).await;
    }
    assert_eq!((one.calls.posts("/own").len(), two.calls.posts("/own").len()), (0, 3));
    let metadata: Value =
        world.replica("a", 1).get("/v1.0/metadata").send().await.unwrap().json().await.unwrap();
    assert_eq!(metadata["appConnectionProperties"]["port"], two.port);
}
