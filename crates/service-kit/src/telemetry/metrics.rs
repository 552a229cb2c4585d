//! Prometheus metrics, rendered at `/metrics` of the sidecar-facing listener.

use std::{sync::OnceLock, time::Duration};

use ::metrics::{counter, describe_counter, describe_histogram, histogram};
use http::{Method, StatusCode};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper bounds of the latency buckets, in seconds.
const SECONDS: [f64; 12] =
    [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.03, 0.06, 0.12, 0.5, 2.0, 10.0];
const REQUESTS: &str = "http_requests_total";
const DURATION: &str = "http_request_duration_seconds";
const CALLS: &str = "http_request_sidecar_calls";
/// Upper bounds of the buckets of calls.
const COUNTS: [f64; 6] = [0.0, 1.0, 2.0, 3.0, 5.0, 10.0];

/// The process's one metrics recorder.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// The recorder, installed at the first call; names that end in `_seconds` become histograms.
    #[must_use]
    pub fn install() -> Self {
        static INSTALLED: OnceLock<Metrics> = OnceLock::new();
        INSTALLED.get_or_init(Self::build).clone()
    }

    fn build() -> Self {
        let suffix = Matcher::Suffix("_seconds".to_owned());
        let builder = PrometheusBuilder::new();
        let calls = Matcher::Full(CALLS.to_owned());
        // Refused only for an empty list of bounds.
        let builder = builder.set_buckets_for_metric(suffix, &SECONDS).unwrap_or_default();
        let builder = builder.set_buckets_for_metric(calls, &COUNTS).unwrap_or_default();
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if ::metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another metrics recorder is installed; /metrics stays empty");
        }
        describe_counter!(REQUESTS, "Requests answered, by route, method and status.");
        describe_histogram!(DURATION, "Time from request head to response head.");
        describe_histogram!(CALLS, "Calls of the sidecar that a request waited for.");
        Self(handle)
    }

    /// The metrics in the Prometheus text format.
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Folds recorded samples into the histograms; call it every few seconds, or memory grows.
    pub fn run_upkeep(&self) {
        self.0.run_upkeep();
    }
}

/// Counts one answered request; `route` is the route's pattern, so that the number of series stays small.
pub(super) fn record_request(
    route: &str,
    method: &Method,
    status: StatusCode,
    took: Duration,
    sidecar_calls: u32,
) {
    let labels = [
        ("route", route.to_owned()),
        ("method", method_label(method).to_owned()),
        ("status", status.as_str().to_owned()),
    ];
    counter!(REQUESTS, &labels).increment(1);
    histogram!(DURATION, &labels).record(took.as_secs_f64());
    histogram!(CALLS, &labels).record(f64::from(sidecar_calls));
}

fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        // Methods are free text: a label for each would let a caller fill the memory.
        _ => "other",
    }
}
