//! What sidecars let their applications do, and each other.

use crate::support::{APPS, NAMESPACE, Object, Suite, rule, strings};

fn configuration(suite: &Suite) -> &Object {
    let [configuration] = suite.all("Configuration")[..] else {
        panic!("{}: one Configuration", suite.target)
    };
    configuration
}

/// daprd ignores a rule without a protocol, and allows everything over a protocol that no rule is left for.
#[test]
fn every_rule_of_the_allow_list_counts() {
    rule(|suite, faults| {
        let configuration = configuration(suite);
        let rules = configuration.list("/spec/api/allowed");
        faults.unless(!rules.is_empty(), configuration, "everything is allowed");
        for rule in rules {
            let whole = ["http", "grpc"].iter().any(|protocol| rule["protocol"] == *protocol)
                && ["name", "version"].iter().all(|key| rule[key].is_string());
            faults.unless(whole, configuration, format!("{rule} would count for nothing"));
        }
        for protocol in ["http", "grpc"] {
            let bound = rules.iter().any(|rule| rule["protocol"] == protocol);
            faults.unless(bound, configuration, format!("everything is allowed over {protocol}"));
        }
    });
}

#[test]
fn who_is_on_no_list_may_call_nothing() {
    rule(|suite, faults| {
        let configuration = configuration(suite);
        let access = |path: &str| configuration.text(&format!("/spec/accessControl/{path}"));
        faults.unless(access("defaultAction") == "deny", configuration, "calls are allowed");
        let policies = configuration.list("/spec/accessControl/policies");
        let mut apps: Vec<_> =
            policies.iter().map(|policy| policy["appId"].as_str().unwrap()).collect();
        apps.sort_unstable();
        faults.unless(apps == APPS, configuration, format!("policies of {apps:?}"));
        for policy in policies {
            let strict = policy["defaultAction"] == "deny"
                && policy["namespace"] == NAMESPACE
                && policy["trustDomain"] == "public";
            faults.unless(strict, configuration, format!("policy of {}", policy["appId"]));
        }
    });
}

#[test]
fn applications_read_only_the_secrets_they_need() {
    rule(|suite, faults| {
        let configuration = configuration(suite);
        let scopes = configuration.list("/spec/secrets/scopes");
        faults.unless(scopes.len() == 1, configuration, "one secret store");
        let stores = suite.all("Component").into_iter();
        let stores =
            stores.filter(|component| component.text("/spec/type").starts_with("secretstores."));
        let stores: Vec<_> = stores.map(Object::name).collect();
        for scope in scopes {
            let name = scope["storeName"].as_str().unwrap();
            faults.unless(stores == [name], configuration, format!("{name} of {stores:?}"));
            faults.unless(scope["defaultAccess"] == "deny", configuration, "secrets are open");
            let allowed = strings(&scope["allowedSecrets"]);
            faults.unless(allowed == ["jwt-secret"], configuration, format!("{allowed:?}"));
        }
    });
}

#[test]
fn every_sidecar_has_the_configuration() {
    rule(|suite, faults| {
        let name = configuration(suite).name();
        for pod in suite.services() {
            let own = pod.annotation("dapr.io/config");
            faults.unless(own == name, pod.of, format!("dapr.io/config is {own:?}"));
        }
    });
}
