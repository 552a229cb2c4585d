//! Timeouts, and files that must not be accepted.

use std::time::Duration;

use serde_json::json;

use crate::support::{TestApp, events_component, ok, subscription, world};

fn resiliency(policies: &str, targets: &str) -> String {
    format!(
        "apiVersion: dapr.io/v1alpha1\nkind: Resiliency\nmetadata: {{ name: r }}\nspec:\n  policies:\n{policies}  targets:\n{targets}"
    )
}

#[tokio::test]
async fn a_hanging_handler_is_cut_off() {
    let app = TestApp::start(|call, before| {
        if call.path == "/events/t" && before == 0 {
            std::thread::sleep(Duration::from_millis(600));
        }
        ok(call, 0)
    })
    .await;
    let policy = resiliency(
        "    timeouts: { short: 100ms }\n    retries: { in: { duration: 10ms, maxRetries: 20 } }\n",
        "    components:\n      events: { inbound: { timeout: short, retry: in } }\n",
    );
    let files = [events_component(&[]), subscription("a", "t", Some("t.dead")), policy];
    let world = world(files).app("a", app.port).start().await;
    world.sidecar("a").publish("t", "", &json!(1)).await;
    app.calls.wait_for("/events/t", 2).await;
}

#[tokio::test]
async fn broken_files_stop_the_start() {
    let undefined = resiliency(
        "    retries: {}\n",
        "    components:\n      events: { inbound: { retry: nowhere } }\n",
    );
    let twice = format!("{undefined}---\n{undefined}");
    let configuration =
        "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: { name: c }\n".to_owned();
    let same_name = format!("{0}---\n{0}", events_component(&[]));
    for (text, expected) in [
        (undefined, "nowhere is not defined"),
        (twice, "only the first document"),
        (configuration, "move it out"),
        (same_name, "defined twice"),
        ("kind: Component\n".to_owned(), "apiVersion"),
    ] {
        let error = world([text]).client("a").try_start().await.err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
