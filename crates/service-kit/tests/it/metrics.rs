//! What every service counts, as a scraper reads it. Tests of this process share one recorder, so each looks for what only it
//! makes.

use std::time::Duration;

use axum::{Router, routing::get};
use chrono::{DateTime, TimeDelta};
use http::StatusCode;
use todo_dapr::{Dapr, DaprConfig};
use todo_service_kit::{
    Health, Stage, health::metrics_route, telemetry::Metrics, telemetry::record_event,
};
use tokio::net::TcpListener;

use crate::harness::{request, send};

/// A client of a sidecar that answers every question with `status`.
async fn sidecar(status: StatusCode) -> Dapr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(get(move || async move { status }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    client(endpoint)
}

fn client(endpoint: String) -> Dapr {
    let config = DaprConfig { endpoint, api_token: None, timeout: Duration::from_secs(10) };
    Dapr::new(&config).unwrap()
}

#[tokio::test]
async fn failed_calls_of_the_sidecar_are_counted_by_operation_and_kind() {
    let metrics = Metrics::install();
    let nobody = client("http://127.0.0.1:1".to_owned());
    assert!(nobody.metadata().await.is_err());
    assert!(sidecar(StatusCode::INTERNAL_SERVER_ERROR).await.metadata().await.is_err());
    assert!(sidecar(StatusCode::FORBIDDEN).await.metadata().await.is_err());
    assert!(sidecar(StatusCode::NOT_FOUND).await.metadata().await.is_err());
    let text = metrics.render();
    for failure in ["unreachable", "failed", "denied"] {
        let counted =
            format!(r#"sidecar_call_failures_total{{operation="metadata",failure="{failure}"}} 1"#);
        assert!(text.contains(&counted), "{counted} in {text}");
    }
}

#[tokio::test]
async fn what_is_late_has_buckets_of_minutes() {
    let metrics = Metrics::install();
    let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
    record_event("buckets", now - TimeDelta::seconds(90), now);
    record_event("buckets", now + TimeDelta::seconds(1), now);
    metrics::histogram!("buckets_lateness_seconds").record(1.0);
    metrics::histogram!("buckets_seconds").record(1.0);
    let text = metrics.render();
    for line in [
        r#"event_age_seconds_bucket{topic="buckets",le="0.1"} 1"#,
        r#"event_age_seconds_bucket{topic="buckets",le="60"} 1"#,
        r#"event_age_seconds_bucket{topic="buckets",le="120"} 2"#,
        r#"buckets_lateness_seconds_bucket{le="600"} 1"#,
        r#"buckets_seconds_bucket{le="0.0005"} 0"#,
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains(r#"buckets_seconds_bucket{le="600"}"#), "{text}");
}

#[tokio::test]
async fn a_scrape_says_whether_the_service_is_ready() {
    let health = Health::default();
    let router = metrics_route(Metrics::install(), health.clone());
    let says = async |number| {
        let answer = send(&router, request("GET /metrics", &[], "")).await;
        let text = String::from_utf8(answer.body).unwrap();
        assert!(text.contains(&format!("\nservice_ready {number}\n")), "{number} in {text}");
    };
    says(0).await;
    health.enter(Stage::Ready);
    says(1).await;
    let withheld = health.withhold();
    says(0).await;
    drop(withheld);
    says(1).await;
    health.enter(Stage::Draining);
    says(0).await;
}
