//! Policies: bounded, and about things that exist.

use serde_json::Value;

use crate::support::{APPS, rule};

#[test]
fn every_retry_ends() {
    rule(|suite, faults| {
        for resiliency in suite.all("Resiliency") {
            let retries = resiliency.at("/spec/policies/retries").as_object();
            for (name, retry) in retries.into_iter().flatten() {
                // daprd's default is without end.
                let bounded = retry["maxRetries"].as_u64().is_some_and(|count| count <= 20);
                faults.unless(bounded, resiliency, format!("retry {name} has no maxRetries"));
            }
        }
    });
}

/// A component has one breaker for both directions: failing handlers would stop publishing.
#[test]
fn there_are_no_circuit_breakers() {
    rule(|suite, faults| {
        for resiliency in suite.all("Resiliency") {
            let none = resiliency.at("/spec/policies/circuitBreakers").is_null();
            faults.unless(none, resiliency, "has circuit breakers");
        }
    });
}

#[test]
fn policies_and_targets_that_are_named_exist() {
    rule(|suite, faults| {
        for resiliency in suite.all("Resiliency") {
            for (kind, policies) in [("timeout", "timeouts"), ("retry", "retries")] {
                for name in named(resiliency.at("/spec/targets"), kind) {
                    let known =
                        !resiliency.at(&format!("/spec/policies/{policies}/{name}")).is_null();
                    faults.unless(known, resiliency, format!("{kind} {name} is not there"));
                }
            }
            for app in resiliency.at("/spec/targets/apps").as_object().into_iter().flatten() {
                faults.unless(APPS.contains(&app.0.as_str()), resiliency, format!("app {}", app.0));
            }
            let components = resiliency.at("/spec/targets/components").as_object();
            for (name, _) in components.into_iter().flatten() {
                // Mail and the webhook are there only where they are wanted.
                let known = suite.find("Component", name).is_some()
                    || ["email", "webhook"].contains(&name.as_str());
                faults.unless(known, resiliency, format!("component {name} is not there"));
            }
        }
    });
}

/// Texts under a key, however deep.
fn named<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    let Some(object) = value.as_object() else { return Vec::new() };
    let inner = object.iter().flat_map(|(name, value)| match value.as_str() {
        Some(text) if name == key => vec![text],
        _ => named(value, key),
    });
    inner.collect()
}
