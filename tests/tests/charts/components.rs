//! Components: whom they are opened for, and how they start.

use crate::support::{metadata, rule, seconds};

/// The default of five seconds is less than a broker in the same cluster takes to start.
#[test]
fn what_has_a_server_waits_for_it() {
    rule(|suite, faults| {
        for component in suite.all("Component") {
            let kind = component.text("/spec/type");
            let has_server = ["pubsub.", "state.", "bindings.postgresql"];
            if has_server.iter().any(|prefix| kind.starts_with(prefix)) {
                let wait = seconds(component.text("/spec/initTimeout"));
                faults.unless(wait >= Some(30), component, format!("initTimeout {wait:?}"));
            }
        }
    });
}

/// Authentication switches TLS on, and TLS alone needs `mtls`, so that both must fit what the broker has.
#[test]
fn both_pubsub_components_reach_the_same_broker() {
    rule(|suite, faults| {
        let [events, broadcast] =
            ["events", "broadcast"].map(|name| suite.find("Component", name).unwrap());
        for name in ["brokers", "authType", "version", "saslMechanism", "disableTls", "caCert"] {
            let same = metadata(events, name) == metadata(broadcast, name);
            faults.unless(same, broadcast, format!("{name} is not that of events"));
        }
        let text = |name| metadata(events, name).and_then(|item| item["value"].as_str());
        faults.unless(text("brokers").is_some_and(|list| list.contains(':')), events, "no brokers");
        faults.unless(text("authType").is_some(), events, "authType is not said");
        if text("authType") == Some("password") {
            for name in ["saslUsername", "saslPassword", "saslMechanism"] {
                faults.unless(metadata(events, name).is_some(), events, format!("no {name}"));
            }
        }
    });
}

/// Any replica may sweep, and a schedule of another component would be doubled.
#[test]
fn a_sweep_has_one_application() {
    rule(|suite, faults| {
        for component in suite.all("Component") {
            if component.text("/spec/type") == "bindings.cron" {
                let one = component.list("/scopes").len() == 1;
                faults.unless(one, component, "more than one application sweeps");
                let route = metadata(component, "route").and_then(|item| item["value"].as_str());
                let expected = format!("/cron/{}", component.name());
                faults.unless(route == Some(&expected), component, format!("route {route:?}"));
            }
        }
    });
}
