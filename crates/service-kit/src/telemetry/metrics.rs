//! Prometheus metrics, rendered at `/metrics` of the sidecar-facing listener.

use std::{sync::OnceLock, time::Duration};

use ::metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use chrono::{DateTime, Utc};
use http::{Method, StatusCode};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use todo_dapr::Failure;

/// Upper bounds of the latency buckets, in seconds.
const SECONDS: [f64; 12] =
    [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.03, 0.06, 0.12, 0.5, 2.0, 10.0];
/// Upper bounds of the buckets of what is late only after a while: an outage of minutes must not look like one of seconds.
const SLOW_SECONDS: [f64; 12] =
    [0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0];
/// Ends of the names of histograms with slow buckets.
const SLOW: [&str; 2] = ["_age_seconds", "_lateness_seconds"];
const REQUESTS: &str = "http_requests_total";
const DURATION: &str = "http_request_duration_seconds";
const CALLS: &str = "http_request_sidecar_calls";
/// Upper bounds of the buckets of calls.
const COUNTS: [f64; 6] = [0.0, 1.0, 2.0, 3.0, 5.0, 10.0];
const FAILURES: &str = "sidecar_call_failures_total";
const DELIVERIES: &str = "event_deliveries_total";
const EVENT_AGE: &str = "event_age_seconds";
const READY: &str = "service_ready";
const DEPENDENCY: &str = "dependency_up";

/// The process's one metrics recorder.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// The recorder, installed at the first call. The buckets of a histogram follow from its name: slow ones for `_age_seconds` and
    /// `_lateness_seconds`, quick ones for any other `_seconds`.
    #[must_use]
    pub fn install() -> Self {
        static INSTALLED: OnceLock<Metrics> = OnceLock::new();
        INSTALLED.get_or_init(Self::build).clone()
    }

    fn build() -> Self {
        let suffix = |end: &str| Matcher::Suffix(end.to_owned());
        // Of two ends that fit the one counts that comes first in the alphabet.
        let mut buckets = vec![(suffix("_seconds"), &SECONDS[..])];
        buckets.extend(SLOW.map(|end| (suffix(end), &SLOW_SECONDS[..])));
        buckets.push((Matcher::Full(CALLS.to_owned()), &COUNTS[..]));
        let mut builder = PrometheusBuilder::new();
        for (names, bounds) in buckets {
            // Refused only for an empty list of bounds.
            builder = builder.set_buckets_for_metric(names, bounds).unwrap_or_default();
        }
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if ::metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another metrics recorder is installed; /metrics stays empty");
        }
        describe_counter!(REQUESTS, "Requests answered, by route, method and status.");
        describe_histogram!(DURATION, "Time from request head to response head.");
        describe_histogram!(CALLS, "Calls of the sidecar that a request waited for.");
        describe_counter!(FAILURES, "Calls of the sidecar that failed, by operation and how.");
        describe_counter!(DELIVERIES, "Messages that sidecars delivered, by route and outcome.");
        describe_histogram!(EVENT_AGE, "From what an event tells of until it was handled here.");
        describe_gauge!(READY, "Whether /readyz says yes: 1 or 0.");
        describe_gauge!(DEPENDENCY, "Whether what events cannot be handled without is there.");
        todo_dapr::watch_failures(record_failure);
        todo_dapr::watch_deliveries(record_delivery);
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

fn record_failure(operation: &'static str, failure: Failure) {
    counter!(FAILURES, "operation" => operation, "failure" => failure.as_str()).increment(1);
}

fn record_delivery(route: &str, outcome: &'static str) {
    counter!(DELIVERIES, "route" => route.to_owned(), "outcome" => outcome).increment(1);
}

/// Notes that an event of `topic` that tells of something of then was handled now.
pub fn record_event(topic: &'static str, then: DateTime<Utc>, now: DateTime<Utc>) {
    // Clocks differ a little: what seems to come from the future is new.
    let age = (now - then).to_std().unwrap_or_default();
    histogram!(EVENT_AGE, "topic" => topic).record(age.as_secs_f64());
}

/// Whether the process may be given work, as of this scrape.
pub(crate) fn ready(ready: bool) {
    gauge!(READY).set(f64::from(u8::from(ready)));
}

/// Whether something that events cannot be handled without is there.
pub(crate) fn dependency(name: &'static str, up: bool) {
    gauge!(DEPENDENCY, "dependency" => name).set(f64::from(u8::from(up)));
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
