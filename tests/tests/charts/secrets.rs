//! Secrets exist before the charts do: nothing here holds one, and each that is named is one that `./todo secrets` makes.

use std::{collections::BTreeSet, process::Command};

use serde_json::Value;

use crate::support::{Object, Suite, folder, rule, strings, text};

/// Secrets of options, with their keys; the values say their names, and these are those of `helm/goldens`.
const OPTIONAL: [(&str, &[&str]); 4] = [
    ("kafka-ca", &["ca.crt"]),
    ("redis", &["password"]),
    ("smtp", &["user", "password"]),
    // Made by the operator of Kafka.
    ("todo-cluster-ca-cert", &["ca.crt"]),
];

/// What `./todo secrets` prints: pairs of a Secret and a key.
fn printed() -> BTreeSet<(String, String)> {
    let mut script = Command::new(folder("helm/secrets"));
    let output = script.args(["--kafka", "user"]).env("KAFKA_PASSWORD", "x").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let yaml = String::from_utf8(output.stdout).unwrap();
    let secrets = Object::read("helm/secrets", &yaml);
    let keys = |secret: &Object| {
        let keys = secret.at("/stringData").as_object().unwrap().keys();
        keys.map(|key| (secret.name().to_owned(), key.clone())).collect::<Vec<_>>()
    };
    secrets.iter().flat_map(keys).collect()
}

/// Words in names of what nobody else may know.
const CONFIDENTIAL: [&str; 8] = [
    "password",
    "connectionstring",
    "token",
    "username",
    "apikey",
    "accesskey",
    "clientkey",
    "database_url",
];

/// Whether a name is one of something confidential. A name of a key in a secret store is not.
fn is_confidential(name: &str) -> bool {
    let name = name.to_lowercase();
    CONFIDENTIAL.iter().any(|word| name.contains(word)) || name == "jwt_secret"
}

#[test]
fn no_chart_makes_a_secret() {
    rule(|suite, faults| {
        for object in suite.any("Secret") {
            faults.add(object, "its values would lie in the release");
        }
    });
}

#[test]
fn nothing_confidential_is_written_out() {
    rule(|suite, faults| {
        for component in suite.all("Component") {
            for item in component.list("/spec/metadata") {
                let name = item["name"].as_str().unwrap();
                let open = is_confidential(name) && item["secretKeyRef"].is_null();
                faults.unless(!open, component, format!("{name} is no secretKeyRef"));
            }
        }
        for pod in suite.pods() {
            for container in pod.containers() {
                for (name, variable) in container.variables() {
                    let open =
                        is_confidential(name) && variable["valueFrom"]["secretKeyRef"].is_null();
                    faults.unless(!open, pod.of, format!("{name} is no secretKeyRef"));
                }
                let whole = container.at("/envFrom").is_null();
                faults.unless(whole, pod.of, "variables are named one by one");
            }
        }
    });
}

#[test]
fn every_secret_that_is_named_is_one_that_people_are_told_of() {
    let optional = OPTIONAL
        .into_iter()
        .flat_map(|(name, keys)| keys.iter().map(move |key| (name.to_owned(), (*key).to_owned())));
    let known: BTreeSet<_> = printed().into_iter().chain(optional).collect();
    rule(|suite, faults| {
        for object in &suite.objects {
            for (name, key) in references(object) {
                let there = known.contains(&(name.to_owned(), key.to_owned()));
                faults.unless(there, object, format!("Secret {name} with key {key}"));
            }
        }
    });
}

#[test]
fn the_readme_lists_what_the_script_prints() {
    let readme = text("helm/README.md");
    for (name, _) in printed() {
        assert!(readme.contains(&format!("| `{name}` |")), "{name} is not in helm/README.md");
    }
}

/// Name and key of each Secret that an object reads.
fn references(object: &Object) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    search(object.value(), &mut found);
    if let Some(pod) = object.pod().filter(crate::support::Pod::has_sidecar) {
        for name in ["dapr.io/api-token-secret", "dapr.io/app-token-secret"] {
            found.push((pod.annotation(name), "token"));
        }
    }
    found
}

fn search<'a>(value: &'a Value, found: &mut Vec<(&'a str, &'a str)>) {
    let word = |value: &'a Value| value.as_str().unwrap_or("(none)");
    match value {
        Value::Array(items) => items.iter().for_each(|item| search(item, found)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match name.as_str() {
                    "secretKeyRef" => found.push((word(&field["name"]), word(&field["key"]))),
                    "secretRef" => found.push((word(&field["name"]), "(all)")),
                    // A volume; without a list of items it has every key.
                    "secret" if !field["secretName"].is_null() => {
                        let items = field["items"].as_array();
                        let keys = items.map_or(vec!["(all)"], |items| {
                            items.iter().map(|item| word(&item["key"])).collect()
                        });
                        found.extend(keys.into_iter().map(|key| (word(&field["secretName"]), key)));
                    }
                    "secretTargetRef" => {
                        let items = field.as_array().into_iter().flatten();
                        found.extend(items.map(|item| (word(&item["name"]), word(&item["key"]))));
                    }
                    _ => search(field, found),
                }
            }
        }
        _ => {}
    }
}

/// What the store `secrets` is for; whatever else a sidecar needs Dapr's operator reads.
#[test]
fn accounts_may_read_what_applications_ask_for_and_no_more() {
    rule(|suite, faults| {
        let allowed = suite.all("Configuration")[0].at("/spec/secrets/scopes/0/allowedSecrets");
        for role in suite.all("Role") {
            for rule in role.list("/rules") {
                let narrow = rule["verbs"] == serde_json::json!(["get"])
                    && rule["resources"] == serde_json::json!(["secrets"])
                    && rule["resourceNames"] == *allowed;
                faults.unless(narrow, role, format!("{rule}"));
            }
        }
        faults.unless(
            suite.any("ClusterRole").is_empty(),
            &suite.target,
            "rights in the whole cluster",
        );
        for binding in suite.all("RoleBinding") {
            let mut accounts: Vec<_> = binding
                .list("/subjects")
                .iter()
                .filter_map(|subject| subject["name"].as_str())
                .collect();
            accounts.sort_unstable();
            let readers = readers(suite);
            faults.unless(accounts == readers, binding, format!("{accounts:?}, not {readers:?}"));
        }
    });
}

/// Applications that the secret store is for.
fn readers(suite: &Suite) -> Vec<&str> {
    let stores = suite.all("Component").into_iter();
    let mut stores =
        stores.filter(|component| component.text("/spec/type") == "secretstores.kubernetes");
    strings(stores.next().unwrap().at("/scopes"))
}

#[test]
fn only_readers_of_secrets_have_a_token_of_the_cluster() {
    rule(|suite, faults| {
        let readers = readers(suite);
        for pod in suite.pods() {
            let mounted = pod.at("/spec/automountServiceAccountToken");
            let reads = readers.contains(&pod.of.name());
            faults.unless(*mounted == reads, pod.of, format!("token mounted: {mounted}"));
            let builtin = pod.annotation("dapr.io/disable-builtin-k8s-secret-store");
            // Its start needs the token, and what it offers no list of ours bounds.
            faults.unless(
                !pod.has_sidecar() || builtin == "true",
                pod.of,
                "has Dapr's built-in store",
            );
        }
    });
}
