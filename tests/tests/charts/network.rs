//! Selectors select, and ports are there.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Pod, rule, selects};

#[test]
fn workloads_select_their_own_pods() {
    rule(|suite, faults| {
        for kind in ["Deployment", "StatefulSet"] {
            for object in suite.any(kind) {
                let pods = suite.pods();
                let selector = object.at("/spec/selector");
                let own: Vec<_> =
                    pods.iter().filter(|pod| selects(selector, &pod.labels())).collect();
                let alone = own.len() == 1 && own[0].of.name() == object.name();
                faults.unless(alone, object, format!("selects {}", names(&own)));
                // A selector can never be changed, and these change.
                for label in ["helm.sh/chart", "app.kubernetes.io/version"] {
                    let stable = selector["matchLabels"][label].is_null();
                    faults.unless(stable, object, format!("selects by {label}"));
                }
            }
        }
    });
}

fn names(pods: &[&Pod<'_>]) -> String {
    pods.iter().map(|pod| pod.of.to_string()).collect::<Vec<_>>().join(", ")
}

/// A plain map of labels, as Services have it.
fn of_labels(labels: &Value) -> Value {
    serde_json::json!({ "matchLabels": labels })
}

#[test]
fn services_lead_to_ports_of_their_pods() {
    rule(|suite, faults| {
        for service in suite.all("Service") {
            let selector = of_labels(service.at("/spec/selector"));
            let pods = suite.pods();
            let pods: Vec<_> =
                pods.iter().filter(|pod| selects(&selector, &pod.labels())).collect();
            faults.unless(pods.len() == 1, service, format!("selects {}", names(&pods)));
            for port in service.list("/spec/ports") {
                let target = port["targetPort"].as_str().unwrap_or_default();
                let there = pods.iter().all(|pod| pod.ports().contains_key(target));
                faults.unless(there, service, format!("port {target:?} is not there"));
                faults.unless(port["name"].is_string(), service, "a port has no name");
            }
        }
    });
}

#[test]
fn probes_ask_ports_that_are_there() {
    rule(|suite, faults| {
        for pod in suite.pods() {
            for container in pod.containers() {
                let own: BTreeMap<_, _> = container.ports().into_iter().collect();
                for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
                    for way in ["httpGet", "tcpSocket"] {
                        let port = container.at(&format!("/{probe}/{way}/port"));
                        let there = port.is_null()
                            || port.as_str().is_some_and(|port| own.contains_key(port));
                        faults.unless(there, pod.of, format!("{probe} asks port {port}"));
                    }
                }
            }
        }
    });
}

/// A Job is asked for its end alone.
#[test]
fn whatever_runs_for_ever_is_asked_whether_it_does() {
    rule(|suite, faults| {
        for pod in suite.pods().into_iter().filter(|pod| pod.of.kind() != "Job") {
            for container in pod.containers() {
                for probe in ["livenessProbe", "readinessProbe"] {
                    let asked = container.at(&format!("/{probe}")).is_object();
                    faults.unless(asked, pod.of, format!("{} has no {probe}", container.name()));
                }
            }
        }
    });
}

#[test]
fn budgets_are_about_pods_that_are_there() {
    rule(|suite, faults| {
        let pods = suite.pods();
        for budget in suite.any("PodDisruptionBudget") {
            let own = pods.iter().filter(|pod| selects(budget.at("/spec/selector"), &pod.labels()));
            let names: Vec<_> = own.map(|pod| pod.of.name()).collect();
            faults.unless(names == [budget.name()], budget, format!("is about {names:?}"));
        }
    });
}

/// Replicas lie apart only from those that the constraint counts.
#[test]
fn replicas_are_spread_among_themselves() {
    rule(|suite, faults| {
        for pod in suite.services() {
            let constraints = pod.at("/spec/topologySpreadConstraints").as_array();
            faults.unless(constraints.is_some(), pod.of, "replicas may lie on one node");
            for constraint in constraints.into_iter().flatten() {
                let own = selects(&constraint["labelSelector"], &pod.labels());
                faults.unless(own, pod.of, format!("{constraint}"));
            }
        }
    });
}
