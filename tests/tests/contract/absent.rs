//! An application that is gone for a moment, while its sidecar calls it in many ways at once. daprd 1.18 then mixes up which call
//! failed: of single deliveries some count as handled that nobody has got (docs/adr/0015).

use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr},
};

use reqwest::Response;
use serde_json::json;
use tokio::{net::TcpListener, runtime::Runtime};

use crate::support::{
    Received, Sidecar, TestApp, World, data, events_component, in_batches, ok, statuses, world,
};

const TOPICS: [&str; 4] = ["t1", "t2", "t3", "t4"];
/// Messages to each topic.
const MESSAGES: usize = 25;
/// Calls that find nobody before the application comes back.
const IN_VAIN: usize = 3_000;
/// What the application answers to calls.
const WORD: &str = "\"a word\"";
/// For as long as it takes.
const RETRY: &str = "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: { name: r }\nspec:\n  policies:\n    \
    retries:\n      in: { policy: constant, duration: 2ms, maxRetries: 1000000 }\n  \
    targets:\n    components:\n      events: { inbound: { retry: in } }\n";

/// Answers for every message of a batch, and says a word.
fn handled(call: &Received, before: usize) -> (u16, String) {
    match call.path.as_str() {
        "/word" => (200, WORD.to_owned()),
        path if path.starts_with("/events/") => statuses(call, |_| "SUCCESS"),
        _ => ok(call, before),
    }
}

/// An application with a process of its own, as it were: its connections end with it.
struct Away {
    port: u16,
    host: Runtime,
}

impl Away {
    async fn start() -> Self {
        let host = Runtime::new().unwrap();
        let app = host.spawn(TestApp::start(handled)).await.unwrap();
        let port = app.port;
        host.spawn(async move {
            let _kept = app;
            std::future::pending::<()>().await;
        });
        Self { port, host }
    }

    /// Ends it, and ends every connection to its port until so many have come.
    async fn hang_up(self) -> u16 {
        self.host.shutdown_background();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = loop {
            match TcpListener::bind(address).await {
                Ok(listener) => break listener,
                // The old listener is closed a moment later.
                Err(_) => tokio::task::yield_now().await,
            }
        };
        for _ in 0..IN_VAIN {
            drop(listener.accept().await.unwrap());
        }
        self.port
    }
}

async fn start() -> (Away, World) {
    let app = Away::start().await;
    let subscriptions = TOPICS.map(|topic| in_batches("a", topic, None, 10, 10));
    let files = subscriptions.into_iter().chain([events_component(&[]), RETRY.to_owned()]);
    let world = world(files).app("a", app.port).client("p").start().await;
    world.sidecar("a").wait_until_ready().await;
    (app, world)
}

async fn publish(sidecar: &Sidecar) -> BTreeSet<String> {
    let mut sent = BTreeSet::new();
    for topic in TOPICS {
        for number in 0..MESSAGES {
            let (name, query) =
                (format!("{topic}-{number}"), format!("?metadata.partitionKey={number}"));
            sidecar.publish(topic, &query, &json!(name)).await;
            sent.insert(name);
        }
    }
    sent
}

/// The data of everything that was delivered.
fn heard(app: &TestApp) -> BTreeSet<String> {
    let calls = TOPICS.iter().flat_map(|topic| app.calls.posts(&format!("/events/{topic}")));
    calls.flat_map(|call| data(&call)).filter_map(|data| data.as_str().map(str::to_owned)).collect()
}

/// A success without the application's answer has neither body nor type, which is how one knows it.
async fn assert_told_or_bare(answer: Response) {
    let (status, typed) = (answer.status(), answer.headers().contains_key("content-type"));
    let body = answer.text().await.unwrap();
    if status == 200 && body != WORD {
        assert_eq!((&*body, typed), ("", false));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_comes_in_batches_is_not_taken_for_handled() {
    let (app, world) = start().await;
    let caller = world.sidecar("p");
    let calls = async {
        loop {
            let call = async || caller.post("/v1.0/invoke/a/method/word", &json!(1)).await;
            let (one, two, three, four) = tokio::join!(call(), call(), call(), call());
            for answer in [one, two, three, four] {
                assert_told_or_bare(answer).await;
            }
        }
    };
    let returned = async {
        let (port, sent) = tokio::join!(app.hang_up(), publish(&caller));
        let app = TestApp::start_on(port, handled).await;
        caller.wait_for(async || heard(&app) == sent).await;
    };
    tokio::select! {
        () = returned => {}
        () = calls => {}
    }
}
