//! The files under test.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::Value;

/// The folder of rules and dashboards.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../helm/todo/monitoring")
}

fn text(path: &str) -> String {
    let path = folder().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rules as text.
pub(crate) fn rules_text() -> String {
    text("rules.yaml")
}

/// Every rule: what it is called, and all that it says.
pub(crate) fn rules() -> Vec<(String, Value)> {
    let file: Value = serde_saphyr::from_str(&rules_text()).unwrap();
    let groups = file["groups"].as_array().unwrap().iter();
    let rules = groups.flat_map(|group| group["rules"].as_array().unwrap()).cloned();
    rules.map(|rule| (name(&rule).to_owned(), rule)).collect()
}

/// The alerts among the rules.
pub(crate) fn alerts() -> Vec<(String, Value)> {
    rules().into_iter().filter(|(_, rule)| rule["alert"].is_string()).collect()
}

/// Names of the series that rules record.
pub(crate) fn recorded() -> BTreeSet<String> {
    let records = rules().into_iter().filter(|(_, rule)| rule["record"].is_string());
    records.map(|(name, _)| name).collect()
}

fn name(rule: &Value) -> &str {
    rule["alert"].as_str().or(rule["record"].as_str()).unwrap()
}

/// The tests of the rules.
pub(crate) fn rule_tests() -> Value {
    serde_saphyr::from_str(&text("rules_test.yaml")).unwrap()
}

/// The dashboard.
pub(crate) fn dashboard() -> Value {
    serde_json::from_str(&text("dashboards/todo.json")).unwrap()
}

/// The dashboard's queries with the title of their panel, as Grafana sends them when the suite is in the namespace `todo`.
pub(crate) fn queries() -> Vec<(String, String)> {
    let board = dashboard();
    let panels = board["panels"].as_array().unwrap();
    let mut queries = Vec::new();
    for panel in panels {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let text = target["expr"].as_str().unwrap();
            let text = text.replace("$__rate_interval", "1m").replace("$namespace", "todo");
            queries.push((panel["title"].as_str().unwrap().to_owned(), text));
        }
    }
    queries
}

/// The page for operators.
pub(crate) fn operations() -> &'static str {
    include_str!("../../../docs/operations.md")
}
