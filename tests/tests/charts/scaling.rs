//! How many replicas there are, and who decides.

use crate::support::{Faults, Object, Suite, documents, metadata, number, rule, strings};

/// What decides over a Deployment's number.
fn autoscalers<'a>(suite: &'a Suite, name: &str) -> Vec<&'a Object> {
    let all = [suite.any("HorizontalPodAutoscaler"), suite.any("ScaledObject")].concat();
    all.into_iter().filter(|object| object.text("/spec/scaleTargetRef/name") == name).collect()
}

/// Helm would set the number back at every upgrade.
#[test]
fn one_decides_how_many_replicas_there_are() {
    rule(|suite, faults| {
        for deployment in suite.all("Deployment") {
            let by = autoscalers(suite, deployment.name()).len();
            let said = number(deployment.at("/spec/replicas"));
            faults.unless(by <= 1, deployment, format!("{by} autoscalers"));
            let one = said.is_some() == (by == 0);
            faults.unless(one, deployment, format!("{by} autoscalers and replicas {said:?}"));
        }
        for object in [suite.any("HorizontalPodAutoscaler"), suite.any("ScaledObject")].concat() {
            let target = object.text("/spec/scaleTargetRef/name");
            faults.unless(
                suite.find("Deployment", target).is_some(),
                object,
                format!("no {target}"),
            );
        }
    });
}

/// The pod's own figure would count the sidecar.
#[test]
fn processors_are_counted_of_the_service_alone() {
    rule(|suite, faults| {
        for autoscaler in suite.any("HorizontalPodAutoscaler") {
            for metric in autoscaler.list("/spec/metrics") {
                let own = metric["containerResource"]["container"] == autoscaler.name();
                faults.unless(own, autoscaler, format!("{metric}"));
            }
            ordered(autoscaler, "/spec/minReplicas", "/spec/maxReplicas", faults);
        }
    });
}

#[test]
fn lag_is_that_of_the_services_own_group() {
    let partitions = number(&documents("dapr/topics.yaml")[0]["partitions"]).unwrap();
    rule(|suite, faults| {
        for object in suite.any("ScaledObject") {
            ordered(object, "/spec/minReplicaCount", "/spec/maxReplicaCount", faults);
            let most = number(object.at("/spec/maxReplicaCount"));
            faults.unless(
                most <= Some(partitions),
                object,
                format!("{most:?} replicas, {partitions} partitions"),
            );
            // What counts jobs and sweeps must not go to sleep.
            faults.unless(
                number(object.at("/spec/minReplicaCount")) >= Some(1),
                object,
                "may be nobody",
            );
            let triggers = object.list("/spec/triggers");
            let watched: Vec<_> = triggers
                .iter()
                .filter_map(|trigger| trigger["metadata"]["topic"].as_str())
                .collect();
            for trigger in triggers {
                let group = &trigger["metadata"]["consumerGroup"];
                faults.unless(*group == object.name(), object, format!("group {group}"));
                let version = trigger["metadata"]["version"].as_str().unwrap_or_default();
                let spoken = version.split('.').next().and_then(|major| major.parse().ok());
                faults.unless(spoken >= Some(2), object, format!("speaks Kafka {version:?}"));
            }
            let heard = suite.all("Subscription").into_iter();
            let heard = heard.filter(|subscription| {
                strings(subscription.at("/scopes")).contains(&object.name())
            });
            let heard: Vec<_> =
                heard.map(|subscription| subscription.text("/spec/topic")).collect();
            let same =
                watched.len() == heard.len() && heard.iter().all(|topic| watched.contains(topic));
            faults.unless(same, object, format!("watches {watched:?}, hears {heard:?}"));
        }
    });
}

/// With a password or a certificate authority KEDA needs both, too.
#[test]
fn whoever_reads_lag_may_log_in() {
    rule(|suite, faults| {
        let events = suite.find("Component", "events").unwrap();
        let has = |name| metadata(events, name).is_some();
        for object in suite.any("ScaledObject") {
            for trigger in object.list("/spec/triggers") {
                let said = &trigger["metadata"];
                faults.unless(
                    said["sasl"].is_string() == has("saslPassword"),
                    object,
                    format!("{said}"),
                );
                let tls = !has("disableTls");
                faults.unless((said["tls"] == "enable") == tls, object, format!("{said}"));
                let Some(name) = trigger["authenticationRef"]["name"].as_str() else {
                    let open = !has("saslPassword") && !has("caCert");
                    faults.unless(open, object, "has no authenticationRef");
                    continue;
                };
                let there = suite.find("TriggerAuthentication", name).is_some();
                faults.unless(there, object, format!("TriggerAuthentication {name} is not there"));
            }
        }
    });
}

/// One budget that no node can ever be drained under is worse than none.
#[test]
fn a_node_can_be_drained() {
    rule(|suite, faults| {
        for budget in suite.any("PodDisruptionBudget") {
            let some = number(budget.at("/spec/maxUnavailable")) >= Some(1);
            faults.unless(some, budget, "keeps its pods for ever");
        }
    });
}

fn ordered(object: &Object, least: &str, most: &str, faults: &mut Faults) {
    let [least, most] = [least, most].map(|pointer| number(object.at(pointer)));
    faults.unless(least.is_some() && least <= most, object, format!("{least:?} to {most:?}"));
}
