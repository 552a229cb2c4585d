//! Whether what rules and dashboard ask for is there.

use std::collections::BTreeSet;

use todo_launcher::RuntimeKind;

use crate::{
    exposition::Series,
    files::{queries, recorded, rules},
    promql::{Asked, Selector},
};

/// Labels of scraped targets in a cluster that a scrape by hand does not have.
const OF_TARGETS: [&str; 3] = ["pod", "container", "instance"];
/// What Prometheus itself makes.
const OF_PROMETHEUS: [&str; 2] = ["up", "ALERTS"];
/// From exporters beside the broker; the product's own tests have none.
const OF_BROKERS: [&str; 2] = ["kafka_consumergroup_lag", "redpanda_kafka_consumer_group_lag_sum"];
/// Of the real sidecars and the control plane, what only comes of failures, or of a cluster. Names and labels are those of
/// Dapr 1.18: `pkg/diagnostics/service_monitoring.go`, `pkg/scheduler/monitoring/metrics.go`, `pkg/sentry/monitoring/metrics.go`.
const OF_FAILURES: [&str; 4] = [
    "dapr_runtime_component_init_fail_total",
    "dapr_scheduler_jobs_failed_total",
    "dapr_scheduler_jobs_undelivered_total",
    "dapr_sentry_issuercert_expiry_timestamp",
];

/// Every expression, with where it stands.
pub(crate) fn expressions() -> Vec<(String, String)> {
    let rules = rules().into_iter();
    let rules = rules.map(|(name, rule)| (name, rule["expr"].as_str().unwrap().to_owned()));
    rules.chain(queries()).collect()
}

/// Whether something that an expression asks for is not there on this runtime.
pub(crate) fn is_elsewhere(name: &str, runtime: RuntimeKind) -> bool {
    let sidecars = name.starts_with("dapr_") && runtime == RuntimeKind::Local;
    sidecars || OF_BROKERS.contains(&name) || OF_FAILURES.contains(&name)
}

/// Fails for a name, label or value that nothing has.
pub(crate) fn everything_asked_for_is_there(all: &[Series], runtime: RuntimeKind) {
    let recorded = recorded();
    let known = |name: &str| OF_PROMETHEUS.contains(&name) || recorded.contains(name);
    let mut missing = BTreeSet::new();
    for (place, expression) in expressions() {
        let asked = Asked::by(&expression);
        assert!(!asked.selectors.is_empty(), "{place} asks for nothing");
        let scraped: Vec<&Selector> = asked
            .selectors
            .iter()
            .filter(|selector| !known(&selector.name) && !is_elsewhere(&selector.name, runtime))
            .collect();
        for selector in &scraped {
            let named = |series: &&Series| series.name == selector.name;
            if !all.iter().filter(named).any(|series| series.fits(&selector.matchers)) {
                missing.insert(format!("{place}: {selector:?}"));
            }
        }
        let labels: BTreeSet<&str> = all
            .iter()
            .filter(|series| scraped.iter().any(|selector| selector.name == series.name))
            .flat_map(|series| series.labels.keys().map(String::as_str))
            .chain(OF_TARGETS)
            .collect();
        // Of series that nobody has here, labels cannot be looked up.
        let whole = scraped.len() == asked.selectors.len();
        let unknown =
            asked.grouped.iter().filter(|label| whole && !labels.contains(label.as_str()));
        missing.extend(unknown.map(|label| format!("{place}: groups by {label}")));
    }
    assert!(missing.is_empty(), "nothing has what is asked for:\n{missing:#?}");
}
