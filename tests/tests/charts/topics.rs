//! Topics are those of `dapr/topics.yaml`, whoever makes them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Suite, documents, number, published, rule, strings};

fn source() -> Value {
    documents("dapr/topics.yaml").remove(0)
}

#[test]
fn whoever_makes_topics_makes_these() {
    let source = source();
    rule(|suite, faults| {
        let made = suite.any("KafkaTopic");
        if let Some(file) = suite.find("ConfigMap", "topics") {
            let given: Value = serde_saphyr::from_str(file.text("/data/topics.yaml")).unwrap();
            faults.unless(given == source, file, "not those of dapr/topics.yaml");
            faults.unless(made.is_empty(), file, "two make the topics");
            let job = suite.find("Job", "topics");
            faults.unless(job.is_some(), file, "nobody makes topics");
            return;
        }
        let mut names: Vec<_> = made.iter().map(|topic| topic.name()).collect();
        let mut expected = strings(&source["topics"]);
        names.sort_unstable();
        expected.sort_unstable();
        assert_eq!(names, expected, "{}: KafkaTopic objects", suite.target);
        for topic in made {
            let partitions = topic.at("/spec/partitions");
            faults.unless(*partitions == source["partitions"], topic, format!("{partitions}"));
        }
    });
}

#[test]
fn everything_that_is_published_or_heard_has_a_topic() {
    let source = source();
    let topics: BTreeSet<_> = strings(&source["topics"]).into_iter().collect();
    rule(|suite, faults| {
        for subscription in suite.all("Subscription") {
            for pointer in ["/spec/topic", "/spec/deadLetterTopic"] {
                let topic = subscription.text(pointer);
                let known = topic.is_empty() || topics.contains(topic);
                faults.unless(known, subscription, format!("there is no topic {topic}"));
            }
        }
        for component in suite.all("Component") {
            for app in crate::support::APPS {
                for topic in published(component, app).difference(&topics) {
                    faults.add(component, format!("{app} publishes to {topic}, which is no topic"));
                }
            }
        }
    });
}

/// A larger number is waited for in vain, a smaller one opens the door too early.
#[test]
fn websocket_waits_for_as_many_partitions_as_there_are() {
    let partitions = source()["partitions"].clone();
    rule(|suite, faults| {
        let pods = suite.services();
        let websocket = pods.iter().find(|pod| pod.app_id() == "websocket").unwrap();
        let waited = websocket.service().variable("BROADCAST_PARTITIONS");
        let right = waited.and_then(|text| text.parse().ok()) == partitions.as_u64();
        faults.unless(right, websocket.of, format!("BROADCAST_PARTITIONS is {waited:?}"));
    });
}

/// With an operator, brokers ask who comes: Dapr's groups begin with the app-id.
#[test]
fn the_user_of_sidecars_may_use_every_topic_and_group() {
    let source = source();
    rule(|suite, faults| {
        for user in suite.any("KafkaUser") {
            let resources: Vec<_> =
                user.list("/spec/authorization/acls").iter().map(|acl| &acl["resource"]).collect();
            let allows = |kind: &str, name: &str| {
                let mut of_kind = resources.iter().filter(|resource| resource["type"] == kind);
                of_kind.any(|resource| resource["name"] == name)
            };
            for topic in strings(&source["topics"]) {
                faults.unless(allows("topic", topic), user, format!("topic {topic}"));
            }
            for app in consumers(suite) {
                faults.unless(allows("group", app), user, format!("group {app}"));
            }
        }
    });
}

fn consumers(suite: &Suite) -> BTreeSet<&str> {
    suite.all("Subscription").iter().flat_map(|object| strings(object.at("/scopes"))).collect()
}

#[test]
fn a_replicated_topic_has_as_many_copies_as_there_are_brokers_at_most() {
    rule(|suite, faults| {
        for pool in suite.any("KafkaNodePool") {
            let brokers = number(pool.at("/spec/replicas")).unwrap();
            for topic in suite.all("KafkaTopic") {
                let copies = number(topic.at("/spec/replicas")).unwrap();
                faults.unless(copies <= brokers, topic, format!("{copies} on {brokers} brokers"));
            }
        }
    });
}
