//! The platform chart has what lies in `dapr/`, and nothing else: only what a cluster does in its own way differs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::support::{NAMESPACE, Object, documents, rule, strings};

/// Metadata that a cluster adds to what `dapr/` says, or says differently, by type of component.
const OWN: [(&str, &[&str]); 6] = [
    (
        "pubsub.kafka",
        &[
            "brokers",
            "version",
            "authType",
            "saslMechanism",
            "saslUsername",
            "saslPassword",
            "caCert",
            "disableTls",
        ],
    ),
    ("bindings.postgresql", &["maxConns"]),
    ("state.postgresql", &["maxConns"]),
    ("state.redis", &["redisHost", "redisPassword", "enableTLS"]),
    ("bindings.smtp", &["host", "port", "emailFrom", "user", "password"]),
    ("bindings.http", &["url"]),
];

fn key(value: &Value) -> String {
    let text = |pointer| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    format!("{} {}", text("/kind"), text("/metadata/name"))
}

/// Documents of `dapr/`, by kind and name.
fn source(folders: &[&str]) -> BTreeMap<String, Value> {
    let all = folders.iter().flat_map(|folder| documents(&format!("dapr/{folder}")));
    all.map(|document| (key(&document), document)).collect()
}

/// Name and value of each item, without those that are the cluster's own.
fn given(component: &Value) -> Map<String, Value> {
    let kind = component["spec"]["type"].as_str().unwrap_or_default();
    let own = OWN.iter().find(|(name, _)| *name == kind).map_or(&[][..], |(_, names)| names);
    let items = component["spec"]["metadata"].as_array().into_iter().flatten();
    let items = items.map(|item| {
        let mut item = item.as_object().unwrap().clone();
        (item.remove("name").unwrap().as_str().unwrap().to_owned(), Value::Object(item))
    });
    items.filter(|(name, _)| !own.contains(&name.as_str())).collect()
}

/// A component as it must be in a cluster; the one of local secrets becomes that of the cluster.
fn in_cluster(component: &Value) -> Value {
    let mut kind = component["spec"]["type"].clone();
    let (mut items, mut scopes) = (given(component), component["scopes"].clone());
    if kind == "secretstores.local.file" {
        kind = json!("secretstores.kubernetes");
        items.clear();
        // Whose accounts may read them.
        scopes = json!(["chat-api", "websocket"]);
    }
    json!({ "type": kind, "version": component["spec"]["version"], "metadata": items, "scopes": scopes })
}

fn rendered(component: &Object) -> Value {
    json!({
        "type": component.at("/spec/type"), "version": component.at("/spec/version"),
        "metadata": given(component.value()), "scopes": component.at("/scopes"),
    })
}

#[test]
fn components_are_those_of_the_source() {
    let always = source(&["components"]);
    let optional = source(&["optional"]);
    rule(|suite, faults| {
        let components = suite.all("Component");
        for component in &components {
            let key = key(component.value());
            let kind = component.at("/spec/type");
            let mut candidates = [always.get(&key), optional.get(&key)].into_iter().flatten();
            let same_kind = candidates.find(|candidate| {
                candidate["spec"]["type"] == *kind || *kind == "secretstores.kubernetes"
            });
            let Some(source) = same_kind else {
                faults.add(component, format!("dapr/ has none of type {kind}"));
                continue;
            };
            let (expected, found) = (in_cluster(source), rendered(component));
            faults.unless(found == expected, component, format!("\n  {found}\n  {expected}"));
        }
        let names: BTreeSet<_> = components.iter().map(|object| key(object.value())).collect();
        for missing in always.keys().filter(|key| !names.contains(*key)) {
            faults.add(&suite.target, format!("{missing} is not rendered"));
        }
    });
}

#[test]
fn secrets_are_those_of_the_cluster() {
    rule(|suite, faults| {
        for component in suite.all("Component") {
            let refers =
                component.list("/spec/metadata").iter().any(|item| !item["secretKeyRef"].is_null());
            let store = component.text("/auth/secretStore");
            // Resolved by Dapr's operator, so that pods need no right to read them.
            let right =
                if refers { store == "kubernetes" } else { ["", "kubernetes"].contains(&store) };
            faults.unless(right, component, format!("secrets from {store:?}"));
        }
    });
}

#[test]
fn subscriptions_and_resiliency_are_those_of_the_source() {
    for (kind, folder) in [("Subscription", "subscriptions"), ("Resiliency", "resiliency")] {
        let source = source(&[folder]);
        rule(|suite, faults| {
            let objects = suite.all(kind);
            for object in &objects {
                let Some(source) = source.get(&key(object.value())) else {
                    faults.add(object, "dapr/ has none of this name");
                    continue;
                };
                for pointer in ["apiVersion", "spec", "scopes"] {
                    let (found, expected) = (object.at(&format!("/{pointer}")), &source[pointer]);
                    faults.unless(
                        found == expected,
                        object,
                        format!("{pointer}\n  {found}\n  {expected}"),
                    );
                }
            }
            let names: BTreeSet<_> = objects.iter().map(|object| key(object.value())).collect();
            for missing in source.keys().filter(|key| !names.contains(*key)) {
                faults.add(&suite.target, format!("{missing} is not rendered"));
            }
        });
    }
}

/// In a cluster sidecars know their callers, so access is denied by default; traces go where the values say.
#[test]
fn the_configuration_is_the_strict_form_of_the_source() {
    let mut source = documents("dapr/config.yaml").remove(0)["spec"].take();
    source["accessControl"]["defaultAction"] = json!("deny");
    for policy in source["accessControl"]["policies"].as_array_mut().unwrap() {
        policy["namespace"] = json!(NAMESPACE);
    }
    source["tracing"].take();
    rule(|suite, faults| {
        for configuration in suite.all("Configuration") {
            let mut found = configuration.at("/spec").clone();
            let tracing = found["tracing"].take();
            let rate = tracing["samplingRate"].as_str().and_then(|text| text.parse::<f64>().ok());
            faults.unless(rate > Some(0.0), configuration, "events would carry no trace id");
            let whole = tracing["otel"].is_null()
                || ["endpointAddress", "protocol", "isSecure"]
                    .iter()
                    .all(|key| !tracing["otel"][key].is_null());
            faults.unless(whole, configuration, format!("{}", tracing["otel"]));
            faults.unless(found == source, configuration, format!("\n  {found}\n  {source}"));
        }
    });
}

#[test]
fn a_sidecar_reads_only_what_is_for_it() {
    rule(|suite, faults| {
        for pod in suite.services() {
            let app = pod.app_id();
            let has = |object: &&Object| strings(object.at("/scopes")).contains(&app);
            let one = suite.all("Component").into_iter().any(|object| has(&object));
            faults.unless(one, pod.of, format!("no component is for {app}"));
            faults.unless(pod.of.name() == app, pod.of, format!("app-id {app}"));
        }
    });
}
