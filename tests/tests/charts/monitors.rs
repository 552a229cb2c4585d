//! Monitors of the Prometheus Operator: everything that the rules ask about is scraped, under the names that they use.

use serde_json::Value;

use crate::support::{APPS, Helm, Object, rule, selects, suites};

/// A monitor's endpoint for a port.
fn endpoint<'a>(monitor: &'a Object, port: &str) -> &'a Value {
    let mut endpoints = monitor.list("/spec/podMetricsEndpoints").iter();
    endpoints.find(|endpoint| endpoint["port"] == port).unwrap_or(&Value::Null)
}

#[test]
fn every_service_and_every_sidecar_is_scraped() {
    assert!(suites().iter().any(|suite| !suite.any("PodMonitor").is_empty()));
    rule(|suite, faults| {
        let pods = suite.pods();
        let Some(monitor) = suite.find("PodMonitor", "todo") else { return };
        for port in ["app", "dapr-metrics"] {
            let own =
                pods.iter().filter(|pod| selects(monitor.at("/spec/selector"), &pod.labels()));
            let scraped = own.filter(|pod| pod.ports().contains_key(port)).count();
            let asked = endpoint(monitor, port).is_object() && scraped == APPS.len();
            faults.unless(asked, monitor, format!("{scraped} pods are scraped at {port}"));
        }
    });
}

/// How an endpoint's job is called. Left alone, it would be `<namespace>/<monitor>`.
fn job(endpoint: &Value) -> &Value {
    let relabelings = endpoint["relabelings"].as_array().into_iter().flatten();
    let mut jobs = relabelings.filter(|relabeling| relabeling["targetLabel"] == "job");
    jobs.next().unwrap_or(&Value::Null)
}

/// Rules ask for `up{job="todo/audit"}`, and count the services by `job=~"todo/.+"`.
#[test]
fn services_alone_have_the_jobs_that_the_rules_ask_for() {
    rule(|suite, faults| {
        let Some(monitor) = suite.find("PodMonitor", "todo") else { return };
        let relabeling = job(endpoint(monitor, "app"));
        let label = "__meta_kubernetes_pod_label_app_kubernetes_io_name";
        let named =
            relabeling["replacement"] == "todo/$1" && relabeling["sourceLabels"][0] == label;
        faults.unless(named, monitor, "does not name the jobs");
        for monitor in suite.any("PodMonitor") {
            for endpoint in monitor.list("/spec/podMetricsEndpoints") {
                let name = job(endpoint)["replacement"].as_str().unwrap_or("todo/?");
                let own = endpoint["port"] == "app" || !name.starts_with("todo/");
                faults.unless(own, monitor, format!("{} counts as a service", endpoint["port"]));
            }
        }
        let honored = endpoint(monitor, "dapr-metrics")["honorLabels"] == true;
        faults.unless(honored, monitor, "renames what sidecars call app_id and namespace");
    });
}

/// Lag is what the broker counts: one in this namespace is scraped, and others are their provider's.
#[test]
fn a_broker_of_ours_is_scraped() {
    rule(|suite, faults| {
        if suite.any("PodMonitor").is_empty() {
            return;
        }
        let monitor = suite.find("PodMonitor", "todo-broker");
        let pods = suite.pods();
        let broker = pods.iter().find(|pod| pod.of.name() == "redpanda");
        let strimzi = suite.find("Kafka", "todo");
        let ours = broker.is_some() || strimzi.is_some();
        faults.unless(monitor.is_some() == ours, &suite.target, "who scrapes the broker?");
        if let (Some(monitor), Some(broker)) = (monitor, broker) {
            let own = selects(monitor.at("/spec/selector"), &broker.labels())
                && broker.ports().keys().any(|port| endpoint(monitor, port).is_object());
            faults.unless(own, monitor, "is not about the broker");
        }
        if let (Some(monitor), Some(kafka)) = (monitor, strimzi) {
            let cluster = monitor.at("/spec/selector/matchLabels/strimzi.io~1cluster");
            faults.unless(cluster == kafka.name(), monitor, format!("is about {cluster}"));
        }
    });
}

/// Alerts about the scheduler and the certificate ask what only Dapr's own pods count.
#[test]
fn dapr_itself_is_scraped() {
    rule(|suite, faults| {
        if suite.any("PodMonitor").is_empty() {
            return;
        }
        let Some(monitor) = suite.find("PodMonitor", "todo-dapr") else {
            return faults.unless(false, &suite.target, "Dapr is not scraped");
        };
        let place = monitor.at("/spec/namespaceSelector/matchNames/0");
        faults.unless(place == "dapr-system", monitor, format!("looks into {place}"));
        // What it selects, in Dapr's own chart where Helm is there to render it.
        for pod in Helm::built().iter().flat_map(Helm::dapr).filter(|object| object.pod().is_some())
        {
            let pod = pod.pod().unwrap();
            let own = selects(monitor.at("/spec/selector"), &pod.labels());
            faults.unless(own, pod.of, "is not selected");
            let asked = pod.ports().keys().any(|port| endpoint(monitor, port).is_object());
            faults.unless(asked, pod.of, "has no port that is scraped");
        }
    });
}
