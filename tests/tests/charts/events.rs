//! Nothing that is published is lost between two services.

use serde_json::Value;

use crate::support::{APPS, GROUP_NAMES, Object, Suite, metadata, published, rule, strings};

/// Subscriptions of audit to what others could not handle: it keeps trying, so these have no dead letters of their own.
fn is_for_dead_letters(subscription: &Object) -> bool {
    subscription.text("/spec/topic").ends_with(".dead")
}

fn component<'a>(suite: &'a Suite, subscription: &Object) -> &'a Object {
    let name = subscription.text("/spec/pubsubname");
    suite.find("Component", name).unwrap_or_else(|| panic!("{subscription}: no component {name}"))
}

#[test]
fn what_a_subscriber_cannot_handle_goes_to_its_dead_letter_topic() {
    rule(|suite, faults| {
        for subscription in suite.all("Subscription") {
            let topic = subscription.text("/spec/topic");
            let dead = subscription.text("/spec/deadLetterTopic");
            if is_for_dead_letters(subscription) {
                let keeps = subscription.text("/spec/routes/default") == "/events/dead-letters"
                    && *subscription.at("/scopes") == serde_json::json!(["audit"])
                    && subscription.text("/spec/metadata/rawPayload") == "true"
                    && dead.is_empty();
                faults.unless(keeps, subscription, "audit keeps dead letters as they come");
                continue;
            }
            let [app] = strings(subscription.at("/scopes"))[..] else {
                faults.add(subscription, "one application a subscription");
                continue;
            };
            let expected = format!("{topic}.{app}.dead");
            faults.unless(dead == expected, subscription, format!("dead letters in {dead:?}"));
            let allowed = published(component(suite, subscription), app).contains(dead);
            faults.unless(allowed, subscription, format!("{app} may not publish to {dead}"));
            let kept =
                suite.all("Subscription").iter().any(|other| other.text("/spec/topic") == dead);
            faults.unless(kept, subscription, format!("nobody reads {dead}"));
        }
    });
}

#[test]
fn a_delivery_is_retried_before_it_is_a_dead_letter() {
    rule(|suite, faults| {
        for subscription in suite.all("Subscription") {
            let pubsub = subscription.text("/spec/pubsubname");
            let bounded = suite.all("Resiliency").iter().any(|resiliency| {
                let policy =
                    resiliency.text(&format!("/spec/targets/components/{pubsub}/inbound/retry"));
                let retry = resiliency.at(&format!("/spec/policies/retries/{policy}/maxRetries"));
                retry.as_u64().is_some_and(|retries| retries > 0)
            });
            faults.unless(bounded, subscription, format!("no bounded inbound retry of {pubsub}"));
        }
    });
}

/// Applications that share a group would share the events, too. The default group is the app-id.
#[test]
fn no_two_applications_share_a_consumer_group() {
    rule(|suite, faults| {
        for component in kafka(suite) {
            let groups = component.list("/spec/metadata").iter().filter(|item| {
                let name = item["name"].as_str().unwrap_or_default().to_lowercase();
                GROUP_NAMES.contains(&name.as_str())
            });
            let groups: Vec<_> =
                groups.map(|item| item["value"].as_str().unwrap_or_default()).collect();
            if component.name() == "broadcast" {
                let unique = |group: &&str| group.contains("{uuid}") || group.contains("{podName}");
                let one = groups.len() == 1 && groups.iter().all(unique);
                faults.unless(one, component, "every replica has a group of its own");
            } else {
                faults.unless(groups.is_empty(), component, format!("{groups:?} for all"));
            }
        }
    });
}

#[test]
fn a_new_group_misses_nothing_that_was_published_before() {
    rule(|suite, faults| {
        for component in kafka(suite) {
            let expected = if component.name() == "broadcast" { "newest" } else { "oldest" };
            let offset = metadata(component, "initialOffset").map(|item| &item["value"]);
            let right = offset.and_then(Value::as_str) == Some(expected);
            faults.unless(right, component, format!("initialOffset {offset:?}"));
        }
    });
}

#[test]
fn components_and_subscriptions_are_for_named_applications() {
    rule(|suite, faults| {
        for object in [suite.all("Component"), suite.all("Subscription")].concat() {
            let scopes = strings(object.at("/scopes"));
            faults.unless(!scopes.is_empty(), object, "no scopes: it is for everybody");
            for app in scopes {
                faults.unless(APPS.contains(&app), object, format!("scope {app} is no service"));
            }
        }
        for subscription in suite.all("Subscription") {
            let others = strings(component(suite, subscription).at("/scopes"));
            for app in strings(subscription.at("/scopes")) {
                faults.unless(
                    others.contains(&app),
                    subscription,
                    format!("{app} has no such component"),
                );
            }
        }
    });
}

/// Of messages that come one by one some may be lost while their service is away (docs/adr/0015). A full batch of the largest
/// events that are published, some 150 kB each, must fit into a call of 4 MiB.
#[test]
fn what_must_not_be_lost_comes_in_batches_that_fit() {
    rule(|suite, faults| {
        for subscription in suite.all("Subscription") {
            let enabled = subscription.at("/spec/bulkSubscribe/enabled") == &Value::Bool(true);
            let inner = subscription.text("/spec/pubsubname") != "broadcast";
            faults.unless(enabled == inner, subscription, "in batches if, and only if, inner");
            let messages = subscription.at("/spec/bulkSubscribe/maxMessagesCount").as_u64();
            let most = if subscription.text("/spec/topic").ends_with(".dead") { 2 } else { 20 };
            let fit = !enabled || messages.is_some_and(|messages| (1..=most).contains(&messages));
            faults.unless(fit, subscription, format!("{messages:?} messages a batch"));
        }
    });
}

fn kafka(suite: &Suite) -> Vec<&Object> {
    let components = suite.all("Component").into_iter();
    let kafka: Vec<_> =
        components.filter(|component| component.text("/spec/type") == "pubsub.kafka").collect();
    assert_eq!(kafka.len(), 2, "{}: events and broadcast", suite.target);
    kafka
}
