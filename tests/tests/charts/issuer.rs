//! Whoever checks tokens of an issuer may ask for its keys, at the address that the values say.

use serde_json::Value;

use crate::support::{rule, strings, text};

#[test]
fn keys_are_where_they_are_looked_for() {
    rule(|suite, faults| {
        for pod in suite.services() {
            let service = pod.service();
            let endpoint = service.variable("JWKS_ENDPOINT");
            let checks = service.variable("JWT_ISSUER").is_some();
            let wanted = checks && !suite.any("HTTPEndpoint").is_empty();
            faults.unless(endpoint.is_some() == wanted, pod.of, "and the endpoint of an issuer");
            let Some(name) = endpoint else { continue };
            let found = suite.find("HTTPEndpoint", name);
            let scopes = found.map(|endpoint| strings(endpoint.at("/scopes"))).unwrap_or_default();
            faults.unless(scopes.contains(&pod.app_id()), pod.of, format!("may not ask {name}"));
        }
    });
}

#[test]
fn an_address_is_taken_apart_and_nothing_is_lost() {
    let values = text("helm/goldens/options/values.yaml");
    let values: Value = serde_saphyr::from_str(&values).unwrap();
    let address = values.pointer("/auth/jwksUrl").and_then(Value::as_str).unwrap();
    rule(|suite, faults| {
        if suite.target != "options" {
            return;
        }
        let base = suite.find("HTTPEndpoint", "issuer").unwrap().text("/spec/baseUrl");
        for pod in suite.services() {
            if pod.service().variable("JWKS_ENDPOINT").is_none() {
                continue;
            }
            let path = pod.service().variable("JWKS_PATH").unwrap_or_default();
            faults.unless(format!("{base}/{path}") == address, pod.of, format!("not {address}"));
        }
    });
}
