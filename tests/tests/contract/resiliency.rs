//! Timeouts.

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
