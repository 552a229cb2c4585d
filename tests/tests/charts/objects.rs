//! What every object has, of whatever kind.

use std::collections::BTreeSet;

use crate::support::{NAMESPACE, rule};

#[test]
fn objects_say_whose_they_are() {
    rule(|suite, faults| {
        for object in &suite.objects {
            let label = |name: &str| object.at("/metadata/labels")[name].as_str();
            faults.unless(
                label("app.kubernetes.io/part-of") == Some("todo"),
                object,
                "is part of nothing",
            );
            for name in ["name", "instance", "managed-by"] {
                let name = format!("app.kubernetes.io/{name}");
                faults.unless(label(&name).is_some(), object, format!("no label {name}"));
            }
            let namespace = object.text("/metadata/namespace");
            faults.unless(namespace == NAMESPACE, object, format!("namespace {namespace:?}"));
        }
    });
}

/// Two releases in one namespace would take them from each other.
#[test]
fn no_two_objects_have_one_name() {
    rule(|suite, faults| {
        let mut seen = BTreeSet::new();
        for object in &suite.objects {
            let new = seen.insert((object.text("/apiVersion"), object.kind(), object.name()));
            faults.unless(new, object, "is there twice");
        }
    });
}

/// A hook's own account or `ConfigMap` must be there before it; what the release has comes too late, or has gone.
#[test]
fn a_hook_needs_only_what_is_there_by_then() {
    rule(|suite, faults| {
        for pod in suite.pods() {
            let hook = |object: &crate::support::Object| {
                object.at("/metadata/annotations")["helm.sh/hook"].as_str().map(str::to_owned)
            };
            if !hook(pod.of).is_some_and(|hook| hook.contains("pre-install")) {
                continue;
            }
            let account = pod.at("/spec/serviceAccountName").as_str();
            if let Some(account) = account.filter(|account| *account != "default") {
                let there = suite
                    .find("ServiceAccount", account)
                    .is_some_and(|object| hook(object) == hook(pod.of));
                faults.unless(there, pod.of, format!("account {account} is not there by then"));
            }
            for volume in pod.at("/spec/volumes").as_array().into_iter().flatten() {
                if let Some(name) = volume["configMap"]["name"].as_str() {
                    let there = suite
                        .find("ConfigMap", name)
                        .is_some_and(|object| hook(object) == hook(pod.of));
                    faults.unless(there, pod.of, format!("ConfigMap {name} is not there by then"));
                }
            }
        }
    });
}

#[test]
fn configuration_that_is_mounted_is_there() {
    rule(|suite, faults| {
        for pod in suite.pods() {
            for volume in pod.at("/spec/volumes").as_array().into_iter().flatten() {
                if let Some(name) = volume["configMap"]["name"].as_str() {
                    let there = suite.find("ConfigMap", name).is_some();
                    faults.unless(there, pod.of, format!("ConfigMap {name} is not there"));
                }
            }
            for container in pod.containers() {
                let mounts = container.at("/volumeMounts").as_array().into_iter().flatten();
                for mount in mounts {
                    let claims = pod.of.list("/spec/volumeClaimTemplates").iter();
                    let claims = claims.map(|claim| &claim["metadata"]["name"]);
                    let volumes = pod.at("/spec/volumes").as_array().into_iter().flatten();
                    let mut names = volumes.map(|volume| &volume["name"]).chain(claims);
                    let there = names.any(|name| *name == mount["name"]);
                    faults.unless(there, pod.of, format!("volume {} is not there", mount["name"]));
                }
            }
        }
    });
}
