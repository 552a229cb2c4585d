//! Sidecar-facing routes: the token, and no 404 ever.

use axum::{Router, routing::post};
use todo_service_kit::{
    Health, Secret, Stage,
    health::metrics_route,
    http::{SidecarOptions, sidecar},
    telemetry::Metrics,
};

use crate::harness::{Headers, request, send};

const TOKEN: (&str, &str) = ("dapr-api-token", "the-app-token");
const WRONG: (&str, &str) = ("dapr-api-token", "the-app-tokem");

fn router(health: &Health) -> Router {
    let routes = Router::new()
        .route("/events/task-events", post(|| async {}))
        .route("/cron/sweep", post(|| async {}))
        .merge(health.routes())
        .merge(metrics_route(Metrics::install(), health.clone()));
    sidecar(routes, &SidecarOptions::new(Secret::new(TOKEN.1)))
}

#[tokio::test]
async fn who_may_call_what() {
    let cases: &[(&str, Headers<'_>, u16)] = &[
        ("POST /events/task-events", &[TOKEN], 200),
        ("POST /events/task-events", &[], 401),
        ("POST /events/task-events", &[WRONG], 401),
        ("POST /events/task-events", &[TOKEN, TOKEN], 401),
        // A path nobody serves must not look like "drop this message".
        ("POST /events/unknown", &[TOKEN], 500),
        ("POST /job/reminder-1", &[TOKEN], 500),
        ("POST /events/unknown", &[], 401),
        ("POST /", &[TOKEN], 500),
        // The probe of an input binding: 405 means "I have it", 500 "I do not".
        ("OPTIONS /cron/sweep", &[TOKEN], 405),
        ("OPTIONS /cron/other", &[TOKEN], 500),
        ("GET /dapr/subscribe", &[TOKEN], 200),
        ("GET /dapr/config", &[TOKEN], 200),
        ("GET /dapr/subscribe", &[], 401),
        // Probes and scrapers have no token.
        ("GET /healthz", &[], 200),
        ("GET /livez", &[], 200),
        ("GET /metrics", &[], 200),
        ("GET /metrics/", &[], 401),
        ("GET //healthz", &[], 401),
    ];
    let health = Health::default();
    health.enter(Stage::Ready);
    let router = router(&health);
    for (line, headers, status) in cases {
        let answer = send(&router, request(line, headers, "")).await;
        assert_eq!(answer.status, *status, "{line} {headers:?}");
        match status {
            401 => assert_eq!(answer.problem()["code"], "app_token_required", "{line}"),
            500 => assert_eq!(answer.problem()["code"], "route_not_found", "{line}"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn healthz_follows_the_stage_and_livez_does_not() {
    let health = Health::default();
    let router = router(&health);
    for (stage, status) in [(Stage::Starting, 503), (Stage::Ready, 200), (Stage::Draining, 503)] {
        health.enter(stage);
        assert_eq!(
            send(&router, request("GET /healthz", &[], "")).await.status,
            status,
            "{stage:?}"
        );
        assert_eq!(send(&router, request("GET /livez", &[], "")).await.status, 200, "{stage:?}");
    }
}

#[tokio::test]
async fn the_programmatic_subscription_list_is_empty() {
    let answer =
        send(&router(&Health::default()), request("GET /dapr/subscribe", &[TOKEN], "")).await;
    assert_eq!(answer.body, b"[]");
}
